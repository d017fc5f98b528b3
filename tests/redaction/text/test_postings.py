"""The compact index says what a dict would say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.text.postings import SEVERAL, Entries, settle

KEYS = st.text("ab", max_size=3)
SAID = st.lists(st.tuples(KEYS, st.integers(0, 3), st.booleans()), max_size=40)


@given(SAID)
def test_entries_are_settled_as_a_dict_would_settle_them_one_by_one(
    said: list[tuple[str, int, bool]],
) -> None:
    entries, plain = Entries(), dict[str, int]()
    for key, person, offered in said:
        if offered:
            entries.offer(key, person)
            plain.setdefault(key, person)
        else:
            entries.add(key, person)
            plain[key] = person if plain.get(key, person) == person else SEVERAL
    postings = entries.settled()
    assert len(postings) == len(plain)
    for key in ("", "a", "b", "ab", "ba", "aaa", "bab", "c", *plain):
        assert postings.get(key) == plain.get(key)
        assert (key in postings) == (key in plain)


@pytest.mark.parametrize("few", [1, 1000])
@given(first=SAID, then=SAID, last=SAID)
def test_what_is_entered_over_an_index_is_said_as_if_entered_after_it(
    few: int,
    first: list[tuple[str, int, bool]],
    then: list[tuple[str, int, bool]],
    last: list[tuple[str, int, bool]],
) -> None:
    def entries(said: list[tuple[str, int, bool]], few: int) -> Entries:
        made = Entries(few)
        for key, person, offered in said:
            (made.offer if offered else made.add)(key, person)
        return made

    alone = entries([*first, *then, *last], 1000).settled()
    index = entries(first, few).settled()
    before = [(key, index.get(key)) for key in ("a", "ab")]
    over = entries(last, 1000).settled(entries(then, 1000).settled(index))
    assert len(over) == len(alone)
    for key in ("", "a", "b", "ab", "ba", "aaa", "bab", "c"):
        assert over.get(key) == alone.get(key)
        assert (key in over) == (key in alone)
    assert [(key, index.get(key)) for key in ("a", "ab")] == before


def test_only_little_goes_over_an_index() -> None:
    entries = Entries(few=1)
    entries.add("one", 1)
    entries.add("two", 2)
    with pytest.raises(ValueError, match="little"):
        entries.settled({})


def test_many_keys_are_all_found_and_strangers_are_not() -> None:
    entries = Entries(few=1000)
    for number in range(20_000):
        entries.add(f"known {number}", number)
    postings = entries.settled()
    assert [postings[f"known {number}"] for number in range(20_000)] == list(range(20_000))
    assert not any(f"strange {number}" in postings for number in range(20_000))
    assert postings.get("strange", SEVERAL) == SEVERAL


def test_a_key_of_nobody_is_no_item() -> None:
    entries = Entries(few=1)
    entries.add("one", 1)
    entries.add("two", 2)
    with pytest.raises(KeyError):
        entries.settled()["nobody"]


@given(
    entries=st.lists(
        st.tuples(st.integers(0, 2**64 - 1) | st.integers(0, 3), st.integers(0, 3), st.booleans()),
        max_size=60,
    ),
    at_once=st.integers(1, 20),
)
def test_entries_settled_piece_by_piece_say_what_all_at_once_do(
    entries: list[tuple[int, int, bool]], at_once: int
) -> None:
    keys = np.array([key for key, _, _ in entries], np.uint64)
    people = np.array([person for _, person, _ in entries], np.int32)
    offered = np.array([only for _, _, only in entries], np.bool_)
    whole, pieces = settle(keys, people, offered), settle(keys, people, offered, at_once=at_once)
    for expected, found in zip(whole, pieces, strict=True):
        assert expected.tolist() == found.tolist()
