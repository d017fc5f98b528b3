"""Cells as one text of bytes, for whatever looks at every character of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

# Between two cells; a cell that contains it is cleaned first, so that rows stay in step.
CELL_END = "\x1e"
FIRST_FOREIGN = 0x80
# What bytes from FIRST_FOREIGN on stand for, where nothing else is said.
LATIN = bytes(range(FIRST_FOREIGN, 0x100)).decode("latin-1")


@dataclass(frozen=True, slots=True)
class Coded:
    """A text with a byte for each character.

    Attributes:
        content: the bytes; those of ASCII stand for themselves.
        foreign: the characters that the others stand for, from ``FIRST_FOREIGN`` on.
    """

    content: bytes
    foreign: str


@dataclass(frozen=True)
class Joined:
    """Cells, divided by ``CELL_END``.

    Attributes:
        cells: as they were.
        text: their characters.
    """

    cells: Sequence[str]
    text: str

    @classmethod
    def of(cls, cells: Sequence[str]) -> Joined:
        """The *cells* as they are, but for what would divide one."""
        text = CELL_END.join(cells)
        if text.count(CELL_END) != max(len(cells) - 1, 0):
            text = CELL_END.join(cell.replace(CELL_END, " ") for cell in cells)
        return cls(cells, text)

    @cached_property
    def coded(self) -> Coded | None:
        """The text with a byte for each character; none where it has more different ones than there are bytes."""
        try:
            return Coded(self.text.encode("latin-1"), LATIN)
        except UnicodeEncodeError:
            different = _beyond_ascii(self.text)
        wide = sorted(different.difference(LATIN))
        free = [character for character in LATIN if character not in different]
        if len(wide) > len(free):
            return None
        text, foreign = self.text, LATIN
        for character, instead in zip(wide, free, strict=False):
            # Of one character, in a string: of some bytes each search costs many times as much.
            text = text.replace(character, instead)
            foreign = foreign.replace(instead, character)
        return Coded(text.encode("latin-1"), foreign)


def _beyond_ascii(text: str) -> set[str]:
    """The different characters of a text that are not ASCII."""
    codes = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    # Without the bytes of ASCII what is left is UTF-8 still: none of its longer sequences holds one.
    return set(codes[codes >= FIRST_FOREIGN].tobytes().decode("utf-8", "surrogatepass"))
