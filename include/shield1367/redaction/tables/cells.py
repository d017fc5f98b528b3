"""The cells of all tables of one dataset, margins included, and how they add up.

A cell is what it counts: the same combination of values is one cell in whichever tables it stands, so that what
one table hides no other shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shield1367.config.recipient.risk import SMALLEST
from shield1367.config.recipient.tables import Table
from shield1367.redaction.tables.counting import SHIELDED, WHO

if TYPE_CHECKING:
    import pandas as pd

# Dimension and value, in the order of the dimensions' names; nothing is the total.
CellId = tuple[tuple[str, str], ...]


@dataclass
class Cell:
    """One cell.

    Attributes:
        people: numbers of its people; rows whose person cannot be told are all number 0.
        unnamed: how many rows these are.
        alike: all its contributors share a telling attribute, or all are shielded, or one of them makes up most
            of a sum.
        sums: column → sum and count of its numbers.
    """

    rows: int
    people: NDArray[np.int64]
    unnamed: int = 0
    alike: bool = False
    sums: dict[str, tuple[float, int]] = field(default_factory=dict)

    @property
    def contributors(self) -> int:
        """People it certainly has."""
        return len(self.people)

    @property
    def counted(self) -> int:
        """People as published: a row whose person cannot be told stands for itself."""
        return len(self.people) + max(self.unnamed - 1, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """Cells that add up to another one."""

    total: CellId
    parts: tuple[CellId, ...]


@dataclass
class Cube:
    """The cells of one dataset."""

    cells: dict[CellId, Cell] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


def lines_of(cells: Iterable[CellId], dimensions: Sequence[str]) -> list[Line]:
    """How the cells of a table add up: along each dimension, at all values of the others."""
    found: dict[tuple[CellId, str], list[CellId]] = {}
    inside = {*dimensions}
    for cell in cells:
        if not {name for name, _ in cell} <= inside:
            continue
        for name, _ in cell:
            total = tuple(pair for pair in cell if pair[0] != name)
            found.setdefault((total, name), []).append(cell)
    return [Line(total, tuple(sorted(parts))) for (total, _), parts in sorted(found.items())]


def cube_of(frame: pd.DataFrame, tables: Sequence[Table]) -> Cube:
    """Count every cell and every margin of *tables*."""
    cube = Cube()
    codes, _ = frame[WHO].factorize()
    # factorize gives -1 to rows without a person, so that they become number 0.
    frame = frame.assign(_who=codes.astype(np.int64) + 1)
    for table in tables:
        keys = sorted(dimension.key for dimension in table.dimensions)
        mine: set[CellId] = set()
        for size in range(len(keys) + 1):
            for chosen in combinations(keys, size):
                groups = frame.groupby(list(chosen), sort=True) if chosen else [((), frame)]
                for values, rows in groups:
                    name = tuple(zip(chosen, (str(value) for value in values), strict=True))
                    mine.add(name)
                    _merge(cube.cells, name, _cell(rows, table))
        cube.lines += lines_of(mine, keys)
    cube.lines = list(dict.fromkeys(cube.lines))
    return cube


def _merge(cells: dict[CellId, Cell], name: CellId, cell: Cell) -> None:
    before = cells.setdefault(name, cell)
    before.alike = before.alike or cell.alike
    before.sums |= cell.sums


def _cell(rows: pd.DataFrame, table: Table) -> Cell:
    alike = bool(rows[SHIELDED].all())
    alike = alike or any(rows[f"telling:{column}"].nunique(dropna=False) == 1 for column in table.telling)
    sums = {}
    for column in {measure.column for measure in table.measures if measure.column}:
        numbers = rows[f"number:{column}"]
        sums[column] = (float(numbers.sum()), int(numbers.notna().sum()))
        of_person = numbers.abs().groupby(rows["_who"]).sum(min_count=1).dropna()
        alike = alike or _dominated(of_person.to_numpy(dtype=float)) or 0 < len(of_person) < _LEAST_IN_SUM
    return Cell(
        rows=len(rows),
        people=np.unique(rows["_who"].to_numpy(dtype=np.int64)),
        unnamed=int((rows["_who"] == 0).sum()),
        alike=alike,
        sums=sums,
    )


# A sum of fewer people's numbers is as good as a small cell.
_LEAST_IN_SUM = SMALLEST
# p% rule: the second largest contributor must not learn the largest to within this share (FCSM WP 22).
_SHARE = 0.2


def _dominated(amounts: NDArray[np.float64]) -> bool:
    if not len(amounts) or amounts.sum() == 0:
        return False
    largest = np.sort(amounts)[::-1]
    return bool(largest[2:].sum() < _SHARE * largest[0])
