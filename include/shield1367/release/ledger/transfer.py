"""A ledger in a file of its own, whatever database it lives in; and back into a database server.

Entry by entry, as they were recorded: the triggers of the copy hold from its first one. Nothing is hashed or signed
anew, so that the copy holds exactly where the ledger does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shield1367.home import Home
from shield1367.release.ledger import database
from shield1367.release.ledger.opening import appending, reading
from shield1367.release.ledger.session import Session

_AT_ONCE = 2_000


def copy_out(home: Home, path: Path) -> bool:
    """Write the ledger into the new SQLite file *path*; whether there was one.

    Raises:
        TransientError: the database does not answer.
        LedgerBrokenError: it is damaged.
    """
    with reading(home) as source:
        if source is None:
            return False
        with database.appending(path) as target:
            _copy(source, target)
    return True


def copy_in(path: Path, home: Home) -> None:
    """Write what :func:`copy_out` wrote into the empty database that the environment names.

    Raises:
        TransientError: the database does not answer.
        LedgerBrokenError: the file is damaged, or no ledger.
    """
    with database.reading(path) as source, appending(home) as target:
        _copy(source, target)


def _copy(source: Session, target: Session) -> None:
    for sequence, release_id, *rest in _pages(
        source, "disclosure", "sequence, release_id, entry, previous, hash"
    ):
        target.execute("INSERT INTO disclosure VALUES (?, ?, ?, ?, ?)", (sequence, release_id, *rest))
        people = source.execute(
            "SELECT person FROM held_person WHERE release_id = ?", (release_id,)
        ).fetchall()
        if people:
            target.executemany(
                "INSERT INTO held_person VALUES (?, ?)", [(release_id, person) for (person,) in people]
            )
    for row in _pages(source, "checkpoint", "sequence, hash, key, signature"):
        target.execute("INSERT INTO checkpoint VALUES (?, ?, ?, ?)", tuple(row))


def _pages(source: Session, table: str, columns: str) -> Iterator[Any]:
    after = 0
    while rows := source.execute(
        f"SELECT {columns} FROM {table} WHERE sequence > ? ORDER BY sequence LIMIT ?",  # noqa: S608
        (after, _AT_ONCE),
    ).fetchall():
        yield from rows
        after = rows[-1][0]
