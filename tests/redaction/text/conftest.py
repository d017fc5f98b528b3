"""Scrubbers shared by the tests of this folder: building one loads the word lists."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shield1367.config.text import Strictness, TextSettings, load_text_settings
from shield1367.identities import Identity
from shield1367.redaction.text.scrub import Scrubber

PEOPLE = (
    Identity(
        "p1",
        {
            "given_name": ("María Guadalupe",),
            "family_name": ("Hernández Ruíz",),
            "a_number": ("087654321",),
            "receipt_number": ("EAC2190012345",),
            "date_of_birth": ("1984-03-05",),
            "phone": ("(206) 555-0142",),
            "email": ("mghernandez84@example.org",),
            "street_address": ("742 Evergreen Terrace Apt 4B",),
            "city": ("Springfield",),
            "passport_number": ("G12345678",),
        },
    ),
    Identity("p2", {"full_name": ("Nguyen, Van An",), "date_of_birth": ("1990-12-31",)}),
    Identity("p3", {"given_name": ("Grace",), "family_name": ("Long",)}),
    Identity("p4", {"given_name": ("Oksana",), "family_name": ("Petrenko",)}, protected=False),
    Identity("p5", {"full_name": ("王小明",)}),
)


@pytest.fixture(scope="session")
def people() -> tuple[Identity, ...]:
    return PEOPLE


@pytest.fixture(scope="session")
def settings() -> TextSettings:
    return load_text_settings().model_copy(update={"ner": "none"})


@pytest.fixture(scope="session")
def balanced(settings: TextSettings) -> Scrubber:
    return Scrubber(PEOPLE, settings=settings, strictness=Strictness.BALANCED)


@pytest.fixture(scope="session")
def strict(settings: TextSettings) -> Scrubber:
    return Scrubber(PEOPLE, settings=settings, strictness=Strictness.STRICT)


@pytest.fixture(scope="session")
def clean(balanced: Scrubber) -> Callable[..., str]:
    def scrubbed(text: str, *people: str) -> str:
        return balanced.scrub([text], [people])[0].text

    return scrubbed
