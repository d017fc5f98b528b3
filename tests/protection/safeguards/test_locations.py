from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.safeguards import load_safeguards
from shield1367.protection.safeguards.locations import Need, Place, PlaceFinder

LOCATIONS = load_safeguards().locations
FINDER = PlaceFinder(LOCATIONS)
SHELTER = Place("domestic_violence_shelter", Need.CERTIFICATION)
COURTHOUSE = Place("courthouse", Need.REVIEW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WOMENS SHELTER", SHELTER),
        ("Women's shelter, 4th floor", SHELTER),
        ("Refugio para mujeres", SHELTER),
        ("parking lot of the Rape-Crisis Center", Place("rape_crisis_center", Need.CERTIFICATION)),
        ("centro de atenci\u00f3n a v\u00edctimas", Place("victim_services", Need.CERTIFICATION)),
        ("FAMILY JUSTICE CENTER", Place("family_justice_center", Need.CERTIFICATION)),
        ("Community-Based Organization", Place("community_based_organization", Need.CERTIFICATION)),
        ("KING COUNTY COURTHOUSE", COURTHOUSE),
        ("SHELTERS", Place("shelter_of_unknown_kind", Need.REVIEW)),
        ("homeless shelter", Place("shelter_of_unknown_kind", Need.REVIEW)),
        ("COURTHOUSE / WOMENS SHELTER", SHELTER),
    ],
)
def test_a_field_names_the_place_anywhere_in_it(text: str, expected: Place) -> None:
    assert FINDER.in_field(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ANIMAL SHELTER", "Bus shelter on 5th", "12 COURTHOUSE ROAD", "Refugio, Texas", "REFUGIO COUNTY JAIL",
        "WASHINGTON CORRECTIONS CENTER (Shelton)", "FEDERAL DETENTION CENTER (FDC)", "SAFE HOUSE", "FAMILY RESIDENCE",
        "SHELTERED WORKSHOP", "COMMUNITY CORRECTIONS", "", "refugio de animales",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_place_is_none(text: str) -> None:
    assert FINDER.in_field(text) is None
    assert FINDER.in_narrative(f"The subject was arrested at the {text}.") is None


@pytest.mark.parametrize("name", LOCATIONS.traps)
def test_every_trap_is_one(name: str) -> None:
    assert FINDER.in_field(name.title()) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Officers arrested the subject outside the women's shelter on Oak St.", SHELTER),
        ("SUBJECT WAS TAKEN INTO CUSTODY AT THE LOCAL DOMESTIC VIOLENCE SHELTER.", SHELTER),
        ("Fue detenida al salir del refugio para mujeres.", SHELTER),
        ("The encounter took place near a family justice center.", Place("family_justice_center", Need.CERTIFICATION)),
        ("The arrest took place outside the courthouse in Reno.", COURTHOUSE),
        ("The arrest took place outside the courthouse after a protection order hearing.",
         Place("courthouse", Need.CERTIFICATION)),
        ("She was leaving the women's shelter. Officers arrested her there.",
         Place("domestic_violence_shelter", Need.REVIEW)),
        ("Arrested at the shelter.", Place("shelter_of_unknown_kind", Need.REVIEW)),
        ("Arrested at the animal shelter. She works near the women's shelter.",
         Place("domestic_violence_shelter", Need.REVIEW)),
    ],
)  # fmt: skip
def test_a_narrative_puts_the_action_at_or_near_a_place(text: str, expected: Place) -> None:
    assert FINDER.in_narrative(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "She has stayed at a women's shelter since May.",
        "She has stayed at a shelter. She was arrested in Reno.",
        "She receives services from a family justice center.",
        "He was arrested at home and told officers that his wife runs a women's shelter.",
        "The women's shelter reported nothing. The subject was arrested in Reno.",
        "She lived at the women's shelter. She was well. He was arrested.",
        "",
    ],
)
def test_a_place_where_nothing_was_done_is_not_reported(text: str) -> None:
    assert FINDER.in_narrative(text) is None


def test_a_courthouse_in_the_field_is_what_the_narrative_says_of_the_case() -> None:
    assert FINDER.in_field("COURTHOUSE", beside="He came for a custody hearing.") == Place(
        "courthouse", Need.CERTIFICATION
    )
    assert FINDER.in_field("COURTHOUSE", beside="He came to pay a fine.") == COURTHOUSE


@given(st.text(max_size=200), st.sampled_from(["\n", ". ", " "]))
def test_no_text_hides_a_place_beside_it(text: str, between: str) -> None:
    """Whatever stands before or behind, in a sentence or words of its own."""
    sentence = "Officers arrested her at the rape crisis center"
    assert FINDER.in_field(f"{text}{between}RAPE CRISIS CENTER") is not None
    assert FINDER.in_narrative(f"{text}\n{sentence}.\n{text}") is not None
