from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.text.checksums import is_account, is_card, is_clabe, is_iban, is_routing

RIGHT = [
    (is_iban, "DE89370400440532013000"),
    (is_iban, "GB29NWBK60161331926819"),
    (is_iban, "ES9121000418450200051332"),
    (is_card, "4111111111111111"),
    (is_card, "378282246310005"),
    (is_routing, "021000021"),
    (is_clabe, "032180000118359719"),
]


@pytest.mark.parametrize(("check", "value"), RIGHT)
def test_numbers_that_are_published_as_examples_pass(check, value: str) -> None:  # type: ignore[no-untyped-def]
    assert check(value)


@pytest.mark.parametrize(("check", "value"), RIGHT)
def test_one_wrong_digit_is_noticed(check, value: str) -> None:  # type: ignore[no-untyped-def]
    for place, character in enumerate(value):
        if character.isdigit():
            wrong = value[:place] + str((int(character) + 1) % 10) + value[place + 1 :]
            assert not check(wrong)


@pytest.mark.parametrize("value", ["", "0000000000000", "DE", "٤١١١١١١١١١١١١١١١", "AB12" * 9])
def test_what_has_no_check_digit_is_no_account(value: str) -> None:
    assert not is_account(value)


@given(st.text(max_size=40))
def test_any_text_is_answered_for(value: str) -> None:
    assert is_account(value) in (True, False)


def test_punctuation_does_not_matter() -> None:
    assert is_account("de89 3704-0044 0532 0130 00")
