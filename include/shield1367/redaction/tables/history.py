"""Tabulations that are out: what the next one must not be subtracted from.

Kept sealed beside the ledger, hidden counts included: a cell that was hidden stays so until it has changed by n.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.redaction.tables.cells import Cell, CellId, Cube, Line
from shield1367.storage import read_json, reported, write_bytes, write_json

RECORD = "tables.sealed"
KNOWN = "tables_known.json"
_PURPOSE = "tables"


class TablesOvertakenError(TerminalError):
    """Error raised when tables were not held against some that went out in the meantime."""

    code = "E602"


@dataclass(frozen=True, slots=True)
class Seen:
    """A cell of an earlier release; *people* as published."""

    rows: int
    people: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """One dataset of one earlier release.

    Attributes:
        dimensions: those of each of its tables; what none of them names was in no table.
    """

    cells: Mapping[CellId, Seen]
    dimensions: tuple[frozenset[str], ...]

    def exposes(self, name: CellId, cell: Cell, n: int) -> bool:
        """Whether showing *cell* tells, with what was shown, a count of 1 to n - 1."""
        before = self._seen(name)
        if before is None:
            return False
        rows, people = abs(cell.rows - before.rows), abs(cell.counted - before.people)
        # What was hidden could be read off one that has hardly changed.
        return 0 < rows < n or 0 < people < n or (not before.shown and rows < n)

    def line_exposes(self, line: Line, cells: Mapping[CellId, Cell], hidden: Set[CellId], n: int) -> bool:
        """Whether a line now, minus the same line then, tells how little the cells not shown twice have changed."""
        if not self._shown(line.total):
            return False
        total = self._change(line.total, cells)
        both = [part for part in line.parts if part not in hidden and self._shown(part)]
        gone = [
            name for name in self._parts(line) if name not in cells and self._shown(name)
        ]  # shown then, empty now
        rest = total - sum(self._change(part, cells) for part in (*both, *gone))
        return 0 < abs(rest) < n

    def _change(self, name: CellId, cells: Mapping[CellId, Cell]) -> int:
        before = self._seen(name)
        now = cells[name].rows if name in cells else 0
        return now - (before.rows if before else 0)

    def _shown(self, name: CellId) -> bool:
        before = self._seen(name)
        return before is not None and before.shown

    def _seen(self, name: CellId) -> Seen | None:
        if name in self.cells:
            return self.cells[name]
        # In one of its tables and not among its cells: it was empty, and seen to be.
        inside = {key for key, _ in name}
        return Seen(0, 0, True) if any(inside <= of for of in self.dimensions) else None

    def _parts(self, line: Line) -> list[CellId]:
        """Cells of the same line in the earlier release."""
        along = {key for part in line.parts for key, _ in part} - {key for key, _ in line.total}
        return [
            name
            for name in self.cells
            if {key for key, _ in name} == along | {key for key, _ in line.total} and {*line.total} <= {*name}
        ]


def folder_of(home: Home) -> Path:
    """Where the records lie."""
    return home.ledger.parent / "tables"


def seal(
    home: Home, keys: Keys, work: Path, cubes: Mapping[str, tuple[Cube, Set[CellId], list[list[str]]]]
) -> Path:
    """Write the record of a release into its work folder, and which others it was held against.

    Args:
        cubes: dataset → its cells, those hidden, and the dimensions of each table.
    """
    content = {
        dataset: {
            "dimensions": dimensions,
            "cells": [
                [name, cell.rows, cell.counted, name not in hidden] for name, cell in cube.cells.items()
            ],
        }
        for dataset, (cube, hidden, dimensions) in cubes.items()
    }
    write_json(work / KNOWN, sorted(path.name for path in folder_of(home).glob("*.sealed")))
    return write_bytes(work / RECORD, keys.cipher(_PURPOSE).encrypt(json.dumps(content).encode()))


def require_latest(home: Home, work: Path) -> None:
    """Check that no other tables went out since those in *work* were made.

    Raises:
        TablesOvertakenError: some did, and these have not been held against them.
    """
    known = {*read_json(work / KNOWN), f"{work.name}.sealed"}
    if {path.name for path in folder_of(home).glob("*.sealed")} - known:
        raise TablesOvertakenError(
            f"other tables went out since those of release {work.name} were made.",
            mend="clear the validate task and run the release again from there.",
        )


def remember(home: Home, work: Path) -> None:
    """Keep the record of a release that goes out; one without tables has none."""
    record = work / RECORD
    if record.exists():
        with reported(record, "read"):
            content = record.read_bytes()
        write_bytes(folder_of(home) / f"{work.name}.sealed", content)


def earlier_of(home: Home, keys: Keys, dataset: str) -> list[Earlier]:
    """What is out of a dataset, to any recipient.

    Raises:
        KeyMissingError: a record does not open.
    """
    found = []
    for path in sorted(folder_of(home).glob("*.sealed")):
        with reported(path, "read"):
            content = json.loads(keys.cipher(_PURPOSE).decrypt(path.read_bytes()))
        if dataset in content:
            found.append(_earlier(content[dataset]))
    return found


def _earlier(content: Mapping[str, list[list[object]]]) -> Earlier:
    cells = {}
    for name, rows, people, shown in content["cells"]:
        pairs = tuple((str(key), str(value)) for key, value in name)  # type: ignore[attr-defined]
        cells[pairs] = Seen(int(str(rows)), int(str(people)), bool(shown))
    return Earlier(cells, tuple(frozenset(map(str, names)) for names in content["dimensions"]))
