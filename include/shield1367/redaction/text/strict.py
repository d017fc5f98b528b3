"""What strict masks besides: ordinary words that are somebody's name, each by a sign of its own.

A word that narratives hardly use is masked wherever its case allows a name; one that they use all the time
(*young*, *case*, *June*, *he*) only beside a name, after an initial, before "told", or where a kinship or an
office introduces it.
"""

from __future__ import annotations

from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.look import Look

# Between an introduced name and what goes on: "his daughter, June, …", "officer Case."
_STOPS = (",", ".", ";", ")", "\n", "'", ":", "-")
_FOLLOW = frozenset(
    {
        "born",
        "who",
        "is",
        "was",
        "has",
        "had",
        "and",
        "did",
        "does",
        "of",
        "at",
        "in",
        "on",
        "to",
        "with",
        "for",
    }
    | {
        "from",
        "asked",
        "located",
        "arrested",
        "conducted",
        "met",
        "dob",
        "y",
        "quien",
        "que",
        "nacio",
        "nacida",
    }
)


def stands_alone(view: Look, lexicon: Lexicon, i: int) -> bool:
    """Whether a suspected word is masked for what it is: no word, or one that is rare or a name as well."""
    word = view.batch.words[i]
    if word not in lexicon.open and word not in lexicon.both:
        return True
    if view.caseless(i):
        return word in lexicon.open
    if not view.batch.is_capital(i):
        return False
    if view.batch.opens_sentence(i):
        return word in lexicon.open and word not in lexicon.frequent and word not in lexicon.both
    return not view.in_title_phrase(i)


def signed(view: Look, lexicon: Lexicon, accepted: set[int]) -> list[int]:
    """Words that are somebody only by what stands around them."""
    batch, weak = view.batch, lexicon.weak | lexicon.open
    found = []
    for i, word in enumerate(batch.words):
        if word not in weak or i in accepted or not view.is_open(i):
            continue
        if not (view.caseless(i) or batch.is_capital(i)):
            continue
        if (
            _beside_name(view, lexicon, i, accepted)
            or _introduced(view, lexicon, i)
            or _speaks(view, lexicon, i)
        ):
            found.append(i)
            accepted.add(i)
    return found


def loosely_cued(view: Look, lexicon: Lexicon) -> list[int]:
    """Words no narrative uses often, right after "by", "officers", "encountered" …: the next name, and its second."""
    batch, found = view.batch, []
    cues = lexicon.loose_cues | lexicon.name_cues | lexicon.honorifics
    for i in [i for i, word in enumerate(batch.words) if word in cues]:
        for j in range(i + 1, min(i + 5, len(batch.words))):
            word, gap = batch.words[j], batch.gaps[j]
            if gap not in (" ", ": ", ". ", "-", ", ") or (gap in (", ", ". ") and j > i + 1):
                break
            if word == "and" and j > i + 1:
                continue
            if (
                not view.is_open(j)
                or not (view.caseless(j) or batch.is_capital(j))
                or not _rare(lexicon, word)
            ):
                break
            found.append(j)
    return found


def _rare(lexicon: Lexicon, word: str) -> bool:
    if word not in lexicon.plain and word not in lexicon.both:
        return True
    return word in lexicon.open or (
        word not in lexicon.frequent and word not in lexicon.weak and len(word) <= 5
    )


def _beside_name(view: Look, lexicon: Lexicon, i: int, accepted: set[int]) -> bool:
    """As "june" in "june banks", "my" in "my linh", "He" in "He, Yang" at the start of a sentence."""
    batch, word = view.batch, view.batch.words[i]
    if word not in lexicon.beside_names and word not in lexicon.open:
        return False
    for j in view.beside(i):
        if not view.is_name(j, accepted):
            continue
        gap = batch.gaps[max(i, j)]
        if "," in gap and not _inverted(view, lexicon, min(i, j)):
            continue
        if word in lexicon.calendar and _dated(view, i):
            continue
        return True
    return False


def _inverted(view: Look, lexicon: Lexicon, first: int) -> bool:
    """Whether a comma after word *first* can part a family name from a given one: it opens something."""
    batch = view.batch
    return batch.opens_sentence(first) or "," in batch.gaps[first] or _is_cue(lexicon, batch.words[first - 1])


def _dated(view: Look, i: int) -> bool:
    words = view.batch.words
    return any(0 <= j < len(words) and words[j][:1].isdigit() for j in (i - 1, i + 1))


def _introduced(view: Look, lexicon: Lexicon, i: int) -> bool:
    """After an initial, "M. Bah"; after who somebody is, "his daughter June," "officer Young asked"."""
    batch, word = view.batch, view.batch.words[i]
    if not i or word in lexicon.determiners:
        return False
    before, gap = batch.words[i - 1], batch.gaps[i]
    if len(before) == 1 and before.isalpha():
        lettered = (
            gap == ". " and (i < 2 or len(batch.words[i - 2]) > 1) and word not in lexicon.function_words
        )
        return lettered or (
            gap == ". " and batch.is_capital(i - 1) and not view.caseless(i) and batch.is_capital(i)
        )
    if word in lexicon.function_words and word not in lexicon.short_names:
        return False
    if before not in lexicon.kin and before not in lexicon.name_cues and before not in lexicon.loose_cues:
        return False
    if gap not in (" ", ": ", ", "):
        return False
    after = batch.words[i + 1] if i + 1 < len(batch.words) else ""
    ends = batch.gaps[i + 1].lstrip()[:1] in _STOPS and batch.gaps[i + 1] != ""
    if word in lexicon.pronouns or word in lexicon.kin or word in lexicon.name_cues:
        return before == "judge" and word in lexicon.short_names
    if gap == ", ":
        return ends and "," in batch.gaps[i + 1] and word in lexicon.beside_names
    return ends or after in _FOLLOW or after in lexicon.speech


def _speaks(view: Look, lexicon: Lexicon, i: int) -> bool:
    """Before "told", or owning a relative: "Sunday's mother"."""
    batch, word = view.batch, view.batch.words[i]
    if i + 2 >= len(batch.words) or word in lexicon.pronouns or word in lexicon.speech:
        return False
    if word in lexicon.kin or word in lexicon.name_cues or word in lexicon.loose_cues:
        return False
    if i and not batch.opens_sentence(i) and not _lets_speak(lexicon, batch.words[i - 1]):
        return False
    after = batch.words[i + 1]
    if batch.gaps[i + 1] == "'" and after == "s":
        return batch.words[i + 2] in lexicon.kin
    return (
        batch.gaps[i + 1] == " "
        and after in lexicon.speech
        and word not in lexicon.function_words - lexicon.short_names
    )


def _lets_speak(lexicon: Lexicon, before: str) -> bool:
    return before in ("and", "that", "when", "but", "because", "then", "y", "que", "cuando")


def _is_cue(lexicon: Lexicon, word: str) -> bool:
    return word in lexicon.name_cues or word in lexicon.kin or word in lexicon.loose_cues
