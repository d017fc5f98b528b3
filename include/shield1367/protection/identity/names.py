"""Names as tokens that compare equal whatever the case, marks, order or punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_NOT_LETTERS = re.compile(r"[^\w]+|_+")
# Particles and titles say nothing about who somebody is.
_NOISE = frozenset({"de", "del", "la", "las", "los", "y", "da", "do", "dos", "van", "von", "der", "den", "bin",
                    "ibn", "al", "el", "mr", "mrs", "ms", "dr", "jr", "sr", "ii", "iii"})  # fmt: skip
# Names come again and again, and one that comes again is not taken apart again.
_REMEMBERED = 50_000
NAME_KINDS = ("family_name", "given_name", "middle_name", "full_name")


def name_tokens(names: Iterable[str]) -> frozenset[str]:
    """The telling tokens of several name fields together; initials are left out."""
    tokens = frozenset(token for name in names for token in _tokens(name))
    return tokens - _NOISE or tokens


@lru_cache(maxsize=_REMEMBERED)
def name_words(name: str) -> tuple[str, ...]:
    """The telling tokens of one name field in the order they are written in."""
    tokens = _tokens(name)
    return tuple(token for token in tokens if token not in _NOISE) or tokens


def name_letters(name: str) -> str:
    """All tokens of one name field as one word, particles too: ``Al-Rashid`` and ``Alrashid`` are equal."""
    return "".join(_tokens(name))


@lru_cache(maxsize=_REMEMBERED)
def _tokens(name: str) -> tuple[str, ...]:
    plain = name
    if not name.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return tuple(token for token in _NOT_LETTERS.split(plain.casefold()) if len(token) > 1)


Name = frozenset[str]


@dataclass(frozen=True, slots=True)
class NameForms:
    """The ways one person's name is written; two names are alike when a whole form of one is a form of the other.

    Attributes:
        whole: all of it, and without middle or second given names.
        short: one given name with one of several surnames. Two short forms that are equal tell little:
            half the bearers of a common surname share one.
    """

    whole: frozenset[Name]
    short: frozenset[Name]


def name_forms(values: Mapping[str, str]) -> NameForms:
    """The forms of a name given as cells by field kind; forms of a single token are left out.

    ``SURNAMES, GIVEN`` in one cell is split at the comma. Without one the order is unknown: the first
    or the last token is taken for the given name.
    """
    everything = name_tokens(values[kind] for kind in NAME_KINDS if kind in values)
    pairs = [
        (given, surname) for given, surname in _splits(values) if not given & surname and given and surname
    ]
    whole = {everything, *(given | surname for given, surname in pairs)}
    short = {frozenset({g, s}) for given, surname in pairs for g in given for s in surname}
    return NameForms(
        whole=frozenset(name for name in whole if len(name) > 1),
        short=frozenset(name for name in short - whole if len(everything) > len(name)),
    )


def _splits(values: Mapping[str, str]) -> Iterable[tuple[Name, Name]]:
    """(given names, surnames) as the cells tell them apart, also with the first given name alone."""
    given, surnames = values.get("given_name", ""), values.get("family_name", "")
    if "full_name" in values:
        surnames, comma, given = values["full_name"].partition(",")
        if not comma:
            words = surnames.split()
            for at in {0, len(words) - 1}:
                yield name_tokens(words[at : at + 1]), name_tokens(words[:at] + words[at + 1 :])
            return
    yield name_tokens([given]), name_tokens([surnames])
    yield name_tokens(given.split()[:1]), name_tokens([surnames])
