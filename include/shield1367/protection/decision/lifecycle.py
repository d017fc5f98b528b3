"""When protection by one application ends: the state machine over its history of statuses.

§ 1367(a) has one end: the application is denied and all opportunities for appeal are exhausted. A denial
that is not on the merits, a withdrawal, revocation, expiry, adjustment, removal or death ends nothing.
Rows come out of order, twice, and contradict each other: what cannot be true keeps protection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from shield1367.config.benefits import ApplicationState

# Only what was granted once comes to these; a granted application cannot be denied on the merits as well.
_GRANTED = frozenset(
    {
        ApplicationState.APPROVED,
        ApplicationState.ADJUSTED,
        ApplicationState.REVOKED,
        ApplicationState.EXPIRED,
    }
)
# What happens to a person, not to the application: it does not open a denied one again.
_OF_THE_PERSON = frozenset({ApplicationState.DECEASED, ApplicationState.NATURALIZED})


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One status of one application.

    Attributes:
        on: the day of the status; ``None`` when it is not known.
        final: denied on the merits, with evidence that every appeal is exhausted.
    """

    state: ApplicationState
    on: date | None = None
    final: bool = False


def end_of(history: Iterable[Entry], *, filings: Collection[date | None] = ()) -> date | None:
    """The day protection by the application ends, or ``None`` while it has not.

    The last final denial counts. It counts for nothing when the application was granted at any time, is
    open again on or after it, or was filed after it: then one of the rows is wrong, and nobody can say which.
    """
    entries = set(history)
    denials = [entry.on for entry in entries if entry.final and entry.on]
    if not denials or is_contradictory(entries):
        return None
    last = max(denials)
    reopened = any(
        not entry.final and entry.state not in _OF_THE_PERSON and (entry.on is None or entry.on >= last)
        for entry in entries
    )
    filed_later = any(day is not None and day > last for day in filings)
    return None if reopened or filed_later else last


def is_contradictory(history: Iterable[Entry]) -> bool:
    """Whether the application was both granted and finally denied."""
    entries = set(history)
    return any(entry.final for entry in entries) and any(entry.state in _GRANTED for entry in entries)
