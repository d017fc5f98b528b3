"""Cells folded into one array of comparable characters, and cut into runs of letters or digits.

Case, diacritics, compatibility forms, zero-width characters, apostrophes and letters of other scripts
that look like Latin ones disappear; everything else that is neither letter nor digit is a gap.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Between two cells; a cell that contains it is cleaned first, so that rows stay in step.
CELL_END = "\x1e"
_CELL_END = ord(CELL_END)
_DROPPED = 0
_GAP, _LETTER, _DIGIT = 0, 1, 2

# Lower-case letters that look Latin; capitals are folded to these first.
_LOOKALIKES = dict(zip("авекмнорстухіјѕԁɡոսοαεικνρτυχӏ", "abekmhopctyxijsdgnuoaeikvptuxl", strict=True))
# Letters that NFKD leaves whole.
_PLAIN = {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "ð": "d"}
_APOSTROPHES = frozenset("'`´ʼʻ’‘ˈ＇")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded cells.

    Attributes:
        codes: one folded character each, cells divided by ``CELL_END``.
        classes: gap, letter or digit of each character.
        cell_ends: positions of the dividers.
    """

    codes: NDArray[np.uint32]
    classes: NDArray[np.uint8]
    cell_ends: NDArray[np.int64]

    def row_of(self, position: int) -> int:
        """The cell a position lies in."""
        return int(np.searchsorted(self.cell_ends, position, side="left"))

    def text(self, start: int, end: int) -> str:
        """The folded characters from *start* to *end*."""
        return "".join(map(chr, self.codes[max(start, 0) : max(end, 0)].tolist()))

    def ascii(self) -> bytes:
        """The text with a byte for each character; what is not ASCII becomes a character of no word."""
        return np.where(self.codes < 0x80, self.codes, 0x7F).astype(np.uint8).tobytes()


def fold(cells: Sequence[str]) -> Folded:
    """Fold *cells*; cell ``n`` of the input is row ``n`` of the result."""
    joined = CELL_END.join(cells)
    if joined.count(CELL_END) != max(len(cells) - 1, 0):
        joined = CELL_END.join(cell.replace(CELL_END, " ") for cell in cells)
    if joined.isascii():
        codes: NDArray[Any] = np.frombuffer(joined.encode("ascii"), dtype=np.uint8)
        table = _ascii_table()
    else:
        joined = _decomposed(joined)
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        table = _table_for(codes)
    folded = table[codes]
    folded = folded[folded != _DROPPED]
    return Folded(folded, _classes(folded), np.flatnonzero(folded == _CELL_END))


def fold_value(value: str) -> str:
    """One value folded as the searched text is; for the many short ones that are searched for."""
    codes = (_folded(ord(character)) for character in _decomposed(value))
    return "".join(chr(code) for code in codes if code != _DROPPED)


def _decomposed(text: str) -> str:
    # Folding the case can compose anew (İ), so decompose on both sides of it.
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())


@lru_cache(maxsize=1)
def _ascii_table() -> NDArray[np.uint32]:
    return np.array([_folded(code) for code in range(0x80)], dtype=np.uint32)


def _table_for(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    # Counting beats sorting: few different characters, many of each.
    seen = np.flatnonzero(np.bincount(codes))
    table = np.zeros(int(seen[-1]) + 1, dtype=np.uint32)
    table[seen] = [_folded(code) for code in seen.tolist()]
    return table


@lru_cache(maxsize=65536)
def _folded(code: int) -> int:
    character = chr(code)
    if code == _CELL_END:
        return code
    if character in _APOSTROPHES or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return _DROPPED
    if character.isdecimal():
        return ord(str(unicodedata.decimal(character)))
    lower = character.lower()
    lower = _PLAIN.get(lower, _LOOKALIKES.get(lower, lower))[0]
    # A control character is a gap like any other, but zero means dropped.
    return ord(lower) if lower.isalnum() or " " < lower <= "~" or lower == "§" else ord(" ")


@lru_cache(maxsize=1)
def _ascii_classes() -> NDArray[np.uint8]:
    kinds = [_DIGIT if chr(c).isdigit() else _LETTER if chr(c).isalpha() else _GAP for c in range(0x80)]
    return np.array(kinds, dtype=np.uint8)


def _classes(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    classes = _ascii_classes()[np.minimum(codes, 0x7F)]
    other = codes >= 0x80
    if other.any():
        seen = np.unique(codes[other])
        gaps = [code for code in seen.tolist() if not chr(code).isalnum()]
        classes[other] = np.where(np.isin(codes[other], gaps), _GAP, _LETTER)
    return classes
