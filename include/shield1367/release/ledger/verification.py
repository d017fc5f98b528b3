"""Whether the ledger holds, from its first entry to its last, and where it does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic_core import from_json

from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.release.ledger.chain import GENESIS, Head, digest_of_people, link
from shield1367.release.ledger.database import GUARDS, broken, guards, has_checkpoints, reading
from shield1367.release.ledger.heads import all_heads, heads_path
from shield1367.release.signing import Signer


class LedgerUnsignedError(TerminalError):
    """Error raised when the newest entries carry no signature, as those of earlier versions do."""

    code = "E803"


@dataclass(frozen=True, slots=True)
class Verified:
    """A ledger that holds.

    Attributes:
        head: its end; ``None`` when it is empty.
        key: id of the key that signed it last.
    """

    entries: int
    head: Head | None
    key: str | None


def verify_ledger(home: Home, signer: Signer) -> Verified:
    """Check chain, people, heads, signatures and guards.

    Raises:
        LedgerBrokenError: with the number of the first entry that does not hold.
        LedgerUnsignedError: the chain holds and its end is not signed.
    """
    if not home.ledger.exists():
        if heads_path(home).exists():
            raise broken("its database is gone, and its heads are there: it was removed")
        return Verified(0, None, None)
    with reading(home.ledger) as connection:
        head = _chain(connection, all_heads(home))
        key = _signed(connection, head, signer) if head.sequence else None
        if lost := GUARDS.keys() - guards(connection):
            raise broken(
                f"every entry does, but {len(lost)} trigger(s) that refuse changes are gone;"
                " `shield1367 ledger checkpoint` puts them back"
            )
    return Verified(head.sequence, head if head.sequence else None, key)


def _chain(connection: sqlite3.Connection, heads: Iterator[Head]) -> Head:
    head, outside = Head(0, GENESIS), True
    for sequence, release_id, text, said, hashed in connection.execute(
        "SELECT sequence, release_id, entry, previous, hash FROM disclosure ORDER BY sequence"
    ):
        expected = head.sequence + 1
        if sequence != expected:
            raise broken(f"entry {expected} is missing")
        if said != head.hash or hashed != link(sequence, said, text):
            raise broken(f"entry {expected} was changed, or is not the one that was there")
        head = Head(sequence, hashed)
        known = next(heads, None) if outside else None
        outside = known is not None
        if known is not None and known != head:
            raise broken(f"entry {expected} is another one than was recorded: the ledger forks there")
        # Only what the chain vouches for is parsed.
        entry = from_json(text)
        held = connection.execute("SELECT person FROM held_person WHERE release_id = ?", (release_id,))
        people = [row[0] for row in held]
        whole = digest_of_people(people) == entry["people"] if "people" in entry else not people
        if entry["release_id"] != release_id or not whole:
            raise broken(f"the people or the release of entry {expected} were changed")
    if beyond := next(heads, None):
        raise broken(f"entry {beyond.sequence} and what followed are missing: it was cut off")
    if connection.execute(
        "SELECT 1 FROM held_person WHERE release_id NOT IN (SELECT release_id FROM disclosure)"
    ).fetchone():
        raise broken(f"entry {head.sequence + 1} is missing: there are people without their release")
    return head


def _signed(connection: sqlite3.Connection, head: Head, signer: Signer) -> str:
    points: list[tuple[int, str | None, str, bytes]] = []
    if has_checkpoints(connection):
        points = connection.execute(
            "SELECT c.sequence, d.hash, c.key, c.signature FROM checkpoint c"
            " LEFT JOIN disclosure d USING (sequence) ORDER BY c.sequence"
        ).fetchall()
    if not points or points[-1][0] < head.sequence:
        after = points[-1][0] if points else 0
        raise LedgerUnsignedError(
            f"entries {after + 1} to {head.sequence} are chained and not signed.",
            mend="were they recorded by an earlier version, `shield1367 ledger checkpoint` signs them;"
            " otherwise restore the ledger from backup and report it.",
        )
    if not _holds(points[-1], signer):
        # The hash of an entry tells everything before it: whoever wrote the chain anew has spoiled every
        # signature from there on, so the first of them is found by halving.
        low, high = 0, len(points) - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if _holds(points[middle], signer) else (low, middle)
        first = points[low - 1][0] + 1 if low else 1
        where = f"entry {first}" if first == points[low][0] else f"an entry of {first} to {points[low][0]}"
        raise broken(f"{where} was changed and hashed anew: no signature of this site covers it")
    return points[-1][2]


def _holds(point: tuple[int, str | None, str, bytes], signer: Signer) -> bool:
    sequence, hashed, key, signature = point
    return hashed is not None and signer.holds(key, Head(sequence, hashed).message(), signature)
