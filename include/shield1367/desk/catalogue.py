"""All releases of a home in one list that can be filtered, searched, sorted and paged.

The ledger and the folders are the truth; this is a copy of what a list shows of them, in a temporary database of
the process that SQLite deletes by itself. Before each question it is brought up to date with the entries that the
ledger has got since, and with the folders of what is held or in the making.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from shield1367.home import Home
from shield1367.release.ledger.browse import disclosures_after, holds_head, newest_head
from shield1367.release.ledger.chain import Head
from shield1367.storage import TEMPORARY_PREFIX, reported

PAGE_ROWS = 25
_LONGEST_SEARCH = 80
_SCHEMA = """
CREATE TABLE release (
    release_id TEXT PRIMARY KEY,
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    organization TEXT,
    rows INTEGER
);
CREATE INDEX by_time ON release (changed_at, release_id);
CREATE INDEX by_recipient ON release (recipient, changed_at, release_id);
CREATE INDEX by_state ON release (state, changed_at, release_id);
"""


class ReleaseState(StrEnum):
    """Where a release stands."""

    RELEASED = "released"
    HELD = "held"
    MAKING = "making"


RELEASED = ReleaseState.RELEASED


class Order(StrEnum):
    """What a list is sorted by."""

    NEWEST = "newest"
    OLDEST = "oldest"
    RECIPIENT = "recipient"
    STATE = "state"


# Every order ends with the id, so that pages neither repeat nor skip one of two that are equal.
_ORDERS = {
    Order.NEWEST: "changed_at DESC, release_id DESC",
    Order.OLDEST: "changed_at, release_id",
    Order.RECIPIENT: "recipient, changed_at DESC, release_id",
    Order.STATE: "state, changed_at DESC, release_id",
}


@dataclass(frozen=True, slots=True)
class ListedRelease:
    """One release as a list shows it.

    Attributes:
        changed_at: UTC, ISO 8601: when it was recorded or, of what is not released, when its folder was last changed.
        organization: name of the receiving organisation; ``None`` where no ledger entry says it.
        rows: rows released, likewise.
    """

    release_id: str
    recipient: str
    state: ReleaseState
    changed_at: str
    organization: str | None
    rows: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question to the catalogue.

    Attributes:
        recipients: only these; ``None`` for all.
        search: part of a release's id, of its recipient or of its organisation.
        page: counted from 1; beyond the last one is the last one.
    """

    state: ReleaseState | None = None
    recipients: frozenset[str] | None = None
    search: str = ""
    order: Order = Order.NEWEST
    page: int = 1
    rows: int = PAGE_ROWS


@dataclass(frozen=True, slots=True)
class Found:
    """One page of an answer: *total* releases on *pages* pages."""

    releases: tuple[ListedRelease, ...]
    total: int
    page: int
    pages: int


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

    def find(self, wanted: Wanted) -> Found:
        """The releases that a list asks for."""
        where, values = _conditions(wanted)
        with self._lock:
            copy = self._up_to_date()
            # Conditions and orders are constants of this module; every value is bound.
            (total,) = copy.execute(f"SELECT count(*) FROM release WHERE {where}", values).fetchone()  # noqa: S608
            pages = max(1, -(-total // wanted.rows))
            page = min(max(1, wanted.page), pages)
            rows = copy.execute(
                f"SELECT * FROM release WHERE {where} ORDER BY {_ORDERS[wanted.order]} LIMIT ? OFFSET ?",  # noqa: S608
                (*values, wanted.rows, (page - 1) * wanted.rows),
            ).fetchall()
        return Found(tuple(_listed(row) for row in rows), total, page, pages)

    def one(self, release_id: str) -> ListedRelease | None:
        """One release by its id."""
        with self._lock:
            row = self._up_to_date().execute(
                "SELECT * FROM release WHERE release_id = ?", (release_id,)
            ).fetchone()  # fmt: skip
        return _listed(row) if row else None

    def states(self, recipients: frozenset[str] | None = None) -> dict[ReleaseState, int]:
        """How many releases stand where."""
        where, values = _conditions(Wanted(recipients=recipients))
        with self._lock:
            rows = self._up_to_date().execute(
                f"SELECT state, count(*) FROM release WHERE {where} GROUP BY state", values  # noqa: S608
            ).fetchall()  # fmt: skip
        return {state: dict(rows).get(state, 0) for state in ReleaseState}

    def recipients(self) -> tuple[str, ...]:
        """Names of all recipients that have a release, in order."""
        with self._lock:
            rows = self._up_to_date().execute("SELECT DISTINCT recipient FROM release ORDER BY recipient")
            return tuple(name for (name,) in rows)

    def _up_to_date(self) -> sqlite3.Connection:
        head = newest_head(self._home)
        if self._copy is None or (self._head is not None and not holds_head(self._home, self._head)):
            self._copy, self._head = _new_copy(), None
        copy = self._copy
        if head is not None and head != self._head:
            for listed in disclosures_after(self._home, self._head.sequence if self._head else 0):
                rows = [
                    (d.release_id, d.recipient, RELEASED, d.recorded_at, d.organization, d.rows_released)
                    for d in listed
                ]
                _insert(copy, "INSERT OR REPLACE INTO release VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._head = head
        folders = [
            *_folders(self._home.held, ReleaseState.HELD),
            *_folders(self._home.work, ReleaseState.MAKING),
        ]
        copy.execute("DELETE FROM release WHERE state <> ?", (RELEASED,))
        # What the ledger has is released, whatever an earlier try left under held/.
        _insert(copy, "INSERT OR IGNORE INTO release VALUES (?, ?, ?, ?, NULL, NULL)", folders)
        return copy


def _new_copy() -> sqlite3.Connection:
    # The empty name is a temporary file of SQLite's, which nobody else can open and nobody has to delete.
    copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    copy.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
    return copy


def _insert(copy: sqlite3.Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    copy.execute("BEGIN")
    copy.executemany(statement, rows)
    copy.execute("COMMIT")


def _conditions(wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    parts, values = ["1"], list[str]()
    if wanted.state is not None:
        parts.append("state = ?")
        values.append(wanted.state)
    if wanted.recipients is not None:
        parts.append(f"recipient IN ({', '.join('?' * len(wanted.recipients))})")
        values += sorted(wanted.recipients)
    if search := wanted.search.strip()[:_LONGEST_SEARCH].lower():
        # instr, unlike LIKE, knows no wildcards: what is typed is what is looked for.
        columns = ("lower(release_id)", "lower(recipient)", "lower(coalesce(organization, ''))")
        parts.append(f"({' OR '.join(f'instr({column}, ?) > 0' for column in columns)})")
        values += [search] * len(columns)
    return " AND ".join(parts), tuple(values)


def _listed(row: tuple[str, str, str, str, str | None, int | None]) -> ListedRelease:
    release_id, recipient, state, changed_at, organization, rows = row
    return ListedRelease(release_id, recipient, ReleaseState(state), changed_at, organization, rows)


def _folders(root: Path, state: ReleaseState) -> Iterator[tuple[Any, ...]]:
    """Every ``<recipient>/<release_id>/`` below a folder, links and files left out."""
    for recipient, _ in _subfolders(root):
        for release, changed in _subfolders(root / recipient):
            time = datetime.fromtimestamp(changed, UTC).isoformat(timespec="seconds")
            yield _shown(release), _shown(recipient), state, time


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
