"""Words in letters that no word list, no pattern and no model here reads: what they say is not known, so they go.

Folding makes Latin letters of all marks and look-alikes. What is left is of another script: names in a passport's own
letters, or a whole sentence without blanks.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import numpy as np

from shield1367.redaction.text.batch import Batch, Hit

# A unit or a sign of mathematics has one letter of another script: "µm", "Δt".
_SIGNS: Final = 1


def find_unread(batch: Batch) -> None:
    """Add words with a letter of a script without case, and with more than one of any script but Latin."""
    strange = np.flatnonzero(batch.surface >= 128)
    if not len(strange):
        return
    for i in np.unique(batch.word_array[strange]).tolist():
        start, end = batch.starts[i], batch.end(i)
        if not batch.is_covered(start, end) and _is_unread(batch.words[i]):
            batch.add(Hit(start, end, "PERSON", "unknown.script", 0.6))


def _is_unread(word: str) -> bool:
    letters = [letter for letter in word if not letter.isascii() and letter.isalpha()]
    return len(letters) > _SIGNS or any(unicodedata.category(letter) == "Lo" for letter in letters)
