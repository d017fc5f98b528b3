"""The index of people in parts that can be written down: made once for a release, read by whoever redacts it.

To make it of a million people takes two minutes, to read it a few seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import chain, pairwise
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.people import Addresses, People, automaton_of
from shield1367.redaction.text.postings import Postings
from shield1367.redaction.text.skeletons import SkeletonColumns, Skeletons

Part = NDArray[Any] | list[Any]
"""Numbers, or what JSON holds."""

# Whose a key is: dicts of the few, postings of the millions.
_INDEXES: Final = ("pairs", "initials", "glued")
_OWNERS: Final = ("words", "lettered", "surnames")
_SETS: Final = ("everywhere", "called", "towns", "rare")


def parts_of(people: People) -> Iterator[tuple[str, Part]]:
    """All that an index knows, each part with its name.

    Args:
        people: an index of its own, not one over another.
    """
    yield "ids", people.ids
    number = {word: code for code, word in enumerate(people.words)}
    for name in _OWNERS:
        yield name, list(getattr(people, name).items())
    yield "own", np.fromiter((number[word] for word in chain.from_iterable(people.own)), np.int32)
    yield "own_counts", np.fromiter(map(len, people.own), np.int32, len(people.own))
    cities = {of: code for code, of in enumerate(dict.fromkeys(people.cities))}
    yield "cities", np.fromiter(map(cities.__getitem__, people.cities), np.int32, len(people.cities))
    yield "city_sets", [sorted(of) for of in cities]
    for name in _SETS:
        yield name, sorted(getattr(people, name))
    yield "births", [[born.isoformat(), person] for born, person in people.births.items()]
    yield "led", [[word, sorted(before)] for word, before in people.led.items()]
    yield "unspaced", people.unspaced
    yield "streets", list(people.streets.items())
    yield "addresses", list(people.addresses.items())
    for name in _INDEXES:
        index = getattr(people, name)
        if isinstance(index, Postings):
            yield f"{name}_keys", index.columns[0]
            yield f"{name}_people", index.columns[1]
        else:
            yield name, list(index.items())
    for name, column in people.skeletons.columns._asdict().items():
        yield f"skeleton_{name}", list(column) if isinstance(column, tuple) else column


class StoredPeople(People):
    """An index made of the parts of another one; it says what that one says.

    Args:
        parts: each is taken out of it, so that no part is in memory twice.
        lexicon: that the other one was made with.
    """

    def __init__(self, parts: dict[str, Part], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        take = parts.pop
        self.ids = cast("list[str]", take("ids"))
        self.index = {person_id: number for number, person_id in enumerate(self.ids)}
        self.words, self.lettered, surnames = (dict(cast("list[Any]", take(name))) for name in _OWNERS)
        self.surnames = Counter(surnames)
        self.own = _own(list(self.words), parts)
        sets = [frozenset(of) for of in take("city_sets")]
        self.cities = [sets[code] for code in take("cities")]
        self.everywhere, self.called, self.towns, rare = (set(take(name)) for name in _SETS)
        self.rare = frozenset(rare)
        self.births = {date.fromisoformat(born): person for born, person in take("births")}
        self.led = {word: frozenset(before) for word, before in take("led")}
        self.unspaced = [(word, person) for word, person in take("unspaced")]
        self.unspaced_automaton = automaton_of(self.unspaced)
        self.streets = dict(cast("list[Any]", take("streets")))
        self.addresses = Addresses.of(take("addresses"))
        self.house_numbers = frozenset(key.split(" ", 1)[0] for key in self.streets)
        self.pairs, self.initials, self.glued = (_index(name, parts) for name in _INDEXES)
        columns = {name: take(f"skeleton_{name}") for name in SkeletonColumns._fields}
        self.skeletons = Skeletons(SkeletonColumns(**cast("dict[str, Any]", columns)))
        self.automaton = self.skeletons if len(self.skeletons) else None


def _own(words: list[str], parts: dict[str, Part]) -> list[tuple[str, ...]]:
    every = [words[code] for code in parts.pop("own")]
    ends = np.cumsum(parts.pop("own_counts"), dtype=np.int64).tolist()
    return [tuple(every[begin:end]) for begin, end in pairwise([0, *ends])]


def _index(name: str, parts: dict[str, Part]) -> dict[str, int] | Postings:
    if name in parts:
        return dict(cast("list[Any]", parts.pop(name)))
    keys, people = (cast("NDArray[Any]", parts.pop(f"{name}_{column}")) for column in ("keys", "people"))
    return Postings(keys, people)
