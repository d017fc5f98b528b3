"""How many people have which answer, counted by the database instead of in memory."""

from __future__ import annotations

from collections import Counter
from datetime import date

import sqlalchemy as sa

from shield1367.protection.registry import PROTECTION
from shield1367.protection.status import Status

# In the order of `strongest`; the database compares the numbers.
_ORDER = (Status.CLEAR, Status.INDETERMINATE, Status.PROTECTED)


def count_statuses(connection: sa.Connection, day: date) -> Counter[Status]:
    """People by their status on *day*, as :func:`~shield1367.protection.decide.status_at` answers."""
    of = PROTECTION.c
    covers = sa.and_(sa.or_(of.begins.is_(None), of.begins <= day), sa.or_(of.ends.is_(None), of.ends > day))
    weight = sa.case(
        (sa.not_(covers), None), *((of.status == status, n) for n, status in enumerate(_ORDER)), else_=None
    )
    # Somebody none of whose protections covers the day is INDETERMINATE.
    strongest = sa.func.coalesce(sa.func.max(weight), _ORDER.index(Status.INDETERMINATE)).label("strongest")
    people = sa.select(strongest).where(of.known_until.is_(None)).group_by(of.person_id).subquery()
    wanted = sa.select(people.c.strongest, sa.func.count()).group_by(people.c.strongest)
    return Counter({_ORDER[weight]: count for weight, count in connection.execute(wanted)})


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
