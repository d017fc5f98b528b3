"""Who was shielded when, by what the registry knew when: for looking back at what went out before.

Protections carry two times, from when to when they hold and from when to when they were known. Who is who is
always as known now; an answer given under an id that was merged later is that id's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from shield1367.protection.decision.decide import Protection, status_at
from shield1367.protection.registry.database import chunks, select_in
from shield1367.protection.registry.neighbours import Ids
from shield1367.protection.registry.store import Registry
from shield1367.protection.registry.tables import PROTECTION
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status

# So many people at once: enough for few queries, few enough for little memory.
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class _Known:
    protection: Protection
    since: datetime | None
    until: datetime | None

    def holds(self, at: datetime | None) -> bool:
        """Whether it was known at a time; ``None`` is now."""
        if at is None:
            return self.until is None
        return (self.since is None or self.since <= at) and (self.until is None or self.until > at)


@dataclass(frozen=True, slots=True)
class History:
    """What is and was known of one person.

    Attributes:
        person_id: the id the person goes by now.
        known: every id the person has gone by → what was known of it.
    """

    person_id: str
    known: Mapping[str, tuple[_Known, ...]]

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id the person has gone by."""
        return tuple(sorted(self.known))

    def is_shielded(self, today: date) -> bool:
        """Whether the person is shielded today, by what is known now."""
        return self._answer([k for some in self.known.values() for k in some], today, None).is_shielded

    def was_shielded(self, person_id: str, day: date, known_at: datetime) -> bool:
        """Whether a release made on *day* took the person, under one of his or her ids, for shielded."""
        own = [k for k in self.known.get(person_id, ()) if k.holds(known_at)]
        # An id that was merged before then has no answers of its own.
        others = [k for some in self.known.values() for k in some]
        return self._answer(own or others, day, known_at).is_shielded

    @staticmethod
    def _answer(known: Collection[_Known], day: date, at: datetime | None) -> Status:
        # Nobody known is INDETERMINATE, and was to the release.
        return status_at((k.protection for k in known if k.holds(at)), day)


def newly_shielded(
    registry: Registry, *, since: datetime | None, days: tuple[date, date] | None, today: date
) -> Iterator[History]:
    """Everybody shielded today about whom something has been decided, or has begun, of late.

    Args:
        since: decisions known from later on; ``None`` is everybody.
        days: protections that begin after the first of these days and by the second.
    """
    of = PROTECTION.c
    with registry.reading() as connection:
        wanted = sa.select(of.person_id).distinct()
        if since is not None:
            # Closed too: an id that was merged into another one has nothing new but its end.
            late = (of.known_from > since) | (of.known_until > since)
            if days is not None:
                late |= (of.begins > days[0]) & (of.begins <= days[1])
            wanted = wanted.where(late)
        touched = {row.person_id for row in connection.execute(wanted)}
        ids = Ids(connection)
        for some in chunks(sorted(ids.roots(touched)), _AT_ONCE):
            roots = ids.all_of(some)
            known: dict[str, list[_Known]] = defaultdict(list)
            for row in select_in(connection, sa.select(PROTECTION), of.person_id, roots):
                known[row.person_id].append(_read(row))
            people: dict[str, dict[str, tuple[_Known, ...]]] = defaultdict(dict)
            for person_id, root in roots.items():
                people[root][person_id] = tuple(known[person_id])
            for root, answers in sorted(people.items()):
                history = History(root, answers)
                if history.is_shielded(today):
                    yield history


def _read(row: sa.Row[tuple[object, ...]]) -> _Known:
    protection = Protection(Status(row.status), Rule(row.rule), row.begins, row.ends)
    return _Known(protection, _aware(row.known_from), _aware(row.known_until))


def _aware(moment: datetime | None) -> datetime | None:
    # SQLite gives back the time without its zone, which is UTC.
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
