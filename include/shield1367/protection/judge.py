"""The decision over everybody in the registry: own evidence, family, possible doubles and theirs."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa

from shield1367.config.linkage import load_linkage_settings
from shield1367.protection import registry as tables
from shield1367.protection.decide import Fact, Protection, decide, inherit
from shield1367.protection.doubles import doubles
from shield1367.protection.family import groups
from shield1367.protection.registry import Registry, root_of
from shield1367.protection.rules import Rule

Protections = dict[str, tuple[Protection, ...]]

# Evidence of these rules counts whatever the tables say today: once protected, always protected
# until a documented end; a code that leaves a table ends nothing.
_STICKY = frozenset({Rule.COVERED_APPLICATION, Rule.REVEALING_CODE, Rule.APPLICATION_STATUS})


def judge(registry: Registry) -> Protections:
    """Protections of every person, decided anew from all evidence."""
    merges = registry.merges()
    facts = _facts(registry, merges)
    own: Protections = {person: decide(facts.get(person, ())) for person in _people(registry, merges)}
    shared = _add(own, _by_family(own, registry, merges))
    alike = _add(shared, _by_likeness(shared, registry, merges))
    # A second time: the family of somebody's possible double is told apart no better than the double.
    return _add(alike, _by_family(alike, registry, merges))


def _people(registry: Registry, merges: dict[str, str]) -> set[str]:
    people = {row.person_id for row in registry.rows(sa.select(tables.MARK.c.person_id).distinct())}
    people |= {row.person_id for row in registry.rows(sa.select(tables.IDENTIFIER.c.person_id).distinct())}
    return {root_of(person, merges) for person in people}


def _facts(registry: Registry, merges: dict[str, str]) -> dict[str, set[Fact]]:
    policies = registry.evaluated()
    facts: dict[str, set[Fact]] = defaultdict(set)
    for row in registry.rows(sa.select(tables.EVIDENCE)):
        rule = Rule(row.rule)
        if rule in _STICKY or policies.get((row.source, row.batch)) == row.policy:
            person = root_of(row.person_id, merges)
            facts[person].add(Fact(rule, row.application, row.on_date, row.ends))
    suspects = sa.select(tables.SUSPECT.c.fingerprint)
    for table in (tables.IDENTIFIER, tables.MARK):
        for row in registry.rows(sa.select(table.c.person_id).where(table.c.fingerprint.in_(suspects))):
            facts[root_of(row.person_id, merges)].add(Fact(Rule.REFUSED_ROW))
    return facts


def _by_family(own: Protections, registry: Registry, merges: dict[str, str]) -> Protections:
    edges = (
        (root_of(row.person_id, merges), root_of(row.relative_id, merges))
        for row in registry.rows(sa.select(tables.FAMILY))
    )
    inherited: dict[str, tuple[Protection, ...]] = {}
    for group in groups(edges):
        for person in group:
            inherited[person] = tuple(
                protection
                for relative in sorted(group - {person})
                for protection in inherit(own.get(relative, ()), Rule.FAMILY)
            )
    return inherited


def _by_likeness(shared: Protections, registry: Registry, merges: dict[str, str]) -> Protections:
    """People who may be one by probabilistic linkage, or share a full name where a birth date is missing."""
    with_birth: set[str] = set()
    namesakes: dict[str, set[str]] = defaultdict(set)
    wanted = tables.MARK.c.sort.in_(("birth", "name"))
    for row in registry.rows(sa.select(tables.MARK).where(wanted)):
        person = root_of(row.person_id, merges)
        if row.sort == "birth":
            with_birth.add(person)
        else:
            namesakes[row.fingerprint].add(person)
    inherited: dict[str, set[Protection]] = defaultdict(set)
    for people in namesakes.values():
        for person in people if len(people) > 1 else ():
            for other in people - {person}:
                if person not in with_birth or other not in with_birth:
                    inherited[person].update(inherit(shared.get(other, ()), Rule.POSSIBLE_MATCH))
    for match in doubles(registry, shared, merges, load_linkage_settings()):
        inherited[match.left].update(inherit(shared[match.right], Rule.POSSIBLE_MATCH))
    return {person: tuple(protections) for person, protections in inherited.items()}


def _add(protections: Protections, inherited: Protections) -> Protections:
    merged = dict(protections)
    for person, more in inherited.items():
        both = {*protections.get(person, ()), *more}
        merged[person] = tuple(sorted(both, key=lambda p: (p.status, p.rule, str(p.begins), str(p.ends))))
    return merged
