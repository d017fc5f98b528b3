"""A copy of what a list shows of releases, in a temporary database that SQLite deletes by itself.

One thread at a time may ask it; :mod:`shield1367.desk.catalogue` sees to that, and to what stands in it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from shield1367.desk.folders import OF_FOLDERS, Making
from shield1367.desk.listing import (
    NUMBERS,
    ORDERS,
    RELEASED,
    REVERSED,
    Condition,
    Found,
    ListedRelease,
    ReleaseState,
    Row,
    Wanted,
    age_of,
    condition,
    listed,
)
from shield1367.release.ledger.browse import Listed

# What is held or on its way is read from folders for each page, and put in and taken out by its state.
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -65536;
CREATE TABLE release (
    release_id TEXT NOT NULL,
    recipient TEXT NOT NULL,
    state INTEGER NOT NULL,
    age INTEGER NOT NULL,
    organization INTEGER,
    rows INTEGER
);
CREATE TABLE organization (
    number INTEGER PRIMARY KEY,
    recipient TEXT NOT NULL,
    organization TEXT NOT NULL,
    UNIQUE (recipient, organization)
);
-- Counting a million rows for each page would take longer than everything else about it.
CREATE TABLE tally (
    recipient TEXT NOT NULL,
    state INTEGER NOT NULL,
    releases INTEGER NOT NULL,
    PRIMARY KEY (recipient, state)
) WITHOUT ROWID;
"""
# Made when the copy is full: a sorted million is written in a third of the time of one by one.
_INDEXES = (
    "CREATE UNIQUE INDEX by_id ON release (release_id)",
    "CREATE INDEX by_time ON release (age, state)",
    "CREATE INDEX by_recipient ON release (recipient, age, state)",
    "CREATE INDEX by_state ON release (state, age)",
)
_ROWS = """
SELECT release_id, r.recipient, state, age, o.organization, rows
FROM release r LEFT JOIN organization o ON o.number = r.organization
"""
_OF_FOLDERS = tuple(NUMBERS[state] for state in OF_FOLDERS)


class Index:
    """The copy; empty at first. Call :meth:`finish` once, after the bulk of it was added."""

    def __init__(self) -> None:
        # The empty name is a temporary file of SQLite's, which nobody else can open and nobody has to delete.
        self._copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._copy.executescript(_SCHEMA)

    def close(self) -> None:
        """Give the file back."""
        self._copy.close()

    def add(self, entries: Sequence[Listed]) -> None:
        """Put in disclosures that are not there yet."""
        copy, released = self._copy, NUMBERS[RELEASED]
        copy.execute("BEGIN")
        copy.executemany(
            "INSERT OR IGNORE INTO organization (recipient, organization) VALUES (?, ?)",
            {(e.recipient, e.organization) for e in entries},
        )
        numbers = {
            (recipient, organization): number
            for number, recipient, organization in copy.execute("SELECT * FROM organization")
        }
        copy.executemany(
            "INSERT INTO release VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    e.release_id, e.recipient, released, age_of(e.recorded_at),
                    numbers[e.recipient, e.organization], e.rows_released,
                )
                for e in entries
            ],
        )  # fmt: skip
        copy.executemany(
            "INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET releases = releases + excluded.releases",
            [(recipient, released, n) for recipient, n in Counter(e.recipient for e in entries).items()],
        )
        copy.execute("COMMIT")

    def finish(self) -> None:
        """Make what its questions are answered from."""
        for statement in _INDEXES:
            self._copy.execute(statement)

    def forget_folders(self) -> None:
        """Take out what was read from folders."""
        for table in ("release", "tally"):
            self._copy.executemany(f"DELETE FROM {table} WHERE state = ?", [(one,) for one in _OF_FOLDERS])  # noqa: S608

    def add_folders(self, rows: Iterable[Making]) -> None:
        """Put in what the folders say; what the ledger has is released, whatever an earlier try left under held/."""
        copy = self._copy
        copy.execute("BEGIN")
        copy.executemany(
            "INSERT OR IGNORE INTO release VALUES (?, ?, ?, ?, NULL, NULL)",
            [(r.release_id, r.recipient, NUMBERS[r.state], age_of(r.changed_at)) for r in rows],
        )
        copy.execute(
            "INSERT INTO tally SELECT recipient, state, count(*) FROM release"
            " WHERE state IN (?, ?, ?) GROUP BY recipient, state",
            _OF_FOLDERS,
        )
        copy.execute("COMMIT")

    def find(self, wanted: Wanted) -> Found:
        """The releases that a list asks for."""
        asked = condition(self._copy, wanted)
        # Conditions and orders are constants of ours; every value is bound.
        counted = "coalesce(sum(releases), 0) FROM tally" if asked.fits_tally else "count(*) FROM release"
        (total,) = self._copy.execute(f"SELECT {counted} WHERE {asked.words}", asked.values).fetchone()
        pages = max(1, -(-total // wanted.rows))
        page = min(max(1, wanted.page), pages)
        first = (page - 1) * wanted.rows
        rows = self._rows(asked, wanted, first, min(wanted.rows, total - first), total)
        return Found(tuple(listed(row) for row in rows), total, page, pages)

    def _rows(self, asked: Condition, wanted: Wanted, first: int, many: int, total: int) -> list[Row]:
        """Rows of one page, counted from the nearer end: to skip a million takes a quarter of a second."""
        is_near_the_end = first > total // 2
        order = (REVERSED if is_near_the_end else ORDERS)[wanted.order]
        skipped = total - first - many if is_near_the_end else first
        found = self._copy.execute(
            f"SELECT rowid FROM release WHERE {asked.words} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608
            (*asked.values, many, skipped),
        ).fetchall()
        rows: list[Row] = [self._copy.execute(f"{_ROWS} WHERE r.rowid = ?", one).fetchone() for one in found]
        return rows[::-1] if is_near_the_end else rows

    def one(self, release_id: str) -> ListedRelease | None:
        """One release by its id."""
        row = self._copy.execute(f"{_ROWS} WHERE release_id = ?", (release_id,)).fetchone()
        return listed(row) if row else None

    def states(self) -> dict[ReleaseState, int]:
        """How many releases stand where."""
        rows = dict(self._copy.execute("SELECT state, sum(releases) FROM tally GROUP BY state").fetchall())
        return {state: rows.get(NUMBERS[state], 0) for state in ReleaseState}

    def recipients(self) -> tuple[str, ...]:
        """Names of all recipients that have a release, in order."""
        rows = self._copy.execute(
            "SELECT DISTINCT recipient FROM tally WHERE releases > 0 ORDER BY recipient"
        )
        return tuple(name for (name,) in rows)
