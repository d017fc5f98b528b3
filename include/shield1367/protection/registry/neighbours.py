"""Who is near somebody in the registry: other ids, family groups, possible doubles.

Everything is looked up from the people at hand, so that it costs as much as they have neighbours and
not as much as there is history. People are meant by their root ids throughout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from shield1367.protection.registry import tables
from shield1367.protection.registry.database import select_in

_MERGED = sa.select(tables.MERGE.c.person_id, tables.MERGE.c.into_id)
_RELATED = sa.select(tables.FAMILY.c.person_id, tables.FAMILY.c.relative_id)
_NAMES = sa.select(tables.MARK.c.person_id, tables.MARK.c.fingerprint).where(tables.MARK.c.sort == "name")
_BIRTH = tables.MARK.alias("birth")
# Under this id: whoever has been merged may have one under another.
_UNDATED = _NAMES.where(
    ~sa.exists().where(_BIRTH.c.person_id == tables.MARK.c.person_id, _BIRTH.c.sort == "birth")
)


Undated = Mapping[str, Collection[str]]
"""Name, by its fingerprint → ids of who bears it and has no date of birth under that id."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What is read once where everybody is asked about, instead of for each.

    Attributes:
        undated: who bears a name and has no date of birth.
        heads: everybody with relatives, by root id → one of the family, the same for all of it.
    """

    undated: Undated
    heads: Mapping[str, str]

    @classmethod
    def of(cls, connection: sa.Connection) -> Overview:
        """The overview of a whole registry."""
        return cls(undated_bearers(connection), family_heads(connection))

    def together(self, people: Iterable[str]) -> list[str]:
        """*people* in an order in which families stand together, so that few are in two parts of it."""
        return sorted(people, key=lambda person: (self.heads.get(person, person), person))


def family_heads(connection: sa.Connection) -> dict[str, str]:
    """Everybody with relatives, by root id → one of the family, the same for all of it."""
    edges = [tuple(row) for row in connection.execute(_RELATED)]
    ids = Ids(connection)
    ids.roots({person for edge in edges for person in edge})
    heads: dict[str, str] = {}

    def head(person: str) -> str:
        while (above := heads.setdefault(person, person)) != person:
            heads[person] = heads[above]
            person = above
        return person

    for one, other in edges:
        heads[head(ids.root(one))] = head(ids.root(other))
    return {person: head(person) for person in heads}


def undated_bearers(connection: sa.Connection) -> dict[str, list[str]]:
    """Name, by its fingerprint → ids of everybody who bears it and has no date of birth under that id.

    Read in the order the table is kept in. To look these up for everybody costs the more the more people there are:
    at each name, all bearers of it are asked for their dates.
    """
    bearers = defaultdict[str, list[str]](list)
    for person, name in connection.execute(_UNDATED):
        bearers[name].append(person)
    return bearers


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
    """Edges around people, gathered from one connection.

    Args:
        overview: of the whole registry, where very many people are asked about; by default what it says is looked up.
    """

    def __init__(self, connection: sa.Connection, *, overview: Overview | None = None) -> None:
        self._connection = connection
        self._undated = overview.undated if overview else None
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

    def names(self, people: Collection[str]) -> dict[str, set[str]]:
        """Every full name of *people*, by its fingerprint → those of them who bear it."""
        ids = self.ids.all_of(people)
        found = select_in(self._connection, _NAMES, tables.MARK.c.person_id, ids)
        bearers: dict[str, set[str]] = defaultdict(set)
        for row in found:
            bearers[row.fingerprint].add(ids[row.person_id])
        return bearers

    def namesakes(self, names: Collection[str], *, undated: bool = False) -> dict[str, set[str]]:
        """Every one of *names*, by their fingerprints → everybody who bears it.

        Args:
            undated: only those who may have no date of birth: most have one, and the more people there are, the more
                bear the same name.
        """
        found = list(self._bearing(names, undated=undated))
        self.ids.roots({person for person, _ in found})
        bearers: dict[str, set[str]] = defaultdict(set)
        for person, name in found:
            bearers[name].add(self.ids.root(person))
        return bearers

    def _bearing(self, names: Collection[str], *, undated: bool) -> Iterator[tuple[str, str]]:
        """Id and name of everybody who bears one of *names*."""
        if undated and self._undated is not None:
            return ((person, name) for name in names for person in self._undated.get(name, ()))
        wanted = (_UNDATED if undated else _NAMES).where(tables.LOOKED_FOR)
        return map(tuple, select_in(self._connection, wanted, tables.MARK.c.fingerprint, names))

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
        dated, names = self.dated(people), self.names(people)
        of_undated = {name for name, who in names.items() if not who <= dated}
        bearers = self.namesakes(of_undated) | self.namesakes(names.keys() - of_undated, undated=True)
        dated |= self.dated({person for who in bearers.values() for person in who})
        pairs: dict[str, set[str]] = defaultdict(set)
        for name, who in names.items():
            others = bearers.get(name, set())
            for person in who:
                for other in (others - dated if person in dated else others) - {person}:
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
        bearers = self.namesakes(self.names(people).keys())
        return {person for who in bearers.values() for person in who}
