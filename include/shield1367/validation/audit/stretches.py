"""Blocks cut into what is searched at a time, and what kind of text they hold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, islice

from shield1367.validation.audit.blocks import Block

Rows = Callable[[int], Sequence[int]]

# Characters: enough for the cost of a call not to matter, few enough for the processor's cache.
STRETCH = 1 << 19
# Cells that come less often than this are searched as they stand.
_REPEATED = 4
_WORDS_OF_FREE_TEXT = 8
_DIFFERENT = 3
_SAMPLE = 1000


def in_stretches(texts: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Texts in pieces whose arrays stay in the processor's cache, and the number of the first; none is divided."""
    ends = list(accumulate(map(len, texts)))
    first = 0
    while first < len(ends):
        before = ends[first - 1] if first else 0
        following = max(bisect_right(ends, before + STRETCH), first + 1)
        yield first, texts[first:following]
        first = following


def once_each(block: Block) -> tuple[list[str], Rows]:
    """The cells of a block, where most come again each only once, and which rows of the file each is of."""
    # A sample first: to tell whether long texts are the same takes as long as to search some.
    different = _repeated(block.cells[:_SAMPLE]) and _repeated(block.cells)
    if not different:
        return block.cells, lambda number: (block.first_row + number,)

    @cache
    def alike() -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, cell in enumerate(block.cells, block.first_row):
            rows.setdefault(cell, []).append(row)
        return rows

    return different, lambda number: alike()[different[number]]


def _repeated(cells: list[str]) -> list[str] | None:
    """The different ones among *cells*, where most come again."""
    different = list(dict.fromkeys(cells))
    return different if len(different) * _REPEATED <= len(cells) else None


class Hidden:
    """What is behind an encoding in some texts, until it is enough to be searched at a time.

    Attributes:
        texts: what there is.
    """

    def __init__(self, rows: Rows) -> None:
        self.texts: list[str] = []
        self._rows = rows
        self._numbers: list[int] = []
        self._size = 0

    def add(self, found: Iterable[tuple[int, str]]) -> None:
        """Add texts, each with the number of the one that it was hidden in."""
        for number, text in found:
            self._numbers.append(number)
            self.texts.append(text)
            self._size += len(text)

    @property
    def is_large(self) -> bool:
        """Whether it is more than a stretch."""
        return self._size > STRETCH

    def taken(self) -> tuple[list[str], Rows]:
        """The texts, and which rows each is of; they are gone here then."""
        texts, numbers, rows = self.texts, self._numbers, self._rows
        self.texts, self._numbers, self._size = [], [], 0
        return texts, lambda number: rows(numbers[number])


def is_free_text(cells: list[str]) -> bool:
    """Whether a column reads like narratives rather than codes: enough words to hide a name among.

    A long label that is the same in every row (the title of a form) is a code.
    """
    filled = list(islice((cell for cell in cells if cell and cell[0] not in "{["), _SAMPLE))
    different = len(set(filled))
    if not different or (different < _DIFFERENT and different < len(filled)):
        return False
    # Most that are, are so by their first few cells.
    words = accumulate(cell.count(" ") + 1 for cell in filled)
    enough = _WORDS_OF_FREE_TEXT * len(filled)
    return any(count >= enough for count in words)
