from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.text.scrub import Scrubber

NAMES = ("Hernandez", "HERNANDEZ", "hernandez", "Hernández", "MariaHernandez", "Nguyen")
DIGITS = st.text("0123456789", min_size=1, max_size=12)


@given(st.sampled_from(NAMES), DIGITS, st.booleans(), st.sampled_from(["", "Call ", "Call,"]))
def test_no_name_hides_beside_digits(
    balanced: Scrubber, name: str, digits: str, is_behind: bool, before: str
) -> None:
    text = f"{before}{digits}{name} came." if is_behind else f"{before}{name}{digits} came."
    assert name not in balanced.scrub([text], [["p1", "p2"]])[0].text


@pytest.mark.parametrize(
    "text",
    [
        "HERNANDEZ12/03/1984",
        "maria2hernandez",
        "the file of HernandezA087654321742 Evergreen",
        "Hernandez\x0cPage 2",
        "Hernandez\x1f1965",
        "Record\x1eHernandez\x1eRecord",
        "Hernandez\x85came",
    ],
)
def test_nothing_of_her_is_left(clean: Callable[..., str], text: str) -> None:
    left = clean(text, "p1").casefold()
    assert "hernandez" not in left
    assert "087654321" not in left


@pytest.mark.parametrize("digits", ["0876543211", "08765432103", "0876543210" * 4])
def test_an_a_number_with_a_digit_too_many_goes(clean: Callable[..., str], digits: str) -> None:
    assert clean(f"[noteA{digits}") == "[[A_NUMBER]"


@pytest.mark.parametrize(
    "text", ["Section 212a9 of form I130A", "grace2 and will4 stay", "8am on the 2nd, room 4B"]
)
def test_ordinary_words_beside_digits_stay(clean: Callable[..., str], text: str) -> None:
    assert clean(text) == text
