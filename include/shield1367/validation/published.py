"""The tables of a package as their reader has them: cells, what is hidden, and what adds up to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from shield1367.config.recipient.tables import CELL, PEOPLE, ROWS, Table
from shield1367.validation.reading import read_part

if TYPE_CHECKING:
    import pandas as pd

ALL = "All"
SHOWN, SUPPRESSED = "shown", "suppressed"
DATA = "data"

Key = frozenset[tuple[str, str]]
# What is known of a cell: its rows and, where they are published, its people; nothing when it is hidden.
Known = tuple[int | None, int | None]


@dataclass
class Published:
    """All tables of one dataset of one package.

    Attributes:
        known: cell → what is shown of it.
        lines: a cell → by dimension, the cells that add up to it.
        clashes: cells that two tables say different things of, or one says twice.
    """

    known: dict[Key, Known] = field(default_factory=dict)
    lines: dict[tuple[Key, str], set[Key]] = field(default_factory=lambda: defaultdict(set))
    dimensions: set[frozenset[str]] = field(default_factory=set)
    clashes: int = 0

    @property
    def counts_people(self) -> bool:
        """Whether any cell says how many people it is about."""
        return any(people is not None for _, people in self.known.values())

    @property
    def hidden(self) -> list[Key]:
        """Cells that are not shown, in a fixed order."""
        return sorted((key for key, (rows, _) in self.known.items() if rows is None), key=sorted)

    def add(self, table: Table, frame: pd.DataFrame) -> None:
        """Read one table in."""
        self.dimensions.add(frozenset(dimension.key for dimension in table.dimensions))
        seen: set[Key] = set()
        for row in frame.to_dict("records"):
            key = frozenset(
                (dimension.key, str(row[dimension.column]))
                for dimension in table.dimensions
                if row[dimension.column] != ALL
            )
            known = (_number(row.get(ROWS)), _number(row.get(PEOPLE)))
            before = self.known.get(key, (None, None))
            hidden_here, hidden_there = known[0] is None, key in self.known and before[0] is None
            clash = None not in (known[0], before[0]) and known[0] != before[0]
            self.clashes += key in seen or clash or (key in self.known and hidden_here != hidden_there)
            seen.add(key)
            self.known[key] = (
                known[0] if before[0] is None else before[0],
                known[1] if before[1] is None else before[1],
            )
            for pair in key:
                self.lines[key - {pair}, pair[0]].add(key)

    def missing_margins(self) -> int:
        """Cells whose totals are not in the tables, so that nobody could check them."""
        return sum(total not in self.known for total, _ in self.lines)

    def was_empty(self, key: Key) -> bool:
        """Whether a cell that is in no table would have been in one, had it not been empty."""
        inside = {name for name, _ in key}
        return key not in self.known and any(inside <= of for of in self.dimensions)


def read_table(package: Path, name: str) -> pd.DataFrame:
    """One table of a package, every cell as text.

    Raises:
        UnreadablePartError: it is not there, or no table.
    """
    for ending in ("parquet", "csv"):
        path = package / DATA / f"{name}.{ending}"
        if path.is_file() and not path.is_symlink():
            file_format: Literal["parquet", "csv"] = "csv" if ending == "csv" else "parquet"
            return read_part(path, 0, file_format).frame
    return read_part(package / DATA / f"{name}.parquet", 0, "parquet").frame


def read_published(package: Path, tables: Mapping[str, Table]) -> dict[str, Published]:
    """Dataset → its tables.

    Raises:
        UnreadablePartError: a table is missing or broken.
    """
    found: dict[str, Published] = defaultdict(Published)
    for name, table in tables.items():
        found[table.dataset].add(table, read_table(package, name))
    return dict(found)


def wrong_cells(table: Table, frame: pd.DataFrame, smallest: int) -> Iterator[str]:
    """What each cell that breaks a rule breaks: ``state``, ``uncovered`` or ``small``."""
    measures = [measure.name for measure in table.measures]
    for row in frame.to_dict("records"):
        values = [row[name] for name in measures if row[name] == row[name] and row[name] is not None]
        if row[CELL] == SUPPRESSED:
            if values:
                yield "uncovered"
        elif row[CELL] != SHOWN:
            yield "state"
        elif any((_number(row.get(name)) or 0) < smallest for name in (ROWS, PEOPLE) if name in measures):
            yield "small"


def _number(cell: object) -> int | None:
    # What is missing is not equal to itself.
    if cell is None or cell != cell:
        return None
    return int(float(str(cell)))
