# ruff: noqa: E501  (tables of cases)
"""Strict in texts where case tells nothing: what is a name by what stands around it, and what is not."""

from __future__ import annotations

import pytest

from shield1367.config.text import Strictness, TextSettings
from shield1367.redaction.text.scrub import Scrubber

NAMES = [
    ("fares had moved to ibadan.", "fares"), ("officers tum and okafor caught up.", "tum"), ("her cousin will obi lives there.", "will obi"),
    ("his daughter june, born there, attends school.", "june"), ("he shares custody of julio with her.", "julio"),
    ("the officer is june banks, badge unknown.", "june banks"), ("she met my linh there.", "my linh"), ("m. bah is her brother.", "bah"),
    ("sunday told the officer that he fled.", "sunday"), ("the case was dismissed when rich did not appear.", "rich"),
    ("she is the mother of asma'u bello.", "asma'u bello"), ("ana company ruiz was there.", "company"), ("when de la garza came, he left.", "de la garza"),
    ("do young went to the house.", "young"), ("mateus da costa said no.", "da costa"),
]  # fmt: skip
KEPT = [
    "the case will be heard in june by the court.", "he works in a yard and drives a truck.", "the young child was in good health.",
    "she takes metformin and lisinopril for diabetes.", "he told the officer that he was sick.", "it was in may or in august.",
    "they may march in the street on sunday.",
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), NAMES, ids=[name for _, name in NAMES])
@pytest.mark.parametrize("case", [str, str.upper, str.title])
def test_a_word_that_is_a_name_here_is_masked(
    strict: Scrubber, text: str, name: str, case: type[str]
) -> None:
    scrubbed = strict.scrub(
        [case(f"{text} the respondent was not with them at the time, and of that we are sure.")], [[]]
    )[0].text.lower()
    assert name not in scrubbed


@pytest.mark.parametrize("text", KEPT)
@pytest.mark.parametrize("case", [str, str.upper])
def test_a_usual_word_stays(strict: Scrubber, text: str, case: type[str]) -> None:
    assert strict.scrub([case(text)], [[]])[0].text == case(text)


@pytest.mark.parametrize("medicine", ["Metformin", "lozartan", "Citalopram", "Atorvastatin", "trazadone"])
@pytest.mark.parametrize("strictness", list(Strictness))
def test_medicines_stay_readable_though_no_dictionary_has_them(
    settings: TextSettings, medicine: str, strictness: Strictness
) -> None:
    scrubber = Scrubber((), settings=settings, strictness=strictness)
    text = f"Subject takes {medicine} daily and was treated with {medicine} before."
    assert scrubber.scrub([text], [[]])[0].text == text


def test_the_name_of_a_medicine_is_a_name_when_somebody_is_called_so(settings: TextSettings) -> None:
    from shield1367.identities import Identity

    person = Identity("m1", {"given_name": ("Lyrica",), "family_name": ("Atorvastan",)})
    scrubber = Scrubber([person], settings=settings, strictness=Strictness.BALANCED)
    assert scrubber.scrub(["He saw Lyrica Atorvastan there."], [[]])[0].text == "He saw [PERSON] there."
