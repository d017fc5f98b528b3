# ruff: noqa: E501  (tables of cases)
from __future__ import annotations

from collections.abc import Callable

import pytest

NAMED = [
    "The officer met Tesfaye Abdullahi at the office.", "Mr. Okonkwo was there.", "the hearing before judge gelashvili was reset.",
    "Gelashvili, Andriy is listed as the beneficiary.", "THE RESPONDENT, KWAME BALOGUN, WAS LATE.", "Her son Wilner arrived.",
    "Ms. He signed.", "J. Xiloj signed the form.", "La señora Xiloj firmó la carta.", "They spoke with Ana de la Cruz about it.",
]  # fmt: skip
GONE = [
    "tesfaye",
    "abdullahi",
    "okonkwo",
    "gelashvili",
    "andriy",
    "kwame",
    "balogun",
    "wilner",
    "xiloj",
    "cruz",
    "ana",
]


@pytest.mark.parametrize("text", NAMED)
def test_names_nobody_told_us(text: str, clean: Callable[..., str]) -> None:
    scrubbed = clean(text)
    assert "[PERSON]" in scrubbed
    assert not any(name in scrubbed.lower() for name in GONE)


def test_what_was_a_name_once_is_one_again(clean: Callable[..., str]) -> None:
    scrubbed = clean("He met Rose Okafor there. Rose said no. A rose is red.")
    assert scrubbed == "He met [PERSON] there. [PERSON] said no. A rose is red."


def test_a_given_name_that_is_a_word_goes_with_the_surname_behind_a_label(clean: Callable[..., str]) -> None:
    # A release of 100,000 people had "Next of kin: Will [PERSON]", and somebody in it was called Will Person.
    scrubbed = clean("Next of kin: Will Okonkwo. Employer: Grace Gelashvili. Witness: Officer Balogun.")
    assert scrubbed == "Next of kin: [PERSON]. Employer: [PERSON]. Witness: Officer [PERSON]."
