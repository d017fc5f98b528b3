"""Every run of up to six neighbouring tokens: the matcher's view of a text.

A text is reduced to its letters and digits. A token is a run of one or the other, so that
``A012-345 678`` is ``a`` ``012`` ``345`` ``678``. A window is compared by its characters without what
stood between them, whatever the way they were cut: ``Garcia-López`` and ``garcia lopez`` are the same.
O and 0, I, L and 1 count as the same.

All letters and digits of a text, without what stands between them, are its stream. Most windows are told
apart from everything that is searched for by their key, their first eight characters in the stream as one
number, or by their edges, the first and the last eight and how many there are; what is left is compared by a hash
of all of them, polynomial modulo 2^64.
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
        eights: the ``KEY`` characters of the stream from each position on as one number; they lie in one another,
            so that ``take`` copies all of them first.
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
        whole: the hash of each; *keys*, *edges* and *sizes* as of windows.
    """

    whole: NDArray[np.uint64]
    keys: NDArray[np.uint64]
    edges: NDArray[np.uint64]
    sizes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Windows:
    """Some of the windows of a text, by their *lengths* in tokens, and in order where these are equal.

    Attributes:
        origins: which of the tokens that were asked for each begins with, and *firsts* its number in the text.
        sizes: characters of each, without a letter that is passed over.
    """

    origins: NDArray[np.int64]
    firsts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    sizes: NDArray[np.int64]

    @classmethod
    def at(
        cls, tokens: Tokens, firsts: NDArray[np.int64], *, lengths: range, sizes: range, passed_over: int
    ) -> Windows:
        """All windows that begin with *firsts*, of some lengths and sizes."""
        begins = tokens.begins.take(firsts) + passed_over
        origins = np.arange(len(firsts))
        pieces = []
        for length in lengths:
            # What is too long already, or at the end of the text, is left out for all that follow.
            lasts = firsts.take(origins) + length
            found = tokens.begins.take(lasts, mode="clip") - begins.take(origins)
            kept = np.flatnonzero((found < sizes.stop) & (lasts <= len(tokens.starts)))
            origins, found = origins.take(kept), found.take(kept)
            wanted = np.flatnonzero(found >= sizes.start)
            pieces.append((origins.take(wanted), np.full(len(wanted), length), found.take(wanted)))
        chosen, spans, sizes_found = map(np.concatenate, zip(*pieces, strict=True))
        return cls(chosen, firsts.take(chosen), spans, sizes_found)

    def only(self, kept: NDArray[np.int64]) -> Windows:
        """Those at the positions *kept*."""
        return Windows(*(array.take(kept) for array in (self.origins, self.firsts, self.lengths, self.sizes)))

    def and_also(self, other: Windows) -> Windows:
        """These, and those behind them."""
        return Windows(
            np.concatenate((self.origins, other.origins)),
            np.concatenate((self.firsts, other.firsts)),
            np.concatenate((self.lengths, other.lengths)),
            np.concatenate((self.sizes, other.sizes)),
        )


def edges(tokens: Tokens, windows: Windows) -> NDArray[np.uint64]:
    """The edges of windows of ``KEY`` characters or more: the first and last of them and how many, as one number."""
    begins = tokens.begins.take(windows.firsts)
    return _edges(tokens.eights[begins], tokens.eights[begins + windows.sizes - KEY], windows.sizes)


def _edges(
    keys: NDArray[np.uint64], lasts: NDArray[np.uint64], sizes: NDArray[np.int64]
) -> NDArray[np.uint64]:
    numbers: NDArray[np.uint64] = keys * np.uint64(_BASE) + (lasts ^ sizes.astype(np.uint64))
    return numbers


def tokenize(folded: Folded) -> Tokens:
    """Cut a folded text into tokens."""
    # Where a run of one class ends and the next begins, with a gap before the text and behind it.
    classes = np.zeros(len(folded.classes) + 2, dtype=np.uint8)
    classes[1:-1] = folded.classes
    edges = classes[1:] != classes[:-1]
    starts = np.flatnonzero(edges & (classes[1:] != 0))
    ends = np.flatnonzero(edges & (classes[:-1] != 0))
    begins = np.zeros(len(starts) + 1, dtype=np.int64)
    np.cumsum(ends - starts, out=begins[1:])
    if folded.codes.dtype == np.uint8:
        content = folded.codes.tobytes().translate(_confused_bytes(), ascii_gaps())
        return Tokens(starts, ends, np.frombuffer(content, dtype=np.uint8), begins, _eights(content), folded)
    kept = folded.codes.compress(folded.classes != 0)
    return Tokens(starts, ends, _confused(kept), begins, _eights(_comparable(kept)), folded)


def hashes_at(tokens: Tokens, begins: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The hashes of the stretches of the stream that begin at *begins* and have *sizes* characters, one or more."""
    if not len(begins):
        return np.empty(0, dtype=np.uint64)
    # All characters of all stretches in a row: each one's place there, and in its stretch.
    offsets = np.cumsum(sizes) - sizes
    within = np.arange(offsets[-1] + sizes[-1]) - np.repeat(offsets, sizes)
    values = _powers(int(sizes.max())).take(within)
    values *= tokens.stream.take(np.repeat(begins, sizes) + within)
    return np.add.reduceat(values, offsets)


def hashes_of_two(
    tokens: Tokens,
    begins: tuple[NDArray[np.int64], NDArray[np.int64]],
    sizes: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.uint64]:
    """The hashes of two stretches each, as if nothing stood between them."""
    powers = _powers(int(sizes[0].max(initial=0)))
    first, second = (hashes_at(tokens, *stretch) for stretch in zip(begins, sizes, strict=True))
    joined: NDArray[np.uint64] = first + powers.take(sizes[0]) * second
    return joined


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
    eights = _eights(_comparable(kept))
    keys = shortened(eights[starts], sizes)
    lasts = eights[np.maximum(ends - KEY, 0)]
    return Hashed(sums[ends] - sums[starts], keys, _edges(keys, lasts, sizes), sizes)


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
    return "".join(filter(str.isalnum, folded_text)).translate(_CONFUSED)


@lru_cache(maxsize=8)
def _powers_up_to(size: int) -> NDArray[np.uint64]:
    powers = np.empty(size, dtype=np.uint64)
    powers[0] = 1
    powers[1:] = np.uint64(_BASE)
    return np.cumprod(powers, dtype=np.uint64)


def _powers(count: int) -> NDArray[np.uint64]:
    """The base to the power of 0, 1, 2 … modulo 2^64."""
    return _powers_up_to(1 << max(count, 1).bit_length())
