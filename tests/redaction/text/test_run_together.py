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


@pytest.mark.parametrize(
    "text",
    [
        "NAME:HERNANDEZDOB:03/05/1984",
        "Name: HernandezDOB 1984",
        "SUBJECTHERNANDEZ WAS SEEN",
        "NAMEHERNANDEZDOB",
        "SURNAME:HERNANDEZGIVENNAME:MARIA",
        "the officer saw Hernandezand her child",
        "hernandezmariatel 5550142",
        "HERNANDEZDOB19840305",
    ],
)
@pytest.mark.parametrize("people", [(), ("p1",)], ids=["protected", "linked"])
def test_no_name_hides_beside_a_label(clean: Callable[..., str], text: str, people: tuple[str, ...]) -> None:
    assert "hernandez" not in clean(text, *people).casefold()


def test_a_name_that_is_a_word_does_so_for_those_of_the_row(clean: Callable[..., str]) -> None:
    assert clean("GRACEDOB: unknown", "p3") == "[PERSON]: unknown"
    assert clean("GRACEDOB: unknown") == "GRACEDOB: unknown"


@pytest.mark.parametrize("text", ["a longer stay of graceful people", "Hernandian law", "a ruizan house"])
def test_a_word_that_only_begins_like_a_name_stays(clean: Callable[..., str], text: str) -> None:
    assert clean(text, "p1", "p2", "p3") == text
