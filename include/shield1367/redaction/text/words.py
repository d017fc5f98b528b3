"""The words of a joined text and what stands between them, found by arrays rather than word by word."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_BLANK: Final = 32
# Stands between two texts that are joined to one.
SEPARATOR: Final = "\x1e"


def _ascii(test: str) -> NDArray[np.bool_]:
    """Which byte values below 128 pass the ``str`` method *test*; none above."""
    return np.array([byte < 128 and getattr(chr(byte), test)() for byte in range(256)])


_WORD, _UPPER, _LOWER = _ascii("isalnum"), _ascii("isupper"), _ascii("islower")
# Any letter will do for one that is not ASCII while words are cut; it is put right afterwards.
_STAND_IN = ord("x")


class Words:
    """The words (runs of letters and digits) of joined texts and the gaps around them.

    An empty word ends each text, and begins the first one when that begins with a gap: words and gaps alternate,
    no gap is of two texts, and what stands before or after a text's words is nothing.

    Attributes:
        words: in order.
        gaps: ``gaps[i]`` stands before ``words[i]``; one more than words.
        starts: where each word starts.
        ends: one past its last character.
        capital: a byte per word, 1 where it starts with a capital.
        upper: a byte per word, 1 where it is all capitals, two or more characters.
        at_positions: per character, the word that starts there or before, 0 when none does.
        uneven: words whose gap is more or other than one blank; *uneven_gaps* are those gaps.
        surface: one byte per character of the cased text, 128 or more for what is not ASCII.
        uppers: how many ASCII capitals stand before each character, and before the end; *lowers* the other letters.
    """

    def __init__(self, cased: str, lower: str) -> None:
        surface, low = _codes(cased), _codes(lower)
        inside = _WORD[low]
        strange = np.empty(0, np.int64)
        if not lower.isascii():
            strange = np.flatnonzero(low >= 128)
            letter = np.fromiter((lower[at].isalnum() for at in strange), np.bool_, len(strange))
            strange = strange[letter]
            inside[strange] = True
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        if not len(inside) or not inside[0]:
            edges = np.concatenate(([0, 0], edges))
        else:
            edges = np.concatenate(([0], edges))
        if len(edges) % 2:
            edges = np.append(edges, len(lower))
        borders = np.append(np.flatnonzero(low == ord(SEPARATOR)), len(lower))
        # A first text that folded to nothing ends where it begins.
        if len(edges) and edges[1] == 0 == borders[0]:
            edges = edges[2:]
        # Of two sorted runs the stable sort makes one in a single pass.
        starts = np.sort(np.concatenate((edges[0::2], borders)), kind="stable")
        ends = np.sort(np.concatenate((edges[1::2], borders)), kind="stable")
        # It does when the first text's end is not the first word.
        self._begins_empty = bool(ends[0] == 0 != np.searchsorted(starts, borders[0]))
        self.starts: list[int] = starts.tolist()
        self.ends: list[int] = ends.tolist()
        self.start_array, self.end_array = starts, ends
        self.words = self._words(lower, low, inside, strange)
        self.gaps = self._gaps(lower, low)
        self._cases(cased, surface, strange)
        begun = np.zeros(len(lower) + 1, np.bool_)
        begun[starts] = True
        self.at_positions = array("i", np.maximum(np.cumsum(begun, dtype=np.int32) - 1, 0).tobytes())

    def _words(
        self, lower: str, low: NDArray[np.uint8], inside: NDArray[np.bool_], strange: NDArray[np.int64]
    ) -> list[str]:
        letters = np.where(inside | (low == ord(SEPARATOR)), low, np.uint8(_BLANK))
        letters[strange] = _STAND_IN
        words = [""] if self._begins_empty else []
        for text in letters.tobytes().decode("ascii").split(SEPARATOR):
            words += text.split()
            words.append("")
        for i in self._holding(strange):
            words[i] = lower[self.starts[i] : self.ends[i]]
        return words

    def _gaps(self, lower: str, low: NDArray[np.uint8]) -> list[str]:
        starts, ends = self.start_array, self.end_array
        width = starts[1:] - ends[:-1]
        # One character more: the last word may end where all ends.
        single = (width == 1) & (np.append(low, 0)[ends[:-1]] == _BLANK)
        gaps = [" "] * (len(starts) + 1)
        gaps[0] = gaps[-1] = ""
        self.uneven = np.flatnonzero(~single) + 1
        uneven: list[int] = self.uneven.tolist()
        begins: list[int] = ends[self.uneven - 1].tolist()
        finishes: list[int] = starts[self.uneven].tolist()
        self.uneven_gaps = [lower[begin:end] for begin, end in zip(begins, finishes, strict=True)]
        for i, gap in zip(uneven, self.uneven_gaps, strict=True):
            gaps[i] = gap
        return gaps

    def _cases(self, cased: str, surface: NDArray[np.uint8], strange: NDArray[np.int64]) -> None:
        starts, ends = self.start_array, self.end_array
        # One more character, for an empty word at the end to start at.
        upper = np.append(_UPPER[surface], False)
        capital = upper[starts]
        uppers, lowers = letters_before(surface)
        self.surface, self.uppers, self.lowers = surface, uppers, lowers
        shouted = (uppers[ends] > uppers[starts]) & (lowers[ends] == lowers[starts]) & (ends - starts > 1)
        for i in self._holding(strange):
            word = cased[self.starts[i] : self.ends[i]]
            capital[i] = word[:1].isupper()
            shouted[i] = len(word) > 1 and word.isupper()
        self.capital_array: NDArray[np.bool_] = capital
        self.capital: bytes = capital.tobytes()
        self.upper: bytes = shouted.tobytes()

    def _holding(self, positions: NDArray[np.int64]) -> Sequence[int]:
        """The words that hold any of these positions."""
        if not len(positions):
            return ()
        found: list[int] = np.unique(np.searchsorted(self.start_array, positions, "right") - 1).tolist()
        return found


def letters_before(surface: NDArray[np.uint8]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """How many ASCII capitals, and how many small letters, stand before each character, and before the end."""
    return _counts(_UPPER[surface]), _counts(_LOWER[surface])


def _counts(flags: NDArray[np.bool_]) -> NDArray[np.int32]:
    """How many are set before each position, and before the end."""
    counts = np.zeros(len(flags) + 1, np.int32)
    np.cumsum(flags, out=counts[1:])
    return counts


def _codes(text: str) -> NDArray[np.uint8]:
    """One byte per character, 128 or more for what is not ASCII."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    wide = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    return np.minimum(wide, 255).astype(np.uint8)
