"""Which single names are worth searching alone: not words, not places, long enough to be somebody's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

SHORTEST = 4

# A person who is called like a place is searched by the full name only.
_LISTS = ("ordinary_words.txt", "places.txt")
_SPANISH = "spanish_words.txt"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Of one language only, and no part of a name.
_SPANISH_MARKS = _set(
    "el un una que con por para sin sobre su se lo es fue era esta como pero cuando donde en al dijo vive yo muy"
)
_ENGLISH_MARKS = _set(
    "the and or of to in on at by for from with as is was were be been has have had not that this it his her "
    "he she they who when where said"
)


@lru_cache(maxsize=3)
def _words(*lists: str) -> frozenset[str]:
    folder = Path(__file__).parent
    lines = [line for name in lists for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1 << 14)
def is_distinctive(name: str) -> bool:
    """Whether the folded *name*, met alone in a narrative, points at a person."""
    return len(name) >= SHORTEST and name not in _words(*_LISTS)


def is_spanish_word(name: str, around: Callable[[], Iterable[str]]) -> bool:
    """Whether the folded *name* is an ordinary word of Spanish, in Spanish rather than English.

    Args:
        name: few are a word.
        around: gives the texts around it, any of which may be Spanish; asked for a word alone.
    """
    return name in _words(_SPANISH) and any(map(_is_spanish, around()))


def _is_spanish(text: str) -> bool:
    words = text.split()
    return sum(w in _SPANISH_MARKS for w in words) > sum(w in _ENGLISH_MARKS for w in words)
