from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.protection.safeguards.rows import ActionAnswer, ItemState, SafeguardReader, SourceAnswer
from tests.protection.site import PROJECT, encounter

DAY = date(2026, 9, 1)
ENCOUNTERS = PROJECT.contracts["enforcement"].datasets["encounters"]
READER = SafeguardReader(ENCOUNTERS, PROJECT.safeguards)
I213 = SafeguardReader(PROJECT.contracts["ice_i213"].datasets["records"], PROJECT.safeguards)
SOURCES = PROJECT.safeguards.prohibited_sources
ALL_PROHIBITED = [value for entry in SOURCES.classes.values() for value in entry.values]


def source(who: str, verified: str = "") -> SourceAnswer | None:
    return READER.source(encounter(1, information_source=who, source_verification=verified), as_of=DAY)


def action(**cells: str) -> ActionAnswer | None:
    return READER.action(encounter(1, **cells))


@pytest.mark.parametrize("value", ALL_PROHIBITED)
def test_every_prohibited_source_waits_until_it_is_verified(value: str) -> None:
    found = SOURCES.class_of(value)
    assert source(value.title()) == SourceAnswer(ItemState.OPEN, found)
    assert source(value, "verified") == SourceAnswer(ItemState.VERIFIED, found)


@pytest.mark.parametrize("value", ["Spouse", "neighbor", "???", "ANONYMOUS; tip line"])
def test_a_source_that_may_be_one_is_to_be_reviewed(value: str) -> None:
    assert source(value) == SourceAnswer(ItemState.REVIEW, None)


@pytest.mark.parametrize("value", ["", "POLICE REPORT", "records check; court record", " ; "])
def test_an_independent_source_or_none_is_no_item(value: str) -> None:
    assert source(value) is None


def test_beside_an_independent_source_a_prohibited_one_is_not_the_only_one() -> None:
    assert source("Abuser; police report") == SourceAnswer(ItemState.VERIFIED, "spouse_or_parent")
    assert source("Abuser; anonymous") == SourceAnswer(ItemState.OPEN, "spouse_or_parent")
    assert source("anonymous; trafficker") == SourceAnswer(ItemState.OPEN, "trafficker")


@pytest.mark.parametrize("code", ["", "N", "pending", "soon", "00/00/0000", "2026-09-02", "(b)(6)"])
def test_what_records_no_verification_leaves_it_open(code: str) -> None:
    answer = source("ABUSER", code)
    assert answer is not None
    assert answer.state is ItemState.OPEN


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_a_date_verifies_from_its_day_on(day: date) -> None:
    answer = source("ABUSER", day.isoformat())
    assert answer is not None
    assert (answer.state is ItemState.VERIFIED) == (day <= DAY)


@given(
    st.lists(st.sampled_from([*ALL_PROHIBITED, "SPOUSE", "???", "\u0430\u0431"]), min_size=1, max_size=4),
    st.sampled_from(["", "N", "PENDING", "soon", "(b)(6)"]),
    st.sampled_from([";", "+", "/", " ; "]),
)
def test_without_an_independent_source_or_a_record_nothing_is_verified(
    parts: list[str], code: str, between: str
) -> None:
    prohibited = any(SOURCES.class_of(part) for part in parts)
    answer = source(between.join(parts), code)
    assert answer is not None
    assert answer.state is (ItemState.OPEN if prohibited else ItemState.REVIEW)


def test_a_file_that_does_not_say_who_gave_it_is_to_be_reviewed() -> None:
    reader = SafeguardReader(ENCOUNTERS, PROJECT.safeguards, frozenset({"information_source"}))
    assert reader.lacks_sources
    assert reader.source(encounter(1), as_of=DAY) == SourceAnswer(ItemState.REVIEW, None)
    assert not READER.lacks_sources


def test_an_action_at_a_place_is_open_until_it_is_certified() -> None:
    place = {"apprehension_landmark_descr": "WOMENS SHELTER"}
    found = ("domestic_violence_shelter", "apprehension_landmark_descr")
    assert action(**place) == ActionAnswer(ItemState.OPEN, *found)
    assert action(**place, nta_1229e_certification="Y") == ActionAnswer(ItemState.CERTIFIED, *found)
    assert action(**place, nta_1229e_certification="03/04/2025") == ActionAnswer(ItemState.CERTIFIED, *found)
    for code in ("N", "pending", "n/a"):
        assert action(**place, nta_1229e_certification=code) == ActionAnswer(ItemState.OPEN, *found)
    assert action(apprehension_landmark_descr="COUNTY JAIL", nta_1229e_certification="Y") is None


def test_what_needs_the_certification_goes_before_what_is_to_be_reviewed() -> None:
    answer = action(
        apprehension_landmark_descr="COUNTY COURTHOUSE",
        app_ldmk_other_comment_text="next to the rape crisis center",
        narrative="She was arrested outside a shelter.",
    )
    assert answer == ActionAnswer(ItemState.OPEN, "rape_crisis_center", "app_ldmk_other_comment_text")
    told = action(apprehension_landmark_descr="", narrative="She was arrested outside a women's shelter.")
    assert told == ActionAnswer(ItemState.OPEN, "domestic_violence_shelter", "narrative")


def test_office_and_month_are_those_of_the_action() -> None:
    row = encounter(1, site_code="SEA", apprehension_date="03/31/2025", doc_completion_date="2025-04-01")
    assert (READER.office(row), READER.month(row)) == ("SEA", "2025-03")
    assert READER.month(encounter(1, apprehension_date="31/31/2025")) is None


def test_the_export_as_published_is_read_for_places_only() -> None:
    assert I213.action({"apprehension_landmark_descr": "FAMILY JUSTICE CENTER"}) == ActionAnswer(
        ItemState.OPEN, "family_justice_center", "apprehension_landmark_descr"
    )
    assert not I213.names_sources
    assert I213.source({}, as_of=DAY) is None


def test_a_dataset_of_no_actions_is_not_searched() -> None:
    reader = SafeguardReader(PROJECT.contracts["benefits"].datasets["applications"], PROJECT.safeguards)
    assert not reader.is_of_actions
    assert not reader.names_sources
    assert reader.action({"remarks": "She was arrested at a women's shelter."}) is None


def test_tomorrow_is_not_yet() -> None:
    tomorrow = (DAY + timedelta(days=1)).isoformat()
    assert READER.source(
        encounter(1, information_source="ABUSER", source_verification=tomorrow), as_of=DAY + timedelta(days=1)
    ) == SourceAnswer(ItemState.VERIFIED, "spouse_or_parent")
