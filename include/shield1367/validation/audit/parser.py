"""DuckDB, which reads Parquet with other code than it was written by: one database a process, a cursor a file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

_GLOB = re.compile(r"[*?\[\]]")


@contextmanager
def cursor_for(path: Path) -> Iterator[Any]:
    """A cursor to read one file with; foreign errors may quote it.

    Raises:
        ValueError: DuckDB would take the name for a pattern, and read other files than this one.
    """
    if _GLOB.search(str(path)):
        raise ValueError("a file's name is a pattern")
    cursor = _database(os.getpid()).cursor()
    try:
        yield cursor
    finally:
        cursor.close()


@lru_cache(maxsize=1)
def _database(process: int) -> Any:  # a forked process must not go on with its parent's
    import duckdb

    return duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # What is searched is read from the disk, however often.
            "enable_external_file_cache": "false",
            "threads": "1",
        }
    )
