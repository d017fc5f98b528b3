"""Blocks cut into what is searched at a time, and what kind of text they hold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate

from shield1367.validation.audit.blocks import Block, Part

# Characters: enough for the cost of a call not to matter, few enough for the processor's cache.
_STRETCH = 1 << 19
_WORDS_OF_FREE_TEXT = 8
_DIFFERENT = 3
_SAMPLE = 1000


def in_stretches(block: Block) -> Iterator[Block]:
    """The block in pieces whose arrays stay in the processor's cache; a cell is never divided."""
    if block.part is Part.HEADER:
        yield block
        return
    ends = list(accumulate(map(len, block.cells)))
    first = 0
    while first < len(ends):
        before = ends[first - 1] if first else 0
        following = max(bisect_right(ends, before + _STRETCH), first + 1)
        yield replace(block, cells=block.cells[first:following], first_row=block.first_row + first)
        first = following


def is_free_text(cells: list[str]) -> bool:
    """Whether a column reads like narratives rather than codes: enough words to hide a name among.

    A long label that is the same in every row (the title of a form) is a code.
    """
    filled = [cell for cell in cells if cell and cell[0] not in "{["][:_SAMPLE]
    different = len(set(filled))
    wordy = sum(cell.count(" ") + 1 for cell in filled) >= _WORDS_OF_FREE_TEXT * len(filled)
    return different > 0 and wordy and (different >= _DIFFERENT or different == len(filled))
