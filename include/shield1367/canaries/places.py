"""Where a run leaves something behind, and a canary may therefore have left a trace."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from shield1367.home import Home

# What libraries and crashes leave in a temporary folder.
_TEMPORARY = ("tmp*", ".tmp*", "core*")


def places(home: Home, *, since: float) -> Iterator[Path]:
    """Folders to be searched.

    All of the home but what holds canaries by design: what is staged, and the planted rows of releases in the making.
    Besides, what ``SHIELD1367_WATCH`` names (Airflow's logs, where they are not below the home), and temporary files.

    Args:
        since: seconds since the epoch; temporary files that were last changed before are others'.
    """
    by_design = {home.staged, home.landing, home.work, home.keys}
    yield from (path for path in _below(home.root) if path not in by_design)
    for release in home.work.glob("*/*"):
        yield from (path for path in _below(release) if path.name != "canaries")
    yield from (Path(name) for name in os.environ.get("SHIELD1367_WATCH", "").split(os.pathsep) if name)
    for pattern in _TEMPORARY:
        for path in Path(tempfile.gettempdir()).glob(pattern):
            if _is_ours(path, since) and not home.root.is_relative_to(path):
                yield path


def _below(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _is_ours(path: Path, since: float) -> bool:
    try:
        state = path.stat()
    except FileNotFoundError:
        # Temporary files go as they come.
        return False
    return state.st_uid == os.getuid() and state.st_mtime >= since
