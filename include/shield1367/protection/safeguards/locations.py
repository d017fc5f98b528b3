"""Protected locations in what an export says: in the field for the place, and in narratives.

The places are those of 8 U.S.C. § 1229(e)(2), where an enforcement action needs a certification.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from shield1367.config.safeguards import Locations, words

_SENTENCE_END = re.compile(r"[.!?;]+(?:\s+|$)|[\r\n]+")
# Words that may stand between "at" and the place: "at the local community's women's shelter".
_BETWEEN = 4


class Need(StrEnum):
    """Whether a place needs the certification, or somebody has to look whether it does."""

    CERTIFICATION = "certification"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Place:
    """A place of one of the kinds of ``safeguards.yaml``."""

    kind: str
    need: Need


class PlaceFinder:
    """Finds places; the words are compiled once."""

    def __init__(self, locations: Locations) -> None:
        kinds = [(Need.CERTIFICATION, locations.certified), (Need.REVIEW, locations.reviewed)]
        self._places: dict[str, Place | None] = dict.fromkeys(locations.traps)
        self._appearances: dict[str, re.Pattern[str]] = {}
        for need, entries in kinds:
            for kind, entry in entries.items():
                self._places |= dict.fromkeys(entry.names, Place(kind, need))
                if entry.appearances:
                    self._appearances[kind] = _any_of(entry.appearances)
        self._name = _any_of(self._places, plural=True)
        firsts = {name.split()[0] for name in self._places}
        self._first = {first + ending for first in firsts for ending in ("", "S", "ES")}
        self._actions = _any_of(locations.actions)
        nearness = "|".join(re.escape(phrase) for phrase in _longest_first(locations.nearness))
        self._near = re.compile(rf"(?:^| )(?:{nearness})(?: \w+){{0,{_BETWEEN}}} $")

    def in_field(self, text: str, *, beside: str = "") -> Place | None:
        """The place that a cell for the place of an action names, anywhere in it.

        Args:
            beside: the narratives of the row, which may say what the case at a courthouse was about.
        """
        found = [place for place, _ in self._named(words(text))]
        about = words(beside) if found else ""
        return _weightiest(self._with_case(place, about) for place in found)

    def in_narrative(self, text: str) -> Place | None:
        """The place at or near which a narrative says that the action took place.

        The place has to stand behind "at", "outside" or the like, in a sentence that speaks of an
        arrest or encounter. In a sentence beside such a one, a place that needs the certification is
        one to be reviewed.
        """
        plain = words(text)
        if self._first.isdisjoint(plain.split()) or not self._name.search(plain):
            return None
        sentences = [words(sentence) for sentence in _SENTENCE_END.split(text)]
        acts = [bool(self._actions.search(sentence)) for sentence in sentences]
        return _weightiest(self._acted_at(sentences, acts))

    def _acted_at(self, sentences: list[str], acts: list[bool]) -> Iterator[Place]:
        for number, sentence in enumerate(sentences):
            for place, before in self._named(sentence):
                if not self._near.search(before):
                    continue
                if acts[number]:
                    yield self._with_case(place, sentence)
                elif place.need is Need.CERTIFICATION and any(acts[max(number - 1, 0) : number + 2]):
                    yield Place(place.kind, Need.REVIEW)

    def _named(self, plain: str) -> Iterator[tuple[Place, str]]:
        """Each place in *plain* with the words before it; a trap is none."""
        for match in self._name.finditer(plain):
            if place := self._places[match[1]]:
                yield place, plain[: match.start()]

    def _with_case(self, place: Place, about: str) -> Place:
        appearance = self._appearances.get(place.kind)
        if appearance and appearance.search(about):
            return Place(place.kind, Need.CERTIFICATION)
        return place


def _weightiest(places: Iterable[Place]) -> Place | None:
    return min(places, key=lambda place: (place.need is Need.REVIEW, place.kind), default=None)


def _any_of(phrases: Iterable[str], *, plural: bool = False) -> re.Pattern[str]:
    listed = "|".join(re.escape(phrase) for phrase in _longest_first(phrases))
    return re.compile(rf"\b({listed}){'(?:E?S)?' if plural else ''}\b")


def _longest_first(phrases: Iterable[str]) -> list[str]:
    return sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
