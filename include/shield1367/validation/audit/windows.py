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
# Of a longer needle its first characters are looked up before any window is: few words begin like one.
GATE = 6
_BASE = 0x9E3779B97F4A7C15 | 1
_INVERSE = pow(_BASE, -1, 1 << 64)
_CONFUSED = {ord("o"): ord("0"), ord("i"): ord("1"), ord("l"): ord("1")}


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a folded text.

    Attributes:
        starts: position of each token in the folded text, *ends* one past its last character.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    _cell_ends: NDArray[np.int64]
    _first: NDArray[np.int64]
    _last: NDArray[np.int64]
    _sums: NDArray[np.uint64]

    def rows(self, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
        """The cell each of *tokens*, by their numbers, lies in."""
        rows: NDArray[np.int64] = np.searchsorted(self._cell_ends, self.starts[tokens])
        return rows

    def gates(self) -> NDArray[np.uint64]:
        """The hash of the ``GATE`` characters from each token on; of fewer at the end."""
        ends = np.minimum(self._first + GATE, len(self._sums) - 1)
        return self._hashes(self._first, ends)

    def windows(self, length: int, firsts: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The hashes of the windows of *length* tokens at *firsts*; all of these tokens must exist."""
        return self._hashes(self._first[firsts], self._last[firsts + (length - 1)])

    def long(self, length: int, firsts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of *firsts* where a window of *length* tokens has ``GATE`` characters or more."""
        return firsts[self._last[firsts + (length - 1)] - self._first[firsts] >= GATE]

    def short(self, length: int, shortest: int) -> NDArray[np.int64]:
        """First tokens of the windows of *length* tokens with at least *shortest* and less than ``GATE`` characters."""
        count = max(len(self.starts) - length + 1, 0)
        size = self._last[length - 1 :] - self._first[:count]
        return np.flatnonzero((size >= shortest) & (size < GATE))

    def skipping_initials(self) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.uint64]]]:
        """Pairs and triples of tokens around a single letter: ``Maria L. Garcia Lopez``.

        Yields:
            Number of tokens spanned, indexes of the first ones, and the hashes without the initial.
        """
        powers = _powers(_BASE, len(self._sums))
        single = np.flatnonzero(self._last - self._first == 1)
        for after in (1, 2):
            middle = single[(single >= 1) & (single + after < len(self.starts))]
            left = self._hashes(self._first[middle - 1], self._last[middle - 1])
            right = self._hashes(self._first[middle + 1], self._last[middle + after])
            width = self._last[middle - 1] - self._first[middle - 1]
            yield after + 2, middle - 1, left + right * powers[width]

    def _hashes(self, first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.uint64]:
        inverse = _powers(_INVERSE, len(self._sums))
        hashes: NDArray[np.uint64] = (self._sums[last] - self._sums[first]) * inverse[first]
        return hashes


@dataclass(frozen=True, slots=True)
class Hashed:
    """Texts as windows, however many tokens they have.

    Attributes:
        whole: the hash of each; *gates* those of their first ``GATE`` characters; *sizes* in characters.
    """

    whole: NDArray[np.uint64]
    gates: NDArray[np.uint64]
    sizes: NDArray[np.int64]


def tokenize(folded: Folded) -> Tokens:
    """Cut a folded text into tokens."""
    classes = folded.classes
    edges = np.flatnonzero(classes[1:] != classes[:-1]) + 1
    bounds = np.concatenate(([0], edges, [len(classes)])) if len(classes) else np.zeros(1, dtype=np.int64)
    is_token = classes[bounds[:-1]] != 0
    starts, ends = bounds[:-1][is_token], bounds[1:][is_token]
    last = np.cumsum(ends - starts)
    return Tokens(
        starts=starts,
        ends=ends,
        _cell_ends=folded.cell_ends,
        _first=last - (ends - starts),
        _last=last,
        _sums=_prefix_sums(_comparable(folded)),
    )


def hash_whole(texts: Sequence[str]) -> Hashed:
    """The hash of each text as one window."""
    folded = fold(texts)
    sums = _prefix_sums(_comparable(folded))
    gaps = np.cumsum(folded.classes == 0)
    # Every divider is a gap itself.
    ends = np.concatenate((folded.cell_ends - gaps[folded.cell_ends] + 1, [len(sums) - 1]))
    starts = np.concatenate(([0], ends[:-1]))
    inverse = _powers(_INVERSE, len(sums))[starts]
    return Hashed(
        whole=(sums[ends] - sums[starts]) * inverse,
        gates=(sums[np.minimum(starts + GATE, ends)] - sums[starts]) * inverse,
        sizes=ends - starts,
    )


def _comparable(folded: Folded) -> NDArray[np.uint8] | NDArray[np.uint32]:
    """The letters and digits alone."""
    if folded.codes.dtype == np.uint8:
        return np.frombuffer(folded.codes.tobytes().translate(None, _ascii_gaps()), dtype=np.uint8)
    return folded.codes[folded.classes != 0]


@lru_cache(maxsize=1)
def _ascii_gaps() -> bytes:
    return bytes(code for code in range(0x80) if not chr(code).isalnum())


def _prefix_sums(codes: NDArray[np.uint8] | NDArray[np.uint32]) -> NDArray[np.uint64]:
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.multiply(_confused(codes), _powers(_BASE, len(codes))[: len(codes)], out=sums[1:], dtype=np.uint64)
    np.cumsum(sums, out=sums)
    return sums


def _confused(codes: NDArray[np.uint8] | NDArray[np.uint32]) -> NDArray[np.uint8] | NDArray[np.uint32]:
    if codes.dtype == np.uint8:
        return np.frombuffer(codes.tobytes().translate(_ascii_confused()), dtype=np.uint8)
    table = np.frombuffer(_ascii_confused(), dtype=np.uint8)
    return np.where(codes < 0x80, table[np.minimum(codes, 0x7F)], codes)


@lru_cache(maxsize=1)
def _ascii_confused() -> bytes:
    return bytes(_CONFUSED.get(code, code) for code in range(0x100))


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
