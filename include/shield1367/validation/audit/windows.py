"""Every run of up to six neighbouring tokens as one number: the matcher's view of a text.

A text is reduced to its letters and digits. A token is a run of one or the other, so that
``A012-345 678`` is ``a`` ``012`` ``345`` ``678``. The hash of a window is that of its characters
without what stood between them, whatever the way they were cut: ``Garcia-López`` and ``garcia lopez``
are one number. O and 0, I, L and 1 count as the same. Hashes are polynomial modulo 2^64, taken from
prefix sums, so every window costs the same few machine operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from shield1367.validation.audit.folding import Folded, fold

LONGEST = 6
_BASE = 0x9E3779B97F4A7C15 | 1
_INVERSE = pow(_BASE, -1, 1 << 64)
_CONFUSED = {ord("o"): ord("0"), ord("i"): ord("1"), ord("l"): ord("1")}


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a folded text.

    Attributes:
        starts: position of each token in the folded text, *ends* one past its last character.
        rows: the cell each lies in.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    rows: NDArray[np.int64]
    _first: NDArray[np.int64]
    _last: NDArray[np.int64]
    _sums: NDArray[np.uint64]

    def windows(self) -> Iterator[tuple[int, NDArray[np.uint64], NDArray[np.bool_]]]:
        """For each length in tokens: the hash at every first token, and whether it stays in one cell."""
        begins, ends = self._sums[self._first], self._sums[self._last]
        inverse = _powers(_INVERSE, len(self._sums))[self._first]
        for length in range(1, min(LONGEST, len(self.starts)) + 1):
            count = len(self.starts) - length + 1
            hashes = (ends[length - 1 :] - begins[:count]) * inverse[:count]
            yield length, hashes, self.rows[:count] == self.rows[length - 1 :]

    def skipping_initials(self) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.uint64]]]:
        """Pairs and triples of tokens around a single letter: ``Maria L. Garcia Lopez``.

        Yields:
            Number of tokens spanned, indexes of the first ones, and the hashes without the initial.
        """
        powers = _powers(_BASE, len(self._sums))
        inverse = _powers(_INVERSE, len(self._sums))
        single = np.flatnonzero(self._last - self._first == 1)
        for after in (1, 2):
            middle = single[(single >= 1) & (single + after < len(self.starts))]
            middle = middle[self.rows[middle - 1] == self.rows[middle + after]]
            left = (self._sums[self._last[middle - 1]] - self._sums[self._first[middle - 1]]) * inverse[
                self._first[middle - 1]
            ]
            right = (self._sums[self._last[middle + after]] - self._sums[self._first[middle + 1]]) * inverse[
                self._first[middle + 1]
            ]
            width = self._last[middle - 1] - self._first[middle - 1]
            yield after + 2, middle - 1, left + right * powers[width]


def tokenize(folded: Folded) -> Tokens:
    """Cut a folded text into tokens."""
    classes = folded.classes
    before = np.concatenate((np.zeros(1, dtype=classes.dtype), classes[:-1]))
    kept = np.flatnonzero(classes)
    is_start = (classes != before)[kept]
    first = np.flatnonzero(is_start)
    last = np.concatenate((first[1:], [len(kept)])) if len(first) else first
    return Tokens(
        starts=kept[first],
        ends=kept[last - 1] + 1,
        rows=np.searchsorted(folded.cell_ends, kept[first]),
        _first=first,
        _last=last,
        _sums=_prefix_sums(folded.codes[kept]),
    )


def hash_whole(texts: Sequence[str]) -> NDArray[np.uint64]:
    """The hash of each text as one window, however many tokens it has."""
    folded = fold(texts)
    kept = np.flatnonzero(folded.classes)
    sums = _prefix_sums(folded.codes[kept])
    ends = np.concatenate((np.searchsorted(kept, folded.cell_ends), [len(kept)]))
    starts = np.concatenate(([0], ends[:-1]))
    hashes: NDArray[np.uint64] = (sums[ends] - sums[starts]) * _powers(_INVERSE, len(sums))[starts]
    return hashes


def _prefix_sums(codes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    values = _confused(codes) * _powers(_BASE, len(codes))
    return np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(values, dtype=np.uint64)))


def _confused(codes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    values = _confused_ascii()[np.minimum(codes, 0x7F)]
    if other := np.flatnonzero(codes >= 0x80).tolist():
        values[other] = codes[other]
    return values


@lru_cache(maxsize=1)
def _confused_ascii() -> NDArray[np.uint64]:
    table = np.arange(0x80, dtype=np.uint64)
    for letter, digit in _CONFUSED.items():
        table[letter] = digit
    return table


def skeleton(folded_text: str) -> str:
    """The comparable characters of a folded text, as the hashes see them."""
    return "".join(c for c in folded_text if c.isalnum()).translate(_CONFUSED)


@lru_cache(maxsize=8)
def _powers_up_to(base: int, size: int) -> NDArray[np.uint64]:
    powers = np.empty(size, dtype=np.uint64)
    powers[0] = 1
    powers[1:] = np.uint64(base)
    return np.cumprod(powers, dtype=np.uint64)


def _powers(base: int, count: int) -> NDArray[np.uint64]:
    """``base`` to the power of 0, 1, 2 … modulo 2^64; kept for the next text of about the same size."""
    size = 1 << max(count, 1 << 16).bit_length()
    return _powers_up_to(base, size)[: max(count, 1)]
