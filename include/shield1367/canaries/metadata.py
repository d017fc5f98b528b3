"""Airflow's metadata database in the search of each release, where workers are given a way to read it.

``SHIELD1367_METADATA_DATABASE_FILE`` names a file with the URL of a role that reads (:mod:`shield1367.canaries.reader`
makes one). What was clean before is not searched again: a canary is in no row older than itself.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from shield1367.canaries.database import UnreachableDatabaseError, search_database
from shield1367.canaries.person import Canary
from shield1367.canaries.traces import Trace, TraceSearch
from shield1367.errors import StorageError
from shield1367.home import Home
from shield1367.storage import read_json, reported, write_json

VARIABLE: Final = "SHIELD1367_METADATA_DATABASE_FILE"
# Clocks differ, a transaction shows later than it was made, and a batch may have been tried for days before it was
# staged: rows that much older are searched as well.
MARGIN: Final = timedelta(days=7)


def searched_metadata_path(home: Home) -> Path:
    """``metadata_traces.json``: since when the rows of which batches have been found clean."""
    return home.root / "metadata_traces.json"


def search_metadata(
    home: Home,
    canaries: Iterable[Canary],
    batches: Iterable[tuple[str, str]],
    *,
    taken_in: Callable[[str, str], datetime],
) -> list[Trace]:
    """Traces of *canaries* in the metadata database; none where no file names one.

    Args:
        batches: whose canaries they are, by source and id.
        taken_in: when a batch was staged.

    Raises:
        UnreachableDatabaseError: it cannot be searched, so that nobody can say what is in it.
        UnreadableTableError: a part of it cannot.
        StorageError: what was clean cannot be read or written.
    """
    if not (file := os.environ.get(VARIABLE)):
        return []
    url = _url_in(Path(file))
    began = datetime.now(UTC)
    clean, database = _remembered(home, url)
    names = [f"{source}/{batch}" for source, batch in batches]
    since = min(
        (
            datetime.fromisoformat(clean[name]) if name in clean else taken_in(*name.split("/", 1))
            for name in names
        ),
        default=began,
    )
    found = search_database(url, TraceSearch(canaries), since=since - MARGIN)
    if not found:
        clean |= dict.fromkeys(names, began.isoformat())
        write_json(searched_metadata_path(home), {"database": database, "clean": clean})
    return [Trace(f"the metadata database, {trace.place}", trace.person_id) for trace in found]


def _url_in(file: Path) -> str:
    try:
        with reported(file, "read"):
            url = file.read_text().strip()
        sa.make_url(url)
    except (StorageError, sa.exc.ArgumentError):
        raise UnreachableDatabaseError(
            f"the file that {VARIABLE} names holds no URL of a database.",
            mend="write postgresql+psycopg://ROLE:PASSWORD@HOST/DATABASE into it, or unset the variable.",
        ) from None
    return url


def _remembered(home: Home, url: str) -> tuple[dict[str, str], str]:
    """What was clean in this very database, by batch; and the database's mark."""
    database = hashlib.sha256(sa.make_url(url).render_as_string(hide_password=True).encode()).hexdigest()
    path = searched_metadata_path(home)
    remembered = read_json(path) if path.exists() else {}
    return (dict(remembered["clean"]) if remembered.get("database") == database else {}), database
