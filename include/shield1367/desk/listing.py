"""A question to the catalogue, and its answer: which releases, in which order, which page of them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

PAGE_ROWS = 25
_LONGEST_SEARCH = 80
_LAST_CHARACTER = "\U0010ffff"
_BEGINS = "(release_id >= ? AND release_id < ?)"


class ReleaseState(StrEnum):
    """Where a release stands."""

    RELEASED = "released"
    HELD = "held"
    WAITING = "waiting"
    MAKING = "making"


RELEASED = ReleaseState.RELEASED


class Order(StrEnum):
    """What a list is sorted by."""

    NEWEST = "newest"
    OLDEST = "oldest"
    RECIPIENT = "recipient"
    STATE = "state"


# Every order ends with the place in the copy, so that pages neither repeat nor skip one of two that are equal. `age`
# is the time with its sign turned: SQLite walks an index either way, but all of its columns the same way.
ORDERS = {
    Order.NEWEST: "age, state, rowid",
    Order.OLDEST: "age DESC, state DESC, rowid DESC",
    Order.RECIPIENT: "recipient, age, state, rowid",
    Order.STATE: "state, age, rowid",
}
"""What stands behind ORDER BY; each is an index of the copy, read in one direction or the other."""
REVERSED = {
    Order.NEWEST: ORDERS[Order.OLDEST],
    Order.OLDEST: ORDERS[Order.NEWEST],
    Order.RECIPIENT: "recipient DESC, age DESC, state DESC, rowid DESC",
    Order.STATE: "state DESC, age DESC, rowid DESC",
}
"""The same from the other end."""

NUMBERS = {
    state: number
    for number, state in enumerate(
        (ReleaseState.WAITING, ReleaseState.HELD, ReleaseState.MAKING, ReleaseState.RELEASED)
    )
}
"""States as the copy writes them: first what waits for somebody."""
_STATES = {number: state for state, number in NUMBERS.items()}


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
        search: how a release's id begins, or part of its recipient's name or of the organisation's.
        page: counted from 1; beyond the last one is the last one.
        releases: only these, by id; ``None`` for all.
    """

    state: ReleaseState | None = None
    recipients: frozenset[str] | None = None
    search: str = ""
    order: Order = Order.NEWEST
    page: int = 1
    rows: int = PAGE_ROWS
    releases: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of an answer: *total* releases on *pages* pages."""

    releases: tuple[ListedRelease, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Condition:
    """What stands behind WHERE, of constants of this module, and the values that are bound in it.

    Attributes:
        fits_tally: whether it asks for nothing that the tally by recipient and state does not know.
    """

    words: str
    values: tuple[str | int, ...]
    fits_tally: bool


def condition(copy: sqlite3.Connection, wanted: Wanted) -> Condition:
    """The condition for a question, such that indexes answer it.

    There may be a million releases, but of few recipients: a search in words becomes a choice of recipients. A part
    that nothing fits is left out, for of two parts in one condition SQLite would read the whole table.
    """
    parts, values, fits_tally = ["1"], list[str | int](), True
    if wanted.state is not None:
        # The plus keeps SQLite from the index of states where that of recipients is the one to walk.
        parts.append("state = ?" if wanted.recipients is None else "+state = ?")
        values.append(NUMBERS[wanted.state])
    if wanted.recipients is not None:
        parts.append(_one_of("recipient", wanted.recipients))
        values += sorted(wanted.recipients)
    if wanted.releases is not None:
        # One value however many they are: SQLite bounds how many are bound.
        parts.append("release_id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(sorted(wanted.releases)))
        fits_tally = False
    if search := wanted.search.strip()[:_LONGEST_SEARCH].lower():
        either = []
        if recipients := _recipients(copy, search):
            either.append(_one_of("recipient", recipients))
            values += sorted(recipients)
        begins = (search, search + _LAST_CHARACTER)
        if copy.execute(f"SELECT 1 FROM release WHERE {_BEGINS} LIMIT 1", begins).fetchone():  # noqa: S608
            either.append(_BEGINS)
            values += begins
            fits_tally = False
        parts.append(f"({' OR '.join(either) or '0'})")
    return Condition(" AND ".join(parts), tuple(values), fits_tally)


def _recipients(copy: sqlite3.Connection, search: str) -> frozenset[str]:
    """Recipients in whose name, or in whose organisation's, the words stand."""
    # instr, unlike LIKE, knows no wildcards: what is typed is what is looked for.
    rows = copy.execute(
        "SELECT recipient FROM tally WHERE instr(lower(recipient), ?)"
        " UNION SELECT recipient FROM organization WHERE instr(lower(organization), ?)",
        (search, search),
    )
    return frozenset(name for (name,) in rows)


def _one_of(column: str, names: frozenset[str]) -> str:
    return f"{column} IN ({', '.join('?' * len(names))})"


Row = tuple[str, str, int, int, str | None, int | None]
"""Id, recipient, number of the state, age, organisation, rows."""


def age_of(changed_at: str) -> int:
    """A time in ISO 8601 as the copy orders it: seconds, their sign turned."""
    return -int(datetime.fromisoformat(changed_at).timestamp())


def listed(row: Row) -> ListedRelease:
    """One row of the catalogue."""
    release_id, recipient, state, age, organization, rows = row
    changed_at = datetime.fromtimestamp(-age, UTC).isoformat()
    return ListedRelease(release_id, recipient, _STATES[state], changed_at, organization, rows)
