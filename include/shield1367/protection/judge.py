"""The decision about people together with those around them: own evidence, family, possible doubles and theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from shield1367.config.benefits import ApplicationState
from shield1367.protection.decision.decide import Fact, Protection, decide, inherit, shortest
from shield1367.protection.decision.family import neighbours_of, ways_from
from shield1367.protection.registry import tables
from shield1367.protection.registry.database import chunks, select_in
from shield1367.protection.registry.neighbours import Neighbours, Overview
from shield1367.protection.registry.store import Registry
from shield1367.protection.rules import Rule

# Raise when the same evidence is decided differently, so that everybody is decided anew.
DECIDING = "3"

Protections = dict[str, tuple[Protection, ...]]

# Evidence of these rules counts whatever the tables say today: once protected, always protected
# until a documented end; a code that leaves a table ends nothing.
_STICKY = frozenset(
    {Rule.COVERED_APPLICATION, Rule.REVEALING_CODE, Rule.APPLICATION_STATUS, Rule.NATURALIZED}
)

# By their names: to ask the enumeration itself takes longer than the rest of a row.
_RULES = {str(rule): rule for rule in Rule}
_STATES = {str(state): state for state in ApplicationState}
# So many people are decided at once: enough for few queries, few enough for little memory.
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What decides about some people, read from the registry; everybody by root id.

    Attributes:
        people: those asked about, their families and possible doubles, and the families of these.
        facts: own evidence of all of them.
        family: pairs of relatives.
        doubles: person → who may be the same one.
    """

    people: Collection[str]
    facts: Mapping[str, set[Fact]]
    family: Iterable[tuple[str, str]]
    doubles: Mapping[str, set[str]]


def judge(around: Surroundings) -> Protections:
    """Protections of everybody in *around*; right for those it was read for, whose neighbours are all in it."""
    own: Protections = {person: decide(around.facts.get(person, ())) for person in around.people}
    shared = _add(own, _by_family(own, around.family))
    alike = _add(shared, _by_likeness(shared, around.doubles))
    # A second time: the family of somebody's possible double is told apart no better than the double.
    doubts = {
        person: tuple(p for p in protections if p.rule is Rule.POSSIBLE_MATCH)
        for person, protections in alike.items()
    }
    return _add(alike, _by_family(doubts, around.family))


def judge_all(registry: Registry, connection: sa.Connection, overview: Overview) -> Iterator[Protections]:
    """Protections of every person, decided anew from all evidence; some at a time."""
    neighbours = Neighbours(connection)
    columns = (tables.MARK.c.person_id, tables.IDENTIFIER.c.person_id)
    ids = {row.person_id for column in columns for row in connection.execute(sa.select(column).distinct())}
    yield from _judge(registry, connection, neighbours.ids.roots(ids), overview)


def judge_around(
    registry: Registry,
    connection: sa.Connection,
    touched: Collection[str],
    *,
    overview: Overview | None = None,
) -> Iterator[Protections]:
    """Protections of everybody for whom they may differ now that there is something new about *touched*.

    Protection reaches from one person to the family, from these to possible doubles, and to the doubles'
    families: no farther, so nobody else's can have changed.

    Args:
        overview: as for everybody, where *touched* are about as many.
    """
    affected = set[str]()
    for some in chunks(overview.together(touched) if overview else sorted(touched), _AT_ONCE):
        neighbours = Neighbours(connection, overview=overview)
        group, _ = neighbours.family(neighbours.ids.roots(some) - affected)
        affected |= neighbours.family(group | neighbours.doubles(group).keys())[0]
    yield from _judge(registry, connection, affected, overview)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is the same for all people who are judged at a time.

    Attributes:
        policies: (source, batch) → policy whose evidence of it counts.
        suspected: ids of whom rows in quarantine may name.
        overview: of the whole registry, where it was worth while.
    """

    policies: Mapping[tuple[str, str], str]
    suspected: Collection[str]
    overview: Overview | None


def _judge(
    registry: Registry, connection: sa.Connection, people: Collection[str], overview: Overview | None
) -> Iterator[Protections]:
    standing = _Standing(registry.evaluated(connection), _suspected(connection), overview)
    for some in chunks(overview.together(people) if overview else sorted(people), _AT_ONCE):
        judged = judge(_surroundings(connection, some, standing))
        yield {person: judged[person] for person in some}


def _suspected(connection: sa.Connection) -> set[str]:
    # From the few rows in quarantine to the people: asked for each part of the people, it would look for every row of
    # them with every person.
    suspects = sa.select(tables.SUSPECT.c.fingerprint)
    identifier, mark = tables.IDENTIFIER.c, tables.MARK.c
    named = (
        sa.select(identifier.person_id).where(identifier.fingerprint.in_(suspects)),
        sa.select(mark.person_id).where(mark.fingerprint.in_(suspects), tables.LOOKED_FOR),
    )
    return {row.person_id for wanted in named for row in connection.execute(wanted)}


def _surroundings(connection: sa.Connection, people: Collection[str], standing: _Standing) -> Surroundings:
    neighbours = Neighbours(connection, overview=standing.overview)
    group, _ = neighbours.family(people)
    doubles = neighbours.doubles(group)
    everybody, edges = neighbours.family(group | doubles.keys())
    facts = _facts(connection, neighbours.ids.all_of(everybody), standing)
    return Surroundings(everybody, facts, edges, doubles)


def _facts(connection: sa.Connection, ids: Mapping[str, str], standing: _Standing) -> dict[str, set[Fact]]:
    facts: dict[str, set[Fact]] = defaultdict(set)
    of = tables.EVIDENCE.c
    wanted = sa.select(
        of.person_id, of.rule, of.application, of.on_date, of.ends, of.state, of.source, of.batch, of.policy
    )
    for person, rule_name, application, on, ends, state, source, batch, policy in select_in(
        connection, wanted, of.person_id, ids
    ):
        rule = _RULES[rule_name]
        if rule in _STICKY or standing.policies.get((source, batch)) == policy:
            facts[ids[person]].add(Fact(rule, application, on, ends, _STATES[state]))
    for person in ids.keys() & standing.suspected:
        facts[ids[person]].add(Fact(Rule.REFUSED_ROW))
    return facts


def _by_family(own: Protections, edges: Iterable[tuple[str, str]]) -> Protections:
    """What relatives of those in *own* inherit, each protection with the shortest way it came."""
    neighbours = neighbours_of(edges)
    inherited: dict[str, list[Protection]] = defaultdict(list)
    for person in sorted(own.keys() & neighbours.keys()):
        if not inherit(own[person], Rule.FAMILY):
            continue
        for relative, way in ways_from(person, neighbours).items():
            inherited[relative] += inherit(own[person], Rule.FAMILY, via=way)
    return {person: shortest(protections) for person, protections in inherited.items()}


def _by_likeness(shared: Protections, doubles: Mapping[str, set[str]]) -> Protections:
    inherited: dict[str, list[Protection]] = defaultdict(list)
    for person, others in doubles.items():
        for other in others:
            inherited[person] += inherit(shared.get(other, ()), Rule.POSSIBLE_MATCH, via=(other,))
    return {person: shortest(protections) for person, protections in inherited.items()}


def _add(protections: Protections, inherited: Protections) -> Protections:
    merged = dict(protections)
    for person, more in inherited.items():
        merged[person] = shortest((*protections.get(person, ()), *more))
    return merged
