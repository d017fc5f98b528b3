"""Phrases as an officer of the law would list them, and the regular expressions they stand for.

A phrase is words in lower case without marks: ``order of protection``. Between two words stands whatever a
narrative puts there: blanks, a line break, a hyphen, a colon, a bracket. ``(a|b c)`` is one or the other,
``[a|b]`` may be missing, ``traffick*`` is any word that begins so, and a dot is a dot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator

# What may stand between two words. A full stop only without a blank: U.VISA is one phrase, two sentences are not.
JOIN = r"(?:[\s/()\[\]\"#*:>|-]+|\.)"

_WORD = r"[a-z0-9](?:[a-z0-9.]*[a-z0-9.])?\*?"
_WORDS = rf"{_WORD}(?: {_WORD})*"
_CHOICE = rf"{_WORDS}(?:\|{_WORDS})*"
_ITEM = re.compile(rf"\((?P<choice>{_CHOICE})\)|\[(?P<optional>{_CHOICE})\]|(?P<word>{_WORD})")
_PHRASE = re.compile(rf"(?:{_ITEM.pattern})(?: (?:{re.sub('[?]P<[a-z]+>', '?:', _ITEM.pattern)}))*")


def _checked(phrase: str) -> str:
    if not _PHRASE.fullmatch(phrase):
        raise ValueError(
            f"{phrase!r} is no phrase: words in lower case without marks, one blank apart, `(a|b)` for a choice, "
            "`[a]` for what may be missing, `*` for any ending"
        )
    if phrase.endswith("]") or phrase.startswith("["):
        raise ValueError(f"{phrase!r} begins or ends with what may be missing; leave that out")
    return phrase


Phrase = Annotated[str, AfterValidator(_checked)]


def pattern(phrases: Iterable[str]) -> str:
    """One regular expression, in the common part of ``re`` and RE2, for any of *phrases* as whole words."""
    return rf"\b(?:{'|'.join(map(_one, phrases))})"


def _one(phrase: str) -> str:
    parts: list[str] = []
    optional = False
    for match in _ITEM.finditer(phrase):
        if parts and not optional:
            parts.append(JOIN)
        optional = match["optional"] is not None
        words = match["choice"] or match["optional"] or match["word"]
        choice = "|".join(JOIN.join(map(_word, one.split())) for one in words.split("|"))
        parts.append(f"(?:(?:{choice}){JOIN})?" if optional else f"(?:{choice})")
    return "".join(parts)


def _word(word: str) -> str:
    if word.endswith("*"):
        return re.escape(word[:-1]) + r"[a-z0-9]*\b"
    return re.escape(word) + (r"\b" if word[-1] != "." else "")
