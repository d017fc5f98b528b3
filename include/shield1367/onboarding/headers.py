"""What a column's name says: which field kinds, and whose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shield1367.config.onboarding import HeaderWords

_WORD: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+[a-z]?(?![A-Za-z])|\d+")
# Of a phrase that says as much of a header as another, the longer one is meant.
_LENGTH_COUNTS: Final = 0.02
# What a weak word counts, beside 1 for any other.
_WEAK: Final = 0.4
_NAMES: Final = frozenset({"family_name", "given_name", "middle_name", "full_name", "alias"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name, read.

    Attributes:
        role: whose it is, when a word says so; ``None`` for the subject's.
        kinds: field kind → how much of the name speaks for it, 0 to 1; best first.
    """

    role: str | None
    kinds: dict[str, float]


class HeaderReader:
    """Reads headers by the words of ``onboarding.yaml``."""

    def __init__(self, words: HeaderWords) -> None:
        self._words = words
        self._phrases = {
            kind: [frozenset(self._cut(phrase)) - words.filler for phrase in phrases]
            for kind, phrases in words.kinds.items()
        }

    def read(self, header: str) -> Heading:
        """Whose column *header* is, and what it may hold."""
        words = frozenset(self._cut(header)) - self._words.filler
        role = next((role for role, called in self._words.roles.items() if words & called), None)
        of_role = self._words.roles[role] if role else frozenset()
        joined = re.sub(r"[\W_]+", "", header).lower()
        scores: dict[str, float] = {}
        for kind, phrases in self._phrases.items():
            found = [self._score(phrase, words, of_role, joined) for phrase in phrases]
            if best := max(found, default=0.0):
                scores[kind] = best
        for official, called in self._words.officials.items():
            named = [scores[kind] for kind in _NAMES if kind in scores]
            if words & called and named:
                scores[official] = max(1.0, *named)
        return Heading(role, dict(sorted(scores.items(), key=lambda item: -item[1])))

    def _score(
        self, phrase: frozenset[str], words: frozenset[str], of_role: frozenset[str], joined: str
    ) -> float:
        if not phrase:
            return 0.0
        if phrase <= words:
            # Whose it is takes nothing away from what it is.
            rest = words - of_role if phrase - of_role else words
            return self._weight(phrase) / self._weight(rest | phrase) + _LENGTH_COUNTS * len(phrase)
        return 0.9 if len(joined) > 5 and joined == "".join(sorted(phrase, key=joined.find)) else 0.0

    def _weight(self, words: frozenset[str]) -> float:
        return sum(_WEAK if word in self._words.weak else 1.0 for word in words)

    def _cut(self, text: str) -> Iterator[str]:
        for match in _WORD.finditer(re.sub(r"_", " ", text)):
            word = match.group().lower()
            spelled = self._words.abbreviations.get(word)
            if spelled is None:
                yield word
            else:
                yield from spelled.split()
