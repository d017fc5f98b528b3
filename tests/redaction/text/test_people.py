"""What the index of people keeps of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.identities import Identity
from shield1367.redaction.text.lexicon import load_lexicon
from shield1367.redaction.text.people import SEVERAL, Addresses, People

WORDS = st.lists(st.sampled_from(["12", "elm", "street", "apt", "4", "b"]), min_size=1, max_size=6)


@given(st.lists(st.tuples(st.sampled_from(["12 elm", "4 oak"]), WORDS), max_size=8))
def test_an_address_may_go_on_with_any_word_of_those_that_open_so(said: list[tuple[str, list[str]]]) -> None:
    addresses = Addresses()
    for opening, words in said:
        addresses.add(opening, words)
    for opening in {opening for opening, _ in said}:
        of_opening = [words for other, words in said if other == opening]
        assert addresses[opening] == frozenset[str]().union(*of_opening)


def test_whose_a_name_or_a_number_is() -> None:
    people = People(
        [
            Identity("one", {"given_name": ("Ana",), "family_name": ("Quispe",), "ssn": ("078-05-1120",)}),
            Identity(
                "two", {"given_name": ("Ana",), "family_name": ("Okonkwo",), "phone": ("212-555-0199",)}
            ),
            Identity("three", {"family_name": ("Quispe",), "date_of_birth": ("1990-02-03",)}),
        ],
        load_lexicon(),
    )
    assert people.pairs.get("ana quispe") == 0
    assert people.pairs.get("ana okonkwo") == 1
    assert people.pairs.get("okonkwo quispe") is None
    assert people.initials.get("okonkwo a") == 1
    assert people.words["quispe"] == people.words["ana"] == SEVERAL
    assert people.own[2] == ("quispe",)
    assert "anaquispe" in people.glued
    matches = people.skeletons.find_matches_as_indexes("078051120x2125550199x19900203", overlapping=True)
    assert [people.skeletons[index][1] for index, _, _ in matches] == [("SSN", 0), ("PHONE", 1), ("DATE", 2)]


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("email", "nobodyatall", "n080dyata11"),
        ("phone", "12125550199", "2125550199"),
        ("a_number", "0012345", "000012345"),
        ("passport_number", "ab-12 34", "a81234"),
    ],
)
def test_a_form_that_an_identifier_is_searched_in(kind: str, value: str, written: str) -> None:
    people = People([Identity("one", {kind: (value,)})], load_lexicon())
    assert people.skeletons.find_matches_as_indexes(written, overlapping=True)


@pytest.mark.parametrize("value", ["1234", "abcdefgh", "-"])
def test_what_is_too_short_or_without_a_digit_is_searched_nowhere(value: str) -> None:
    people = People([Identity("one", {"passport_number": (value,)})], load_lexicon())
    assert people.automaton is None
