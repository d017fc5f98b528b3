from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.protection.identity.names import name_forms, name_tokens


def names(*texts: str) -> set[frozenset[str]]:
    return {frozenset(text.split()) for text in texts}


@pytest.mark.parametrize(
    "other",
    ["GARCÍA, ANA", "ana garcia", "Ana García", "Ana  de la García", "Ms. Ana García", "ANA X GARCIA"],
)
def test_spellings_of_one_name_have_the_same_tokens(other: str) -> None:
    assert name_tokens([other]) == name_tokens(["García", "Ana"])


def test_a_name_of_noise_alone_keeps_its_tokens() -> None:
    assert name_tokens(["De La"]) == {"de", "la"}


@given(st.lists(st.text(max_size=12), max_size=4))
def test_tokens_are_single_folded_words(texts: list[str]) -> None:
    for token in name_tokens(texts):
        assert len(token) > 1
        assert not any(character.isspace() for character in token)
        assert name_tokens([token]) <= {token}


def test_two_surnames_give_a_short_form_each() -> None:
    forms = name_forms({"given_name": "Ana Lucía", "family_name": "Paz Luna"})
    assert forms.whole == names("ana lucia paz luna", "ana paz luna")
    assert forms.short == names("ana paz", "ana luna", "lucia paz", "lucia luna")


def test_a_middle_name_may_be_left_out() -> None:
    forms = name_forms({"given_name": "Ana", "middle_name": "Sol", "family_name": "Paz Luna"})
    assert names("ana sol paz luna", "ana paz luna") <= forms.whole


def test_one_cell_with_a_comma_is_surnames_then_given_names() -> None:
    forms = name_forms({"full_name": "PAZ LUNA, ANA"})
    assert forms.short == names("ana paz", "ana luna")


def test_one_cell_without_a_comma_is_read_in_both_orders() -> None:
    assert names("ana paz", "ana luna", "luna paz") == name_forms({"full_name": "ANA PAZ LUNA"}).short


def test_a_name_of_two_words_has_one_form() -> None:
    forms = name_forms({"given_name": "Ana", "family_name": "Paz"})
    assert forms.whole == names("ana paz")
    assert not forms.short


@pytest.mark.parametrize("values", [{}, {"family_name": "Paz"}, {"full_name": "Paz"}, {"full_name": ","}])
def test_a_single_word_is_nobodys_name(values: dict[str, str]) -> None:
    forms = name_forms(values)
    assert not forms.whole
    assert not forms.short
