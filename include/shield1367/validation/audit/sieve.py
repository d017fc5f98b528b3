"""A small table that says at once of most numbers that they are none of many others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MIXERS = tuple(map(np.uint64, (0xD6E8FEB86659FD93, 0xA0761D6478BD642F)))
_HALF = np.uint64(32)
# Where in the mixed number the places of the two bits are read; a word has 64.
_FIRST, _SECOND, _PLACES = np.uint64(26), np.uint64(20), np.uint64(63)
_ONE = np.uint64(1)
_FEWEST_WORDS = 10
_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Sieve:
    """Two bits for each number, in one word of a table: one that lacks a bit is none of those that were put in."""

    _words: NDArray[np.uint64]
    _shift: np.uint64

    @classmethod
    def of(cls, numbers: NDArray[np.uint64]) -> Sieve:
        """A sieve of different *numbers*: 16 bits or more for each, so that few others pass."""
        bits = max(len(numbers).bit_length() - 2, _FEWEST_WORDS)
        sieve = cls(np.zeros(1 << bits, dtype=np.uint64), np.uint64(64 - bits))
        for piece in np.array_split(numbers, len(numbers) // _AT_ONCE + 1):
            mixed = _mixed(piece)
            for place in (_FIRST, _SECOND):
                np.bitwise_or.at(sieve._words, mixed >> sieve._shift, _ONE << ((mixed >> place) & _PLACES))
        return sieve

    def maybe(self, numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Positions of the numbers that may have been put in."""
        mixed = _mixed(numbers)
        words = self._words.take(mixed >> self._shift)
        has = words >> ((mixed >> _FIRST) & _PLACES)
        has &= words >> ((mixed >> _SECOND) & _PLACES)
        has &= _ONE
        return np.flatnonzero(has)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The numbers with each bit of the upper half hanging on all bits."""
    mixed = numbers * _MIXERS[0]
    mixed ^= mixed >> _HALF
    mixed *= _MIXERS[1]
    return mixed
