"""One slip of the pen in the name of somebody linked to the row: an edit, a swap, what OCR confuses."""

from __future__ import annotations

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from shield1367.redaction.text.batch import Batch, Hit
from shield1367.redaction.text.kinds import LONG, PLAIN
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.people import People

_SHORTEST = 5


def find_near(batch: Batch, people: People, lexicon: Lexicon) -> None:
    """Add uncovered words at one edit from a name of a linked person; ordinary words are let be."""
    suspects: dict[int, list[int]] = {}
    for i in batch.having(LONG, but=PLAIN, openly=True):
        suspects.setdefault(batch.texts[i], []).append(i)
    for text, places in suspects.items():
        known = {
            word: person
            for person in batch.people[text]
            for word in people.own[person]
            if len(word) >= _SHORTEST
        }
        if not known:
            continue
        names = list(known)
        scanned = {_as_scanned(name): name for name in reversed(known)}
        for i in places:
            word = batch.words[i]
            nearest = extractOne(word, names, scorer=OSA.distance, score_cutoff=1)
            person = known[nearest[0]] if nearest else None
            alike = scanned.get(_as_scanned(word))
            if person is None and alike is not None and is_near(word, alike):
                person = known[alike]
            if person is not None:
                batch.add(Hit(batch.starts[i], batch.end(i), "PERSON", "near.edit", 0.8, person))


def is_near(word: str, name: str) -> bool:
    """At most one edit or transposition apart, or equal but for rn/m, vv/w, cl/d."""
    if abs(len(word) - len(name)) > 2:
        return False
    if OSA.distance(word, name, score_cutoff=1) <= 1:
        return True
    return _as_scanned(word) == _as_scanned(name)


def _as_scanned(word: str) -> str:
    return word.replace("rn", "m").replace("vv", "w").replace("cl", "d").replace("0", "o").replace("1", "l")
