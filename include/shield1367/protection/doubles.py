"""Who in the registry may be somebody protected under another identifier, or without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

import sqlalchemy as sa

from shield1367.config.linkage import LinkageSettings
from shield1367.protection import registry as tables
from shield1367.protection.decide import Protection
from shield1367.protection.linkage import NameRecord, PossibleMatch, name_records, possible_matches
from shield1367.protection.names import NAME_KINDS
from shield1367.protection.registry import Registry, root_of
from shield1367.protection.rules import Rule


def doubles(
    registry: Registry,
    protections: Mapping[str, Collection[Protection]],
    merges: Mapping[str, str],
    settings: LinkageSettings,
) -> Iterator[PossibleMatch]:
    """Possible matches of people who are not shielded for good with those who are shielded, by root id.

    Whoever is shielded only for want of evidence puts nobody in doubt, but may be a double: the
    doubt then reaches the family.

    Raises:
        KeyMissingError: the registry was written with another key.
        LinkageError: the engine failed.
    """
    shielded = {person for person, found in protections.items() if any(map(_tells, found))}
    open_ = {
        person
        for person, found in protections.items()
        if not any(_tells(p) and p.begins is None and p.ends is None for p in found)
    }
    if shielded and open_:
        records = _records(registry, dict(merges), shielded | open_)
        yield from possible_matches(
            (record for person in sorted(open_) for record in records.get(person, ())),
            (record for person in sorted(shielded) for record in records.get(person, ())),
            settings,
        )


def _tells(protection: Protection) -> bool:
    return protection.status.is_shielded and protection.rule is not Rule.NO_EVIDENCE


def _records(registry: Registry, merges: dict[str, str], people: set[str]) -> dict[str, list[NameRecord]]:
    """Names and dates of birth of these people, decrypted; in memory only."""
    values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    wanted = tables.VALUE.c.kind.in_((*NAME_KINDS, "date_of_birth"))
    for row in registry.rows(sa.select(tables.VALUE).where(wanted)):
        person = root_of(row.person_id, merges)
        if person in people:
            values[person][row.kind].append(registry.unseal(row.sealed))
    return {person: list(name_records(person, kinds)) for person, kinds in values.items()}
