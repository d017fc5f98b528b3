"""All releases of a home in one list that can be filtered, searched, sorted and paged.

The ledger and the folders are the truth; this is a copy of what a list shows of them, in a temporary database of
the process that SQLite deletes by itself. Before each question it is brought up to date with the entries that the
ledger has got since, and with the folders of what is held or in the making.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from shield1367.desk.listing import (
    ORDERS,
    RELEASED,
    Found,
    ListedRelease,
    ReleaseState,
    Wanted,
    condition,
    listed,
)
from shield1367.home import Home
from shield1367.release.approval import REQUEST
from shield1367.release.ledger.browse import Listed, disclosures_between, holds_head, newest_head
from shield1367.release.ledger.chain import Head
from shield1367.storage import TEMPORARY_PREFIX, reported

# What the folders say, and the ledger does not.
_OF_FOLDERS = (ReleaseState.HELD, ReleaseState.MAKING, ReleaseState.WAITING)
_SCHEMA = """
CREATE TABLE release (
    release_id TEXT PRIMARY KEY,
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    organization TEXT,
    rows INTEGER
);
CREATE TABLE organization (
    recipient TEXT NOT NULL,
    organization TEXT NOT NULL,
    PRIMARY KEY (recipient, organization)
) WITHOUT ROWID;
-- Counting a million rows for each page would take longer than everything else about it.
CREATE TABLE tally (
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    releases INTEGER NOT NULL,
    PRIMARY KEY (recipient, state)
) WITHOUT ROWID;
"""
# Of a new copy they are made when it is full, which takes a third less time.
_INDEXES = """
CREATE INDEX IF NOT EXISTS by_time ON release (changed_at, release_id);
CREATE INDEX IF NOT EXISTS by_recipient ON release (recipient, changed_at DESC, release_id DESC);
CREATE INDEX IF NOT EXISTS by_state ON release (state, changed_at DESC, release_id DESC);
CREATE INDEX IF NOT EXISTS by_state_and_recipient ON release (state, recipient, changed_at DESC, release_id DESC);
"""


class Catalogue:
    """The list of one home; several threads may ask it.

    Raises:
        LedgerBrokenError: the ledger is damaged or gone.
        TransientError: it does not answer.
        StorageError: a folder cannot be read.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._copy: sqlite3.Connection | None = None
        self._head: Head | None = None
        self._folders = {ReleaseState.HELD: home.held, ReleaseState.MAKING: home.work}

    def find(self, wanted: Wanted) -> Found:
        """The releases that a list asks for."""
        with self._lock:
            copy = self._up_to_date()
            asked = condition(copy, wanted)
            # Conditions and orders are constants of ours; every value is bound.
            counted = "coalesce(sum(releases), 0) FROM tally" if asked.fits_tally else "count(*) FROM release"
            (total,) = copy.execute(f"SELECT {counted} WHERE {asked.words}", asked.values).fetchone()
            pages = max(1, -(-total // wanted.rows))
            page = min(max(1, wanted.page), pages)
            rows = copy.execute(
                f"SELECT * FROM release WHERE {asked.words} ORDER BY {ORDERS[wanted.order]} LIMIT ? OFFSET ?",  # noqa: S608
                (*asked.values, wanted.rows, (page - 1) * wanted.rows),
            ).fetchall()
        return Found(tuple(listed(row) for row in rows), total, page, pages)

    def one(self, release_id: str) -> ListedRelease | None:
        """One release by its id."""
        with self._lock:
            row = self._up_to_date().execute(
                "SELECT * FROM release WHERE release_id = ?", (release_id,)
            ).fetchone()  # fmt: skip
        return listed(row) if row else None

    def states(self) -> dict[ReleaseState, int]:
        """How many releases stand where."""
        with self._lock:
            rows = (
                self._up_to_date().execute("SELECT state, sum(releases) FROM tally GROUP BY state").fetchall()
            )
        return {state: dict(rows).get(state, 0) for state in ReleaseState}

    def recipients(self) -> tuple[str, ...]:
        """Names of all recipients that have a release, in order."""
        with self._lock:
            rows = self._up_to_date().execute("SELECT DISTINCT recipient FROM tally WHERE releases > 0")
            return tuple(name for (name,) in rows)

    def _up_to_date(self) -> sqlite3.Connection:
        head = newest_head(self._home)
        if self._copy is None or (self._head is not None and not holds_head(self._home, self._head)):
            self._copy, self._head = _new_copy(), None
        copy, self._copy = self._copy, None
        folders = [row for state, root in self._folders.items() for row in _folders(root, state)]
        _forget(copy)
        known = self._head.sequence if self._head else 0
        # No further than the head that is noted: what is added while we read comes next time.
        if head is not None and head.sequence > known:
            for entries in disclosures_between(self._home, after=known, until=head.sequence):
                _add_disclosures(copy, entries)
            self._head = head
        copy.executescript(_INDEXES)
        _add_folders(copy, folders)
        # Only now: a copy that something interrupted is not asked again, but made anew.
        self._copy = copy
        return copy


def _new_copy() -> sqlite3.Connection:
    # The empty name is a temporary file of SQLite's, which nobody else can open and nobody has to delete.
    copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    copy.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
    return copy


def _forget(copy: sqlite3.Connection) -> None:
    """Take out what was read from folders: they are read anew."""
    copy.executemany("DELETE FROM release WHERE state = ?", [(state,) for state in _OF_FOLDERS])
    copy.executemany("DELETE FROM tally WHERE state = ?", [(state,) for state in _OF_FOLDERS])


def _add_disclosures(copy: sqlite3.Connection, entries: list[Listed]) -> None:
    rows = [
        (e.release_id, e.recipient, RELEASED, e.recorded_at, e.organization, e.rows_released) for e in entries
    ]
    copy.execute("BEGIN")
    copy.executemany("INSERT INTO release VALUES (?, ?, ?, ?, ?, ?)", rows)
    copy.executemany(
        "INSERT OR IGNORE INTO organization VALUES (?, ?)", {(e.recipient, e.organization) for e in entries}
    )
    copy.executemany(
        "INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET releases = releases + excluded.releases",
        [(recipient, RELEASED, n) for recipient, n in Counter(e.recipient for e in entries).items()],
    )
    copy.execute("COMMIT")


def _add_folders(copy: sqlite3.Connection, rows: list[tuple[str, str, str, str]]) -> None:
    copy.execute("BEGIN")
    # What the ledger has is released, whatever an earlier try left under held/.
    copy.executemany("INSERT OR IGNORE INTO release VALUES (?, ?, ?, ?, NULL, NULL)", rows)
    copy.execute(
        "INSERT INTO tally SELECT recipient, state, count(*) FROM release"
        " WHERE state IN (?, ?, ?) GROUP BY recipient, state",
        _OF_FOLDERS,
    )
    copy.execute("COMMIT")


def _folders(root: Path, state: ReleaseState) -> Iterator[tuple[str, str, str, str]]:
    """Every ``<recipient>/<release_id>/`` below a folder, links and files left out."""
    for recipient, _ in _subfolders(root):
        for release, changed in _subfolders(root / recipient):
            time = datetime.fromtimestamp(changed, UTC).isoformat(timespec="seconds")
            yield _shown(release), _shown(recipient), _state(root / recipient / release, state), time


def _state(folder: Path, state: ReleaseState) -> ReleaseState:
    """Of what is in the making, that waits for people about which they were asked."""
    is_asked = state is ReleaseState.MAKING and (folder / REQUEST).exists()
    return ReleaseState.WAITING if is_asked else state


def _subfolders(folder: Path) -> list[tuple[str, float]]:
    """Names and times of last change; what is not there yet, or was published while we looked, is left out."""
    found = []
    with reported(folder, "read"), suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(TEMPORARY_PREFIX):
                    found.append((entry.name, entry.stat(follow_symlinks=False).st_mtime))
    return found


def _shown(name: str) -> str:
    """A folder's name may hold bytes of no encoding, which neither database nor page takes."""
    return name.encode("utf-8", "backslashreplace").decode()
