"""The ledger for reading page by page: what a list shows of each disclosure, and never all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from shield1367.home import Home
from shield1367.release.ledger.asking import query
from shield1367.release.ledger.chain import Head
from shield1367.release.ledger.entries import Disclosure

_AT_ONCE = 20_000
# Notices and the events of cases have ids of their own beside those of releases.
_BETWEEN = """
SELECT sequence, release_id, json_extract(entry, '$.recorded_at'), json_extract(entry, '$.recipient'),
    json_extract(entry, '$.organization'), json_extract(entry, '$.rows_released')
FROM disclosure
WHERE sequence > ? AND sequence <= ? AND release_id NOT LIKE 'notice-%' AND release_id NOT LIKE 'case-%'
ORDER BY sequence LIMIT ?
"""
_ONE = """
SELECT sequence, entry FROM disclosure
WHERE release_id = ? AND release_id NOT LIKE 'notice-%' AND release_id NOT LIKE 'case-%'
"""


class Listed(NamedTuple):
    """What a list shows of one disclosure; *recorded_at* is UTC, ISO 8601."""

    sequence: int
    release_id: str
    recorded_at: str
    recipient: str
    organization: str
    rows_released: int


def newest_head(home: Home) -> Head | None:
    """Number and hash of the last entry; ``None`` of a ledger without any.

    Raises:
        LedgerBrokenError: the database is gone, and its heads are there.
        TransientError: it does not answer.
    """
    rows = query(home, "SELECT sequence, hash FROM disclosure ORDER BY sequence DESC LIMIT 1")
    return Head(*rows[0]) if rows else None


def holds_head(home: Home, head: Head) -> bool:
    """Whether the ledger still has *head*: after a restore it may be another one."""
    rows = query(home, "SELECT hash FROM disclosure WHERE sequence = ?", (head.sequence,))
    return bool(rows) and rows[0][0] == head.hash


def disclosures_between(home: Home, *, after: int, until: int) -> Iterator[list[Listed]]:
    """The disclosures behind one entry and up to another one, oldest first, some thousands at a time."""
    while True:
        rows = query(home, _BETWEEN, (after, until, _AT_ONCE))
        if rows:
            yield [Listed(*row)._replace(rows_released=int(row[-1])) for row in rows]
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1][0]


def disclosure_and_place(home: Home, release_id: str) -> tuple[int, Disclosure] | None:
    """One disclosure with its number in the ledger; ``None`` when no such release is recorded."""
    rows = query(home, _ONE, (release_id,))
    return (rows[0][0], Disclosure.model_validate_json(rows[0][1])) if rows else None
