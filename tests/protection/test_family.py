from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shield1367.protection.family import groups

people = st.sampled_from("abcdefgh")
links = st.lists(st.tuples(people, people), max_size=14)


@given(links)
def test_linked_people_are_in_one_group_and_nobody_in_two(edges: list[tuple[str, str]]) -> None:
    found = groups(edges)
    for one, other in edges:
        if one != other:
            assert [group for group in found if one in group] == [group for group in found if other in group]
    everybody = [person for group in found for person in group]
    assert len(everybody) == len(set(everybody))
    assert all(len(group) > 1 for group in found)


@given(links, st.randoms())
def test_order_direction_and_repetition_change_nothing(edges: list[tuple[str, str]], random: object) -> None:
    other = [(b, a) for a, b in edges] + edges
    random.shuffle(other)  # type: ignore[attr-defined]
    assert groups(other) == groups(edges)


def test_a_chain_and_a_cycle_are_one_group_each() -> None:
    assert groups([("a", "b"), ("b", "c"), ("x", "y"), ("y", "z"), ("z", "x")]) == [
        {"a", "b", "c"},
        {"x", "y", "z"},
    ]


def test_nobody_is_their_own_family() -> None:
    assert groups([("a", "a")]) == []
