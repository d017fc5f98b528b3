"""What stands between two words, as flags: one look-up a gap instead of one a rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shield1367.redaction.text.words import SEPARATOR

# One blank.
BLANK: Final = 1
# What may stand inside a name: "J. García", "Ana-Maria", "Asma'u", "García, Ana".
INSIDE: Final = 2
# A comma and a blank.
COMMA: Final = 4
# A hyphen or an apostrophe, and nothing else.
BINDING: Final = 8
# A full stop first.
STOP: Final = 16
# Parts two sentences, or what stands in a list: what follows may be written with a capital for that alone.
APART: Final = 32
# A full stop and a blank, within one text: so ends a sentence, and an abbreviation.
STOPPED: Final = 64
_APART: Final = re.compile(r"[.!?\n:\x1e;•]")
INSIDE_NAMES: Final = (" ", ". ", ".", "-", "'", ", ")


class Between(dict[str, int]):
    """The flags of a gap, worked out when it is first met."""

    # Gaps are short and few; what a text without words makes of them is not remembered.
    _LONGEST: Final = 8
    _MOST: Final = 50_000

    def of(self, count: int, uneven: NDArray[np.intp], gaps: Sequence[str]) -> NDArray[np.uint8]:
        """The flags of each of *count* gaps.

        Args:
            count: how many; the first and the last are empty, all others but the *uneven* ones a single blank.
            uneven: which of them are not.
            gaps: those.
        """
        if len(self) > self._MOST:
            self.clear()
        flags = np.full(count, self[" "], np.uint8)
        flags[0] = flags[-1] = self[""]
        flags[uneven] = np.fromiter(map(self.__getitem__, gaps), np.uint8, len(gaps))
        return flags

    def __missing__(self, gap: str) -> int:
        flags = (
            (BLANK if gap == " " else 0)
            | (INSIDE if gap in INSIDE_NAMES else 0)
            | (COMMA if gap == ", " else 0)
            | (BINDING if gap in ("-", "'") else 0)
            | (STOP if gap.startswith(".") else 0)
            | (APART if _APART.search(gap) else 0)
            | (STOPPED if gap.startswith(". ") and SEPARATOR not in gap else 0)
        )
        if len(gap) <= self._LONGEST:
            self[gap] = flags
        return flags
