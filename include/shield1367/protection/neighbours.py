"""Who is near somebody in the registry: other ids, family groups, possible doubles.

Everything is looked up from the people at hand, so that it costs as much as they have neighbours and
not as much as there is history. People are meant by their root ids throughout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import sqlalchemy as sa

from shield1367.protection import registry as tables
from shield1367.protection.database import select_in

# A full name makes two people possible doubles where a date of birth is missing.
LIKENESS = ("name",)


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
            merged = select_in(self._connection, sa.select(tables.MERGE), tables.MERGE.c.into_id, fresh)
            new = {row.person_id: found[row.into_id] for row in merged}
            found |= new
            fresh = new.keys()
        self._root |= found
        return found

    def _follow(self, people: Collection[str]) -> None:
        steps: dict[str, str] = {}
        fresh = {person for person in people if person not in self._root}
        asked = set(fresh)
        while fresh:
            merged = select_in(self._connection, sa.select(tables.MERGE), tables.MERGE.c.person_id, fresh)
            new = {row.person_id: row.into_id for row in merged}
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
        family = tables.FAMILY.c
        wanted = sa.select(family.person_id, family.relative_id)
        seen, edges = set[str](), set[tuple[str, str]]()
        fresh = set(people)
        while fresh:
            seen |= fresh
            ids = self.ids.all_of(fresh)
            found = [
                (row.person_id, row.relative_id)
                for column in (family.person_id, family.relative_id)
                for row in select_in(self._connection, wanted, column, ids)
            ]
            self.ids.roots({person for edge in found for person in edge})
            new = {(self.ids.root(one), self.ids.root(other)) for one, other in found}
            edges |= new
            fresh = {person for edge in new for person in edge} - seen
        return seen, sorted(edges)

    def likeness(self, people: Collection[str]) -> dict[tuple[str, str], set[str]]:
        """(sort, fingerprint) → who has this mark, for every telling mark of *people*."""
        mark = tables.MARK.c
        ids = self.ids.all_of(people)
        of_people = sa.select(mark.person_id, mark.sort, mark.fingerprint).where(mark.sort.in_(LIKENESS))
        wanted = {
            (row.sort, row.fingerprint) for row in select_in(self._connection, of_people, mark.person_id, ids)
        }
        found = [
            row
            for row in select_in(self._connection, of_people, mark.fingerprint, {fp for _, fp in wanted})
            if (row.sort, row.fingerprint) in wanted
        ]
        self.ids.roots({row.person_id for row in found})
        alike: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in found:
            alike[row.sort, row.fingerprint].add(self.ids.root(row.person_id))
        return alike

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
        alike = self.likeness(people)
        asked = set(people)
        dated = self.dated({person for (sort, _), who in alike.items() if sort == "name" for person in who})
        pairs: dict[str, set[str]] = defaultdict(set)
        for (sort, _), who in alike.items():
            undated = who - dated if sort == "name" else who
            for person in who & asked:
                for other in (undated if person in dated and sort == "name" else who) - {person}:
                    pairs[person].add(other)
                    pairs[other].add(person)
        for one, other in self.linked(people):
            pairs[one].add(other)
            pairs[other].add(one)
        return pairs

    def linked(self, people: Collection[str]) -> set[tuple[str, str]]:
        """Pairs that linkage found and that have somebody of *people* in them; merged ones are none."""
        likeness = tables.LIKENESS.c
        wanted = sa.select(likeness.one_id, likeness.other_id)
        ids = self.ids.all_of(people)
        found = [
            (row.one_id, row.other_id)
            for column in (likeness.one_id, likeness.other_id)
            for row in select_in(self._connection, wanted, column, ids)
        ]
        self.ids.roots({person for pair in found for person in pair})
        roots = {(self.ids.root(one), self.ids.root(other)) for one, other in found}
        return {(one, other) for one, other in roots if one != other}

    def bearers(self, people: Collection[str]) -> set[str]:
        """Everybody who bears a full name of *people*."""
        return {
            person for (sort, _), who in self.likeness(people).items() if sort == "name" for person in who
        }
