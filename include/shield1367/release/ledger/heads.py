"""The heads: number and hash of every entry once more, outside of the database, one line each.

A database that was cut off, exchanged for another one, or written anew can thereby be told, and where it
departs from what was recorded.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from shield1367.home import Home
from shield1367.release.ledger.chain import Head
from shield1367.release.ledger.database import broken
from shield1367.storage import append_bytes, locked, reported

_LAST = 200


def heads_path(home: Home) -> Path:
    """``ledger/heads``."""
    return home.ledger.with_name("heads")


def last_head(home: Home) -> Head | None:
    """The last line, or ``None`` when there is none."""
    path = heads_path(home)
    if not path.exists():
        return None
    with reported(path, "read"), path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _LAST))
        lines = stream.read().splitlines()
    return _parsed(lines[-1]) if lines else None


def all_heads(home: Home) -> Iterator[Head]:
    """Every line, oldest first."""
    path = heads_path(home)
    if not path.exists():
        return
    with reported(path, "read"), path.open("rb") as stream:
        for line in stream:
            yield _parsed(line)


def hold_against(connection: sqlite3.Connection, head: Head | None) -> None:
    """Nothing is added to a ledger that lacks what was recorded.

    Raises:
        LedgerBrokenError: the database has another entry, or none, where the heads end.
    """
    if head is None:
        return
    found = connection.execute("SELECT hash FROM disclosure WHERE sequence = ?", (head.sequence,)).fetchone()
    if found is None:
        raise broken(f"it ends before entry {head.sequence}, which was recorded: it was cut off")
    if found[0] != head.hash:
        raise broken(f"entry {head.sequence} is another one than was recorded")


def catch_up(home: Home, connection: sqlite3.Connection) -> None:
    """Add the lines of entries that have none yet, whoever recorded them."""
    with locked(heads_path(home).with_suffix(".lock")):
        last = last_head(home)
        rows = connection.execute(
            "SELECT sequence, hash FROM disclosure WHERE sequence > ? ORDER BY sequence",
            (last.sequence if last else 0,),
        ).fetchall()
        if rows:
            lines = "".join(f"{sequence} {link}\n" for sequence, link in rows)
            append_bytes(heads_path(home), lines.encode())


def _parsed(line: bytes) -> Head:
    number, _, link = line.decode("ascii", "replace").strip().partition(" ")
    if not number.isdecimal():
        raise broken("the file of its heads is damaged")
    return Head(int(number), link)
