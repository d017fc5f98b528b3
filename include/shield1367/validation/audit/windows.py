"""Every run of up to six neighbouring tokens: the matcher's view of a text.

A text is reduced to its letters and digits. A token is a run of one or the other, so that
``A012-345 678`` is ``a`` ``012`` ``345`` ``678``. A window is compared by its characters without what
stood between them, whatever the way they were cut: ``Garcia-López`` and ``garcia lopez`` are the same.
O and 0, I, L and 1 count as the same.

All letters and digits of a text, without what stands between them, are its stream. Most windows are told
apart from everything that is searched for by their key, their first eight characters in the stream as one
number; what is left is compared by a hash of all of them, polynomial modulo 2^64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from shield1367.validation.audit.folding import Folded, ascii_gaps, fold

LONGEST = 6
KEY = 8
_BASE = 0x9E3779B97F4A7C15 | 1
_CONFUSED = {ord("o"): ord("0"), ord("i"): ord("1"), ord("l"): ord("1")}
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(KEY + 1)], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a folded text.

    Attributes:
        starts: position of each token in the folded text; *ends* one past its last character.
        stream: the letters and digits alone, with O as 0, I and L as 1.
        begins: position of each token in the stream, and one past the end of the last.
        eights: the ``KEY`` characters of the stream from each position on as one number.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    stream: NDArray[np.uint8] | NDArray[np.uint32]
    begins: NDArray[np.int64]
    eights: NDArray[np.uint64]
    folded: Folded

    def rows(self, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
        """The cell each of *tokens*, by their numbers, lies in."""
        rows: NDArray[np.int64] = np.searchsorted(self.folded.cell_ends, self.starts[tokens])
        return rows


def shortened(eights: NDArray[np.uint64], sizes: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The keys of as many characters as *sizes* says, of ``KEY`` at most."""
    keys: NDArray[np.uint64] = eights & _MASKS.take(sizes, mode="clip")
    return keys


@dataclass(frozen=True, slots=True)
class Hashed:
    """Texts as windows, however many tokens they have.

    Attributes:
        whole: the hash of each; *keys* and *sizes* as of windows.
    """

    whole: NDArray[np.uint64]
    keys: NDArray[np.uint64]
    sizes: NDArray[np.int64]


def tokenize(folded: Folded) -> Tokens:
    """Cut a folded text into tokens."""
    # Where a run of one class ends and the next begins, with a gap before the text and behind it.
    classes = np.zeros(len(folded.classes) + 2, dtype=np.uint8)
    classes[1:-1] = folded.classes
    edges = np.flatnonzero(classes[1:] != classes[:-1])
    starts = edges[classes[1:].take(edges) != 0]
    ends = edges[classes.take(edges) != 0]
    begins = np.zeros(len(starts) + 1, dtype=np.int64)
    np.cumsum(ends - starts, out=begins[1:])
    if folded.codes.dtype == np.uint8:
        content = folded.codes.tobytes().translate(_confused_bytes(), ascii_gaps())
        return Tokens(starts, ends, np.frombuffer(content, dtype=np.uint8), begins, _eights(content), folded)
    kept = folded.codes[folded.classes != 0]
    return Tokens(starts, ends, _confused(kept), begins, _eights(_comparable(kept)), folded)


def hashes_from(
    tokens: Tokens, firsts: NDArray[np.int64], *, longest: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The hashes and sizes of the windows at *firsts*: a row for each, a column for each length in tokens.

    Args:
        longest: characters of the longest window that is wanted.

    Where a text has no so many tokens left, or the window is longer than wanted, the size is 0.
    """
    count = len(tokens.starts)
    lasts = firsts[:, None] + np.arange(1, LONGEST + 1)
    begins = tokens.begins.take(firsts)
    sizes = tokens.begins.take(np.minimum(lasts, count)) - begins[:, None]
    sizes[(lasts > count) | (sizes > longest)] = 0
    hashes = np.zeros(sizes.shape, dtype=np.uint64)
    width = int(sizes.max(initial=0))
    if width:
        for group in np.array_split(np.arange(len(firsts)), len(firsts) * width // _AT_ONCE + 1):
            places = np.minimum(begins[group][:, None] + np.arange(width), len(tokens.stream) - 1)
            values = tokens.stream.take(places) * _powers(width)[:width]
            sums = np.cumsum(values, axis=1, dtype=np.uint64)
            hashes[group] = np.take_along_axis(sums, np.maximum(sizes[group] - 1, 0), axis=1)
    hashes[sizes == 0] = 0
    return hashes, sizes


def hashes_passing_over(
    tokens: Tokens, firsts: NDArray[np.int64], *, longest: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The same, of windows without their second token, which is there, and is not the last one."""
    ones = tokens.begins.take(firsts + 1) - tokens.begins.take(firsts)
    heads, _ = hashes_from(tokens, firsts, longest=longest)
    rest, sizes = hashes_from(tokens, firsts + 2, longest=longest)
    whole = np.zeros_like(rest)
    whole_sizes = np.zeros_like(sizes)
    whole[:, 2:] = heads[:, :1] + _powers(int(ones.max(initial=0)))[ones][:, None] * rest[:, :-2]
    whole_sizes[:, 2:] = np.where(sizes[:, :-2] > 0, sizes[:, :-2] + ones[:, None], 0)
    whole_sizes[whole_sizes > longest] = 0
    return whole, whole_sizes


_AT_ONCE = 1 << 18


def hash_whole(texts: Sequence[str]) -> Hashed:
    """The hash of each text as one window."""
    folded = fold(texts)
    gaps = np.cumsum(folded.classes == 0)
    kept = folded.codes[folded.classes != 0]
    # Every divider is a gap itself.
    ends = np.concatenate((folded.cell_ends - gaps[folded.cell_ends] + 1, [len(kept)]))
    starts = np.concatenate(([0], ends[:-1]))
    values = _confused(kept).astype(np.uint64)
    values *= _powers(int((ends - starts).max()))[np.arange(len(kept)) - np.repeat(starts, ends - starts)]
    sums = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(values, dtype=np.uint64)))
    sizes = ends - starts
    keys = shortened(_eights(_comparable(kept)).take(starts), sizes)
    return Hashed(sums[ends] - sums[starts], keys, sizes)


def _comparable(codes: NDArray[np.uint8] | NDArray[np.uint32]) -> bytes:
    """A byte for each character, for keys: characters beyond ASCII share what bytes there are."""
    if codes.dtype != np.uint8:
        codes = np.where(codes < 0x80, codes, 0x80 | ((codes * 0x9E3779B1 >> 24) & 0x7F)).astype(np.uint8)
    return codes.tobytes().translate(_confused_bytes())


def _eights(content: bytes) -> NDArray[np.uint64]:
    return np.ndarray((len(content) + 1,), dtype="<u8", buffer=content + bytes(KEY), strides=(1,))


def _confused(codes: NDArray[np.uint8] | NDArray[np.uint32]) -> NDArray[np.uint8] | NDArray[np.uint32]:
    table = np.frombuffer(_confused_bytes(), dtype=np.uint8)
    if codes.dtype == np.uint8:
        return table[codes]
    return np.where(codes < 0x80, table[np.minimum(codes, 0x7F)], codes)


@lru_cache(maxsize=1)
def _confused_bytes() -> bytes:
    return bytes(_CONFUSED.get(code, code) for code in range(0x100))


def skeleton(folded_text: str) -> str:
    """The comparable characters of a folded text, as the hashes see them."""
    return "".join(c for c in folded_text if c.isalnum()).translate(_CONFUSED)


@lru_cache(maxsize=8)
def _powers_up_to(size: int) -> NDArray[np.uint64]:
    powers = np.empty(size, dtype=np.uint64)
    powers[0] = 1
    powers[1:] = np.uint64(_BASE)
    return np.cumprod(powers, dtype=np.uint64)


def _powers(count: int) -> NDArray[np.uint64]:
    """The base to the power of 0, 1, 2 … modulo 2^64."""
    return _powers_up_to(1 << max(count, 1).bit_length())
