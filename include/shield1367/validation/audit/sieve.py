"""Small tables that say at once of most numbers that they are none of many others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MIXERS = tuple(map(np.uint64, (0xD6E8FEB86659FD93, 0xA0761D6478BD642F)))
_HALF = np.uint64(32)
# Words with two bits set, or one, for twelve bits of a mixed number.
_PLACES = 64
_PAIRS = np.array(
    [1 << first | 1 << second for first in range(_PLACES) for second in range(_PLACES)], np.uint64
)
_PAIR_AT, _PAIR = np.uint64(20), np.uint64(len(_PAIRS) - 1)
_FEWEST_WORDS = 10
# Bits of a place among the marks: a table that stays in the processor's cache.
_MARKED = 20
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
            places, pairs = sieve._places(piece)
            np.bitwise_or.at(sieve._words, places, pairs)
        return sieve

    def maybe(self, numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Positions of the numbers that may have been put in."""
        places, pairs = self._places(numbers)
        return np.flatnonzero(self._words.take(places) & pairs == pairs)

    def _places(self, numbers: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Of each number the place of its word, and its two bits in it."""
        mixed = _mixed(numbers)
        # As they are, for numbers without a sign would be copied to be taken by.
        pairs = _PAIRS.take(((mixed >> _PAIR_AT) & _PAIR).view(np.int64))
        return (mixed >> self._shift).view(np.int64), pairs


@dataclass(frozen=True, slots=True)
class Marks:
    """A byte for each number, which has a bit for each of some sets; of another number there may be bits as well."""

    _bytes: NDArray[np.uint8]

    @classmethod
    def of(cls, *sets: NDArray[np.uint64]) -> Marks:
        """The marks of the numbers in *sets*, eight at most: the first one's is 1, the next one's 2."""
        marks = cls(np.zeros(1 << _MARKED, dtype=np.uint8))
        for number, numbers in enumerate(sets):
            marks._bytes[_places_of_marks(numbers)] |= np.uint8(1 << number)
        return marks

    def on(self, numbers: NDArray[np.uint64]) -> NDArray[np.uint8]:
        """The marks of some numbers."""
        return self._bytes.take(_places_of_marks(numbers))


def _places_of_marks(numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
    places = numbers * _MIXERS[0]
    places >>= np.uint64(64 - _MARKED)
    return places.view(np.int64)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The numbers with each bit of the upper half hanging on all bits."""
    mixed = numbers * _MIXERS[0]
    mixed ^= mixed >> _HALF
    mixed *= _MIXERS[1]
    return mixed
