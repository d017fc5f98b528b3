"""The classes of one table at one choice of levels: how many people, how varied, and which stay too rare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shield1367.redaction.classes.observed import Cell, Observed

Numbers = NDArray[np.int64]
Class = tuple[Cell, ...]


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
    """Groups what was observed of one table, at any choice of levels."""

    def __init__(self, observed: Observed) -> None:
        self._keys = list(observed.keys)
        # Sorted, so that the outcome does not depend on the order of the rows.
        self._order = sorted(range(len(self._keys)), key=lambda n: _sortable(self._keys[n]))
        place = np.empty(len(self._keys), dtype=np.int64)
        place[self._order] = np.arange(len(self._keys))
        self._rows = np.array([observed.rows[n] for n in self._order], dtype=np.int64)
        people = np.array(sorted(observed.people), dtype=np.int64).reshape(-1, 2)
        self._of_person, self._person = place[people[:, 0]], people[:, 1]
        self._values = []
        for column in range(len(observed.telling)):
            found = [(n, value) for at, n, value in observed.values if at == column]
            _, codes = np.unique([value or "" for _, value in found], return_inverse=True)
            numbers = np.array([n for n, _ in found], dtype=np.int64)
            self._values.append((place[numbers], codes.astype(np.int64)))

    def group(self, levels: Sequence[int], *, k: int, least: int) -> Grouping:
        """The classes at these levels, one for each column; what is too rare is emptied together.

        Rows that are emptied are one class; where it is too small itself, the next larger classes go with it.

        Args:
            least: different values of each telling column that every class must have.
        """
        classes = [
            tuple(cells[level] for cells, level in zip(self._keys[n], levels, strict=True))
            for n in self._order
        ]
        names = {name: number for number, name in enumerate(dict.fromkeys(classes))}
        of_key = np.array([names[name] for name in classes], dtype=np.int64)
        listed = list(names)
        sizes = self._people(of_key, len(listed))
        varied = self._variety(of_key, len(listed))
        empty = names.get((None,) * len(levels))
        held = (sizes >= k) & (varied >= least)
        bad = set(np.flatnonzero(~held).tolist())
        good = sorted((int(n) for n in np.flatnonzero(held) if n != empty), key=lambda n: (sizes[n], n))
        rest = [(int(sizes[n]), int(varied[n])) for n in range(len(listed)) if n not in bad]
        if bad:
            size, variety = self._emptied(of_key, bad, empty)
            while good and (size < k or variety < least):
                bad.add(good.pop(0))
                size, variety = self._emptied(of_key, bad, empty)
            rest = [(int(sizes[n]), int(varied[n])) for n in good] + [(size, variety)]
        return Grouping(
            sizes=tuple(sorted(size for size, _ in rest)),
            variety=min((variety for _, variety in rest), default=0) if self._values else None,
            rare=frozenset(listed[n] for n in bad),
            rows=int(self._rows.sum()),
            suppressed_rows=int(self._rows[np.isin(of_key, list(bad - {empty}))].sum()),
            reached=all(size >= k and variety >= least for size, variety in rest),
        )

    def _emptied(self, of_key: Numbers, bad: set[int], empty: int | None) -> tuple[int, int]:
        """People and variety of the class of all rows without quasi-identifiers, emptied or empty before."""
        joined = bad if empty is None else bad | {empty}
        merged = np.isin(of_key, list(joined)).astype(np.int64)
        return int(self._people(merged, 2)[1]), int(self._variety(merged, 2)[1])

    def _people(self, of_key: Numbers, count: int) -> Numbers:
        """Different people in each class."""
        return _different(of_key[self._of_person], self._person, count)

    def _variety(self, of_key: Numbers, count: int) -> Numbers:
        """Different values in each class, of the telling column that has fewest."""
        # Where nothing is telling, every class is as varied as can be.
        least = np.full(count, np.iinfo(np.int64).max, dtype=np.int64)
        for numbers, codes in self._values:
            least = np.minimum(least, _different(of_key[numbers], codes, count))
        return least


def _different(classes: Numbers, what: Numbers, count: int) -> Numbers:
    width = int(what.max()) + 1 if len(what) else 1
    pairs = np.unique(classes * width + what)
    return np.bincount(pairs // width, minlength=count).astype(np.int64)


def _sortable(key: tuple[tuple[Cell, ...], ...]) -> list[list[tuple[bool, str]]]:
    return [[(cell is not None, cell or "") for cell in cells] for cells in key]
