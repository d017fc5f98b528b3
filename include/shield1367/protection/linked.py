"""Who is in the rows of a partition, by columns: one answer for each person, not for each row.

Says what :meth:`Snapshot.status_of_row` says of every row; a property test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shield1367.protection.links import RowLink, cut, links_by_row, read_links
from shield1367.protection.registry.store import root_of
from shield1367.protection.snapshot import Snapshot
from shield1367.protection.status import Status
from shield1367.storage import reported

# From the least protective to the most; a status is its place here.
STATUSES = (Status.CLEAR, Status.INDETERMINATE, Status.PROTECTED)
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class RolePeople:
    """Who has one role in each row.

    Attributes:
        ids: people, by the id they go by after all merges.
        rows: for each row the place in *ids*; -1 where nobody can be told.
    """

    ids: Sequence[str]
    rows: npt.NDArray[np.int64]


class LinkedPart:
    """The links of one partition of *rows* rows.

    Args:
        first: the row of the file that the partition begins with.

    Raises:
        StorageError: the file is missing: the batch has not been evaluated.
    """

    def __init__(self, path: Path, rows: int, snapshot: Snapshot, *, first: int = 0) -> None:
        self._path = path
        self._first = first
        self._count = rows
        self._snapshot = snapshot
        with reported(path, "read"):
            # The names of who is known by name only are read where there is somebody such.
            table = pq.read_table(
                path, columns=["position", "role", "person_id"], read_dictionary=["role", "person_id"]
            )
        table = cut(table, first, rows)
        self._positions = table.column("position").to_numpy().astype(np.int64)
        self._roles = _whole(table.column("role"))
        people = _whole(table.column("person_id"))
        if snapshot.merges:
            roots = [root_of(person, snapshot.merges) for person in people.dictionary.to_pylist()]
            people = pa.array(roots, pa.string()).take(people.indices).dictionary_encode()
        # In order, so that the least of several is the first by name.
        order = pc.array_sort_indices(people.dictionary).to_numpy()
        self._ids: list[str] = people.dictionary.take(pa.array(order)).to_pylist()
        places = np.full(len(order) + 1, _NOBODY, np.int64)
        places[order] = np.arange(len(order))
        self._people = places[people.indices.fill_null(len(order)).to_numpy(zero_copy_only=False)]
        self._known = self._people != _NOBODY

    def statuses(self, about: str | None) -> npt.NDArray[np.int8]:
        """For each row the place in :data:`STATUSES` of the most protective answer over everybody in it."""
        weight = {status: place for place, status in enumerate(STATUSES)}
        known = self._snapshot.statuses  # ids here are those after all merges
        of_person = np.array([weight[known.get(one, Status.INDETERMINATE)] for one in self._ids], np.int8)
        doubt = np.int8(weight[Status.INDETERMINATE])
        answers = np.full(self._count, doubt, np.int8)
        # A row is in doubt until its subject is resolved.
        answers[self._positions[self._known & self._has(about)]] = weight[Status.CLEAR]
        np.maximum.at(answers, self._positions[self._known], of_person[self._people[self._known]])
        for link in [] if self._known.all() else read_links(self._path, first=self._first, rows=self._count):
            if link.person_id is None and self._snapshot.may_be_shielded(link):
                answers[link.position] = max(answers[link.position], doubt)
        return answers

    def people(self, role: str) -> RolePeople:
        """Who has *role* in each row; the first by id where several do."""
        chosen = self._known & self._has(role)
        least = np.full(self._count, len(self._ids), np.int64)
        np.minimum.at(least, self._positions[chosen], self._people[chosen])
        return RolePeople(self._ids, np.where(least == len(self._ids), _NOBODY, least))

    def everybody(self, released: npt.NDArray[np.bool_]) -> set[str]:
        """The people in the rows that *released* marks."""
        chosen = self._known & released[self._positions]
        return {self._ids[place] for place in np.unique(self._people[chosen])}

    def holding(self, people: Collection[str]) -> npt.NDArray[np.bool_]:
        """Which rows hold one of *people*, given by the ids they go by."""
        wanted = np.array([*(one in people for one in self._ids), False], np.bool_)
        found = np.zeros(self._count, np.bool_)
        found[self._positions[wanted[self._people]]] = True
        return found

    def by_row(self) -> dict[int, list[RowLink]]:
        """Position → its links, for who works row by row."""
        return links_by_row(self._path, first=self._first, rows=self._count)

    def _has(self, role: str | None) -> npt.NDArray[np.bool_]:
        wanted = np.array([*(name == role for name in self._roles.dictionary.to_pylist()), False], np.bool_)
        having: npt.NDArray[np.bool_] = wanted[self._roles.indices.to_numpy(zero_copy_only=False)]
        return having


def _whole(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if column.num_chunks == 0:
        return pa.array([], pa.dictionary(pa.int32(), pa.string()))
    return column.unify_dictionaries().combine_chunks()
