from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.contract import load_contracts
from shield1367.config.fields import Category, Treatment, load_fields
from shield1367.config.recipient import Membership, RecipientProfile, load_recipient, load_recipients
from tests.config.folders import PROFILE, changed, copy_config, problems_of, written

FIELDS, CONTRACTS = load_fields(), load_contracts()
INSIDE = {"organization.inside": "dhs", "organization.employment": "sworn_employee"}


def load_changed(folder: Path, changes: dict[str, Any]) -> RecipientProfile:
    """The sample profile with keys replaced."""
    return load_recipient(written(folder / "reader.yaml", changed(PROFILE, changes)), FIELDS, CONTRACTS)


FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "looser than the floor": (
        {"treatments.narrative": "keep"},
        "treatments.narrative",
        "keep is looser than the floor for an outside recipient; allowed: drop, scrub, withhold",
    ),
    "an identifier kept": ({"treatments.a_number": "keep"}, "treatments.a_number", "looser than the floor"),
    "unknown kind": (
        {"treatments.shoe_size": "drop"},
        "treatments.shoe_size",
        "unknown field kind 'shoe_size'; known kinds:",
    ),
    "unknown treatment": ({"treatments.city": "mask"}, "treatments.city", "'keep', 'drop', 'withhold'"),
    "unknown dataset": (
        {"datasets": ["enforcement.pets"]},
        "datasets",
        "unknown dataset 'enforcement.pets'; known: benefits.applications,",
    ),
    "no dataset": ({"datasets": []}, "datasets", "at least 1"),
    "contractor inside": (
        {**INSIDE, "organization.employment": "contractor"},
        "",
        "contractors and task forces are outside",
    ),
    "task force inside": (
        {**INSIDE, "organization.employment": "task_force"},
        "",
        "contractors and task forces are outside",
    ),
    "inside without an employment": ({"organization.inside": "doj"}, "", "needs employment: sworn_employee"),
    "marked outside": (
        {"membership": "marked"},
        "",
        "marked is refused for a recipient outside DHS, DOS and DOJ; allowed: hidden, withheld",
    ),
    "unknown department": (
        {**INSIDE, "organization.inside": "fbi"},
        "organization.inside",
        "'dhs', 'dos' or 'doj'",
    ),
    "unknown membership": ({"membership": "open"}, "membership", "'hidden', 'withheld' or 'marked'"),
    "an authority nobody checks": ({"authority": {"paragraph": "b1"}}, "authority", "None"),
    "no agreement": ({"agreement": ...}, "agreement", "is missing"),
    "agreement without end": ({"agreement.expires": "never"}, "agreement.expires", "valid date"),
    "two schedules": (
        {"schedule.cron": "0 6 * * 1"},
        "schedule",
        "say either `cron: …` or `on: staged data`",
    ),
    "no schedule": ({"schedule": {}}, "schedule", "say either `cron: …` or `on: staged data`"),
    "cron that is none": ({"schedule": {"cron": "mondays"}}, "schedule.cron", "does not have five fields"),
    "unknown strictness": ({"strictness": "lax"}, "strictness", "'balanced' or 'strict'"),
    "another name than the file's": (
        {"recipient": "writer"},
        "recipient",
        "must equal the file's name, 'reader'",
    ),
    "name that is no folder": ({"recipient": "../x"}, "recipient", "match pattern"),
    "unknown delivery": ({"delivery": {"format": "xlsx"}}, "delivery.format", "'parquet' or 'csv'"),
}


@pytest.mark.parametrize(("changes", "key", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_key_and_what_is_allowed(
    tmp_path: Path, changes: dict[str, Any], key: str, message: str
) -> None:
    problems = problems_of(lambda: load_changed(tmp_path, changes))
    assert set(problems) == {key}
    assert any(message in text for text in problems[key]), problems


def test_faults_of_every_sort_are_listed_at_once(tmp_path: Path) -> None:
    changes = {
        "membership": "open",
        "treatments": {"narrative": "keep", "shoe_size": "drop", "city": "mask"},
        "datasets": ["enforcement.pets", "zoo.pets"],
        "schedule": {"cron": "mondays"},
    }
    problems = problems_of(lambda: load_changed(tmp_path, changes))
    assert {key: len(messages) for key, messages in problems.items()} == {
        "membership": 1,
        "treatments.narrative": 1,
        "treatments.shoe_size": 1,
        "treatments.city": 1,
        "datasets": 2,
        "schedule.cron": 1,
    }


def test_a_contractor_who_wants_marks_is_told_both(tmp_path: Path) -> None:
    changes = {**INSIDE, "organization.employment": "contractor", "membership": "marked"}
    (message,) = problems_of(lambda: load_changed(tmp_path, changes))[""]
    assert "contractors" in message
    assert "marked is refused" in message


def test_inside_the_floor_does_not_bind(tmp_path: Path) -> None:
    profile = load_changed(tmp_path, {**INSIDE, "membership": "marked", "treatments": {"country": "region"}})
    assert not profile.is_outside
    assert profile.treatment_of("narrative", FIELDS) is Treatment.KEEP
    assert profile.treatment_of("country", FIELDS) is Treatment.REGION


@given(kind=st.sampled_from(sorted(FIELDS.kinds)), treatment=st.sampled_from(list(Treatment)))
def test_outside_a_profile_gets_the_floor_or_what_the_floor_allows(
    tmp_path_factory: pytest.TempPathFactory, kind: str, treatment: Treatment
) -> None:
    folder = tmp_path_factory.getbasetemp()
    field = FIELDS.kinds[kind]
    if treatment is field.outside or treatment in field.allows:
        profile = load_changed(folder, {f"treatments.{kind}": treatment.value})
        assert profile.treatment_of(kind, FIELDS) is treatment
    else:
        problems = problems_of(lambda: load_changed(folder, {f"treatments.{kind}": treatment.value}))
        assert set(problems) == {f"treatments.{kind}"}
    assert load_changed(folder, {}).treatment_of(kind, FIELDS) is field.outside


def test_without_a_word_about_it_membership_is_hidden(tmp_path: Path) -> None:
    assert load_changed(tmp_path, {}).membership is Membership.HIDDEN


@pytest.mark.parametrize(
    "content", [None, 3, ["a"], {"treatments": [1]}, {"treatments": {1: 2}, "datasets": 4}]
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, content: Any) -> None:
    path = written(tmp_path / "reader.yaml", content)
    assert problems_of(lambda: load_recipient(path, FIELDS, CONTRACTS))


def test_the_faults_of_several_profiles_are_listed_together(tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    for path in (folder / "recipients").glob("*.yaml"):
        path.write_text(path.read_text().replace("purpose:", "reason:"))
    problems = problems_of(lambda: load_recipients(folder))
    assert {key: len(messages) for key, messages in problems.items()} == {"purpose": 3, "reason": 3}


def test_the_floor_keeps_nothing_that_identifies_contacts_or_reveals() -> None:
    """The floor for outside recipients: docs/architecture.md, column classes."""
    gone = {Treatment.DROP, Treatment.WITHHOLD, Treatment.PSEUDONYM}
    for name, kind in FIELDS.kinds.items():
        if kind.category in {
            Category.DIRECT_IDENTIFIER, Category.CONTACT, Category.FAMILY, Category.BENEFIT_REVEALING,
            Category.NARRATIVE,
        }:  # fmt: skip
            assert kind.outside in gone, name
        if kind.category in {Category.DIRECT_IDENTIFIER, Category.CONTACT, Category.NARRATIVE}:
            assert Treatment.KEEP not in kind.allows, name
        if kind.identity == "strong":
            assert kind.outside is Treatment.DROP, name
    assert FIELDS.kinds["narrative"].outside is Treatment.WITHHOLD


def test_a_profile_that_asks_for_approval_is_refused_not_released_without(tmp_path: Path) -> None:
    problems = problems_of(lambda: load_changed(tmp_path, {"approval": {"required": True}}))
    assert "not part of this version" in "".join(problems["approval"])
    assert not load_changed(tmp_path, {"approval": {"required": False}}).approval.required
