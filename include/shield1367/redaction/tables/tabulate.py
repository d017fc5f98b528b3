"""From counted partitions to the tables of a package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shield1367.config.recipient.tables import CELL, Measure, Table
from shield1367.disclosure.plan import ReleasePlan
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.redaction.partition import part_path
from shield1367.redaction.tables.cells import Cell, CellId, Cube, cube_of
from shield1367.redaction.tables.counting import tables_of
from shield1367.redaction.tables.history import earlier_of, seal
from shield1367.redaction.tables.suppression import Hidden, suppress

ALL = "All"
SHOWN, SUPPRESSED = "shown", "suppressed"


def tabulate(home: Home, keys: Keys, plan: ReleasePlan, work: Path) -> dict[str, pa.Table]:
    """The tables of a release by name, suppressed; what they hid is sealed in the work folder.

    All tables of one dataset are suppressed together. Needs the columns that are counted of the whole dataset in
    memory, none other.
    """
    if plan.tables is None:
        raise ValueError("a plan without tables cannot be tabulated")
    made: dict[str, pa.Table] = {}
    records = {}
    for dataset in plan.datasets:
        mine = tables_of(plan.tables, dataset.name)
        if not mine:
            continue
        frame = pa.concat_tables([pq.read_table(part_path(work, dataset, part)) for part in dataset.parts])
        cube = cube_of(frame.to_pandas(), [table for _, table in mine])
        hidden = suppress(cube, plan.tables.smallest, earlier_of(home, keys, dataset.name))
        records[dataset.name] = (
            cube,
            hidden,
            [[dimension.key for dimension in table.dimensions] for _, table in mine],
        )
        made |= {name: _published(table, cube, hidden) for name, table in mine}
    seal(home, keys, work, records)
    return made


def _published(table: Table, cube: Cube, hidden: Hidden) -> pa.Table:
    """One table: every cell that is not empty, and every margin, sorted by its dimensions, totals last."""
    inside = [dimension.key for dimension in table.dimensions]
    names = [name for name in cube.cells if {key for key, _ in name} <= {*inside}]
    rows = sorted(
        (_row(table, name, cube.cells[name], name in hidden) for name in names),
        key=lambda row: [(row[d.column] == ALL, row[d.column]) for d in table.dimensions],
    )
    types = {measure.name: _type(measure) for measure in table.measures}
    return pa.table(
        {
            column: pa.array([row[column] for row in rows], types.get(column, pa.string()))
            for column in table.columns
        }
    )


def _row(table: Table, name: CellId, cell: Cell, hidden: bool) -> dict[str, Any]:
    values: Mapping[str, str] = dict(name)
    row: dict[str, Any] = {d.column: values.get(d.key, ALL) for d in table.dimensions}
    row[CELL] = SUPPRESSED if hidden else SHOWN
    return row | {measure.name: None if hidden else _measured(measure, cell) for measure in table.measures}


def _measured(measure: Measure, cell: Cell) -> int | float | None:
    if measure.column is None:
        return cell.rows if measure.of == "rows" else cell.counted
    total, count = cell.sums[measure.column]
    if measure.of == "sum":
        return round(total)
    return round(total / count, 2) if count else None


def _type(measure: Measure) -> pa.DataType:
    return pa.float64() if measure.of == "mean" else pa.int64()
