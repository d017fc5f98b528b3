"""Which single names are worth searching alone: not words, not places, long enough to be somebody's."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

SHORTEST = 4

# A person who is called like a place is searched by the full name only.
_LISTS = ("ordinary_words.txt", "places.txt")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    folder = Path(__file__).parent
    lines = [line for name in _LISTS for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_distinctive(name: str) -> bool:
    """Whether the folded *name*, met alone in a narrative, points at a person."""
    return len(name) >= SHORTEST and name not in _common()
