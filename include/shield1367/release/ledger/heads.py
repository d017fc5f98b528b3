"""The heads: number and hash of every entry once more, outside of the database, one line each.

A database that was cut off, exchanged for another one, or written anew can thereby be told, and where it
departs from what was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shield1367.home import Home
from shield1367.release.ledger.chain import Head
from shield1367.release.ledger.session import Session, broken
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


def heads_after(home: Home, start: Head) -> Iterator[Head]:
    """The lines behind that of *start* that are there by now, oldest first.

    Ask before the database: whatever has a line is in it, also when others add to both meanwhile.

    Raises:
        LedgerBrokenError: the line of *start* is another one.
    """
    path = heads_path(home)
    return _lines(path, start, path.stat().st_size) if path.exists() else iter(())


def _lines(path: Path, start: Head, size: int) -> Iterator[Head]:
    with reported(path, "read"), path.open("rb") as stream:
        at = 0
        if start.sequence:
            at = stream.seek(_offset(start.sequence))
            # One that is not there yet belongs to an entry whose writer was killed before it came to this.
            if (line := stream.readline()) and _parsed(line) != start:
                raise broken(f"entry {start.sequence} is another one than was recorded")
            at += len(line)
        for line in stream:
            at += len(line)
            if at > size:
                return
            yield _parsed(line)


def _offset(sequence: int) -> int:
    """Where the line of an entry begins: each has its number, a space, 64 digits and an end."""
    digits, first, length = 0, 1, 1
    while first * 10 <= sequence:
        digits += 9 * first * length
        first, length = first * 10, length + 1
    return digits + (sequence - first) * length + (sequence - 1) * 66


def hold_against(connection: Session, head: Head | None) -> None:
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


def catch_up(home: Home, connection: Session) -> None:
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
