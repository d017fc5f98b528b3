"""Names of other alphabets, and letters with marks, as passports and English spell them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.text import Strictness, TextSettings
from shield1367.identities import Identity
from shield1367.redaction.text.romanised import romanised
from shield1367.redaction.text.scrub import Scrubber

PEOPLE = [
    Identity("r1", {"given_name": ("Jürgen",), "family_name": ("Schröder",)}),
    Identity("r2", {"given_name": ("Анна",), "family_name": ("Щербакова",)}),
    Identity("r3", {"given_name": ("Ελένη",), "family_name": ("Παπαδοπούλου",)}),
    Identity("r4", {"given_name": ("Yusuf",), "family_name": ("Åkerblom",)}),
    Identity("r5", {"full_name": ("Юлія Заїченко",)}),
]


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Schröder", ("schroeder",)),
        ("Søren Åkerblom", ("soeren aakerblom",)),
        ("Щербакова", ("shcherbakova",)),
        ("Юлия", ("iuliia", "yuliya")),
        ("Παπαδοπούλου", ("papadopoulou",)),
        ("Argüello", ("arguello",)),
        ("Hernández", ()),
        ("Hernandez", ()),
        ("王小明", ()),
    ],
)
def test_other_ways_to_write_a_name(name: str, forms: tuple[str, ...]) -> None:
    assert romanised(name) == forms


@given(st.text(max_size=30))
def test_any_name_is_answered_for(name: str) -> None:
    assert name.lower() not in romanised(name)


@pytest.fixture(scope="module")
def scrubber(settings: TextSettings) -> Scrubber:
    return Scrubber(PEOPLE, settings=settings, strictness=Strictness.BALANCED)


@pytest.mark.parametrize(
    "name",
    [
        "Juergen Schroeder", "schroeder", "SCHRÖDER", "Schroder", "Anna Shcherbakova", "SHCHERBAKOVA, ANNA",
        "shcherbakova", "Щербакова", "Papadopoulou", "eleni papadopoulou", "aakerblom", "Youssef Akerblom", "youssef",
        "Zaichenko", "yuliia zaichenko",
    ],
)  # fmt: skip
def test_no_spelling_of_a_protected_name_survives(scrubber: Scrubber, name: str) -> None:
    assert scrubber.scrub([f"then {name} left"], [()])[0].text == "then [PERSON] left"
