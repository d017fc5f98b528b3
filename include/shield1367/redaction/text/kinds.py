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
# Opens or joins the parts of a name: "de", "la", "von".
PARTICLE: Final = 8192
# The name of a country.
COUNTRY: Final = 16384
# So frequent that it says nothing: "the", "he", "will".
FUNCTION: Final = 32768
# "Inc", "LLC".
FIRM: Final = 65536
# The word "and".
AND: Final = 131072
# Three characters or fewer, and some.
SHORT: Final = 262144
# Has nothing to it but what it means: neither a name on its own nor nobody's.
ORDINARY: Final = 524288
# May stand before a word that is a name by a sign, and after one.
SIGN_BEFORE: Final = 1048576
SIGN_AFTER: Final = 2097152
# A word that is a name by a sign without a neighbour.
SIGN_ALONE: Final = 4194304
# A small word that only a text with a capital on every word writes with one, in the middle of a sentence.
SMALL: Final = 8388608
# What somebody protected goes by, and a word that may be somebody.
CALLED: Final = 16777216
# Distinct words that are remembered; beyond them all are looked up anew.
_MOST: Final = 200_000


FIRMS: Final = frozenset({"inc", "llc", "ltd", "plc", "corp", "group", "gmbh", "llp", "pllc"})
# Small words that some list has for a name and that stand beside names all the time.
NEVER: Final = frozenset(
    {"a", "and", "as", "at", "by", "for", "in", "is", "of", "on", "or", "the", "to", "was", "el", "y"}
)
_SMALL: Final = frozenset({"the", "of", "in", "to", "and", "was", "de", "que", "for", "is"})
# Months that are nothing else in English.
MONTHS: Final = frozenset({"jan", "jun", "april", "june", "august"})


class Meanings(dict[str, int]):
    """The flags that a word has by the lexicon alone, worked out when it is first met; the same for all people."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon
        self._loose_cues = lexicon.loose_cues | lexicon.name_cues | lexicon.honorifics
        self._sign_before = lexicon.name_cues | lexicon.kin | lexicon.loose_cues
        self._sign_after = lexicon.speech | {"s"}
        self._sign_alone = lexicon.calendar_spanish | MONTHS | halves_of_countries(lexicon)

    def __missing__(self, word: str) -> int:
        if len(self) > _MOST:
            self.clear()
        flags = self[word] = self._of(word)
        return flags

    def _of(self, word: str) -> int:
        lexicon = self._lexicon
        alphabetic = word.isalpha()
        return (
            (ALPHABETIC if alphabetic and len(word) > 1 else 0)
            | (PLAIN if word in lexicon.plain else 0)
            | (SURELY_PLAIN if word in lexicon.plain and word not in lexicon.open else 0)
            | (LETTER if alphabetic and len(word) == 1 else 0)
            | (CUE if word in lexicon.honorifics or word in lexicon.name_cues else 0)
            | (WEAK if (word in lexicon.weak or word in lexicon.open) and word not in NEVER else 0)
            | (LOOSE_CUE if word in self._loose_cues else 0)
            | (LONG if len(word) >= 4 else 0)
            | (
                LOOSE
                if word in lexicon.function_words or word in lexicon.honorifics or word in lexicon.particles
                else 0
            )
            | (PARTICLE if word in lexicon.particles else 0)
            | (COUNTRY if word in lexicon.countries else 0)
            | (FUNCTION if word in lexicon.function_words else 0)
            | (FIRM if word in FIRMS else 0)
            | (AND if word == "and" else 0)
            | (SMALL if word in _SMALL else 0)
            | (SHORT if 0 < len(word) <= 3 else 0)
            | (ORDINARY if lexicon.is_ordinary(word) else 0)
            | (SIGN_BEFORE if word in self._sign_before else 0)
            | (SIGN_AFTER if word in self._sign_after else 0)
            | (SIGN_ALONE if word in self._sign_alone else 0)
        )


class Kinds(dict[str, int]):
    """The kinds of a word, worked out when it is first met.

    Args:
        people: whose names count.
        meanings: what words are whoever is known; shared by all that are made over one lexicon.
    """

    def __init__(self, people: People, meanings: Meanings) -> None:
        super().__init__()
        self._people = people
        self._meanings = meanings

    def of(self, words: Sequence[str]) -> NDArray[np.uint32]:
        """The flags of each of *words*."""
        if len(self) > _MOST:
            self.clear()
        return np.fromiter(map(self.__getitem__, words), np.uint32, len(words))

    def __missing__(self, word: str) -> int:
        people = self._people
        named = word in people.words
        flags = self[word] = (
            self._meanings[word]
            | (NAME | KNOWN if named else 0)
            | (KNOWN if word in people.glued else 0)
            | (HOUSE if word in people.house_numbers else 0)
            | (LED if word in people.led else 0)
            | (CALLED if word in people.called else 0)
        )
        return flags


def halves_of_countries(lexicon: Lexicon) -> frozenset[str]:
    """Half the name of a country or state that is a given name as well."""
    return frozenset(half for pair in lexicon.country_parts for half in pair.split()) & lexicon.given
