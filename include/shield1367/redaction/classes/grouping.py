"""The classes of one table at one choice of levels: how many people, how varied, and which stay too rare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shield1367.redaction.classes.observed import Cell, Observed

Numbers = NDArray[np.int64]
Class = tuple[Cell, ...]
_LARGEST = np.iinfo(np.int64).max
# Marking what is there in a table of all that might be is faster than sorting, up to so many times as many.
_MARKED = 16


@dataclass(frozen=True, slots=True)
class Grouping:
    """The outcome for one table.

    Attributes:
        sizes: people in each class that is left, the emptied one included.
        rare: classes whose quasi-identifiers are emptied in every row.
        reached: whether k and l hold of all that is left.
    """

    sizes: tuple[int, ...]
    variety: int | None
    rare: frozenset[Class]
    rows: int
    suppressed_rows: int
    reached: bool


class Grouper:
    """Groups what was observed of one table, at any choice of levels.

    Attributes:
        rows: rows of the table.
    """

    def __init__(self, observed: Observed) -> None:
        self._dataset, self._telling = observed.dataset, observed.telling
        keys = list(observed.keys)
        self._rows = np.array([observed.rows[n] for n in range(len(keys))], dtype=np.int64)
        self.rows = int(self._rows.sum())
        self._cells = [
            [[key[column][level] for key in keys] for level in range(len(keys[0][column]) if keys else 0)]
            for column in range(len(observed.columns))
        ]
        # Numbered by their text, so that the outcome does not depend on the order of the rows.
        self._codes = [[_codes(cells) for cells in levels] for levels in self._cells]
        people = np.array(list(observed.people), dtype=np.int64).reshape(-1, 2)
        self._of_person, self._person = people[:, 0], people[:, 1]
        # Combinations that one person is in at most: a class of so many times k of them holds k people.
        self._most_of_one = int(np.bincount(self._person).max(initial=1))
        self._values = []
        for column in range(len(observed.telling)):
            found = [(n, value) for at, n, value in observed.values if at == column]
            self._values.append(
                (np.array([n for n, _ in found], dtype=np.int64), _codes([value for _, value in found]))
            )
        self._least_lost: dict[tuple[tuple[int, int], ...], int] = {}

    def group(self, levels: Sequence[int], *, k: int, least: int, at_most: float = 1) -> Grouping:
        """The classes at these levels, one for each column; what is too rare is emptied together.

        Rows that are emptied are one class; where it is too small itself, the next larger classes go with it.

        Args:
            least: different values of each telling column that every class must have.
            at_most: share of the rows that may be emptied; of a grouping that empties more, or does not reach
                what it should, the rare classes are not told: most are thrown away.
        """
        if not self.rows:
            # No row of the table goes: nobody is in it to be found.
            return Grouping((), None, frozenset(), rows=0, suppressed_rows=0, reached=True)
        of_key, first = self._classes(list(enumerate(levels)))
        empty = self._empty(list(enumerate(levels)), first)
        sizes, varied = self._people(of_key, len(first)), self._variety(of_key, len(first))
        held = (sizes >= k) & (varied >= least)
        bad = set(np.flatnonzero(~held).tolist())
        good = sorted((int(n) for n in np.flatnonzero(held) if n != empty), key=lambda n: (sizes[n], n))
        rest = [(int(sizes[n]), int(varied[n])) for n in range(len(first)) if n not in bad]
        if bad:
            size, variety = self._emptied(of_key, bad, empty)
            while good and (size < k or variety < least):
                bad.add(good.pop(0))
                size, variety = self._emptied(of_key, bad, empty)
            rest = [(int(sizes[n]), int(varied[n])) for n in good] + [(size, variety)]
        suppressed = int(self._rows[np.isin(of_key, list(bad - {empty}))].sum())
        reached = all(size >= k and variety >= least for size, variety in rest)
        told = bad if reached and suppressed <= at_most * self.rows else set()
        return Grouping(
            sizes=tuple(sorted(size for size, _ in rest)),
            variety=min((variety for _, variety in rest), default=0) if self._values else None,
            rare=frozenset(
                tuple(self._cells[column][level][first[n]] for column, level in enumerate(levels))
                for n in told
            ),
            rows=self.rows,
            suppressed_rows=suppressed,
            reached=reached,
        )

    def least_lost(self, some: Sequence[tuple[int, int]], *, k: int, least: int) -> int:
        """Rows that are emptied at the very least when some columns have these levels, whatever the others have.

        A class of all columns is part of a class of some: it has no more people and no more values.
        """
        if not self.rows:
            return 0
        asked = tuple(some)
        if asked not in self._least_lost:
            of_key, first = self._classes(asked)
            bad = self._has_fewer(of_key, len(first), k) | (self._variety(of_key, len(first)) < least)
            if (empty := self._empty(asked, first)) is not None:
                # Rows without any of the others, too, are not counted as emptied.
                bad[empty] = False
            self._least_lost[asked] = int(self._rows[bad[of_key]].sum())
        return self._least_lost[asked]

    def shortfalls(self, *, k: int, least: int) -> Iterator[str]:
        """Why no choice of levels will do: what even all rows together have too little of."""
        if not self.rows:
            return
        if len(np.unique(self._person)) < k:
            yield f"{self._dataset}: fewer than {k} people go"
        for name, (_, codes) in zip(self._telling, self._values, strict=True):
            if len(np.unique(codes)) < least:
                yield f"{self._dataset}: {name} has fewer than {least} different values"

    def _classes(self, columns: Sequence[tuple[int, int]]) -> tuple[Numbers, Numbers]:
        """The class of each combination, and for each class a combination that is in it."""
        of_key, span = np.zeros(len(self._rows), dtype=np.int64), 1
        for column, level in columns:
            codes = self._codes[column][level]
            width = int(codes.max()) + 1 if len(codes) else 1
            if span * width > _LARGEST:
                names, of_key = np.unique(of_key, return_inverse=True)
                span = len(names)
            of_key, span = of_key * width + codes, span * width
        return _numbered(of_key, span)

    def _empty(self, columns: Sequence[tuple[int, int]], first: Numbers) -> int | None:
        """The class of combinations without a cell."""
        full = [self._codes[column][level][first] > 0 for column, level in columns]
        empty = np.flatnonzero(~np.any(full, axis=0)) if full else np.arange(len(first))
        return int(empty[0]) if len(empty) else None

    def _emptied(self, of_key: Numbers, bad: set[int], empty: int | None) -> tuple[int, int]:
        """People and variety of the class of all rows without quasi-identifiers, emptied or empty before."""
        joined = bad if empty is None else bad | {empty}
        merged = np.isin(of_key, list(joined)).astype(np.int64)
        return int(self._people(merged, 2)[1]), int(self._variety(merged, 2)[1])

    def _people(self, of_key: Numbers, count: int) -> Numbers:
        """Different people in each class."""
        return _different(of_key[self._of_person], self._person, count)

    def _has_fewer(self, of_key: Numbers, count: int, k: int) -> NDArray[np.bool_]:
        """Which classes have fewer than *k* people: most have far fewer or far more, and nobody is counted there."""
        classes = of_key[self._of_person]
        most = np.bincount(classes, minlength=count)
        fewer = most < k
        near = ~fewer & (most < k * self._most_of_one)
        chosen = near[classes]
        return fewer | (near & (_different(classes[chosen], self._person[chosen], count) < k))

    def _variety(self, of_key: Numbers, count: int) -> Numbers:
        """Different values in each class, of the telling column that has fewest."""
        # Where nothing is telling, every class is as varied as can be.
        least = np.full(count, np.iinfo(np.int64).max, dtype=np.int64)
        for numbers, codes in self._values:
            least = np.minimum(least, _different(of_key[numbers], codes, count))
        return least


def _numbered(codes: Numbers, span: int) -> tuple[Numbers, Numbers]:
    """The place of each code among those there are, in order, and where each of these comes first."""
    if span > _MARKED * len(codes):
        _, first, places = np.unique(codes, return_index=True, return_inverse=True)
        return places, first
    first_of = np.full(span, -1, dtype=np.int64)
    # Of several places the one assigned last stays, so from the end.
    first_of[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    there = first_of >= 0
    return (np.cumsum(there) - 1)[codes], first_of[there]


def _different(classes: Numbers, what: Numbers, count: int) -> Numbers:
    """How many different *what* each class has."""
    width = int(what.max()) + 1 if len(what) else 1
    pairs = classes * width + what
    if count * width > _MARKED * len(pairs):
        return np.bincount(np.unique(pairs) // width, minlength=count).astype(np.int64)
    there = np.zeros(count * width, dtype=np.bool_)
    there[pairs] = True
    counted: Numbers = there.reshape(count, width).sum(axis=1, dtype=np.int64)
    return counted


def _codes(cells: Sequence[Cell]) -> Numbers:
    """Numbers in the order of the texts; 0 where there is none."""
    names = {cell: number for number, cell in enumerate(sorted({c for c in cells if c is not None}), start=1)}
    return np.array([0 if cell is None else names[cell] for cell in cells], dtype=np.int64)
