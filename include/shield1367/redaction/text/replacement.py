"""What stands for a masked stretch when a profile wants more than its type: who, which day, which region.

Such a token is its type, what is told, and a keyed check: ``[PERSON 3f9ac01d22ab kqzw]``. Only a token whose
check holds is taken for one of ours when a text comes in again; anything else of that form is text like any other,
so that writing a name in brackets does not carry it through.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from shield1367.config.places import CENSUS_REGIONS, STATES, SUBREGIONS
from shield1367.config.text import DateToken, PersonToken, PlaceToken, Replacements
from shield1367.redaction.text.dates import values
from shield1367.redaction.text.fold import fold_value
from shield1367.redaction.text.scrub import Scrubbed, Scrubber
from shield1367.redaction.text.spans import Span
from shield1367.redaction.text.tokens import TOKENS

# As many hex digits of a pseudonym as tell people of a release apart; the columns show more of the same.
_DIGITS: Final = 12
_CHECK: Final = 4
# The shift that columns have, so that dates of both kinds agree.
_SHIFT_DAYS: Final = 182
_OURS: Final = re.compile(r"\[(PERSON|DATE|PLACE|ADDRESS) ([^\[\]]{2,40}) ([g-v]{4})\]")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_LETTERS: Final = str.maketrans("0123456789abcdef", "ghijklmnopqrstuv")


class PersonKeys(Protocol):
    """What makes pseudonyms and shifts: the same for all columns and texts of a release."""

    def of(self, kind: str, identity: str) -> str:
        """A pseudonym, ``prefix-hex``."""

    def days(self, identity: str, *, within: int) -> int:
        """A shift in days."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A token of ours in an incoming text: where its plain form stands meanwhile."""

    start: int
    plain: str
    token: str


class Rewriter:
    """Scrubs with a scrubber and puts telling tokens.

    Args:
        scrubber: finds what is masked.
        keys: of the release; other releases get other pseudonyms and shifts.
        replacements: what the profile wants told.
    """

    def __init__(self, scrubber: Scrubber, keys: PersonKeys, replacements: Replacements) -> None:
        self._scrubber = scrubber
        self._keys = keys
        self._wanted = replacements

    def scrub(self, texts: Sequence[str], people: Sequence[Sequence[str]]) -> list[Scrubbed]:
        """The texts with each span replaced; spans have the offsets of *texts*.

        Args:
            texts: the narratives.
            people: per text the ids of the people linked to it, whom it is about first: dates move by
                the shift of that person.
        """
        prepared = [self._plain(text) for text in texts]
        found = self._scrubber.find([text for text, _ in prepared], people)
        return [
            self._rewritten(text, kept, spans, subject=ids[0] if ids else "")
            for (text, kept), spans, ids in zip(prepared, found, people, strict=True)
        ]

    def _plain(self, text: str) -> tuple[str, list[_Kept]]:
        """*text* with our own tokens in their plain form, and where they are."""
        pieces: list[str] = []
        kept: list[_Kept] = []
        done = length = 0
        for match in _OURS.finditer(text):
            if self._check(match[1], match[2]) != match[3]:
                continue
            plain = TOKENS[match[1]]
            length += match.start() - done
            kept.append(_Kept(length, plain, match[0]))
            pieces += (text[done : match.start()], plain)
            length += len(plain)
            done = match.end()
        return "".join([*pieces, text[done:]]), kept

    def _rewritten(self, text: str, kept: list[_Kept], spans: list[Span], *, subject: str) -> Scrubbed:
        pieces: list[str] = []
        done = 0
        edits = [(s.start, s.end, self._token(text, s, subject)) for s in spans]
        masked = bytearray(len(text) + 1)
        for start, end, _ in edits:
            masked[start:end] = b"\x01" * (end - start)
        edits += [(k.start, k.start + len(k.plain), k.token) for k in kept if not masked[k.start]]
        for start, end, token in sorted(edits):
            pieces += (text[done:start], token)
            done = end
        return Scrubbed("".join([*pieces, text[done:]]), tuple(_back(span, kept) for span in spans))

    def _token(self, text: str, span: Span, subject: str) -> str:
        told = None
        surface = text[span.start : span.end]
        if span.entity == "PERSON" and self._wanted.person is PersonToken.PSEUDONYM:
            # A name of nobody in the data gets one by its spelling: else a token would say who is in the data.
            who = span.person_id or "name|" + " ".join(sorted(_WORD.findall(fold_value(surface))))
            told = self._keys.of("person_id", who).split("-", 1)[-1][:_DIGITS]
        elif span.entity == "DATE" and self._wanted.date is DateToken.SHIFT:
            told = self._shifted(fold_value(surface), subject)
        elif span.entity in ("PLACE", "ADDRESS") and self._wanted.place is PlaceToken.REGION:
            told = _region(surface)
        if told is None:
            return TOKENS[span.entity]
        return f"[{span.entity} {told} {self._check(span.entity, told)}]"

    def _shifted(self, surface: str, subject: str) -> str | None:
        """The day, shifted; ``None`` for a month, or a stretch that may be several days."""
        days = values(surface)
        if len(days) != 1:
            return None
        try:
            return (days.pop() + timedelta(days=self._keys.days(subject, within=_SHIFT_DAYS))).isoformat()
        except OverflowError:
            return None

    def _check(self, entity: str, told: str) -> str:
        pseudonym = self._keys.of("token", f"{entity}|{told}").rsplit("-", 1)[-1]
        return pseudonym[:_CHECK].translate(_LETTERS)


def _back(span: Span, kept: Sequence[_Kept]) -> Span:
    """The span in the offsets of the text that came in."""
    start = end = 0
    for token in kept:
        longer = len(token.token) - len(token.plain)
        start += longer if token.start < span.start else 0
        end += longer if token.start < span.end else 0
    return span._replace(start=span.start + start, end=span.end + end)


def _region(surface: str) -> str | None:
    """The census region of the last state code in a place, or the sub-region of the country it names."""
    words = re.findall(r"\b[A-Z]{2}\b", surface)
    state = next((word for word in reversed(words) if word in STATES), None)
    return CENSUS_REGIONS[state] if state else SUBREGIONS.get(surface.strip().upper())
