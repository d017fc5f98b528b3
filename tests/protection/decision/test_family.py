from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shield1367.protection.decision.family import neighbours_of, ways_from

people = st.sampled_from("abcdefgh")
links = st.lists(st.tuples(people, people), max_size=14)


@given(links, people)
def test_every_way_goes_from_one_relative_to_the_next(edges: list[tuple[str, str]], person: str) -> None:
    neighbours = neighbours_of(edges)
    for relative, way in ways_from(person, neighbours).items():
        assert way[0] == person
        steps = [*way, relative]
        assert len(set(steps)) == len(steps), "a way goes nowhere twice"
        assert all(after in neighbours[before] for before, after in pairwise(steps))


@given(links, people, people)
def test_who_reaches_somebody_is_reached_by_them_as_far(
    edges: list[tuple[str, str]], one: str, other: str
) -> None:
    neighbours = neighbours_of(edges)
    there, back = ways_from(one, neighbours).get(other), ways_from(other, neighbours).get(one)
    assert (there is None) == (back is None)
    if there and back:
        assert len(there) == len(back)


@given(links, st.randoms(), people)
def test_order_direction_and_repetition_change_nothing(
    edges: list[tuple[str, str]], shuffle: random.Random, person: str
) -> None:
    other = [(b, a) for a, b in edges] + edges
    shuffle.shuffle(other)
    assert ways_from(person, neighbours_of(other)) == ways_from(person, neighbours_of(edges))


def test_a_chain_and_a_cycle_are_followed_by_the_shortest_way() -> None:
    cycle = neighbours_of([("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "a")])
    assert ways_from("a", cycle) == {"b": ("a",), "e": ("a",), "c": ("a", "b"), "d": ("a", "e")}


def test_nobody_is_their_own_family() -> None:
    assert neighbours_of([("a", "a")]) == {}
    assert ways_from("a", {}) == {}
