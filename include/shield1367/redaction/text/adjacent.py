"""The rest of a name: a known person's word right beside a stretch that was masked as a name.

A model or a cue often takes one part of a name and leaves the other, ``[PERSON] Costa-Marques``. What
stays is an ordinary word or a place to every other rule; beside a name it is one.
"""

from __future__ import annotations

from shield1367.redaction.text.batch import Batch, Case, Hit
from shield1367.redaction.text.kinds import LOOSE, NAME
from shield1367.redaction.text.known import is_close
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.people import People


def find_adjacent(batch: Batch, people: People, lexicon: Lexicon) -> None:
    """Mask words of known names beside names, from left to right and back."""
    named = bytearray(batch.painted([hit for hit in batch.hits if hit.entity == "PERSON"]))
    places = batch.having(NAME, but=LOOSE, openly=True)
    for order, step in ((places, -1), (places[::-1], 1)):
        for i in order:
            word, start = batch.words[i], batch.starts[i]
            if len(word) < 2 or batch.covered[start]:
                continue
            owner = people.words[word]
            gap = batch.gaps[i] if step < 0 else batch.gaps[i + 1]
            # The character that faces this word: the last of the word before, the first of the one after.
            facing = start - len(gap) - 1 if step < 0 else batch.end(i) + len(gap)
            if not 0 <= facing < len(named) or not named[facing] or not is_close(gap):
                continue
            if not _is_name_here(batch, people, lexicon, i):
                continue
            batch.add(Hit(start, batch.end(i), "PERSON", "known.adjacent", 0.8, owner))
            named[start : batch.end(i)] = b"\x01" * (batch.end(i) - start)


def _is_name_here(batch: Batch, people: People, lexicon: Lexicon, i: int) -> bool:
    """A word that also means something else is a name beside a name when it is written like one.

    For protected people a capital is enough; lower case too, unless the word is an everyday one.
    """
    word = batch.words[i]
    if not lexicon.is_common(word):
        return True
    protected = word in people.everywhere
    if batch.is_capital(i) and not batch.opens_sentence(i):
        plain = word not in lexicon.institutional
        return protected or (plain and (batch.case_of(i) is Case.MIXED or word not in lexicon.frequent))
    return protected and word not in lexicon.frequent
