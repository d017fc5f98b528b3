"""Who in the registry may be somebody else under another identifier, or without one: pairs, by linkage.

A pair matters only when one of the two is shielded, so pairs are looked for between whoever is and
everybody, or between whoever is new and whoever is shielded. They are kept with score and reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shield1367.config.linkage import LinkageSettings
from shield1367.protection.identity.linkage import NameRecord, PossibleMatch, name_records, possible_matches
from shield1367.protection.identity.names import NAME_KINDS
from shield1367.protection.registry import tables
from shield1367.protection.registry.database import select_in
from shield1367.protection.registry.neighbours import Ids
from shield1367.protection.registry.store import Registry
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status


def link_doubles(
    registry: Registry,
    connection: sa.Connection,
    settings: LinkageSettings,
    *,
    fresh: Collection[str] | None,
    now: datetime,
) -> set[str]:
    """Add the pairs that *fresh* people, by root id, bring in; returns who is in a pair that is new.

    Args:
        fresh: whom there is something new about, and whose protections may have changed with it;
            ``None``: everybody.

    Raises:
        KeyMissingError: the registry was written with another key.
        LinkageError: the engine failed.
    """
    ids = Ids(connection)
    shielded = ids.roots(_shielded(connection, fresh))
    new = set(fresh or ()) - shielded
    others = ids.roots(_shielded(connection, None)) if new else set()
    if not shielded and not others:
        return set()
    records = _records(registry, connection, ids, people=None if shielded else new | others)

    def of(people: Collection[str]) -> Iterator[NameRecord]:
        return (record for person in sorted(people) for record in records.get(person, ()))

    found = [
        *(possible_matches(of(shielded), of(records), settings) if shielded else ()),
        *(possible_matches(of(new), of(others), settings) if new and others else ()),
    ]
    pairs = {(min(m.left, m.right), max(m.left, m.right)): m for m in sorted(found, key=_score)}
    known = {
        (row.one_id, row.other_id)
        for row in select_in(
            connection, sa.select(tables.LIKENESS), tables.LIKENESS.c.one_id, {one for one, _ in pairs}
        )
    }
    rows = [
        {"one_id": one, "other_id": other, "score": m.score, "reason": m.reason, "found_at": now}
        for (one, other), m in sorted(pairs.items())
        if (one, other) not in known
    ]
    registry.add(connection, tables.LIKENESS, rows)
    return {row[side] for row in rows for side in ("one_id", "other_id")}


def _score(match: PossibleMatch) -> tuple[float, str]:
    return (match.score, match.reason)


def _shielded(connection: sa.Connection, people: Collection[str] | None) -> set[str]:
    """Those of *people* whom something but want of evidence shields; ``None``: of everybody."""
    of = tables.PROTECTION.c
    wanted = sa.select(of.person_id).where(
        of.known_until.is_(None), of.status != Status.CLEAR, of.rule != Rule.NO_EVIDENCE
    )
    return {row.person_id for row in _rows(connection, wanted, of.person_id, people)}


def _rows(
    connection: sa.Connection,
    wanted: sa.Select[Any],
    column: sa.ColumnElement[str],
    people: Collection[str] | None,
) -> Iterator[Any]:
    if people is None:
        yield from connection.execute(wanted)
    else:
        yield from select_in(connection, wanted, column, people)


def _records(
    registry: Registry, connection: sa.Connection, ids: Ids, *, people: Collection[str] | None
) -> dict[str, list[NameRecord]]:
    """Names and dates of birth of *people* (``None``: everybody) by root id, decrypted; in memory only."""
    of = tables.VALUE.c
    wanted = sa.select(of.person_id, of.kind, of.sealed).where(of.kind.in_((*NAME_KINDS, "date_of_birth")))
    every_id = None if people is None else ids.all_of(people).keys()
    rows = list(_rows(connection, wanted, of.person_id, every_id))
    ids.roots({row.person_id for row in rows})
    values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        values[ids.root(row.person_id)][row.kind].append(registry.unseal(row.sealed))
    return {
        person: list(name_records(person, {kind: sorted(texts) for kind, texts in kinds.items()}))
        for person, kinds in values.items()
    }
