"""Which cells can hold an encoding at all: one look at every character, so that patterns see few of the cells.

A hint may be wrong about a cell that holds nothing; it must never pass over one that a pattern would match in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from shield1367.validation.audit.joined import FIRST_FOREIGN, LATIN, Coded, Joined

_WORD, _BASE64, _UPPER, _PRINTABLE_HEX = 1, 2, 4, 8
_ESCAPE, _LOWER, _DIGIT_OR_SIGN, _HEX_DIGIT = 16, 32, 64, 128
# Of more characters than there are bytes each is one of these, by whether it is of words; none is of any encoding.
_FOREIGN_WORD, _FOREIGN = "ª", "«"

SHORTEST_BASE64 = 10
LETTERS_SPELLED = 7
_SPELLED_APART = 4
HEX_PAIRS = 6
# Two digits, two zeros of UTF-16, and a separator of two characters.
_HEX_APART = 6
_ZERO, _X, _BACKSLASH = ord("0"), ord("x"), ord("\\")
_SEPARATES = np.isin(np.arange(0x100), list(b" :,;-"))


@dataclass(frozen=True, slots=True)
class Hints:
    """What every character of the joined cells is.

    Attributes:
        content: a byte for each character, cells divided by one more.
        begins: position of the first character of each cell.
    """

    content: bytes
    begins: NDArray[np.int64]
    _flags: NDArray[np.uint8]

    @classmethod
    def of(cls, joined: Joined) -> Hints:
        """The hints of joined cells."""
        coded = joined.coded or _of_two(joined.text)
        sizes = np.fromiter(map(len, joined.cells), dtype=np.int64, count=len(joined.cells))
        begins = np.concatenate(([0], np.cumsum(sizes + 1)[:-1]))
        flags = np.frombuffer(coded.content.translate(_table(coded.foreign)), dtype=np.uint8)
        return cls(coded.content, begins, flags)

    def spelled(self) -> list[int]:
        """Cells that may be written letter by letter."""
        word = (self._flags & _WORD) != 0
        alone = word.copy()
        alone[1:] &= ~word[:-1]
        alone[:-1] &= ~word[1:]
        return self._rows(_runs(np.flatnonzero(alone), LETTERS_SPELLED, _SPELLED_APART))

    def hexadecimal(self) -> list[int]:
        """Cells that may hold text in hexadecimal: so many pairs of digits in a row.

        Near each other they are in every digest and pseudonym; those are so many that they are told apart here.
        """
        first = (self._flags[:-1] & _PRINTABLE_HEX) != 0
        pairs = np.flatnonzero(first & ((self._flags[1:] & _HEX_DIGIT) != 0))
        if not len(_runs(pairs, HEX_PAIRS, _HEX_APART)):
            return []
        goes_on = np.zeros(len(self.content) + _HEX_APART + 1, dtype=np.bool_)
        goes_on[pairs] = True
        after = pairs + 2
        links = list(self._hexadecimal_links(after))
        for _ in range(HEX_PAIRS - 1):
            following = goes_on.take(after)
            for which, places in links:
                following[which] |= goes_on.take(places)
            goes_on[pairs] = following
        return self._rows(pairs[goes_on.take(pairs)])

    def _hexadecimal_links(
        self, after: NDArray[np.int64]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Which pairs may have their next one behind zeros or a separator, and where: *after* each of all pairs."""
        codes = np.frombuffer(self.content + bytes(_HEX_APART + 1), dtype=np.uint8)
        every = np.arange(len(after))
        zeros = np.flatnonzero((codes.take(after) == _ZERO) & (codes.take(after + 1) == _ZERO))
        yield zeros, after[zeros] + 2
        for which, places in ((every, after), (zeros, after[zeros] + 2)):
            here, ahead = codes.take(places), codes.take(places + 1)
            single = np.flatnonzero(_SEPARATES.take(here))
            yield which[single], places[single] + 1
            double = np.flatnonzero((ahead == _X) & ((here == _ZERO) | (here == _BACKSLASH)))
            yield which[double], places[double] + 2

    def escaped(self, escape: re.Pattern[bytes]) -> list[int]:
        """Cells with what *escape* matches, which begins with a character that escapes begin with."""
        places = self._where(_ESCAPE).tolist()
        found = [place for place in places if escape.match(self.content, place)]
        return self._rows(np.array(found, dtype=np.int64))

    def base64(self) -> list[tuple[int, str]]:
        """Row and text of the runs that may be base64.

        Not those written like a word, a number, a slug or a digest: every group of base64 of digits begins with
        M, N or O, while words have no capital but at their beginning, and digests none.
        """
        starts, ends = long_runs((self._flags & _BASE64) != 0, SHORTEST_BASE64)
        if not len(starts):
            return []
        first = self._flags[starts]
        # Of what follows the first character of each run, all flags together; what lies between runs goes unused.
        edges = np.column_stack((starts + 1, ends)).ravel()
        rest = np.bitwise_or.reduceat(np.append(self._flags, np.uint8(0)), edges)[::2]
        capital = (first & _UPPER) != 0
        inner = (rest & _UPPER) != 0
        letters = ((first | rest) & _LOWER) != 0
        # A run without any letter may be base64 again.
        marked = ((first | rest) & _DIGIT_OR_SIGN) != 0
        # A run without any letter may be base64 again; one of capitals alone is a word.
        kept = (
            (inner & (letters | marked))
            | (capital & (rest & _DIGIT_OR_SIGN != 0))
            | ~(letters | capital | inner)
        )
        rows = np.searchsorted(self.begins, starts[kept], side="right") - 1
        places = zip(rows.tolist(), starts[kept].tolist(), ends[kept].tolist(), strict=True)
        return [(row, self.content[start:end].decode("ascii")) for row, start, end in places]

    def _where(self, flag: int) -> NDArray[np.int64]:
        return np.flatnonzero((self._flags & flag) != 0)

    def _rows(self, positions: NDArray[np.int64]) -> list[int]:
        if not len(positions):
            return []
        rows: list[int] = np.unique(np.searchsorted(self.begins, positions, side="right") - 1).tolist()
        return rows


def _runs(positions: NDArray[np.int64], count: int, apart: int) -> NDArray[np.int64]:
    """First positions of *count* that follow each other at most *apart*."""
    if len(positions) < count:
        return positions[:0]
    near = np.diff(positions) <= apart
    whole = near[: len(near) - count + 2].copy()
    for shift in range(1, count - 1):
        whole &= near[shift : len(near) - count + 2 + shift]
    return positions[: len(whole)][whole]


def long_runs(member: NDArray[np.bool_], shortest: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the runs of *shortest* members or more start and end."""
    ahead, known = member, 1
    while known < shortest:
        step = min(known, shortest - known)
        ahead = ahead[:-step] & ahead[step:]
        known += step
    # Nothing before the first, and nothing behind the last.
    framed = np.zeros(len(ahead) + 2, dtype=np.bool_)
    framed[1:-1] = ahead
    edges = np.flatnonzero(framed[1:] != framed[:-1])
    return edges[::2], edges[1::2] + (shortest - 1)


def _of_two(text: str) -> Coded:
    """A text of which characters beyond ASCII tell no more than whether they are of words."""
    foreign = {ord(c): _FOREIGN_WORD if c.isalnum() else _FOREIGN for c in set(text) if not c.isascii()}
    return Coded(text.translate(foreign).encode("latin-1"), LATIN)


@lru_cache(maxsize=256)
def _table(foreign: str) -> bytes:
    table = []
    for character in map(chr, range(FIRST_FOREIGN)):
        flags = _WORD * character.isalnum()
        flags |= _BASE64 * (character.isalnum() or character in "+/_-")
        flags |= _UPPER * character.isupper()
        flags |= _LOWER * character.islower()
        flags |= _DIGIT_OR_SIGN * (character.isdigit() or character == "+")
        flags |= _PRINTABLE_HEX * (character in "234567")
        flags |= _HEX_DIGIT * (character in "0123456789abcdefABCDEF")
        flags |= _ESCAPE * (character in "%&\\=")
        table.append(flags)
    return bytes([*table, *(_WORD * character.isalnum() for character in foreign)])
