"""Words that this house has masked always, or never takes for a name: what reviewers of quality samples agreed on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shield1367.config.terms import DeniedTerm, Terms
from shield1367.redaction.text.batch import Batch, Hit
from shield1367.redaction.text.fold import fold_value

RULE = "house.denied"
# Only what a rule or the model merely takes for a name: whoever is known, and whatever has the shape of an identifier,
# stays masked whatever anybody agreed on.
_GUESSES = ("unknown.", "model.")
_BETWEEN = re.compile(r"[\W_]+")


class House:
    """The terms, ready to be looked for."""

    def __init__(self, terms: Terms | None) -> None:
        denied = {_words(term.text): term for term in (terms.deny if terms else ())}
        self._allowed = frozenset(_words(text) for text in (terms.allow if terms else ()))
        self._denied = {words: term for words, term in denied.items() if words}
        # The longest first: of "ana" and "ana paz" it is the latter that is found.
        forms = sorted(self._denied, key=len, reverse=True)
        self._pattern = re.compile(
            "|".join(rf"(?<![^\W_]){_form(words)}(?![^\W_])" for words in forms) or r"(?!)"
        )

    def find(self, batch: Batch) -> None:
        """Add what is always masked to the findings."""
        if not self._denied:
            return
        for match in self._pattern.finditer(batch.lower):
            term: DeniedTerm = self._denied[_split(match[0])]
            batch.add(Hit(match.start(), match.end(), term.kind.value, RULE, 1.0))

    def leave(self, batch: Batch) -> None:
        """Take out of the findings what was guessed, and is no name here."""
        if self._allowed:
            batch.hits[:] = [hit for hit in batch.hits if not self._is_left(hit, batch)]

    def _is_left(self, hit: Hit, batch: Batch) -> bool:
        return hit.rule.startswith(_GUESSES) and _split(batch.lower[hit.start : hit.end]) in self._allowed


def _words(text: str) -> tuple[str, ...]:
    return _split(fold_value(text))


def _split(folded: str) -> tuple[str, ...]:
    return tuple(word for word in _BETWEEN.split(folded) if word)


def _form(words: Sequence[str]) -> str:
    # However they are set apart, but not across a text's end or a token, nor across a sentence.
    return r"[ \t\n'’.,_-]{1,3}".join(map(re.escape, words))
