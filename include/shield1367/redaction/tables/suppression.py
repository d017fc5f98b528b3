"""Which cells are not shown: small ones, telling ones, and enough others that none of them follows.

Primary suppression hides what a cell tells by itself. Complementary suppression goes on until (1) in no line is one
unknown cell left alone, or unknown cells together about fewer than n people; (2) linear programming over everything
that is shown can hold no hidden count below n or within a span of less than n; (3) no difference to an earlier
release is a count of 1 to n - 1. Every step hides one more cell, so it ends, at worst with nothing shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np

from shield1367.redaction.tables.bounds import bounds_of
from shield1367.redaction.tables.cells import Cell, CellId, Cube, Line
from shield1367.redaction.tables.history import Earlier

Hidden = frozenset[CellId]


def suppress(cube: Cube, n: int, earlier: Sequence[Earlier] = ()) -> Hidden:
    """The cells that are not shown.

    Args:
        n: people in the smallest cell that is shown.
        earlier: tabulations of the same dataset that are out, whoever received them.
    """
    hidden = set(primary(cube.cells, n, earlier))
    # Hiding more leaves more open: what is safe stays so.
    safe: set[CellId] = set()
    while True:
        _close(cube, hidden, n, earlier)
        exposed = _exposed(cube, hidden, safe, n)
        safe = hidden - {*exposed}
        if not exposed:
            return frozenset(hidden)
        for cell in exposed:
            if (more := _smallest_near(cube, cell, hidden)) is not None:
                hidden.add(more)


def primary(cells: Mapping[CellId, Cell], n: int, earlier: Sequence[Earlier]) -> Iterator[CellId]:
    """Cells that would tell something by themselves, or beside what is out already."""
    for name, cell in cells.items():
        differs = any(release.exposes(name, cell, n) for release in earlier)
        if cell.contributors < n or cell.alike or differs:
            yield name


def _close(cube: Cube, hidden: set[CellId], n: int, earlier: Sequence[Earlier]) -> None:
    """Hide more, line by line, until each holds by itself."""
    changed = True
    while changed:
        changed = False
        for line in cube.lines:
            while (more := _needed(cube, line, hidden, n, earlier)) is not None:
                hidden.add(more)
                changed = True


def _needed(cube: Cube, line: Line, hidden: set[CellId], n: int, earlier: Sequence[Earlier]) -> CellId | None:
    """The next cell to hide in a line; ``None`` when it holds."""
    unknown = [cell for cell in line.parts if cell in hidden]
    shown = [cell for cell in line.parts if cell not in hidden]
    if line.total in hidden:
        # With all parts shown the total is their sum.
        return None if unknown or not shown else _smallest(cube, shown)
    if unknown and (len(unknown) == 1 or _few_people(cube, line, unknown, shown, n)):
        return _smallest(cube, shown) if shown else line.total
    if any(release.line_exposes(line, cube.cells, hidden, n) for release in earlier):
        return line.total
    return None


def _few_people(cube: Cube, line: Line, unknown: Sequence[CellId], shown: Sequence[CellId], n: int) -> bool:
    """Whether unknown cells are about few people together, or what is shown of people makes it look so."""
    together = len(np.unique(np.concatenate([cube.cells[cell].people for cell in unknown])))
    rest = cube.cells[line.total].counted - sum(cube.cells[cell].counted for cell in shown)
    return together < n or 0 < rest < n


def _smallest(cube: Cube, cells: Sequence[CellId]) -> CellId:
    """The cell whose loss costs least; by name among equals, so that a plan always gives the same tables."""
    return min(cells, key=lambda cell: (cube.cells[cell].rows, cell))


def _exposed(cube: Cube, hidden: set[CellId], safe: set[CellId], n: int) -> list[CellId]:
    """Hidden cells whose count can be told too well from what is shown; *safe* ones are not asked for again."""
    counts = {name: cell.rows for name, cell in cube.cells.items()}
    bounds = bounds_of(counts, cube.lines, hidden, asked=hidden - safe)
    return [cell for cell, (low, high) in bounds.items() if high < n or high - low < n - 1]


def _smallest_near(cube: Cube, cell: CellId, hidden: set[CellId]) -> CellId | None:
    """A shown cell in a line with *cell*, else any."""
    near = {
        other
        for line in cube.lines
        if cell == line.total or cell in line.parts
        for other in (*line.parts, line.total)
        if other not in hidden
    }
    left = sorted(near or {*chain.from_iterable(line.parts for line in cube.lines)} - hidden)
    return _smallest(cube, left) if left else None
