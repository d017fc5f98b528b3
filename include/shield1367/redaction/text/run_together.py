"""Known names and A-Numbers that run together with what stands beside them: ``HERNANDEZ12/03/1984``,
``fileA087654321X``, ``NAME:HERNANDEZDOB:``.

A word is a run of letters and digits. Where typists or exports left a blank out, a name stands in one with a number
or a label, and no rule that asks for whole words sees it.
"""

from __future__ import annotations

import re
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
# What forms call their fields, where it is no word as well.
_LABELS: Final = frozenset(
    ["cell", "coc", "dateofbirth", "dl", "email", "familyname", "firstname", "fka", "fnu", "givenname", "id",
     "lastname", "lnu", "lpr", "middlename", "nfn", "nka", "nmn", "ph", "rel", "sid", "tel", "usc"]
)  # fmt: skip
_DIGIT, _LETTER = (
    np.array([byte < 128 and getattr(chr(byte), test)() for byte in range(256)])
    for test in ("isdigit", "isalpha")
)


def find_run_together(batch: Batch, people: People, lexicon: Lexicon) -> None:
    """Add them: names of linked people, of protected people where they are no ordinary words, and A-Numbers."""
    _find_labelled(batch, people, lexicon)
    _find_endless(batch)
    low = np.frombuffer(batch.lower.encode("ascii", "replace"), dtype=np.uint8)
    digit, letter = _DIGIT[low], _LETTER[low]
    borders = np.flatnonzero((digit[1:] & letter[:-1]) | (letter[1:] & digit[:-1]))
    last = -1
    for border in borders.tolist():
        i = batch.word_at(border)
        if i != last:
            last = i
            _search(batch, i, people, lexicon)


def _search(batch: Batch, i: int, people: People, lexicon: Lexicon) -> None:
    word, start = batch.words[i], batch.starts[i]
    for number in _A_NUMBER.finditer(word):
        batch.add(Hit(start + number.start(), start + number.end(), "A_NUMBER", "known.run_together", 1.0))
        word = word[: number.start()] + " " * len(number.group()) + word[number.end() :]
    for run in _LETTERS.finditer(word):
        name = run.group()
        if len(name) < _SHORTEST:
            continue
        person = _person(batch, i, name, people, lexicon)
        if person is None:
            person = _labelled(batch, i, name, people, lexicon)
        if person is not None:
            begin, end = start + run.start(), start + run.end()
            batch.add(Hit(begin, end, "PERSON", "known.run_together", 1.0, person))


def _find_labelled(batch: Batch, people: People, lexicon: Lexicon) -> None:
    """Add words nobody knows that are a name and a word or label: "HERNANDEZDOB", "SUBJECTHERNANDEZ"."""
    for i in batch.having(ALPHABETIC | LONG, but=ORDINARY, openly=True):
        person = _labelled(batch, i, batch.words[i], people, lexicon)
        if person is not None:
            batch.add(Hit(batch.starts[i], batch.end(i), "PERSON", "known.run_together", 1.0, person))


def _find_endless(batch: Batch) -> None:
    """Add runs of letters and digits that are longer than any word."""
    for i in np.flatnonzero(batch.lengths > _ENDLESS).tolist():
        if batch.words[i].isascii():
            batch.add(Hit(batch.starts[i], batch.end(i), "ID", "pattern.endless", 0.8))


def _labelled(batch: Batch, i: int, word: str, people: People, lexicon: Lexicon) -> int | None:
    """Whose name *word* is, with a label before it, behind it, or on either side; of linked people, with anything."""
    size = len(word)
    if size <= _SHORTEST or lexicon.is_ordinary(word):
        return None
    for linked in batch.people[batch.texts[i]]:
        if any(len(name) >= _TELLING and name in word for name in people.own[linked]):
            return linked
    if size > _LONGEST:
        return None
    for start in (0, *(cut for cut in range(2, size - _SHORTEST + 1) if _is_label(word[:cut], lexicon))):
        for end in range(start + _SHORTEST, size + (start > 0)):
            name = word[start:end]
            if name not in people.words and name not in people.glued:
                continue
            if end == size or _is_label(word[end:], lexicon):
                person = _person(batch, i, name, people, lexicon)
                if person is not None:
                    return person
    return None


def _is_label(word: str, lexicon: Lexicon) -> bool:
    """Words of two letters end many a name that is nobody's here: "Ruizan"."""
    return word in _LABELS or (len(word) > 2 and word in lexicon.plain)


def _person(batch: Batch, i: int, name: str, people: People, lexicon: Lexicon) -> int | None:
    for linked in batch.people[batch.texts[i]]:
        if name in people.own[linked]:
            return linked
    if name in people.glued:
        return people.glued[name]
    if name in people.everywhere and not lexicon.is_ordinary(name):
        return people.words[name]
    return None
