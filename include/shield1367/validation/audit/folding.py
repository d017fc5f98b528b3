"""Cells folded into one array of comparable characters, and cut into runs of letters or digits.

Case, diacritics, compatibility forms, zero-width characters, apostrophes and letters of other scripts
that look like Latin ones disappear; everything else that is neither letter nor digit is a gap.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from shield1367.validation.audit.joined import CELL_END, FIRST_FOREIGN, Joined

_CELL_END = ord(CELL_END)
# The sign of a section, which some phrases begin with, as a byte that nothing else is folded to.
SECTION = "\x7f"
_DROPPED = 0
_GAP, LETTER, _DIGIT = 0, 1, 2

# Lower-case letters that look Latin; capitals are folded to these first.
_LOOKALIKES = dict(zip("авекмнорстухіјѕԁɡոսοαεικνρτυχӏ", "abekmhopctyxijsdgnuoaeikvptuxl", strict=True))
# Letters that NFKD leaves whole.
_PLAIN = {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "ð": "d"}
_APOSTROPHES = frozenset("'`´ʼʻ’‘ˈ＇")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded cells.

    Attributes:
        content: the folded characters, cells divided by ``CELL_END``.
        codes: the same as numbers; bytes where all of them are ASCII.
        classes: gap, letter or digit of each character.
        cell_ends: positions of the dividers.
    """

    content: str
    codes: NDArray[np.uint8] | NDArray[np.uint32]
    classes: NDArray[np.uint8]
    cell_ends: NDArray[np.int64]

    def row_of(self, position: int) -> int:
        """The cell a position lies in."""
        return int(np.searchsorted(self.cell_ends, position, side="left"))

    def text(self, start: int, end: int) -> str:
        """The folded characters from *start* to *end*."""
        return self.content[max(start, 0) : max(end, 0)]

    def ascii(self) -> bytes:
        """The text with a byte for each character; what is not ASCII becomes a gap."""
        if self.codes.dtype == np.uint8:
            return self.codes.tobytes()
        return np.where(self.codes < 0x80, self.codes, 0x01).astype(np.uint8).tobytes()


def fold(cells: Sequence[str]) -> Folded:
    """Fold *cells*; cell ``n`` of the input is row ``n`` of the result."""
    return fold_joined(Joined.of(cells))


def fold_joined(joined: Joined) -> Folded:
    """Fold cells that are joined already."""
    content = _folded_bytes(joined)
    if content is not None:
        codes = np.frombuffer(content, dtype=np.uint8)
        classes = np.frombuffer(content.translate(_ascii_classes().tobytes() * 2), dtype=np.uint8)
        return Folded(content.decode("ascii"), codes, classes, np.flatnonzero(codes == _CELL_END))
    wide = np.frombuffer(_decomposed(joined.text).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    folded = _table_for(wide)[wide]
    folded = folded[folded != _DROPPED]
    text = folded.tobytes().decode("utf-32-le", "surrogatepass")
    return Folded(text, folded, _classes(folded), np.flatnonzero(folded == _CELL_END))


def _folded_bytes(joined: Joined) -> bytes | None:
    """The text folded, where all of it folds to ASCII: no need to decompose each of its characters.

    Decomposing and folding the case go character by character, but for the order of marks, which are dropped.
    """
    if joined.coded is None:
        return None
    folded, dropped, longer = _byte_tables(joined.coded.foreign)
    content = joined.coded.content.translate(folded, dropped)
    if not content.isascii():
        for written, instead in longer:
            content = content.replace(written, instead)
    return content if content.isascii() else None


@lru_cache(maxsize=256)
def _byte_tables(foreign: str) -> tuple[bytes, bytes, list[tuple[bytes, bytes]]]:
    """What bytes are folded to, which are dropped, and which are more than one character; others stay as they are."""
    table = bytearray(range(0x100))
    table[:FIRST_FOREIGN] = _ascii_folded()[:FIRST_FOREIGN]
    dropped, longer = bytearray(_ascii_dropped()), []
    for code, character in enumerate(foreign, FIRST_FOREIGN):
        folded = _folded_character(character)
        if not folded:
            dropped.append(code)
        elif folded.isascii() and len(folded) == 1:
            table[code] = ord(folded)
        elif folded.isascii():
            longer.append((bytes([code]), folded.encode("ascii")))
    return bytes(table), bytes(dropped), longer


@lru_cache(maxsize=65536)
def _folded_character(character: str) -> str:
    return fold_value(character)


def fold_value(value: str) -> str:
    """One value folded as the searched text is; for the many short ones that are searched for."""
    if value.isascii():
        return value.encode("ascii").translate(_ascii_folded(), _ascii_dropped()).decode("ascii")
    codes = (_folded(ord(character)) for character in _decomposed(value))
    return "".join(chr(code) for code in codes if code != _DROPPED)


def _decomposed(text: str) -> str:
    # Folding the case can compose anew (İ), so decompose on both sides of it.
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())


@lru_cache(maxsize=1)
def _ascii_folded() -> bytes:
    return bytes(_folded(code) if code < 0x80 else 0 for code in range(0x100))


@lru_cache(maxsize=1)
def _ascii_dropped() -> bytes:
    return bytes(code for code in range(0x80) if _folded(code) == _DROPPED)


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
    if character in ("§", SECTION):
        return ord(SECTION)
    lower = character.lower()
    lower = _PLAIN.get(lower, _LOOKALIKES.get(lower, lower))[0]
    # A control character is a gap like any other, but zero means dropped.
    return ord(lower) if lower.isalnum() or " " < lower <= "~" else ord(" ")


@lru_cache(maxsize=1)
def _ascii_classes() -> NDArray[np.uint8]:
    kinds = [_DIGIT if chr(c).isdigit() else LETTER if chr(c).isalpha() else _GAP for c in range(0x80)]
    return np.array(kinds, dtype=np.uint8)


@lru_cache(maxsize=1)
def ascii_gaps() -> bytes:
    """The characters of ASCII that are gaps."""
    return bytes(np.flatnonzero(_ascii_classes() == _GAP).tolist())


def _classes(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    classes = _ascii_classes()[np.minimum(codes, 0x7F)]
    other = codes >= 0x80
    if other.any():
        seen = np.unique(codes[other])
        gaps = [code for code in seen.tolist() if not chr(code).isalnum()]
        classes[other] = np.where(np.isin(codes[other], gaps), _GAP, LETTER)
    return classes
