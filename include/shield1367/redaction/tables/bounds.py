"""What can be told of hidden counts from all that is shown: the bounds that linear programming gives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from shield1367.redaction.tables.cells import CellId, Line

Bounds = dict[CellId, tuple[float, float]]


def bounds_of(
    counts: Mapping[CellId, int],
    lines: Sequence[Line],
    hidden: Collection[CellId],
    *,
    asked: Collection[CellId],
) -> Bounds:
    """The least and the greatest that *asked* of the hidden counts can be; without limit where nothing limits it.

    Empty cells are in no table, so whoever sees a hidden one knows that it is 1 or more.
    """
    names = sorted(hidden)
    place = {name: number for number, name in enumerate(names)}
    entries: list[tuple[int, int, float]] = []
    right: list[float] = []
    for line in lines:
        unknown = [(place[cell], 1.0) for cell in line.parts if cell in place]
        known = float(sum(counts[cell] for cell in line.parts if cell not in place))
        if line.total in place:
            unknown.append((place[line.total], -1.0))
            known *= -1
            right.append(known)
        else:
            right.append(counts[line.total] - known)
        entries += [(len(right) - 1, column, value) for column, value in unknown]
    if not names:
        return {}
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = csr_array((values, (rows, columns)), shape=(len(right), len(names)))
    return {
        name: (_optimum(matrix, right, place[name], 1.0), _optimum(matrix, right, place[name], -1.0))
        for name in sorted(asked)
    }


def _optimum(matrix: csr_array, right: list[float], at: int, sign: float) -> float:
    aim = np.zeros(matrix.shape[1])
    aim[at] = sign
    found = linprog(aim, A_eq=matrix, b_eq=right, bounds=(1, None), method="highs") if right else None
    if found is None or found.status == _UNBOUNDED:
        return 1.0 if sign > 0 else float("inf")
    if found.status != 0:
        raise ArithmeticError("the cells of a table do not add up")
    return float(sign * found.fun)


_UNBOUNDED = 3
