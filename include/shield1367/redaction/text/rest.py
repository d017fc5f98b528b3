"""What is left of a batch without its findings: what reading the texts with tokens would make of them, cut from it.

Every text is read a second time as it will go out. Most of what that would cost has been done when it was read first:
words, gaps and case of what no finding covers are what they were.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from shield1367.redaction.text.batch import SHADE, Batch, between_of
from shield1367.redaction.text.spans import Span
from shield1367.redaction.text.words import Words, letters_before

_SHADE = ord(SHADE)


class Rest(Batch):
    """A batch whose findings are tokens, in the offsets of the one without them.

    Args:
        batch: what was read.
        found: per text its spans, in the offsets of the text, each of whole words; of a text that was not folded
            character by character none.
    """

    def __init__(self, batch: Batch, found: Sequence[Sequence[Span]]) -> None:
        shaded = [
            (offset + span.start, offset + span.end, span.entity)
            for offset, spans in zip(batch.text_starts, found, strict=True)
            for span in spans
        ]
        hidden = _hidden(shaded, len(batch.lower))
        self.folded, self.people = batch.folded, batch.people
        self.text_starts, self.text_ends = batch.text_starts, batch.text_ends
        # A token that a finding took with it is there no more.
        earlier = [token for token in batch.earlier if not hidden[token[0]]]
        self.earlier = sorted((*earlier, *shaded))
        self.lower, self.cased = _shaded(batch.lower, hidden), _shaded(batch.cased, hidden)
        self.ascii = self.cased.encode("ascii", "replace")
        self._cut, kept, changed = _left(batch._cut, hidden, self.lower)
        self.words, self.gaps = self._cut.words, self._cut.gaps
        self.starts, self.ends = self._cut.starts, self._cut.ends
        self.start_array, self.surface = self._cut.start_array, self._cut.surface
        self.kinds = batch.kinds[kept]
        if not self.words[0]:
            # As every empty word; the last one is.
            self.kinds[0] = batch.kinds[-1]
        self.between = np.append(batch.between[kept], batch.between[-1])
        self.between[changed] = between_of([self.gaps[i] for i in changed.tolist()])
        self.text_array = batch.text_array[kept]
        self.texts = self.text_array.tolist()
        self.cases = self._cases(self.surface, self._cut.uppers, self._cut.lowers)
        self._begin()


def _hidden(stretches: Sequence[tuple[int, int, str]], size: int) -> NDArray[np.bool_]:
    """Of each of *size* characters, and of one more, whether one of the disjoint *stretches* covers it."""
    covered = bytearray(size + 1)
    for start, end, _ in stretches:
        covered[start:end] = b"\x01" * (end - start)
    hidden: NDArray[np.bool_] = np.frombuffer(covered, np.bool_)
    return hidden


def _shaded(text: str, hidden: NDArray[np.bool_]) -> str:
    encoding, kind = ("ascii", np.uint8) if text.isascii() else ("utf-32-le", np.uint32)
    codes = np.frombuffer(text.encode(encoding), kind)
    return np.where(hidden[:-1], kind(_SHADE), codes).tobytes().decode(encoding)


def _left(
    cut: Words, hidden: NDArray[np.bool_], lower: str
) -> tuple[Words, NDArray[np.intp], NDArray[np.intp]]:
    """The words that are not hidden, which of all they are, and of them those whose gap is another one."""
    keep = ~hidden[cut.start_array] | (cut.start_array == cut.end_array)
    # A text that begins with a finding begins with a gap, and what begins with one begins with an empty word.
    emptied = not keep[0]
    keep[0] = True
    kept = np.flatnonzero(keep)
    left = Words.__new__(Words)
    left.start_array, left.end_array = cut.start_array[kept], cut.end_array[kept]
    left.words = list(compress(cut.words, keep.tolist()))
    capital, upper = cut.capital_array[kept], np.frombuffer(cut.upper, np.bool_)[kept]
    if emptied:
        left.end_array[0] = 0
        left.words[0] = ""
        capital[0] = upper[0] = False
    left.capital_array, left.capital, left.upper = capital, capital.tobytes(), upper.tobytes()
    left.starts, left.ends = left.start_array.tolist(), left.end_array.tolist()
    count = np.concatenate(([0], np.cumsum(hidden)))
    changed = np.flatnonzero(count[left.start_array[1:]] > count[left.end_array[:-1]]) + 1
    left.gaps = [*compress(cut.gaps, keep.tolist()), ""]
    for i in changed.tolist():
        left.gaps[i] = lower[left.ends[i - 1] : left.starts[i]]
    uneven = np.zeros(len(cut.words), np.bool_)
    uneven[cut.uneven] = True
    uneven = uneven[kept]
    uneven[changed] = True
    left.uneven = np.flatnonzero(uneven)
    left.uneven_gaps = [left.gaps[i] for i in left.uneven.tolist()]
    left.surface = np.where(hidden[:-1], np.uint8(_SHADE), cut.surface)
    left.uppers, left.lowers = letters_before(left.surface)
    begun = np.zeros(len(lower) + 1, np.bool_)
    begun[left.start_array] = True
    left.at_positions = array("i", np.maximum(np.cumsum(begun, dtype=np.int32) - 1, 0).tobytes())
    return left, kept, changed
