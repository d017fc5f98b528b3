"""Shapes that lean on what stands around them: extensions, post codes, streets of every suffix, towns, firms.

The suffixes are those of the United States Postal Service (Publication 28, appendix C1).
"""
# ruff: noqa: E501  (a regular expression is read in one piece)

from __future__ import annotations

from typing import Final

import numpy as np
import re2

from shield1367.redaction.text.batch import Batch, Case, Hit
from shield1367.redaction.text.between import COMMA
from shield1367.redaction.text.kinds import AND, FIRM, FIRMS
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.people import People
from shield1367.redaction.text.seldom import Seldom
from shield1367.redaction.text.words import SEPARATOR

_SUFFIX: Final = (
    "alley|annex|arcade|avenue|bayou|beach|bend|bluffs?|bottom|boulevard|branch|bridge|brooks?|burgs?|bypass|camp|canyon|cape"
    "|causeway|centers?|circles?|cliffs?|club|commons?|corners?|course|courts?|coves?|creek|crescent|crest|crossing|crossroads?"
    "|curve|dale|dam|divide|drives?|estates?|expressway|extensions?|falls?|ferry|fields?|flats?|fords?|forest|forges?|forks?"
    "|fort|freeway|gardens?|gateway|glens?|greens?|groves?|harbors?|haven|heights|highway|hills?|hollow|inlet|islands?|isle"
    "|junctions?|keys?|knolls?|lakes?|land|landing|lane|lights?|loaf|locks?|lodge|loop|mall|manors?|meadows?|mews|mills?|mission"
    "|motorway|mount|mountains?|neck|orchard|oval|overpass|parks?|parkways?|pass|passage|path|pike|pines?|place|plains?|plaza"
    "|points?|ports?|prairie|radial|ramp|ranch|rapids?|rest|ridges?|river|roads?|route|row|rue|run|shoals?|shores?|skyway|springs?"
    "|spurs?|squares?|station|stravenue|stream|streets?|summit|terrace|throughway|trace|track|trafficway|trail|trailer|tunnel"
    "|turnpike|underpass|unions?|valleys?|viaduct|views?|villages?|ville|vista|walks?|wall|ways?|wells?"
)
_UNIT: Final = r"(?:,? (?i:apt|apartment|suite|ste|unit|room|#)\.? ?#?[A-Za-z0-9-]+)?"
_TOWN: Final = r"(?:,? [A-Z][A-Za-z.'-]+(?: [A-Z][A-Za-z.'-]+){0,2},? [A-Z]{2} \d{5}(?:-\d{4})?\b)"
_SHAPES: Final = (
    ("pattern.phone_extension", "PHONE", 0.9, r"(?:\+?\b1[-. ]?)?(?:\(\d{3}\) ?|\b\d{3}[-. ]?)\d{3}[-. ]?\d{4}(?i:x|ext\.?) ?\d{1,6}\b"),
    ("pattern.post_code", "ADDRESS", 0.85, r"\b(?i:zip|postal|post) ?(?i:code)?(?:,? (?i:is|was|number|no\.?))?[ :#]{1,3}(\d{5}(?:-\d{4})?)\b"),
    ("pattern.state_and_code", "ADDRESS", 0.85, r", [A-Z]{2} \d{5}(?:-\d{4})?\b"),
    ("pattern.military_mail", "ADDRESS", 0.95, r"\b(?:(?i:unit|psc|cmr|uss) [A-Za-z0-9]+,? (?:(?i:box) \d{1,6},? )?)?(?:APO|FPO|DPO),? A[AEP] \d{5}(?:-\d{4})?\b"),
    ("pattern.street_of_any_suffix", "ADDRESS", 0.9, rf"\b\d{{1,6}}[A-Za-z]? (?:[A-Z][A-Za-z.'-]+ ){{1,3}}(?i:{_SUFFIX})\b\.?{_UNIT}{_TOWN}?"),
    ("pattern.numbered_town", "ADDRESS", 0.9, rf"\b\d{{1,6}} (?:[A-Z][A-Za-z.'-]+ ){{1,3}}[A-Z][A-Za-z.'-]+\.?{_UNIT}{_TOWN}"),
)  # fmt: skip
_COMPILED: Final = tuple(
    (rule, entity, score, re2.compile(shape.encode())) for rule, entity, score, shape in _SHAPES
)
# Few texts have any of these.
_SELDOM: Final = frozenset({"pattern.phone_extension", "pattern.post_code", "pattern.military_mail"})
_ANY_SELDOM = Seldom(shape for rule, _, _, shape in _SHAPES if rule in _SELDOM)
# A point of the compass or the like before a town: "North Robert", "NEW GENE".
_TOWNS: Final = re2.compile(
    rb"\b(?:North|South|East|West|New|Lake|Port|Mount|Fort|NORTH|SOUTH|EAST|WEST|NEW|LAKE|PORT|MOUNT|FORT) [A-Z][A-Za-z'-]{2,}\b"
)
# "Salt Lake City".
_LONGEST_TOWN: Final = 3
# "San Pedro de las Colonias".
_LONGEST_KNOWN_TOWN: Final = 5
# What a town ends before in a text whose case tells nothing; the end of the text is one.
_ENDS: Final = ("", ",", ".", ";", ")", "\n", SEPARATOR)


def find_surrounded(batch: Batch, lexicon: Lexicon) -> None:
    """Add the shapes of this module, where they are not covered yet; of a shape with a group, the group."""
    everywhere, seldom = [(0, len(batch.ascii))], _ANY_SELDOM.stretches(batch)
    for rule, entity, score, shape in _COMPILED:
        for begin, finish in seldom if rule in _SELDOM else everywhere:
            for match in shape.finditer(batch.ascii, begin, finish):
                start, end = match.span(shape.groups)
                if not batch.is_covered(start, end):
                    batch.add(Hit(start, end, entity, rule, score))
    for match in _TOWNS.finditer(batch.ascii):
        start, end = match.span()
        first = batch.word_at(start)
        if not batch.is_covered(start, end) and _is_town(batch, lexicon, first):
            batch.add(Hit(start, end, "PLACE", "pattern.town", 0.6))


def _is_town(batch: Batch, lexicon: Lexicon, first: int) -> bool:
    """Not "South Africa", "New York" or "East Coast": a town's second word is no word of its own."""
    second = batch.words[first + 1]
    if second in lexicon.institutional or second in lexicon.usual:
        return False
    if second not in lexicon.frequent:
        return True
    return second in lexicon.given and not batch.opens_sentence(first)


def find_towns(batch: Batch, people: People, lexicon: Lexicon) -> None:
    """Add what stands behind a street and a comma, "12 Oak Street, Phoenix": the street has no more to it that tells.

    A town where somebody lives is one in whatever case, and though its words are others: "12 oak street, salt lake city".
    """
    for street in [hit for hit in batch.hits if hit.entity == "ADDRESS"]:
        first = i = batch.word_at(street.end - 1) + 1
        if (last := _known_town(batch, people, first)) >= first:
            batch.add(Hit(batch.starts[first], batch.end(last), "PLACE", "known.town_behind_street", 0.9))
            continue
        while (
            i < min(first + _LONGEST_TOWN, len(batch.words))
            and batch.gaps[i] == (" " if i > first else ", ")
            and not batch.covered[batch.starts[i]]
            and _can_be_town(batch, lexicon, i)
        ):
            i += 1
        if i > first and (batch.case_of(first) is Case.MIXED or batch.gaps[i].lstrip(" ")[:1] in _ENDS):
            batch.add(Hit(batch.starts[first], batch.end(i - 1), "PLACE", "pattern.town_behind_street", 0.6))


def _known_town(batch: Batch, people: People, first: int) -> int:
    """The last word of a known town that begins at word *first*, behind a comma; one before where there is none."""
    if first >= len(batch.words) or batch.gaps[first] != ", ":
        return first - 1
    town, found = "", first - 1
    for i in range(first, min(first + _LONGEST_KNOWN_TOWN, len(batch.words))):
        if i > first and batch.gaps[i] != " ":
            break
        town = f"{town} {batch.words[i]}".lstrip()
        if town in people.towns:
            found = i
    return found


def _can_be_town(batch: Batch, lexicon: Lexicon, i: int) -> bool:
    """By its capital where that tells; else a word that is met for nothing else."""
    word = batch.words[i]
    if len(word) < 2 or not word.isalpha() or word in lexicon.institutional or word in lexicon.function_words:
        return False
    if batch.case_of(i) is Case.MIXED:
        return batch.is_capital(i)
    return word not in lexicon.everyday and word not in lexicon.usual


def complete_firms(batch: Batch, lexicon: Lexicon) -> None:
    """Take along what makes a firm of people's names: "Okafor Inc", "Lee, Dennis and Okafor"."""
    people = [hit for hit in batch.hits if hit.entity == "PERSON"]
    if not people:
        return
    named = bytearray(batch.painted(people))
    words, gaps = batch.words, batch.gaps
    kinds, commas = batch.kinds, (batch.between & COMMA) != 0
    linked = ((kinds & (FIRM | AND)) != 0) | commas[:-1]
    led = commas[:-1] | np.append(False, (kinds[:-1] & AND) != 0)
    opening = batch.word_array[[hit.start for hit in people]]
    closing = batch.word_array[[hit.end - 1 for hit in people]]
    for number in np.flatnonzero(led[opening] | linked[closing + 1]).tolist():
        hit = people[number]
        after = batch.word_at(hit.end - 1) + 1
        following = words[after] if after < len(words) else ""
        if following in FIRMS or following == "and":
            _firm(batch, after)
        # Nearly always neither a comma nor an "and" stands beside the name: then there is no partner.
        if following == "and" or gaps[after] == ", ":
            _partner(batch, lexicon, hit, 1, named)
        first = batch.word_at(hit.start)
        if gaps[first] == ", " or (first and words[first - 1] == "and"):
            _partner(batch, lexicon, hit, -1, named)
    _links(batch, named)


def _links(batch: Batch, named: bytearray) -> None:
    """Mask the "and" of "Lee, Dennis and Okafor": read by itself it tells that the tokens are a firm."""
    words, gaps, starts = batch.words, batch.gaps, batch.starts
    for i in batch.having(AND):
        if not 2 <= i < len(words) - 1 or gaps[i - 1] != ", " or not gaps[i] == gaps[i + 1] == " ":
            continue
        if all(words[j] and named[starts[j]] for j in (i - 2, i - 1, i + 1)):
            batch.add(Hit(starts[i], batch.end(i), "PERSON", "unknown.partner", 0.5))


def _firm(batch: Batch, after: int) -> None:
    """Take "Inc" or "and Sons" with the name before."""
    words = batch.words[after : after + 2]
    last = after if words[:1] and words[0] in FIRMS else after + 1 if words == ["and", "sons"] else None
    if last is not None and batch.gaps[after] in (" ", ", "):
        batch.add(Hit(batch.starts[after], batch.end(last), "ORGANIZATION", "unknown.firm", 0.5))


def _partner(batch: Batch, lexicon: Lexicon, hit: Hit, step: int, named: bytearray) -> None:
    """Go from name to name over "and" and commas, as far as capitalised names of people reach."""
    i = batch.word_at(hit.end - 1 if step > 0 else hit.start) + step
    joined = False
    while 0 < i < len(batch.words):
        word, gap = batch.words[i], batch.gaps[i if step > 0 else i + 1]
        if word == "and" and gap == " " and not joined:
            joined = True
        elif (
            (joined or gap == ", ")
            and len(word) > 1
            and batch.is_capital(i)
            and not named[batch.starts[i]]
            and batch.gaps[i if step > 0 else i + 1] in (" ", ", ")
            and word in lexicon.family
            and (word not in lexicon.institutional or word in lexicon.beside_names)
            and word not in lexicon.function_words
            and not _has_capital_beside(batch, i, step)
        ):
            batch.add(Hit(batch.starts[i], batch.end(i), "PERSON", "unknown.partner", 0.5))
            named[batch.starts[i] : batch.end(i)] = b"\x01" * len(word)
            joined = False
        else:
            return
        i += step


def _has_capital_beside(batch: Batch, i: int, step: int) -> bool:
    """Whether the word further on is capitalised and right beside: "and Immigration Court" is no partner."""
    j = i + step
    if not 0 <= j < len(batch.words) or batch.gaps[max(i, j)] != " ":
        return False
    return batch.is_capital(j) and batch.words[j] not in ("and",)
