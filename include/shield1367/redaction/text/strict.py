"""What strict masks besides: ordinary words that are somebody's name, each by a sign of its own.

A word that narratives hardly use is masked wherever its case allows a name; one that they use all the time
(*young*, *case*, *June*, *he*) only beside a name, after an initial, before "told", or where a kinship or an
office introduces it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from shield1367.redaction.text.batch import Batch
from shield1367.redaction.text.kinds import (
    LETTER,
    LOOSE_CUE,
    MONTHS,
    SIGN_AFTER,
    SIGN_ALONE,
    SIGN_BEFORE,
    WEAK,
    halves_of_countries,
)
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.look import Look
from shield1367.redaction.text.words import SEPARATOR

# What may follow a name that has been introduced: "his daughter June, …", "officer Case went".
_STOPS: Final = (",", ".", ";", ")", "(", "\n", "'", ":", "-")
_FOLLOW: Final = frozenset({
    "and", "appeared", "arrested", "as", "asked", "at", "attended", "born", "by", "conducted", "did",
    "dob", "does", "for", "from", "had", "has", "in", "is", "located", "met", "nacida", "nacio", "of",
    "on", "que", "quien", "to", "was", "went", "were", "while", "who", "with", "y",
})  # fmt: skip
# Before these a new clause begins, and a name may open it.
_CLAUSE: Final = frozenset(
    {"and", "that", "when", "but", "because", "then", "where", "after", "y", "que", "cuando"}
)
_VERBS: Final = frozenset({"did", "was", "is", "has", "had", "and"})
# Before these words of a caseless text a pair of names may stand as well.
_SLOTS: Final = frozenset({"is", "was", "to", "o", "names", "of", "for", "from", "being", "name", "call"})
# Between a name that opens a clause and what its bearer did.
_ADVERBS: Final = frozenset({"then", "also", "later", "never", "subsequently", "again"})
# Undated after these, a month is a month.
_AT_A_TIME: Final = frozenset(
    ["by", "during", "early", "from", "in", "last", "late", "mid", "next", "of", "since", "this", "through",
     "to", "until"]
)  # fmt: skip
# Words to either side that say which language a sentence is in.
_AROUND: Final = 4
# After a word that introduces a name, so many more may belong to it.
_FURTHEST: Final = 4


def stands_alone(look: Look, lexicon: Lexicon, i: int) -> bool:
    """Whether a suspected word is masked for what it is: no word at all, or a rare one, or a name as well."""
    word = look.batch.words[i]
    if word not in lexicon.open and word not in lexicon.both:
        return True
    if word in lexicon.spanish_only and is_spanish(look.batch, lexicon, i):
        return False
    if look.caseless(i):
        return word in lexicon.open
    if not look.batch.is_capital(i) or look.batch.beside_token(i):
        return False
    if look.batch.opens_sentence(i):
        return word in lexicon.open and word not in lexicon.frequent and word not in lexicon.both
    return not look.in_title_phrase(i)


def after_loose_cues(look: Look, lexicon: Lexicon) -> list[int]:
    """Words that narratives seldom use right after "by", "officers", "encountered" …, and those that go on."""
    batch = look.batch
    found = []
    for i in batch.having(LOOSE_CUE):
        for j in range(i + 1, min(i + 1 + _FURTHEST, len(batch.words))):
            gap = batch.gaps[j]
            if gap not in (" ", "-") and (j > i + 1 or gap not in (": ", ". ", ", ")):
                break
            if batch.words[j] == "and" and j > i + 1:
                continue
            if not look.is_open(j) or not _follows_loosely(look, lexicon, j):
                break
            found.append(j)
    return found


def _follows_loosely(look: Look, lexicon: Lexicon, j: int) -> bool:
    word = look.batch.words[j]
    if word not in lexicon.plain or word in lexicon.open:
        return look.caseless(j) or look.batch.is_capital(j)
    if look.telling_capital(j):
        return word not in lexicon.readable
    short = look.caseless(j) and len(word) <= 5
    return short and word not in lexicon.frequent and word not in lexicon.weak


class Signs:
    """Finds words that are somebody only by what stands around them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._halves = halves_of_countries(lexicon)

    def find(self, look: Look, accepted: set[int]) -> list[int]:
        """The words, in order; they are added to *accepted*."""
        found: list[int] = []
        # A word that was accepted is a sign for the one after it, which comes next.
        queue = self._told(look, accepted)[::-1]
        weak = look.batch.kinds
        while queue:
            i = queue.pop()
            if i in accepted or not look.is_open(i):
                continue
            new = self._at(look, i, accepted)
            found += new
            accepted.update(new)
            behind = new[-1] + 1 if new else 0
            if new and weak[behind] & WEAK and not (queue and queue[-1] == behind):
                queue.append(behind)
        return found

    def _told(self, look: Look, accepted: set[int]) -> list[int]:
        """Words that can be a name by a sign, with what may be one: the neighbours or what they are themselves."""
        batch, kinds = look.batch, look.batch.kinds
        named = np.zeros(len(kinds), np.bool_)
        named[list(accepted)] = True
        begun = batch.begun_in_findings
        before = ((kinds & (SIGN_BEFORE | LETTER)) != 0) | named | begun
        after = ((kinds & (SIGN_AFTER | WEAK)) != 0) | named | begun
        signed = np.append(before[-1], before[:-1]) | np.append(after[1:], False)
        # A finding may end within the word before.
        signed |= np.frombuffer(batch.covered, np.uint8)[batch.start_array - 1] != 0
        told: list[int] = np.flatnonzero(
            ((kinds & WEAK) != 0) & ~begun & (signed | ((kinds & SIGN_ALONE) != 0))
        ).tolist()
        return told

    def _at(self, look: Look, i: int, accepted: set[int]) -> tuple[int, ...]:
        lexicon = self._lexicon
        if not (look.caseless(i) or look.batch.is_capital(i)):
            # In an ordinary text somebody's name may be written small: "his uncle, kofi long".
            small = look.batch.words[i] not in lexicon.function_words
            return (i,) if small and _is_small_name(look, lexicon, i, accepted) else ()
        if (
            _beside_name(look, lexicon, i, accepted)
            or _introduced(look, lexicon, i)
            or _speaks(look, lexicon, i)
            or _is_undated_month(look, lexicon, i)
            or (look.batch.words[i] in self._halves and not _in_country(look.batch, lexicon, i))
        ):
            return (i,)
        return (i, i + 1) if _is_pair(look, lexicon, i) else ()


def _is_small_name(look: Look, lexicon: Lexicon, i: int, accepted: set[int]) -> bool:
    word, batch = look.batch.words[i], look.batch
    beside = any(look.is_name(j, accepted) and not batch.is_capital(j) for j in look.beside(i, commas=False))
    ends = batch.gaps[i + 1].lstrip(" ").startswith(_STOPS)
    if word in lexicon.open:
        led = i > 0 and batch.gaps[i] in (" ", ", ") and _is_cue(lexicon, batch.words[i - 1])
        return beside or (led and (ends or batch.after(i) in lexicon.speech))
    return beside and ends and word in lexicon.beside_names


def _is_pair(look: Look, lexicon: Lexicon, i: int) -> bool:
    """Two usual words that are a given and a family name together, where a name may stand: "June Banks said"."""
    batch = look.batch
    if i + 1 >= len(batch.words) or batch.gaps[i + 1] != " " or not look.is_open(i + 1):
        return False
    first, second = batch.words[i], batch.words[i + 1]
    caseless = look.caseless(i)
    called = first in lexicon.given or first in lexicon.beside_names
    if not called or second not in lexicon.family or not (caseless or batch.is_capital(i + 1)):
        return False
    if _is_small(lexicon, first) or _is_small(lexicon, second) or first in lexicon.pronouns:
        return False
    if _is_cue(lexicon, first):
        return False
    after, gap = batch.after(i + 1), batch.gaps[i + 2]
    stops = gap.lstrip(" ").startswith(_STOPS)
    if not caseless:
        usual = second in lexicon.institutional or second in lexicon.frequent
        opens = batch.opens_clause(i) or look.telling_capital(i)
        return opens and (not usual or (second in lexicon.beside_names and stops))
    before = batch.before(i)
    led = _is_cue(lexicon, before) or before in _SLOTS or before in _CLAUSE or batch.opens_clause(i)
    belongs = second in lexicon.beside_names or second in lexicon.open
    return led and belongs and (stops or after in _FOLLOW)


def _beside_name(look: Look, lexicon: Lexicon, i: int, accepted: set[int]) -> bool:
    """As "june" in "june banks", "my" in "my linh", "He" in "He, Yang" where that opens a clause."""
    batch, word = look.batch, look.batch.words[i]
    if word in lexicon.calendar and _is_dated(batch, i):
        return False
    names = [j for j in look.beside(i) if look.is_name(j, accepted)]
    spaced = [j for j in names if "," not in batch.gaps[max(i, j)]]
    if len(names) == 2 and len(spaced) == 2 and _is_inner(lexicon, word):
        return True
    belongs = word in lexicon.beside_names or word in lexicon.open
    for j in names:
        if j not in spaced:
            inverted = _opens_clause(look, lexicon, min(i, j), accepted)
            if inverted and (belongs or (word in lexicon.family and word not in lexicon.function_words)):
                return True
            continue
        if belongs or batch.gaps[max(i, j)] == "-":
            return True
        if _ends_name(batch, lexicon, i) if j < i else _is_led(batch, lexicon, i):
            return True
    return False


def _is_inner(lexicon: Lexicon, word: str) -> bool:
    """Whether a word between two names is of theirs: "Ana Company Ruiz", "Marie Le Goff"."""
    if word in lexicon.short_names or word in lexicon.particles:
        return True
    called = word in lexicon.family and word not in lexicon.function_words
    return called and word not in lexicon.speech and not _is_cue(lexicon, word)


def _ends_name(batch: Batch, lexicon: Lexicon, i: int) -> bool:
    """Whether a word after a name closes it: a family name somewhere, and the name stops or a verb follows."""
    word, gap = batch.words[i], batch.gaps[i + 1]
    if word in lexicon.function_words or word in lexicon.speech:
        return False
    if word not in lexicon.family and (word in lexicon.usual or word in lexicon.institutional):
        return False
    after = batch.after(i)
    return gap.lstrip(" ").startswith(_STOPS) or after in _VERBS


def _is_led(batch: Batch, lexicon: Lexicon, i: int) -> bool:
    """Between who it is and a name any word but a small one is part of it: "her cousin Will Obi"."""
    word = batch.words[i]
    if word in lexicon.given and word not in lexicon.function_words and batch.words[i - 1] in _SLOTS:
        return batch.gaps[i] == " " and not _is_cue(lexicon, word)
    if (
        word in lexicon.name_cues
        or word in lexicon.kin
        or (word in lexicon.function_words - lexicon.short_names and word != "will")
    ):
        return False
    return i > 0 and batch.gaps[i] in (" ", ", ") and _is_cue(lexicon, batch.words[i - 1])


def _introduced(look: Look, lexicon: Lexicon, i: int) -> bool:
    """After an initial, "M. Bah"; after who somebody is, "his daughter June," "officer Young asked"."""
    batch, word = look.batch, look.batch.words[i]
    if not i or word in lexicon.determiners:
        return False
    before, gap = batch.words[i - 1], batch.gaps[i]
    small = word in lexicon.function_words and word not in lexicon.short_names
    if len(before) == 1 and before.isalpha():
        lettered = len(batch.before(i - 1)) != 1
        capitals = not look.caseless(i) and batch.is_capital(i - 1)
        return gap == ". " and ((lettered and not small) or capitals)
    if small or not _is_cue(lexicon, before) or gap not in (" ", ": ", ", "):
        return False
    after, gap_after = batch.after(i), batch.gaps[i + 1]
    ends = gap_after.lstrip(" ").startswith(_STOPS)
    if word in lexicon.pronouns:
        cased = batch.is_capital(i) and not look.caseless(i)
        return word in lexicon.short_names and (cased or (ends and before in ("judge", "do", "by")))
    if word in lexicon.kin or word in lexicon.name_cues:
        return False
    if gap == ", ":
        return ends and "," in gap_after and (word in lexicon.beside_names or word in lexicon.given)
    if before == "by" and word in lexicon.beside_names:
        return True
    return ends or after in _FOLLOW or after in lexicon.speech or after[:1].isdigit()


def _speaks(look: Look, lexicon: Lexicon, i: int) -> bool:
    """Before "told" where a clause opens, or owning a relative: "Sunday's mother"."""
    batch, word = look.batch, look.batch.words[i]
    if (
        i + 2 >= len(batch.words)
        or word in lexicon.pronouns
        or word in lexicon.speech
        or _is_cue(lexicon, word)
    ):
        return False
    before = batch.before(i)
    clause = not i or batch.opens_clause(i) or before in _CLAUSE
    short = word in lexicon.short_names and before not in lexicon.determiners
    if not (clause or look.telling_capital(i) or (short and not is_spanish(batch, lexicon, i))):
        return False
    after, gap = batch.after(i), batch.gaps[i + 1]
    if gap == "'" and after == "s":
        return batch.after(i + 1) in lexicon.kin
    small = word in lexicon.function_words and word not in lexicon.short_names
    acts = after in lexicon.speech or (after in _ADVERBS and batch.after(i + 1).endswith("ed") and clause)
    return gap == " " and acts and not small


def _is_undated_month(look: Look, lexicon: Lexicon, i: int) -> bool:
    """A month without a day, a year or a word of time; a Spanish one in an English sentence."""
    batch, word = look.batch, look.batch.words[i]
    if word not in lexicon.calendar_spanish and word not in MONTHS:
        return False
    if _is_dated(batch, i) or (batch.before(i) in _AT_A_TIME and word in MONTHS):
        return False
    return not is_spanish(batch, lexicon, i)


def _in_country(batch: Batch, lexicon: Lexicon, i: int) -> bool:
    """Whether half the name of a country or state stands beside its other half, or beside a token."""
    word, parts = batch.words[i], lexicon.country_parts
    beside = (f"{batch.before(i)} {word}", f"{word} {batch.after(i)}")
    return batch.beside_token(i) or not parts.isdisjoint(beside)


def _opens_clause(look: Look, lexicon: Lexicon, first: int, accepted: set[int]) -> bool:
    """Whether a comma after word *first* can part a family name from a given one."""
    batch = look.batch
    while first and batch.gaps[first] in (" ", "-") and look.is_name(first - 1, accepted):
        first -= 1
    if batch.opens_clause(first) or batch.gaps[first][:1] in (",", ":", "("):
        return True
    before = batch.before(first)
    return _is_cue(lexicon, before) or before in _CLAUSE


def _is_dated(batch: Batch, i: int) -> bool:
    words, gaps = batch.words, batch.gaps
    if batch.beside_token(i):
        return True
    if any(
        0 <= j < len(words) and words[j][:1].isdigit() and SEPARATOR not in gaps[max(i, j)]
        for j in (i - 1, i + 1)
    ):
        return True
    day = i > 1 and words[i - 1] == "de" and words[i - 2][:1].isdigit()
    return day and SEPARATOR not in gaps[i] + gaps[i - 1]


def _is_small(lexicon: Lexicon, word: str) -> bool:
    """A function word that is nobody's name."""
    return word in lexicon.function_words and word not in lexicon.short_names and word != "will"


def _is_cue(lexicon: Lexicon, word: str) -> bool:
    return word in lexicon.name_cues or word in lexicon.kin or word in lexicon.loose_cues


def is_spanish(batch: Batch, lexicon: Lexicon, i: int) -> bool:
    """Whether the words around are Spanish rather than English; they may have been, where a token stands."""
    around = batch.around(i, _AROUND)
    if batch.has_token(around):
        return True
    spanish = english = 0
    for word in batch.words[around.start : around.stop]:
        if word in lexicon.spanish_markers:
            spanish += 1
        elif word in lexicon.function_words and word not in lexicon.particles:
            english += 1
    return spanish > english
