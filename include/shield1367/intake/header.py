"""Matching the header of a file with the columns of a contract."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shield1367.config.contract import Dataset, numbered, spelling

_NAME = re.compile(r"^[\w .,/()#&'-]{1,64}$")
_MOST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Header:
    """How the cells of a file map to the contract.

    Attributes:
        positions: contract column → index of its cell, ``None`` when the file has no such column.
        width: number of cells a row of the file has.
        unknown: names in the file that the contract does not know; ``column 7`` for one that may be data.
        duplicated: contract columns that the file names twice, also under another spelling.
    """

    positions: dict[str, int | None]
    width: int
    unknown: tuple[str, ...]
    duplicated: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Contract columns that the file does not have."""
        return tuple(name for name, position in self.positions.items() if position is None)


def match_header(names: list[str], dataset: Dataset) -> Header:
    """Find each contract column in a file's header.

    Exact names first; then without regard to case, spaces and punctuation, since real exports carry
    the same field as ``A_NUMBER``, ``A Number`` and ``a-number``.
    """
    if dataset.repeated == "numbered":
        names = numbered(names)
    positions: dict[str, int | None] = dict.fromkeys(dataset.columns)
    by_spelling = {spelling(name): name for name in dataset.columns}
    unknown, duplicated = [], []
    for index, name in enumerate(names):
        column = name if name in positions else by_spelling.get(spelling(name))
        if column is None:
            unknown.append(name if _may_be_name(name) else f"column {index + 1}")
        elif positions[column] is not None:
            duplicated.append(column)
        else:
            positions[column] = index
    return Header(positions, len(names), tuple(unknown), tuple(duplicated))


def _may_be_name(name: str) -> bool:
    """Whether a header cell may be written down; anything else may be the data of a file without a header."""
    return bool(_NAME.match(name)) and sum(map(str.isdigit, name)) <= _MOST_DIGITS
