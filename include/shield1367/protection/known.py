"""What the registry knows of the people whom some rows mention, and what those rows add."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from shield1367.protection.identity.mention import Mention
from shield1367.protection.identity.resolve import PersonIndex
from shield1367.protection.registry import tables
from shield1367.protection.registry.database import select_in
from shield1367.protection.registry.neighbours import Ids


@dataclass(slots=True)
class Known:
    """Everything stored about the people at hand, so that only what is new has to be written.

    Attributes:
        index: tells who a mention is; it learns as mentions are resolved.
        identifiers: fingerprints stored already.
        marks: person → (sort, fingerprint) stored already, under any of the person's ids.
        values: person → (kind, fingerprint) stored already.
        merged: merges stored already.
    """

    index: PersonIndex
    identifiers: set[str] = field(default_factory=set)
    marks: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    values: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    merged: dict[str, str] = field(default_factory=dict)

    def undated(self, person: str) -> bool:
        """Whether the registry has known somebody before, without a date of birth."""
        marks = self.marks.get(person)
        return bool(marks) and not any(sort == "birth" for sort, _ in marks or ())


def look_up(
    connection: sa.Connection,
    mentions: Iterable[Mention],
    new_id: Callable[[str], str],
    *,
    namesakes: float,
) -> Known:
    """What is known of everybody whom *mentions* may be about.

    Resolving these mentions with it gives the same people as with everything there is in the registry:
    an identifier, a name with a birth date, or the id they would start with leads to each.

    Args:
        new_id: makes an opaque person id from the fingerprint a person is first seen by.
        namesakes: how sure an equal name with an equal date of birth is, up to 1.
    """
    known = Known(PersonIndex(new_id, namesakes))
    strong, exact, people = set[str](), set[str](), set[str]()
    for mention in mentions:
        strong.update(mention.strong)
        firsts = {mention.exact, min(mention.strong, default=None)} - {None}
        people.update(new_id(first) for first in firsts if first)
        if mention.exact:
            exact.add(mention.exact)
    index, ids = known.index, Ids(connection)
    identifier, mark, value = tables.IDENTIFIER, tables.MARK.c, tables.VALUE.c
    held = sa.select(identifier.c.fingerprint, identifier.c.person_id)
    index.identifiers.update(map(tuple, select_in(connection, held, identifier.c.fingerprint, strong)))
    named = sa.select(mark.person_id, mark.fingerprint).where(mark.sort == "exact", tables.LOOKED_FOR)
    for person, fingerprint in select_in(connection, named, mark.fingerprint, exact):
        index.exact[fingerprint].add(person)
    people.update(index.identifiers.values(), *index.exact.values())
    every = ids.all_of(ids.roots(people))
    known.identifiers.update(index.identifiers)
    known.merged.update((person, root) for person, root in every.items() if person != root)
    index.merged.update(known.merged)
    told = sa.select(mark.person_id, mark.sort, mark.fingerprint)
    for one, sort, fingerprint in select_in(connection, told, mark.person_id, every):
        person = every[one]
        known.marks[person].add((sort, fingerprint))
        if sort in ("token", "birth"):
            index.marks[person].add(fingerprint)
    stored = sa.select(value.person_id, value.kind, value.fingerprint)
    for one, kind, fingerprint in select_in(connection, stored, value.person_id, every):
        known.values[every[one]].add((kind, fingerprint))
    return known
