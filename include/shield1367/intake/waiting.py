"""What waits in quarantine, batch by batch, without a value: reasons, files, row numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

from shield1367.intake.reasons import EXPLANATIONS, Reason
from shield1367.intake.receipt import Refusal

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class RefusalLine:
    """What was refused of one file for one reason.

    Attributes:
        column: the column meant, where there is one.
        rows: numbers of the data rows, ``3, 7–9``; empty where the file or column as a whole is meant.
        count: how many refusals these are.
    """

    file: str
    reason: Reason
    meaning: str
    column: str
    rows: str
    count: int


def refusal_lines(refusals: Iterable[Refusal]) -> list[RefusalLine]:
    """Refusals of one file, reason and column together, in the order of these."""

    def place(refusal: Refusal) -> tuple[str, Reason, str]:
        return refusal.file, refusal.reason, refusal.column or ""

    lines = []
    for (file, reason, column), group in groupby(sorted(refusals, key=place), key=place):
        alike = list(group)
        numbers = sorted({refusal.row for refusal in alike if refusal.row is not None})
        lines.append(RefusalLine(file, reason, EXPLANATIONS[reason], column, ranges(numbers), len(alike)))
    return lines


def ranges(numbers: list[int], most: int = 40) -> str:
    """Numbers in words: ``1, 3–5, 9``; past *most* ranges it says how many more there are."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    words = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:most]]
    if len(runs) > most:
        words.append(f"and {sum(last - first + 1 for first, last in runs[most:]):,} more")
    return ", ".join(words)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some of many: page *number*, from 1, of *pages*; *total* there are in all."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int

    @classmethod
    def of(cls, items: Sequence[Item], number: int, size: int) -> Page[Item]:
        """Page *number* of *items*; past the last it is the last."""
        pages = max(1, -(-len(items) // size))
        number = min(max(number, 1), pages)
        return cls(items[(number - 1) * size : number * size], number, pages, len(items))
