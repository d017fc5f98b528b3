"""How many people have which answer, counted by the database instead of in memory."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import sqlalchemy as sa

from shield1367.config.loading import ConfigModel
from shield1367.protection.registry.store import Registry, known
from shield1367.protection.registry.tables import EVIDENCE, PROTECTION
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status

# In the order of `strongest`; the database compares the numbers.
_ORDER = (Status.CLEAR, Status.INDETERMINATE, Status.PROTECTED)


class UnknownCodes(ConfigModel):
    """How many cells of one kind hold a code or status that no table knows (R-28)."""

    source: str
    dataset: str
    kind: str
    count: int


def count_unknown_codes(registry: Registry) -> tuple[UnknownCodes, ...]:
    """Where codes stand that ``benefits.yaml`` should learn: counts and places, since a code may be anything."""
    of = EVIDENCE.c
    cells = sa.func.count().label("cells")
    place = (of.source, of.dataset, of.kind)
    wanted = (
        sa.select(*place, of.batch, of.policy, cells)
        .where(of.rule.in_((Rule.UNKNOWN_CODE, Rule.UNKNOWN_STATUS)))
        .group_by(*place, of.batch, of.policy)
    )
    with registry.reading() as connection:
        policies = registry.evaluated(connection)
        found: Counter[tuple[str, str, str]] = Counter()
        for row in connection.execute(wanted):
            # What older tables did not know counts no more.
            if policies.get((row.source, row.batch)) == row.policy:
                found[row.source, row.dataset, row.kind] += row.cells
    return tuple(
        UnknownCodes(source=source, dataset=dataset, kind=kind, count=count)
        for (source, dataset, kind), count in sorted(found.items())
    )


def count_statuses(connection: sa.Connection, day: date) -> Counter[Status]:
    """People by their status on *day*, as :func:`~shield1367.protection.decision.decide.status_at` answers."""
    people = _strongest(day, None).subquery()
    wanted = sa.select(people.c.strongest, sa.func.count()).group_by(people.c.strongest)
    return Counter({_ORDER[weight]: count for weight, count in connection.execute(wanted)})


def statuses_on(registry: Registry, day: date, *, known_at: datetime | None = None) -> dict[str, Status]:
    """Everybody's status on *day*, as :func:`~shield1367.protection.decision.decide.status_at` answers.

    The database takes the strongest: the protections of a million people would fill the memory.

    Args:
        known_at: as the registry had them at that time; by default as it has them now.
    """
    return {person: _ORDER[weight] for person, weight in registry.stream(_strongest(day, known_at))}


def _strongest(day: date, known_at: datetime | None) -> sa.Select[tuple[str, int]]:
    of = PROTECTION.c
    covers = sa.and_(sa.or_(of.begins.is_(None), of.begins <= day), sa.or_(of.ends.is_(None), of.ends > day))
    weight = sa.case(
        (sa.not_(covers), None), *((of.status == status, n) for n, status in enumerate(_ORDER)), else_=None
    )
    # Somebody none of whose protections covers the day is INDETERMINATE.
    strongest = sa.func.coalesce(sa.func.max(weight), _ORDER.index(Status.INDETERMINATE)).label("strongest")
    return sa.select(of.person_id, strongest).where(known(known_at)).group_by(of.person_id)


def count_rules(connection: sa.Connection) -> dict[str, int]:
    """Shielding protections by rule, equal ones of a person once."""
    of = PROTECTION.c
    columns = (of.person_id, of.status, of.rule, of.begins, of.ends)
    now = (of.status != Status.CLEAR) & of.known_until.is_(None)
    once = sa.select(*columns).where(now).distinct().subquery()
    wanted = (
        sa.select(once.c.rule, sa.func.count().label("people")).group_by(once.c.rule).order_by(once.c.rule)
    )
    return {row.rule: row.people for row in connection.execute(wanted)}
