"""Known names and A-Numbers that run together with what stands beside them: ``HERNANDEZ12/03/1984``,
``fileA087654321X``, ``NAME:HERNANDEZDOB:``.

A word is a run of letters and digits. Where typists or exports left a blank out, a name stands in one with a number
or a label, and no rule that asks for whole words sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from shield1367.redaction.text.batch import Batch, Hit
from shield1367.redaction.text.kinds import ALPHABETIC, LONG, ORDINARY
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.people import People

_LETTERS = re.compile(r"[^\W\d_]+")
# Longer than an A-Number is: it is one with a digit too many, or with the next number behind it.
_A_NUMBER = re.compile(r"a0?\d{8,}")
_SHORTEST: Final = 4
# A name and a label are not longer together.
_LONGEST: Final = 40
# So long a name is in no other word by chance, and tells who is meant whatever it is in: "Hernandezes".
_TELLING: Final = 6
# No word is longer; what stands in one that is, no rule sees. Scripts without blanks have no words of this kind.
_ENDLESS: Final = 64
# Words remembered with the names in them; beyond them all are looked at anew.
_MOST: Final = 50_000
# What forms call their fields, where it is no word as well.
_LABELS: Final = frozenset(
    ["cell", "coc", "dateofbirth", "dl", "email", "familyname", "firstname", "fka", "fnu", "givenname", "id",
     "lastname", "lnu", "lpr", "middlename", "nfn", "nka", "nmn", "ph", "rel", "sid", "tel", "usc"]
)  # fmt: skip
_DIGIT, _LETTER = (
    np.array([byte < 128 and getattr(chr(byte), test)() for byte in range(256)])
    for test in ("isdigit", "isalpha")
)


class RunTogether:
    """Searches batches for names of linked people, of protected people where they are no words, and for A-Numbers."""

    def __init__(self, people: People, lexicon: Lexicon) -> None:
        self._people = people
        self._lexicon = lexicon
        self._memo: dict[str, tuple[str, ...]] = {}

    def find(self, batch: Batch) -> None:
        """Add them, and runs of letters and digits that are longer than any word."""
        for i in batch.having(ALPHABETIC | LONG, but=ORDINARY, openly=True):
            person = self._labelled(batch, i, batch.words[i])
            if person is not None:
                batch.add(Hit(batch.starts[i], batch.end(i), "PERSON", "known.run_together", 1.0, person))
        for i in np.flatnonzero(batch.lengths > _ENDLESS).tolist():
            if batch.words[i].isascii():
                batch.add(Hit(batch.starts[i], batch.end(i), "ID", "pattern.endless", 0.8))
        low = np.frombuffer(batch.lower.encode("ascii", "replace"), dtype=np.uint8)
        digit, letter = _DIGIT[low], _LETTER[low]
        borders = np.flatnonzero((digit[1:] & letter[:-1]) | (letter[1:] & digit[:-1]))
        last = -1
        for border in borders.tolist():
            i = batch.word_at(border)
            if i != last:
                last = i
                self._search(batch, i)

    def _search(self, batch: Batch, i: int) -> None:
        word, start = batch.words[i], batch.starts[i]
        for number in _A_NUMBER.finditer(word):
            batch.add(
                Hit(start + number.start(), start + number.end(), "A_NUMBER", "known.run_together", 1.0)
            )
            word = word[: number.start()] + " " * len(number.group()) + word[number.end() :]
        for run in _LETTERS.finditer(word):
            name = run.group()
            if len(name) < _SHORTEST:
                continue
            person = self._person(batch, i, name)
            if person is None:
                person = self._labelled(batch, i, name)
            if person is not None:
                begin, end = start + run.start(), start + run.end()
                batch.add(Hit(begin, end, "PERSON", "known.run_together", 1.0, person))

    def _labelled(self, batch: Batch, i: int, word: str) -> int | None:
        """Whose name is in *word*: of linked people with anything, of others with labels on either side or both."""
        if len(word) <= _SHORTEST or self._lexicon.is_ordinary(word):
            return None
        for linked in batch.people[batch.texts[i]]:
            for name in self._people.own[linked]:
                if name in word and len(name) >= _TELLING:
                    return linked
        if len(word) > _LONGEST:
            return None
        names = self._memo.get(word)
        if names is None:
            if len(self._memo) >= _MOST:
                self._memo.clear()
            names = self._memo[word] = tuple(self._names(word))
        for name in names:
            person = self._person(batch, i, name)
            if person is not None:
                return person
        return None

    def _names(self, word: str) -> Iterator[str]:
        """The known names in *word* that have nothing but labels before and behind them, and some."""
        size, plain, people = len(word), self._lexicon.plain, self._people
        # Words of two letters end many a name that is nobody's here: "Ruizan".
        starts = [cut for cut in range(3, size - _SHORTEST + 1) if word[:cut] in plain]
        ends = [cut for cut in range(_SHORTEST, size - 2) if word[cut:] in plain]
        starts += [cut for cut in range(2, size - _SHORTEST + 1) if word[:cut] in _LABELS]
        ends += [cut for cut in range(_SHORTEST, size - 1) if word[cut:] in _LABELS]
        for start in (0, *starts):
            for end in (*ends, size) if start else ends:
                name = word[start:end]
                if len(name) >= _SHORTEST and (name in people.words or name in people.glued):
                    yield name

    def _person(self, batch: Batch, i: int, name: str) -> int | None:
        people = self._people
        for linked in batch.people[batch.texts[i]]:
            if name in people.own[linked]:
                return linked
        if name in people.glued:
            return people.glued[name]
        if name in people.everywhere and not self._lexicon.is_ordinary(name):
            return people.words[name]
        return None
