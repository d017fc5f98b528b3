"""Who is near somebody in the registry: other ids, family groups, possible doubles.

Everything is looked up from the people at hand, so that it costs as much as they have neighbours and
not as much as there is history. People are meant by their root ids throughout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from shield1367.protection.registry import tables
from shield1367.protection.registry.database import select_in

_MERGED = sa.select(tables.MERGE.c.person_id, tables.MERGE.c.into_id)


class Ids:
    """The ids people have gone by, read as far as they are asked for."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._root: dict[str, str] = {}

    def roots(self, people: Collection[str]) -> set[str]:
        """The ids *people* go by after all merges."""
        self._follow(people)
        return {self._root[person] for person in people}

    def root(self, person: str) -> str:
        """The root of somebody whose root has been asked for before."""
        return self._root[person]

    def all_of(self, roots: Collection[str]) -> dict[str, str]:
        """Every id that *roots* have gone by → its root; the roots themselves are among them."""
        found = {root: root for root in roots}
        fresh: Collection[str] = found.keys()
        while fresh:
            merged = select_in(self._connection, _MERGED, tables.MERGE.c.into_id, fresh)
            new = {person: found[into] for person, into in merged}
            found |= new
            fresh = new.keys()
        self._root |= found
        return found

    def _follow(self, people: Collection[str]) -> None:
        steps: dict[str, str] = {}
        fresh = {person for person in people if person not in self._root}
        asked = set(fresh)
        while fresh:
            merged = select_in(self._connection, _MERGED, tables.MERGE.c.person_id, fresh)
            new = dict(map(tuple, merged))
            steps |= new
            fresh = {into for into in new.values() if into not in asked and into not in self._root}
            asked |= fresh
        for person in asked:
            root = person
            while root in steps:
                root = steps[root]
            self._root[person] = self._root.get(root, root)


class Neighbours:
    """Edges around people, gathered from one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.ids = Ids(connection)

    def family(self, people: Iterable[str]) -> tuple[set[str], list[tuple[str, str]]]:
        """*People* with everybody in their family groups, and the edges between them."""
        seen, edges = set[str](), set[tuple[str, str]]()
        fresh = set(people)
        while fresh:
            seen |= fresh
            new = self._edges(tables.FAMILY.c.person_id, tables.FAMILY.c.relative_id, fresh)
            edges |= new
            fresh = {person for edge in new for person in edge} - seen
        return seen, sorted(edges)

    def namesakes(self, people: Collection[str]) -> list[set[str]]:
        """For every full name of *people*: everybody who bears it."""
        mark = tables.MARK.c
        ids = self.ids.all_of(people)
        names = sa.select(mark.person_id, mark.fingerprint).where(mark.sort == "name")
        wanted = {row.fingerprint for row in select_in(self._connection, names, mark.person_id, ids)}
        found = list(select_in(self._connection, names, mark.fingerprint, wanted))
        self.ids.roots({row.person_id for row in found})
        bearers: dict[str, set[str]] = defaultdict(set)
        for row in found:
            bearers[row.fingerprint].add(self.ids.root(row.person_id))
        return list(bearers.values())

    def dated(self, people: Collection[str]) -> set[str]:
        """Those of *people* whose date of birth is known."""
        mark = tables.MARK.c
        ids = self.ids.all_of(people)
        dated = sa.select(mark.person_id).where(mark.sort == "birth")
        return {ids[row.person_id] for row in select_in(self._connection, dated, mark.person_id, ids)}

    def doubles(self, people: Collection[str]) -> dict[str, set[str]]:
        """Person → who may be the same one: by linkage, or by a full name where a birth date is missing.

        Both directions of every pair that has somebody of *people* in it.
        """
        named = self.namesakes(people)
        asked = set(people)
        dated = self.dated({person for who in named for person in who})
        pairs: dict[str, set[str]] = defaultdict(set)
        for who in named:
            for person in who & asked:
                for other in (who - dated if person in dated else who) - {person}:
                    pairs[person].add(other)
                    pairs[other].add(person)
        for one, other in self.linked(people):
            pairs[one].add(other)
            pairs[other].add(one)
        return pairs

    def linked(self, people: Collection[str]) -> set[tuple[str, str]]:
        """Pairs that linkage found and that have somebody of *people* in them; merged ones are none."""
        edges = self._edges(tables.LIKENESS.c.one_id, tables.LIKENESS.c.other_id, people)
        return {(one, other) for one, other in edges if one != other}

    def _edges(
        self, one: sa.Column[Any], other: sa.Column[Any], people: Collection[str]
    ) -> set[tuple[str, str]]:
        """The pairs in two columns of a table that have somebody of *people* in them, by root ids."""
        ids = self.ids.all_of(people)
        wanted = sa.select(one, other)
        found = [
            tuple(row) for column in (one, other) for row in select_in(self._connection, wanted, column, ids)
        ]
        self.ids.roots({person for pair in found for person in pair})
        return {(self.ids.root(left), self.ids.root(right)) for left, right in found}

    def bearers(self, people: Collection[str]) -> set[str]:
        """Everybody who bears a full name of *people*."""
        return {person for who in self.namesakes(people) for person in who}
