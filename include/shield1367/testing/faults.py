"""Rows that intake must refuse: damaged copies of good rows, so that no evidence is lost by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from shield1367.testing.rows import Cell, Row, Table


class Fault(StrEnum):
    """Why a row cannot be taken in."""

    COLUMN_COUNT = "column_count"
    NUL_BYTE = "nul_byte"
    DUPLICATE_KEY = "duplicate_key"
    BAD_ENCODING = "bad_encoding"
    INVALID_VALUE = "invalid_value"
    SHIFTED_ROW = "shifted_row"


# Dataset → faults, one row each a batch.
_FAULTS: dict[tuple[str, str], tuple[Fault, ...]] = {
    ("benefits", "applications"): (Fault.DUPLICATE_KEY, Fault.INVALID_VALUE, Fault.BAD_ENCODING),
    ("benefits", "status_history"): (Fault.DUPLICATE_KEY, Fault.INVALID_VALUE),
    ("court", "cases"): (
        Fault.COLUMN_COUNT, Fault.COLUMN_COUNT, Fault.NUL_BYTE, Fault.SHIFTED_ROW, Fault.DUPLICATE_KEY,
        Fault.INVALID_VALUE, Fault.BAD_ENCODING,
    ),
    ("court", "applications"): (Fault.COLUMN_COUNT, Fault.NUL_BYTE),
    ("enforcement", "encounters"): (
        Fault.COLUMN_COUNT, Fault.DUPLICATE_KEY, Fault.INVALID_VALUE, Fault.BAD_ENCODING,
    ),
    ("detention", "roster"): (Fault.DUPLICATE_KEY, Fault.INVALID_VALUE),
}  # fmt: skip
# Damaged rows stand behind the third to the twentieth good row of a batch.
_FIRST, _LAST = 3, 20
_SHIFT_AT = 4


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """After which good rows of a batch a damaged one follows."""

    after: dict[int, Fault]

    @classmethod
    def of(cls, table: Table, *, batch: int, seed: int) -> FaultPlan:
        """The plan of one dataset in one batch."""
        faults = _FAULTS.get((table.source, table.dataset), ())
        rng = Random(f"faults/{table.source}/{table.dataset}/{batch}/{seed}")  # noqa: S311 - reproducible
        places = rng.sample(range(_FIRST, _LAST + 1), len(faults))
        return cls(dict(zip(sorted(places), faults, strict=True)))


def damage(row: Row, fault: Fault, *, fresh: str) -> Sequence[Cell]:
    """The cells of a damaged copy of *row*.

    The copy gets the key *fresh*, used nowhere else; a duplicate keeps the key of its original.
    """
    table, cells = row.table, list(row.cells)
    if fault is Fault.DUPLICATE_KEY:
        return cells
    cells[table.fresh] = fresh
    match fault:
        case Fault.COLUMN_COUNT:
            cells.insert(_SHIFT_AT, "")
        case Fault.SHIFTED_ROW:
            # A tab too many in the middle and an empty cell less at the end: the count is right.
            cells.insert(_SHIFT_AT, "APT 4")
            cells.pop()
        case Fault.NUL_BYTE:
            cells[table.named] = f"{cells[table.named]}\0\0"
        case Fault.BAD_ENCODING:
            # The byte 0xE9, e acute in the Windows code page, where UTF-8 is announced.
            cells[table.named] = f"P\udce9REZ {cells[table.named]}"
        case Fault.INVALID_VALUE:
            cells[table.dated] = "00/00/0000"
    return cells
