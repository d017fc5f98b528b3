from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shield1367.config.contract import load_contracts
from shield1367.config.fields import Treatment, load_fields
from shield1367.config.project import load_project
from shield1367.config.recipient import load_recipient
from shield1367.config.recipient.generalisation import DEFAULT, faults_of, levels_from, misfits
from shield1367.config.recipient.risk import SMALLEST
from tests.config.folders import PROFILE, changed, problems_of, written

FIELDS, CONTRACTS = load_fields(), load_contracts()
QUASI = ["date_of_birth", "country"]


def load(tmp_path: Path, risk: dict[str, Any], **changes: Any) -> Any:
    content = changed(PROFILE, {"risk": {"quasi_identifiers": QUASI} | risk} | changes)
    return load_recipient(written(tmp_path / "reader.yaml", content), FIELDS, CONTRACTS)


def test_k_is_eleven_and_only_goes_up(tmp_path: Path) -> None:
    assert load(tmp_path, {}).risk.k == 11
    assert load(tmp_path, {"k": 20}).risk.k == 20
    assert problems_of(lambda: load(tmp_path, {"k": 10}))["risk.k"]


@pytest.mark.parametrize(
    ("risk", "key", "words"),
    [
        ({"hierarchies": {"country": ["region"]}}, "risk.hierarchies.country", "hole at its end"),
        (
            {"hierarchies": {"country": ["region", "keep", "withhold"]}},
            "risk.hierarchies.country",
            "goes back",
        ),
        (
            {"hierarchies": {"country": ["region", "region", "withhold"]}},
            "risk.hierarchies.country",
            "goes in a circle",
        ),
        (
            {"hierarchies": {"country": ["region", "year", "withhold"]}},
            "risk.hierarchies.country",
            "do not lead into one another",
        ),
        (
            {"hierarchies": {"country": ["token", "withhold"]}},
            "risk.hierarchies.country",
            "do not lead into one another",
        ),
        ({"hierarchies": {"gender": ["keep", "withhold"]}}, "risk", "for no quasi-identifier"),
        ({"hierarchies": {"country": ["continent"]}}, "risk.hierarchies.country.0", "keep"),
        (
            {"hierarchies": {"country": ["keep", "withhold"]}},
            "risk.hierarchies.country",
            "has a hole: region",
        ),
        (
            {"hierarchies": {"date_of_birth": ["keep", "year", "withhold"]}},
            "risk.hierarchies.date_of_birth",
            "looser than the floor",
        ),
        ({"quasi_identifiers": ["country", "planet"]}, "risk.quasi_identifiers", "planet"),
        ({"quasi_identifiers": ["family_name"]}, "risk.quasi_identifiers", "finds people by itself"),
        ({"quasi_identifiers": ["country", "country"]}, "risk", "names one twice"),
        ({"telling": ["country"]}, "risk", "cannot be a quasi-identifier as well"),
        ({"telling": ["narrative"]}, "risk.telling", "finds people by itself"),
    ],
)
def test_what_does_not_hold_is_named(tmp_path: Path, risk: dict[str, Any], key: str, words: str) -> None:
    problems = problems_of(lambda: load(tmp_path, risk))
    assert any(words in message for message in problems[key])


def test_what_is_wrong_with_each_hierarchy_is_named_beside_the_rest(tmp_path: Path) -> None:
    hierarchies = {"country": ["keep", "region"], "date_of_birth": ["age_band", "year", "withhold"]}
    assert set(problems_of(lambda: load(tmp_path, {"k": 5, "hierarchies": hierarchies}))) == {
        "risk.k", "risk.hierarchies.country", "risk.hierarchies.date_of_birth",
    }  # fmt: skip


def test_a_treatment_that_cannot_be_generalised_is_refused(tmp_path: Path) -> None:
    problems = problems_of(
        lambda: load(tmp_path, {"quasi_identifiers": ["entry_date"]}, treatments={"entry_date": "shift"})
    )
    assert "cannot be generalised" in problems["treatments.entry_date"][0]


PAPER = {
    "kinds": ["gender"], "why": "a board accepted it", "by": "A board", "reference": "P-1", "signed": "2026-01-05",
}  # fmt: skip


@pytest.mark.parametrize(
    ("paper", "profile", "key", "words"),
    [
        ({"kinds": ["country"]}, {}, "uncounted.kinds", "country is counted by risk.quasi_identifiers"),
        ({"kinds": ["planet"]}, {}, "uncounted.kinds", "unknown field kind 'planet'"),
        ({"kinds": []}, {}, "uncounted.kinds", "at least 1"),
        ({"kinds": ["gender", "gender"]}, {}, "uncounted", "kinds names one twice"),
        ({"why": "so"}, {}, "uncounted.why", "at least 10"),
        ({"by": ...}, {}, "uncounted.by", "is missing"),
        ({"reference": ...}, {}, "uncounted.reference", "is missing"),
        ({"expires": "2026-01-04"}, {}, "uncounted", "expires before it was signed"),
        (
            {},
            {
                "organization.type": "department",
                "organization.inside": "dhs",
                "organization.employment": "sworn_employee",
                "organization.attestation": {"reference": "A", "signed": "2026-01-05", "by": "A chief"},
            },
            "uncounted",
            "is for rows that go outside; remove it",
        ),
    ],
)
def test_a_paper_for_what_is_not_counted_says_all_of_it(
    tmp_path: Path, paper: dict[str, Any], profile: dict[str, Any], key: str, words: str
) -> None:
    made = {name: value for name, value in (PAPER | paper).items() if value is not ...}
    assert load(tmp_path, {}, uncounted=PAPER).uncounted
    problems = problems_of(lambda: load(tmp_path, {}, uncounted=made, **profile))
    assert any(words in message for message in problems[key]), problems


def test_what_is_left_unsaid_is_no_part_of_what_was_signed(tmp_path: Path) -> None:
    silent = load(tmp_path, {})
    assert "uncounted" not in silent.model_dump(mode="json")
    assert load(tmp_path, {}, uncounted=PAPER).content_hash() != silent.content_hash()


def test_the_shipped_hierarchies_hold_and_keep_to_the_floor() -> None:
    for name, levels in DEFAULT.items():
        assert list(faults_of(levels)) == []
        if levels[0] in (FIELDS.kinds[name].outside, *FIELDS.kinds[name].allows):
            assert list(misfits(levels, name, FIELDS.kinds[name], outside=True)) == []


def test_levels_begin_where_the_profile_does() -> None:
    assert levels_from(Treatment.REGION, "country", {}) == (Treatment.REGION, Treatment.WITHHOLD)
    assert levels_from(Treatment.KEEP, "gender", {}) == (Treatment.KEEP, Treatment.WITHHOLD)
    assert levels_from(Treatment.WITHHOLD, "gender", {}) == (Treatment.WITHHOLD,)


def test_a_level_has_to_suit_the_kind() -> None:
    gender, country = FIELDS.kinds["gender"], FIELDS.kinds["country"]
    assert list(misfits((Treatment.YEAR,), "gender", gender, outside=False)) == [
        "year is for dates; gender is none"
    ]
    assert list(misfits((Treatment.AGE_BAND,), "country", country, outside=False)) == [
        "age_band is for dates of birth and ages; country is neither"
    ]
    assert list(misfits((Treatment.REGION,), "age", FIELDS.kinds["age"], outside=False)) == [
        "region is for places; age is none"
    ]


def test_the_shipped_research_profile_hides_everybody_among_eleven() -> None:
    risk = load_project().recipients["state-university-research"].risk
    assert risk is not None
    assert risk.k == SMALLEST
    assert {"date_of_birth", "age", "gender", "country", "event_date"} <= {*risk.quasi_identifiers}
