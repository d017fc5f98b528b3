"""The rest of a name nobody told us: initials, particles and ordinary words right beside a finding."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from shield1367.config.text import Strictness
from shield1367.redaction.text.batch import Batch, Case, Hit
from shield1367.redaction.text.between import BINDING, INSIDE, INSIDE_NAMES
from shield1367.redaction.text.kinds import ALPHABETIC, COUNTRY, LETTER, PARTICLE, SHORT
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.look import CONTRACTED

# Particles that are words of neither English nor Spanish.
_FOREIGN: Final = frozenset({"da", "dos", "van", "von", "der", "den", "di", "ibn", "bint"})


def complete_names(batch: Batch, lexicon: Lexicon, strictness: Strictness, *, since: int = 0) -> None:
    """Grow findings of people by their initials and particles: "J. García", "de la Cruz"; by what an apostrophe
    or a hyphen binds to them: "Asma'u", "Young-won". *since* is the first hit to look at.
    """
    strict = strictness is Strictness.STRICT
    # "DE LOS REYES" has the shape of a place; strict takes its particle all the same.
    rules = ("unknown.vocabulary", "pattern.place") if strict else ("unknown.vocabulary",)
    names = [hit for hit in batch.hits if hit.entity == "PERSON" or hit.rule in rules]
    painted = batch.painted(names)
    named = bytearray(painted)
    fresh = [hit for hit in batch.hits[since:] if hit.entity == "PERSON" or hit.rule in rules]
    for hit in _growing(batch, fresh, painted):
        first, last = batch.word_at(hit.start), batch.word_at(hit.end - 1)
        before = first - 1
        while (
            before >= 0
            and first - before <= 3
            and batch.gaps[before + 1] in INSIDE_NAMES
            and (_belongs(batch, before, lexicon) or (strict and _opens_name(batch, before, lexicon)))
        ):
            hit.start = batch.starts[before]
            before -= 1
        after = last + 1
        while (
            after < len(batch.words)
            and after - last <= 2
            and (_ends_name(batch, after, lexicon) or _is_bound(batch, after))
        ):
            hit.end = batch.end(after)
            hit.end += batch.lower[hit.end : hit.end + 1] == "." and len(batch.words[after]) == 1
            after += 1
        closing = _closing(batch, last, lexicon)
        if closing > last:
            hit.end = batch.end(closing)
        bridge = last + 1
        while bridge < len(batch.words) and bridge - last <= 4 and batch.gaps[bridge] in INSIDE_NAMES:
            if batch.covered[batch.starts[bridge]] if batch.words[bridge] else False:
                # Only to another name: reaching into a number would make one finding of the two.
                if named[batch.starts[bridge]]:
                    hit.end = max(hit.end, batch.starts[bridge] + 1)
                break
            inside = batch.words[bridge] in lexicon.particles or batch.words[bridge] in lexicon.countries
            if not (inside or _is_initial(batch, bridge)):
                break
            bridge += 1
        batch.covered[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)


def _growing(batch: Batch, names: list[Hit], named: NDArray[np.uint8]) -> list[Hit]:
    """Those of *names* that may grow: most have a small word or a full stop on either side.

    A name that another one follows right away is joined to it here, there is no more to it.
    """
    kinds, between = batch.kinds, batch.between
    begun = batch.begun_in_findings
    letters = (kinds & (ALPHABETIC | LETTER)) != 0
    part = ~begun & (((kinds & (LETTER | PARTICLE)) != 0) | (letters & ~batch.tell_nothing))
    inside = (between[:-1] & INSIDE) != 0
    # A particle before a name is taken by strict even where something else has taken it.
    led = part | ((kinds & PARTICLE) != 0)
    opens = np.append(False, led[:-1]) & inside
    bound = ((between[:-1] & BINDING) != 0) & ((kinds & SHORT) != 0) & ~begun
    goes_on = (inside & (part | ((kinds & (LETTER | PARTICLE | COUNTRY)) != 0))) | bound
    joined = inside & begun & (named[batch.start_array] != 0) & (kinds != 0)
    word_at = batch.word_array
    first = word_at[[hit.start for hit in names]] if names else np.empty(0, np.intp)
    after = word_at[[hit.end - 1 for hit in names]] + 1 if names else first
    grows = (opens[first] | goes_on[after]).tolist()
    for number in np.flatnonzero(joined[after] & ~(opens[first] | goes_on[after])).tolist():
        hit, start = names[number], batch.starts[after[number]]
        if start >= hit.end:
            batch.covered[hit.end : start + 1] = b"\x01" * (start + 1 - hit.end)
            hit.end = start + 1
    return [hit for hit, does in zip(names, grows, strict=True) if does]


def _belongs(batch: Batch, word: int, lexicon: Lexicon) -> bool:
    """Whether the word before a name is part of it."""
    spoken = batch.words[word]
    if not spoken or batch.covered[batch.starts[word]]:
        return False
    gap = batch.gaps[word + 1]
    if _is_initial(batch, word) or (len(spoken) == 1 and spoken.isalpha() and gap == "'"):
        return True
    if len(spoken) < 2 or not spoken.isalpha():
        return False
    if spoken in lexicon.particles:
        return gap in (" ", "-", "'") and _leads(batch, word, lexicon)
    return _goes_with(batch, word, lexicon, neighbour=word + 1, gap=gap)


def _ends_name(batch: Batch, word: int, lexicon: Lexicon) -> bool:
    """Whether the word after a name is part of it."""
    spoken = batch.words[word]
    if not spoken or batch.covered[batch.starts[word]]:
        return False
    gap = batch.gaps[word]
    if gap in (" ", ", ") and _is_initial(batch, word):
        return True
    if len(spoken) < 2 or not spoken.isalpha():
        return False
    return _goes_with(batch, word, lexicon, neighbour=word - 1, gap=gap)


def _closing(batch: Batch, last: int, lexicon: Lexicon) -> int:
    """The last word of "Mateus da Costa", a particle and a capital after a name; *last* when there is none."""
    i = last + 1
    while i < len(batch.words) and batch.gaps[i] == " " and batch.words[i] in lexicon.particles:
        i += 1
    if i == last + 1 or i >= len(batch.words) or batch.gaps[i] != " " or len(batch.words[i]) < 2:
        return last
    foreign = any(batch.words[k] in _FOREIGN for k in range(last + 1, i))
    is_name = foreign or batch.words[i] in lexicon.family
    return i if is_name and (foreign or batch.is_capital(i)) and not batch.covered[batch.starts[i]] else last


def _is_bound(batch: Batch, word: int) -> bool:
    """Whether an apostrophe or a hyphen binds a short word to the name before it: "Asma'u", "Min-ah"."""
    spoken = batch.words[word]
    if not spoken or len(spoken) > 3 or not spoken.isalpha() or batch.covered[batch.starts[word]]:
        return False
    return batch.gaps[word] in ("'", "-") and spoken not in CONTRACTED


def _opens_name(batch: Batch, word: int, lexicon: Lexicon) -> bool:
    """Whether a particle right before a name is taken with it: in English always, "when de la Garza came"."""
    if batch.words[word] not in lexicon.particles or batch.gaps[word + 1] not in (" ", "-", "'"):
        return False
    before = word - 1
    while before >= 0 and batch.words[before] in lexicon.particles and batch.gaps[before + 1] == " ":
        before -= 1
    return batch.before(before + 1) not in lexicon.spanish_words


def _leads(batch: Batch, word: int, lexicon: Lexicon) -> bool:
    """Whether a particle opens the name after it: "da Mata", "DE LA GARZA", "Ms. de León"; not "hija de León"."""
    if batch.words[word] in _FOREIGN or batch.gaps[word + 1] == "-":
        return True
    if batch.is_capital(word):
        caseless = batch.case_of(word) is not Case.MIXED or batch.is_upper(word + 1)
        return caseless or not batch.opens_sentence(word)
    before = word - 1
    while before >= 0 and batch.words[before] in lexicon.particles and batch.gaps[before + 1] == " ":
        before -= 1
    return batch.before(before + 1) in lexicon.honorifics


def _goes_with(batch: Batch, word: int, lexicon: Lexicon, *, neighbour: int, gap: str) -> bool:
    """Whether an ordinary word right beside a name belongs to it: "Judge He Jing", "Sunday Pope", "Zhong Ni"."""
    spoken = batch.words[word]
    named = (
        spoken not in lexicon.institutional or spoken in lexicon.function_words or spoken in lexicon.calendar
    )
    if batch.case_of(word) is not Case.MIXED:
        return gap in (" ", "-") and named and spoken not in lexicon.frequent and spoken not in lexicon.usual
    if not batch.is_capital(word):
        return False
    if gap == "-":
        return True
    if batch.is_upper(word):
        # "ASENSO, AKWASI" within an ordinary sentence.
        return (
            gap in (" ", ", ")
            and named
            and batch.is_upper(neighbour)
            and spoken not in lexicon.function_words
        )
    # Behind a label a capital tells nothing either, but somebody's given name does: "Next of kin: Will Okonkwo".
    labelled = ":" in batch.gaps[word] and spoken in lexicon.given
    telling = labelled or not batch.opens_sentence(word)
    return gap == " " and telling and (named or spoken in lexicon.countries)


def _is_initial(batch: Batch, word: int) -> bool:
    """A single letter that stands for a name."""
    letter = batch.words[word]
    if len(letter) != 1 or not letter.isalpha() or batch.covered[batch.starts[word]]:
        return False
    dotted = batch.gaps[word + 1].startswith(".")
    return dotted or (batch.is_capital(word) and letter not in ("a", "i"))
