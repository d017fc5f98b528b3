"""One slip in a rare surname of anybody protected, linked to the row or not; and what a scanner makes of any name.

A frequent surname one letter off is somebody else's name as often as a slip. A rare one hardly ever is.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Final

from rapidfuzz.distance import OSA

from shield1367.redaction.text.batch import Batch, Hit
from shield1367.redaction.text.kinds import LONG, PLAIN
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.people import People
from shield1367.redaction.text.postings import SEVERAL, Entries

_SHORTEST: Final = 6
_SHORTEST_SCANNED: Final = 5
# A longer word is nobody's name, and would have too many neighbours.
_LONGEST: Final = 24
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
# Words remembered with what they are near to; typing errors and foreign words come again.
_MOST: Final = 50_000


class Rare:
    """Searches batches for slips in rare surnames of protected people."""

    def __init__(self, people: People, lexicon: Lexicon) -> None:
        self._plain = lexicon.plain
        self._people = people
        self._scanned = {
            as_scanned(word): word for word in people.everywhere if len(word) >= _SHORTEST_SCANNED
        }
        self._slips = Slips(people.rare)
        self._memo: dict[str, str | None] = {}

    def among(self, people: People, lexicon: Lexicon) -> Rare:
        """The same search where *people* are known, who are these and some more; what it needs is shared."""
        if people.everywhere != self._people.everywhere or people.rare != self._people.rare:
            return Rare(people, lexicon)
        same = copy(self)
        same._people = people
        return same

    def find(self, batch: Batch) -> None:
        """Add uncovered words that nothing explains and that are one slip from such a name."""
        if not self._people.everywhere:
            return
        words = batch.words
        for i in batch.having(LONG, but=PLAIN, openly=True):
            if not _SHORTEST_SCANNED <= len(words[i]) <= _LONGEST:
                continue
            name = self._named(words[i])
            if name is not None:
                owner = self._people.words[name]
                batch.add(Hit(batch.starts[i], batch.end(i), "PERSON", "near.rare", 0.7, owner))

    def _named(self, word: str) -> str | None:
        if word not in self._memo:
            if len(self._memo) >= _MOST:
                self._memo.clear()
            self._memo[word] = self._look_up(word)
        return self._memo[word]

    def _look_up(self, word: str) -> str | None:
        letters = word.isalpha()
        if not letters and not any(map(str.isalpha, word)):
            return None
        scanned = as_scanned(word)
        name = self._scanned.get(scanned)
        if name is not None and (not letters or (word != name and scanned not in self._plain)):
            return name
        if not letters or not word.isascii() or len(word) < _SHORTEST - 1:
            return None
        return self._slips.name_of(word)


class Slips:
    """Finds the name that a word is one edit or transposition from.

    Two such words have a form in common that leaves a letter out of one or of both: a name is looked up by what
    it is without each of its letters, and not by everything that could have been written for it.
    """

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._listed = sorted(names)
        entries = Entries()
        for number, name in enumerate(self._listed):
            entries.add(name, number)
            for shorter in _shorter(name):
                entries.add(shorter, number)
        self._without = entries.settled()

    def name_of(self, word: str) -> str | None:
        """The name, the first by the place of the slip where there are several."""
        alike = {self._without.get(form) for form in (word, *_shorter(word))} - {None}
        if not alike:
            return None
        if len(alike) == 1 and SEVERAL not in alike:
            (number,) = alike
            name = self._listed[number or 0]
            return name if OSA.distance(word, name, score_cutoff=1) <= 1 and name.isalpha() else None
        return next((form for form in _one_off(word) if form in self._names), None)


def _shorter(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def as_scanned(word: str) -> str:
    """*word* with what scanners take for each other made equal: rn/m, vv/w, cl/d, 0/o, 1/l/i, 5/s."""
    word = word.translate(_DIGITS)
    for one, other in (("rn", "m"), ("vv", "w"), ("cl", "d")):
        word = word.replace(one, other)
    return word.replace("i", "l")


_DIGITS: Final = str.maketrans("015", "ols")


def _one_off(word: str) -> Iterator[str]:
    """Every word at one edit or transposition."""
    for at in range(len(word)):
        left, right = word[:at], word[at:]
        yield left + right[1:]
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:]
        for letter in _LETTERS:
            yield left + letter + right[1:]
            yield left + letter + right
    for letter in _LETTERS:
        yield word + letter
