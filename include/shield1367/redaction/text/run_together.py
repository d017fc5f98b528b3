"""Known names and A-Numbers where letters and digits run together: ``HERNANDEZ12/03/1984``, ``fileA087654321X``.

A word is a run of letters and digits. Where typists or exports left a blank out, a name stands in one with a number,
and no rule that asks for whole words sees it.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from shield1367.redaction.text.batch import Batch, Hit
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.people import People

_LETTERS = re.compile(r"[^\W\d_]+")
# Longer than an A-Number is: it is one with a digit too many, or with the next number behind it.
_A_NUMBER = re.compile(r"a0?\d{8,}")
_SHORTEST: Final = 4
_DIGIT, _LETTER = (
    np.array([byte < 128 and getattr(chr(byte), test)() for byte in range(256)])
    for test in ("isdigit", "isalpha")
)


def find_run_together(batch: Batch, people: People, lexicon: Lexicon) -> None:
    """Add them: names of linked people, of protected people where they are no ordinary words, and A-Numbers."""
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
        if person is not None:
            begin, end = start + run.start(), start + run.end()
            batch.add(Hit(begin, end, "PERSON", "known.run_together", 1.0, person))


def _person(batch: Batch, i: int, name: str, people: People, lexicon: Lexicon) -> int | None:
    for linked in batch.people[batch.texts[i]]:
        if name in people.own[linked]:
            return linked
    if name in people.glued:
        return people.glued[name]
    if name in people.everywhere and not lexicon.is_ordinary(name):
        return people.words[name]
    return None
