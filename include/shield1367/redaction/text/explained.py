"""Why a span was masked: the rule in words, and the folded form it read, as a shape or as it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from shield1367.redaction.text.fold import fold_value
from shield1367.redaction.text.spans import Span

# The longest prefix of a rule's name says what it does.
_SAYS: Final = {
    "known.": "a form of a known person's name, identifier, birthday or address",
    "known.framed": "a known person's name that is a word too, where a sentence speaks of a person",
    "near.": "one slip, or what a scanner makes of it, from a known person's name",
    "date.": "a day, or a month of a year, in any notation",
    "pattern.": "the shape of an identifier, address or place, or a telling word before it",
    "pattern.endless": "a run of letters and digits that is longer than any word",
    "pattern.benefit": "a phrase that tells of a protected benefit",
    "pattern.shelter": "the name of a place that helps victims",
    "unknown.": "a word that is a name by the vocabulary, its case, or the words around it",
    "unknown.script": "a word in letters that no rule reads",
    "model.": "the model took it for a name or an address",
    "house.": "a word that two reviewers of quality samples agreed is always masked",
    "budget.": "the text is beyond what may be read, or a rule failed on it; all of it is withheld",
}


class Detail(StrEnum):
    """What an explanation shows of the masked stretch. ``FORM`` is protected itself."""

    SHAPE = "shape"
    FORM = "form"


def describer(detail: Detail) -> Callable[[str, Span], Mapping[str, str]]:
    """A function of text and span that explains the span; rule and score stand beside it."""

    def describe(text: str, span: Span) -> Mapping[str, str]:
        folded = fold_value(text[span.start : span.end])
        return {"because": says(span.rule), detail.value: folded if detail is Detail.FORM else shape(folded)}

    return describe


def says(rule: str) -> str:
    """The rule in words."""
    return _SAYS[max((prefix for prefix in _SAYS if rule.startswith(prefix)), key=len)]


def shape(folded: str) -> str:
    """Letters as ``x``, digits as ``9``."""
    return "".join("x" if c.isalpha() else "9" if c.isalnum() else c for c in folded)
