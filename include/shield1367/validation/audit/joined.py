"""Cells as one text of bytes, for whatever looks at every character of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

# Between two cells; a cell that contains it is cleaned first, so that rows stay in step.
CELL_END = "\x1e"
# Of more different ones replacing them one by one is no gain.
MOST_FOREIGN = 96


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
    def foreign(self) -> list[str]:
        """The different characters that are not ASCII."""
        if self.text.isascii():
            return []
        codes = np.frombuffer(self.text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
        # Without the bytes of ASCII what is left is UTF-8 still: none of its longer sequences holds one.
        left = codes[codes >= 0x80].tobytes()
        return sorted(set(left.decode("utf-8", "surrogatepass")))

    def written(self, instead: Sequence[str]) -> bytes:
        """The text with each of the *foreign* characters written as its fellow in *instead*, which is of ASCII."""
        text = self.text
        for character, plain in zip(self.foreign, instead, strict=True):
            # Of one character, in a string: of some bytes each search costs many times as much.
            text = text.replace(character, plain)
        return text.encode("ascii")
