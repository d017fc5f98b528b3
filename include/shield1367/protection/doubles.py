"""Who in the registry may be somebody else under another identifier, or without one: pairs, by linkage.

A pair matters only when one of the two is shielded. The keys by which two records are compared at all
are kept as keyed fingerprints, so that only the names of people who share one are decrypted, and a
batch costs what it holds.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from shield1367.config.linkage import LinkageSettings
from shield1367.garbage import set_aside
from shield1367.keys import Fingerprint, Keys
from shield1367.protection.identity.linkage import (
    Blocks,
    NameRecord,
    PossibleMatch,
    blocks_of,
    blocks_of_day,
    blocks_of_year,
    name_records,
    possible_matches,
)
from shield1367.protection.identity.names import NAME_KINDS
from shield1367.protection.registry import tables
from shield1367.protection.registry.database import chunks, select_in
from shield1367.protection.registry.neighbours import Ids
from shield1367.protection.registry.store import Registry
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status

# People compared with others in one go: few enough for their records to fit in little memory.
_AT_ONCE = 10_000
# People compared with each other in one go when everybody is.
_TOGETHER = 50_000
_BLOCK_PURPOSE = "block"

_Pairs = dict[tuple[str, str], PossibleMatch]
_Records = dict[str, tuple[NameRecord, ...]]


class _Comparison(NamedTuple):
    """People to compare with each other, by root id, where they share one of some blocks."""

    people: set[str]
    others: set[str]
    blocks: Blocks = blocks_of


def link_doubles(
    registry: Registry,
    connection: sa.Connection,
    keys: Keys,
    settings: LinkageSettings,
    *,
    fresh: Collection[str] | None,
    now: datetime,
) -> set[str]:
    """Add the pairs that *fresh* people, by root id, bring in; returns who is in a pair that is new.

    Args:
        fresh: whom there is something new about, and whose protections have changed with it;
            ``None``: everybody.

    Raises:
        KeyMissingError: the registry was written with another key.
        LinkageError: the engine failed.
    """
    blocked = keys.fingerprint(_BLOCK_PURPOSE)
    found: _Pairs = {}
    if fresh is None:
        for records, blocks in _together(registry, connection, blocked):
            ids = Ids(connection)
            shielded = ids.roots(_shielded(connection, ids.all_of(records)))
            _compare(records, _Comparison(shielded, set(records), blocks), settings, found)
    else:
        ids = Ids(connection)
        for some in chunks(sorted(fresh), _AT_ONCE):
            _keep_blocks(registry, connection, blocked, _records(registry, connection, ids, some))
        for some in chunks(sorted(fresh), _AT_ONCE):
            for comparison in _comparisons(connection, ids, set(some)):
                records = _records(registry, connection, ids, comparison.people | comparison.others)
                _compare(records, comparison, settings, found)
    return _keep_pairs(registry, connection, found, now)


def _together(
    registry: Registry, connection: sa.Connection, blocked: Fingerprint
) -> Iterator[tuple[_Records, Blocks]]:
    """The records of everybody, in parts such that whoever shares a block is together in one; keeps the blocks.

    Everybody at once while they are few. Else by the year of birth, and then by the day of the year: a block names
    the one or the other. Names of a million people are a few hundred megabytes; what is compared of each, and the
    engine's tables, are ten times as much.
    """
    named = connection.execute(sa.select(tables.VALUE.c.person_id).distinct())
    everybody: _Records = {}
    for some in chunks(sorted(Ids(connection).roots({row.person_id for row in named})), _AT_ONCE):
        records = _records(registry, connection, Ids(connection), some)
        _keep_blocks(registry, connection, blocked, records)
        everybody |= records
    if len(everybody) <= _TOGETHER:
        yield everybody, blocks_of
        return
    years, days = defaultdict[Any, list[str]](list), defaultdict[Any, list[str]](list)
    for person, of in everybody.items():
        born = {record.born for record in of if record.born}
        for year in {day.year for day in born}:
            years[year].append(person)
        for day in {(day.month, day.day) for day in born}:
            days[day].append(person)
    # Each pair in the parts of one sort alone: the more people there are, the more of them share a whole date.
    with set_aside():
        for groups, blocks in ((years, blocks_of_year), (days, blocks_of_day)):
            for people in _parts(groups):
                yield {person: everybody[person] for person in people}, blocks
                # The engine leaves its tables in cycles.
                gc.collect()


def _parts(groups: Mapping[Any, Sequence[str]]) -> Iterator[set[str]]:
    """Whole groups in sets of a size that fits into memory, or of a single group."""
    part = set[str]()
    for _, people in sorted(groups.items()):
        if part and len(part) + len(people) > _TOGETHER:
            yield part
            part = set()
        part |= set(people)
    if part:
        yield part


def _compare(
    records: Mapping[str, Sequence[NameRecord]], wanted: _Comparison, settings: LinkageSettings, found: _Pairs
) -> None:
    """Add to *found* the best match of every pair."""

    def of(people: Iterable[str]) -> Iterator[NameRecord]:
        return (record for person in sorted(people) for record in records.get(person, ()))

    for match in possible_matches(of(wanted.people), of(wanted.others), settings, blocks=wanted.blocks):
        pair = (min(match.left, match.right), max(match.left, match.right))
        if pair not in found or _score(match) > _score(found[pair]):
            found[pair] = match


def _comparisons(connection: sa.Connection, ids: Ids, people: set[str]) -> Iterator[_Comparison]:
    """Whoever of *people* is shielded with everybody who shares a block, and the others with the shielded."""
    block = tables.BLOCK
    wanted = sa.select(block)
    bearers: dict[str, set[str]] = defaultdict(set)
    for row in select_in(connection, wanted, block.c.person_id, ids.all_of(people)):
        bearers[row.fingerprint].add(ids.root(row.person_id))
    near = [
        (row.fingerprint, row.person_id)
        for row in select_in(connection, wanted, block.c.fingerprint, bearers.keys())
    ]
    ids.roots({person for _, person in near})
    shielded = ids.roots(_shielded(connection, ids.all_of({ids.root(person) for _, person in near} | people)))
    sure, unsure = _Comparison(people & shielded, set()), _Comparison(people - shielded, set())
    of_sure = {fingerprint: who & sure.people for fingerprint, who in bearers.items()}
    of_unsure = {fingerprint for fingerprint, who in bearers.items() if who & unsure.people}
    for fingerprint, person in near:
        root = ids.root(person)
        if of_sure[fingerprint] - {root}:
            sure.others.add(root)
        if root in shielded and fingerprint in of_unsure:
            unsure.others.add(root)
    yield from (c for c in (sure, unsure) if c.people and c.others)


def _keep_blocks(
    registry: Registry,
    connection: sa.Connection,
    blocked: Fingerprint,
    records: Mapping[str, Sequence[NameRecord]],
) -> None:
    registry.add(
        connection,
        tables.BLOCK,
        [
            {"person_id": person, "fingerprint": blocked.of(_BLOCK_PURPOSE, block)}
            for person, of in sorted(records.items())
            for block in sorted(set[str]().union(*map(blocks_of, of)))
        ],
    )


def _keep_pairs(registry: Registry, connection: sa.Connection, found: _Pairs, now: datetime) -> set[str]:
    """Add the pairs that are not there yet; returns who is in one."""
    likeness = tables.LIKENESS
    ones = {one for one, _ in found}
    known = {
        (row.one_id, row.other_id)
        for row in select_in(connection, sa.select(likeness), likeness.c.one_id, ones)
    }
    new = [(pair, match) for pair, match in sorted(found.items()) if pair not in known]
    rows = [
        {"one_id": one, "other_id": other, "score": match.score, "reason": match.reason, "found_at": now}
        for (one, other), match in new
    ]
    registry.add(connection, likeness, rows)
    return {person for pair, _ in new for person in pair}


def _score(match: PossibleMatch) -> tuple[float, str]:
    return (match.score, match.reason)


def _shielded(connection: sa.Connection, people: Collection[str]) -> set[str]:
    """Those of *people* whom something but want of evidence shields."""
    of = tables.PROTECTION.c
    wanted = sa.select(of.person_id).where(
        of.known_until.is_(None), of.status != Status.CLEAR, of.rule != Rule.NO_EVIDENCE
    )
    return {row.person_id for row in select_in(connection, wanted, of.person_id, people)}


def _records(registry: Registry, connection: sa.Connection, ids: Ids, people: Collection[str]) -> _Records:
    """Names and dates of birth of *people* by root id, decrypted; in memory only."""
    of = tables.VALUE.c
    wanted = sa.select(of.person_id, of.kind, of.sealed).where(of.kind.in_((*NAME_KINDS, "date_of_birth")))
    every_id = ids.all_of(people)
    values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for person, kind, sealed in select_in(connection, wanted, of.person_id, every_id):
        values[every_id[person]][kind].append(registry.unseal(sealed))
    return {
        person: tuple(name_records(person, {kind: sorted(texts) for kind, texts in kinds.items()}))
        for person, kinds in values.items()
    }
