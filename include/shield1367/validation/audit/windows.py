"""Every run of up to six neighbouring tokens: the matcher's view of a text.

A text is reduced to its letters and digits. A token is a run of one or the other, so that
``A012-345 678`` is ``a`` ``012`` ``345`` ``678``. A window is compared by its characters without what
stood between them, whatever the way they were cut: ``Garcia-López`` and ``garcia lopez`` are the same.
O and 0, I, L and 1 count as the same.

Most windows are told apart from everything that is searched for by their key, their first eight
characters as one number; what is left is compared by a hash of all of them, polynomial modulo 2^64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shield1367.validation.audit.folding import Folded, fold

LONGEST = 6
KEY = 8
_BASE = 0x9E3779B97F4A7C15 | 1
_CONFUSED = {ord("o"): ord("0"), ord("i"): ord("1"), ord("l"): ord("1")}
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(KEY + 1)], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a folded text.

    Attributes:
        starts: position of each token in the folded text, *ends* one past its last character, *sizes* between.
        keys: of each token alone.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    sizes: NDArray[np.int64]
    keys: NDArray[np.uint64]
    folded: Folded

    def rows(self, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
        """The cell each of *tokens*, by their numbers, lies in."""
        rows: NDArray[np.int64] = np.searchsorted(self.folded.cell_ends, self.starts[tokens])
        return rows


@dataclass(frozen=True, slots=True)
class Windows:
    """Some windows of a text.

    Attributes:
        firsts: number of the first token of each.
        keys: their first ``KEY`` characters, or as many as they have; *sizes* in characters, at least up to ``KEY``.
    """

    firsts: NDArray[np.int64]
    keys: NDArray[np.uint64]
    sizes: NDArray[np.int64]

    def of(self, chosen: NDArray[np.int64]) -> Windows:
        """Those at some positions."""
        return Windows(self.firsts.take(chosen), self.keys.take(chosen), self.sizes.take(chosen))

    def followed_by(self, tokens: Tokens, after: int) -> Windows:
        """The same, none of which has a full key, with the token *after* the first one appended."""
        # Numbers of tokens grow.
        there = slice(0, int(np.searchsorted(self.firsts, len(tokens.starts) - after)))
        firsts, keys, sizes = self.firsts[there], self.keys[there], self.sizes[there]
        appended = firsts + after
        shift = (sizes << 3).astype(np.uint64)
        return Windows(
            firsts, keys | (tokens.keys.take(appended) << shift), sizes + tokens.sizes.take(appended)
        )


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
    classes = np.zeros(len(folded.classes) + 2, dtype=np.uint8)
    classes[1:-1] = folded.classes
    inside = folded.classes != 0
    starts = np.flatnonzero(inside & (folded.classes != classes[:-2]))
    ends = np.flatnonzero(inside & (folded.classes != classes[2:])) + 1
    sizes = ends - starts
    return Tokens(starts, ends, sizes, _keys(_comparable(folded.codes), starts, sizes), folded)


def every_token(tokens: Tokens) -> Windows:
    """The windows of one token."""
    return Windows(np.arange(len(tokens.starts)), tokens.keys, tokens.sizes)


def hashes_from(
    tokens: Tokens, firsts: NDArray[np.int64], *, longest: int, left_out: int | None = None
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The hashes and sizes of the windows at *firsts*: a row for each, a column for each length in tokens.

    Args:
        longest: characters of the longest window that is wanted.
        left_out: the one token of each window that is passed over, counted from its first.

    Where a text has no so many tokens left, or the window is longer than wanted, the size is 0.
    """
    lasts = firsts[:, None] + np.arange(LONGEST)
    there = lasts < len(tokens.starts)
    lasts = np.minimum(lasts, len(tokens.starts) - 1)
    lengths = tokens.sizes[lasts]
    if left_out is not None:
        lengths[:, left_out] = 0
    sizes = np.cumsum(lengths, axis=1)
    sizes[~there | (sizes > longest)] = 0
    reach = tokens.ends[lasts] - tokens.starts[firsts][:, None]
    hashes = np.zeros(sizes.shape, dtype=np.uint64)
    width = 0
    for wider in _WIDTHS:
        of_this = (sizes > 0) & (reach > width) & (reach <= wider)
        some = np.flatnonzero(of_this.any(axis=1))
        for group in np.array_split(some, len(some) * wider // _AT_ONCE + 1):
            sums = _sums(tokens, firsts[group], wider, left_out)
            chosen = np.take_along_axis(sums, np.minimum(reach[group], wider) - 1, axis=1)
            hashes[group] = np.where(of_this[group], chosen, hashes[group])
        width = wider
    for row, column in np.argwhere((sizes > 0) & (reach > width)).tolist():
        hashes[row, column] = _hash_of(tokens, int(firsts[row]), column + 1, left_out)
    return hashes, sizes


# Characters from the first to the last of a window: nearly all are short, few have wide gaps in them.
_WIDTHS = (32, 64, 256)
_AT_ONCE = 1 << 20


def _hash_of(tokens: Tokens, first: int, length: int, left_out: int | None) -> np.uint64:
    """The hash of one window, however wide."""
    spans: list[NDArray[Any]] = [
        tokens.folded.codes[tokens.starts[token] : tokens.ends[token]]
        for token in range(first, first + length)
        if token - first != left_out
    ]
    codes: NDArray[Any] = np.concatenate(spans)
    values = _confused(codes).astype(np.uint64)
    values *= _powers(len(values))[: len(values)]
    return np.uint64(values.sum(dtype=np.uint64))


def _sums(tokens: Tokens, firsts: NDArray[np.int64], width: int, left_out: int | None) -> NDArray[np.uint64]:
    """The hash of what lies in the first 1, 2 … *width* characters from each token of *firsts* on."""
    folded = tokens.folded
    places = np.minimum(tokens.starts[firsts][:, None] + np.arange(width), len(folded.codes) - 1)
    counts = folded.classes[places] != 0
    if left_out is not None:
        skipped = np.minimum(firsts + left_out, len(tokens.starts) - 1)
        counts &= (places < tokens.starts[skipped][:, None]) | (places >= tokens.ends[skipped][:, None])
    values = _confused(folded.codes[places]).astype(np.uint64)
    values *= _powers(width)[np.maximum(np.cumsum(counts, axis=1) - 1, 0)]
    values[~counts] = 0
    return np.cumsum(values, axis=1, dtype=np.uint64)


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
    return Hashed(sums[ends] - sums[starts], _keys(_comparable(kept), starts, sizes), sizes)


def _comparable(codes: NDArray[np.uint8] | NDArray[np.uint32]) -> bytes:
    """A byte for each character, for keys: characters beyond ASCII share what bytes there are."""
    if codes.dtype != np.uint8:
        codes = np.where(codes < 0x80, codes, 0x80 | ((codes * 0x9E3779B1 >> 24) & 0x7F)).astype(np.uint8)
    return codes.tobytes().translate(_confused_bytes())


def _keys(content: bytes, starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.uint64]:
    padded = content + bytes(KEY)
    eights = np.ndarray((len(content) + 1,), dtype="<u8", buffer=padded, strides=(1,))
    keys: NDArray[np.uint64] = eights.take(starts) & _MASKS.take(sizes, mode="clip")
    return keys


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
