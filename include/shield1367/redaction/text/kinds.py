"""What a word is, whatever stands around it: one look-up a word instead of one a rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.people import People

# Letters, two or more.
ALPHABETIC: Final = 1
# In the lexicon's ``plain``: no name, whatever its case.
PLAIN: Final = 2
# A word of somebody's name, or a name written as one word.
KNOWN: Final = 4
# A word of somebody's name.
NAME: Final = 8
# One letter.
LETTER: Final = 16
# A title, or a word that a name follows.
CUE: Final = 32
# Opens the street address of somebody.
HOUSE: Final = 64
# Four characters or more.
LONG: Final = 128
# Never a name on account of what stands beside it: function words, titles, particles.
LOOSE: Final = 256
# Plain, and no rare word or word that is a name as well: none either where every doubt counts.
SURELY_PLAIN: Final = 512
# A word that is a name only by what stands around it.
WEAK: Final = 1024
# What a name may follow, or a title; the loose ones are followed by other words as well.
LOOSE_CUE: Final = 2048
# Stands behind a particle in somebody's name.
LED: Final = 4096
# Distinct words that are remembered; beyond them all are looked up anew.
_MOST: Final = 200_000


class Kinds(dict[str, int]):
    """The kinds of a word, worked out when it is first met."""

    def __init__(self, people: People, lexicon: Lexicon) -> None:
        super().__init__()
        self._people = people
        self._lexicon = lexicon
        self._loose_cues = lexicon.loose_cues | lexicon.name_cues | lexicon.honorifics

    def of(self, words: Sequence[str]) -> NDArray[np.uint16]:
        """The flags of each of *words*."""
        if len(self) > _MOST:
            self.clear()
        return np.fromiter(map(self.__getitem__, words), np.uint16, len(words))

    def __missing__(self, word: str) -> int:
        people, lexicon = self._people, self._lexicon
        alphabetic = word.isalpha()
        flags = (
            (ALPHABETIC if alphabetic and len(word) > 1 else 0)
            | (PLAIN if word in lexicon.plain else 0)
            | (SURELY_PLAIN if word in lexicon.plain and word not in lexicon.open else 0)
            | (KNOWN if word in people.words or word in people.glued else 0)
            | (NAME if word in people.words else 0)
            | (LETTER if alphabetic and len(word) == 1 else 0)
            | (CUE if word in lexicon.honorifics or word in lexicon.name_cues else 0)
            | (WEAK if word in lexicon.weak or word in lexicon.open else 0)
            | (LOOSE_CUE if word in self._loose_cues else 0)
            | (HOUSE if word in people.house_numbers else 0)
            | (LONG if len(word) >= 4 else 0)
            | (LED if word in people.led else 0)
            | (
                LOOSE
                if word in lexicon.function_words or word in lexicon.honorifics or word in lexicon.particles
                else 0
            )
        )
        self[word] = flags
        return flags
