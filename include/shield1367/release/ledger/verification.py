"""Whether the ledger holds, from its first entry to its last, and where it does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic_core import from_json

from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.release.ledger.chain import GENESIS, Head, digest_of_people, link
from shield1367.release.ledger.heads import heads_after, heads_path
from shield1367.release.ledger.mark import set_mark, trusted_mark
from shield1367.release.ledger.opening import has_checkpoints, lost_guards, reading
from shield1367.release.ledger.session import Session, broken
from shield1367.release.signing import Signer

BEGINNING = Head(0, GENESIS)
# So many entries take less than a second: a shorter ledger is always walked whole.
SHORT = 10_000
_AT_ONCE = 5_000
# Nothing may stand before the first entry either.
_LOWEST = -(1 << 62)
_POINTS = (
    "SELECT c.sequence, d.hash, c.key, c.signature FROM checkpoint c"
    " LEFT JOIN disclosure d USING (sequence) ORDER BY c.sequence"
)


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
    """Check chain, people, heads, signatures and guards, from the first entry to the last.

    Raises:
        LedgerBrokenError: with the number of the first entry that does not hold.
        LedgerUnsignedError: the chain holds and its end is not signed.
    """
    return _verified(home, signer, BEGINNING)


def verify_growth(home: Home, signer: Signer, *, now: datetime | None = None) -> Verified:
    """Check what was added since the ledger was found whole, that nothing before is gone, signatures and guards.

    A short ledger is walked whole each time; a long one when it was not for a month, or when nothing that this site
    signed tells how far it held. What somebody changed in an old entry, in the place of the triggers and without
    the key, the whole walk finds.

    Raises:
        LedgerBrokenError, LedgerUnsignedError: as :func:`verify_ledger`.
        StorageError: how far it holds cannot be kept.
    """
    now = now or datetime.now(UTC)
    mark = trusted_mark(home, signer, now)
    if mark is not None and mark.sequence > SHORT:
        verified, walked_at = _verified(home, signer, mark.head), mark.walked_at
    else:
        verified, walked_at = _verified(home, signer, BEGINNING), now.isoformat(timespec="seconds")
    if verified.head is not None and verified.head.sequence > SHORT:
        set_mark(home, signer, verified.head, walked_at=walked_at)
    return verified


def _verified(home: Home, signer: Signer, start: Head) -> Verified:
    heads = heads_after(home, start)
    with reading(home) as session:
        if session is None:
            if heads_path(home).exists():
                raise broken("its database is gone, and its heads are there: it was removed")
            return Verified(0, None, None)
        head = _chain(session, heads, start)
        key = _signed(session, head, signer) if head.sequence else None
        if lost := lost_guards(session):
            raise broken(
                f"every entry does, but {lost} trigger(s) that refuse changes are gone;"
                " `shield1367 ledger checkpoint` puts them back"
            )
    return Verified(head.sequence, head if head.sequence else None, key)


def _chain(session: Session, heads: Iterator[Head], start: Head) -> Head:
    if start.sequence:
        _require_whole(session, start)
    head, outside = start, True
    for sequence, release_id, text, said, hashed, people in _entries(session, start.sequence or _LOWEST):
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
        whole = digest_of_people(people) == entry["people"] if "people" in entry else not people
        if entry["release_id"] != release_id or not whole:
            raise broken(f"the people or the release of entry {expected} were changed")
    if beyond := next(heads, None):
        raise broken(f"entry {beyond.sequence} and what followed are missing: it was cut off")
    if (
        start == BEGINNING
        and session.execute(
            "SELECT 1 FROM held_person h WHERE NOT EXISTS"
            " (SELECT 1 FROM disclosure d WHERE d.release_id = h.release_id) LIMIT 1"
        ).fetchone()
    ):
        raise broken(f"entry {head.sequence + 1} is missing: there are people without their release")
    return head


def _require_whole(session: Session, start: Head) -> None:
    """The entry that the walk begins behind is the one that was walked to, and so many are before it."""
    found = session.execute("SELECT hash FROM disclosure WHERE sequence = ?", (start.sequence,)).fetchone()
    if found is None:
        raise broken(f"it ends before entry {start.sequence}, which was recorded: it was cut off")
    if found[0] != start.hash:
        raise broken(f"entry {start.sequence} is another one than was recorded")
    there = session.execute(
        "SELECT count(*) FROM disclosure WHERE sequence <= ?", (start.sequence,)
    ).fetchone()[0]
    if there != start.sequence:
        raise broken(f"an entry before {start.sequence} is missing: `shield1367 ledger verify` says which")


def _entries(session: Session, after: int) -> Iterator[tuple[int, str, str, str, str, list[str]]]:
    """Every entry behind one, with its people; some thousands at a time, whatever the driver keeps of a result."""
    while True:
        rows = session.execute(
            "SELECT sequence, release_id, entry, previous, hash FROM disclosure"
            " WHERE sequence > ? ORDER BY sequence LIMIT ?",
            (after, _AT_ONCE),
        ).fetchall()
        if not rows:
            return
        people = defaultdict[str, list[str]](list)
        for release_id, person in session.execute(
            "SELECT h.release_id, h.person FROM disclosure d JOIN held_person h ON h.release_id = d.release_id"
            " WHERE d.sequence > ? AND d.sequence <= ?",
            (after, rows[-1][0]),
        ):
            people[release_id].append(person)
        for row in rows:
            yield (*row, people.get(row[1], []))
        after = rows[-1][0]


def _signed(session: Session, head: Head, signer: Signer) -> str:
    last = None
    if has_checkpoints(session):
        last = session.execute(f"{_POINTS} DESC LIMIT 1").fetchone()
    if last is None or last[0] < head.sequence:
        after = last[0] if last else 0
        raise LedgerUnsignedError(
            f"entries {after + 1} to {head.sequence} are chained and not signed.",
            mend="were they recorded by an earlier version, `shield1367 ledger checkpoint` signs them;"
            " otherwise restore the ledger from backup and report it.",
        )
    if not _holds(last, signer):
        # The hash of an entry tells everything before it: whoever wrote the chain anew has spoiled every
        # signature from there on, so the first of them is found by halving.
        points = session.execute(_POINTS).fetchall()
        low, high = 0, len(points) - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if _holds(points[middle], signer) else (low, middle)
        first = points[low - 1][0] + 1 if low else 1
        where = f"entry {first}" if first == points[low][0] else f"an entry of {first} to {points[low][0]}"
        raise broken(f"{where} was changed and hashed anew: no signature of this site covers it")
    return str(last[2])


def _holds(point: tuple[int, str | None, str, bytes], signer: Signer) -> bool:
    sequence, hashed, key, signature = point
    return hashed is not None and signer.holds(key, Head(sequence, hashed).message(), signature)
