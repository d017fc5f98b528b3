"""The ledger in a SQLite file: tables, the triggers that refuse every change, and its errors in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from shield1367.errors import TransientError
from shield1367.release.ledger.session import LedgerBrokenError, Session

BUSY_SECONDS = 60.0
_FINAL = "SELECT RAISE(ABORT, 'the ledger is append-only')"
# INSERT OR REPLACE deletes without any trigger for deletes: what would replace is refused as an insert.
GUARDS = {
    **{
        f"{table}_{name}": f"BEFORE {action} ON {table}"
        for table in ("disclosure", "held_person", "checkpoint")
        for name, action in (("is_final", "UPDATE"), ("stays", "DELETE"))
    },
    "disclosure_comes_last": "BEFORE INSERT ON disclosure WHEN NEW.sequence <>"
    " COALESCE((SELECT max(sequence) FROM disclosure), 0) + 1"
    " OR EXISTS (SELECT 1 FROM disclosure WHERE release_id = NEW.release_id)",
    "held_person_is_of_the_last": "BEFORE INSERT ON held_person WHEN NEW.release_id <>"
    " (SELECT release_id FROM disclosure ORDER BY sequence DESC LIMIT 1)",
    "checkpoint_comes_last": "BEFORE INSERT ON checkpoint WHEN NEW.sequence <="
    " COALESCE((SELECT max(sequence) FROM checkpoint), 0)",
}
# Ledgers of earlier versions get what they lack; nothing of theirs is changed.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS disclosure (
    sequence INTEGER PRIMARY KEY,
    release_id TEXT NOT NULL UNIQUE,
    entry TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS held_person (
    release_id TEXT NOT NULL REFERENCES disclosure (release_id),
    person TEXT NOT NULL,
    PRIMARY KEY (release_id, person)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_person_by_person ON held_person (person);
CREATE TABLE IF NOT EXISTS checkpoint (
    sequence INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    key TEXT NOT NULL,
    signature BLOB NOT NULL
);
""" + "".join(
    f"CREATE TRIGGER IF NOT EXISTS {name} {when} BEGIN {_FINAL}; END;\n" for name, when in GUARDS.items()
)
_MENDS = {
    "SQLITE_FULL": "free disk space; nothing was released without being recorded.",
    "SQLITE_READONLY": "mount the ledger's disk writable; nothing was released without being recorded.",
}


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A view of the ledger, which may lie on a read-only disk.

    Raises:
        TransientError: it does not answer.
        LedgerBrokenError: it is damaged.
    """
    with (
        _answered(path),
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", timeout=BUSY_SECONDS, uri=True)) as c,
    ):
        yield c


@contextmanager
def appending(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction, all of it or nothing, while no other process writes.

    Raises:
        TransientError: others hold the ledger for too long, or the disk is full or read-only.
        LedgerBrokenError: it is damaged.
    """
    with _answered(path), closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as c:
        if _lacks_something(c):
            # All of it at once: whoever reads meanwhile finds no half of it.
            c.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")
        c.execute("BEGIN IMMEDIATE")
        try:
            yield c
        except BaseException:
            if c.in_transaction:
                c.execute("ROLLBACK")
            raise
        c.execute("COMMIT")


def has_tables(connection: Session) -> bool:
    """Whether the tables are there: they are made all at once."""
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'disclosure'").fetchone())


def guards(connection: Session) -> set[str]:
    """Names of the triggers that are there."""
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}


def has_checkpoints(connection: Session) -> bool:
    """Whether this is a ledger of this version, or of an earlier one that nothing was added to since."""
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'checkpoint'").fetchone())


def _lacks_something(connection: sqlite3.Connection) -> bool:
    return not (has_checkpoints(connection) and GUARDS.keys() <= guards(connection))


@contextmanager
def _answered(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise TransientError(
            f"the ledger {path} does not answer ({error.sqlite_errorname}).",
            mend=_MENDS.get(
                error.sqlite_errorname,
                "check its disk and permissions; nothing was released without being recorded.",
            ),
        ) from None
    except sqlite3.DatabaseError as error:
        raise LedgerBrokenError(
            f"the ledger {path} is damaged ({error.sqlite_errorname}).",
            mend="restore it from backup and compare; report the finding as an incident.",
        ) from None
