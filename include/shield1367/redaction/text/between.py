"""What stands between two words, as flags: one look-up a gap instead of one a rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

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
INSIDE_NAMES: Final = (" ", ". ", ".", "-", "'", ", ")


class Between(dict[str, int]):
    """The flags of a gap, worked out when it is first met."""

    # Gaps are short and few; what a text without words makes of them is not remembered.
    _LONGEST: Final = 8
    _MOST: Final = 50_000

    def of(self, gaps: Sequence[str], uneven: Sequence[int]) -> NDArray[np.uint8]:
        """The flags of each of *gaps*; all but the *uneven* ones are a single blank."""
        if len(self) > self._MOST:
            self.clear()
        flags = np.full(len(gaps), self[" "], np.uint8)
        flags[0] = flags[-1] = self[""]
        flags[uneven] = [self[gaps[i]] for i in uneven]
        return flags

    def __missing__(self, gap: str) -> int:
        flags = (
            (BLANK if gap == " " else 0)
            | (INSIDE if gap in INSIDE_NAMES else 0)
            | (COMMA if gap == ", " else 0)
            | (BINDING if gap in ("-", "'") else 0)
            | (STOP if gap.startswith(".") else 0)
        )
        if len(gap) <= self._LONGEST:
            self[gap] = flags
        return flags
