"""The rest of a known name beside a masked one."""

from __future__ import annotations

import pytest

from shield1367.config.text import Strictness, load_text_settings
from shield1367.identities import Identity
from shield1367.redaction.text.scrub import Scrubber

PEOPLE = [
    Identity("p1", {"given_name": ("Christian",), "family_name": ("Costa",)}),
    Identity("p2", {"full_name": ("Li Wang",)}),
    Identity("p3", {"given_name": ("Julio",), "family_name": ("Zapatero",)}),
    Identity("p4", {"given_name": ("Liban",), "family_name": ("Warsame",)}),
]


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber(PEOPLE, settings=load_text_settings(), strictness=Strictness.STRICT)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("A match identified the subject as Maxwell Christian Osterhaus. He surrendered.", "christian"),
        ("HE LEFT HIS MOTHER, MARISOL COSTA, IN QUITO. SCREENING WAS NEGATIVE.", "costa"),
        ("She shares custody of Ines with mei-ling wang. Record checks were completed.", "wang"),
        ("Prepared by Christian Petersen.", "christian"),
        ("Submitted: Christian, the clerk.", "christian"),
        ("She and Julio separated last year.", "julio"),
        ("HE SAYS JULIO WILL TAKE CARE OF THE HOUSE.", "julio"),
        ("She supports her grandmother Christian, who is 82 years old.", "christian"),
        ("HE SUPPORTS HIS FATHER LIBAN, WHO IS OLD.", "liban"),
    ],
)
def test_no_part_of_a_protected_name_stays_beside_a_mask(scrubber: Scrubber, text: str, gone: str) -> None:
    assert gone not in scrubber.scrub([text], [[]])[0].text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "The order was signed in the month of July.",
        "They celebrate the christian holidays with the family.",
        "Nothing further follows.",
    ],
)
def test_the_same_words_stay_where_no_name_is_meant(scrubber: Scrubber, text: str) -> None:
    assert "[PERSON]" not in scrubber.scrub([text], [[]])[0].text


def test_a_name_does_not_reach_into_the_next_text(scrubber: Scrubber) -> None:
    texts = ["He met Maxwell Osterhaus", "wang is a common name"]
    together = scrubber.find(texts, [[], []])
    assert together == [scrubber.find([text], [[]])[0] for text in texts]


def test_a_name_does_not_reach_into_the_number_after_it(scrubber: Scrubber) -> None:
    text = "Marisol Lopez, A012345678, filed I-918 on 3/4/2020."
    assert scrubber.scrub([text], [[]])[0].text == "[PERSON], [A_NUMBER], filed [REDACTED] on [DATE]."
