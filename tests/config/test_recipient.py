from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.contract import load_contracts
from shield1367.config.fields import Category, Treatment, load_fields
from shield1367.config.recipient import Membership, Recall, RecipientProfile, load_recipient, load_recipients
from shield1367.config.recipient.denied import DENIED_TYPES, denied_endpoint
from tests.config.folders import PROFILE, changed, copy_config, problems_of, written

FIELDS, CONTRACTS = load_fields(), load_contracts()
PAPER = {"reference": "P-1", "signed": "2026-01-05"}
INSIDE = {
    "organization.type": "department",
    "organization.inside": "dhs",
    "organization.employment": "sworn_employee",
    "organization.attestation": {**PAPER, "by": "A chief"},
}


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
    "a bound that no such sample shows": (
        {"recall": {"lower_bound": 0.99}},
        "recall",
        "a sample of 200 cannot show 0.99, even if all are masked; it takes a sample of 299 at least",
    ),
    "contractor inside": (
        {**INSIDE, "organization.employment": "contractor"},
        "organization",
        "contractors, task forces, 287(g) officers and detailees are outside",
    ),
    "task force inside": (
        {**INSIDE, "organization.employment": "task_force"},
        "organization",
        "unless `determination:` cites one of counsel",
    ),
    "287(g) inside": ({**INSIDE, "organization.employment": "287g"}, "organization", "287(g) officers"),
    "inside without an employment": (
        {k: v for k, v in INSIDE.items() if k != "organization.employment"},
        "organization",
        "needs employment: sworn_employee",
    ),
    "inside without attestation": (
        {k: v for k, v in INSIDE.items() if k != "organization.attestation"},
        "organization",
        "needs `attestation:` that every reader is sworn",
    ),
    "an attestation outside": (
        {"organization.attestation": {**PAPER, "by": "A chief"}},
        "organization",
        "attestation is for the inside",
    ),
    "a determination of nobody": (
        {**INSIDE, "organization.determination": {**PAPER, "counsel": "C", "citation": "8 CFR 1"}},
        "organization",
        "determination is for people of a department who are not sworn employees",
    ),
    "a department without its name": (
        {"organization.type": "department"},
        "organization",
        "type: department and inside go together",
    ),
    "unknown type": ({"organization.type": "club"}, "organization.type", "'department', 'federal_agency'"),
    "a foreign government": (
        {"organization.type": "foreign_government"},
        "organization",
        "on the hard-deny list, which nothing overrides",
    ),
    "a purpose nobody listed": ({"purpose": "curiosity"}, "purpose", "'adjudication', 'enforcement'"),
    "a purpose of an exception": (
        {"purpose": "law_enforcement"},
        "",
        "none this recipient can have; allowed: oversight, public_administration, research",
    ),
    "a purpose of the outside": (
        {**INSIDE, "purpose": "public_administration"},
        "",
        "allowed: adjudication, agency_operations, enforcement",
    ),
    "no type": ({"organization.type": ...}, "organization.type", "is missing"),
    "no end": ({"effective": ...}, "effective", "is missing"),
    "an end before its beginning": (
        {"effective": {"begins": "2026-02-01", "expires": "2026-01-31"}},
        "effective",
        "expires before it begins",
    ),
    "no retention": ({"retention": ...}, "retention", "is missing"),
    "kept for ever": ({"retention.days": 0}, "retention.days", "greater than or equal to 1"),
    "the same dataset twice": (
        {"datasets": ["enforcement.encounters", "enforcement.encounters"]},
        "",
        "datasets names one twice",
    ),
    "consent of another department outside": (
        {"third_agency": {"doj": PAPER}},
        "",
        "third_agency is for the inside",
    ),
    "another department's data without its consent": (
        {**INSIDE, "datasets": ["court.cases"], "purpose": "oversight"},
        "third_agency.doj",
        "is missing: court.cases belongs to DOJ",
    ),
    "approvers of nothing": ({"approval": {"approvers": ["x"]}}, "approval", "are for `required: true`"),
    "an endpoint nobody registered": (
        {"delivery": {"url": "s3://elsewhere/x"}},
        "delivery.url",
        "lies below no URL of organization.endpoints; register it there",
    ),
    "an endpoint beside the registered one": (
        {"organization.endpoints": ["s3://bucket/reader"], "delivery": {"url": "s3://bucket/reader-2"}},
        "delivery.url",
        "lies below no URL",
    ),
    "a way out of the registered endpoint": (
        {"organization.endpoints": ["s3://bucket/reader"], "delivery": {"url": "s3://bucket/reader/../x"}},
        "delivery.url",
        "lies below no URL",
    ),
    "a third party's model": (
        {"organization.endpoints": ["https://api.openai.com/v1/files"]},
        "organization.endpoints.0",
        "on the hard-deny list: api.openai.com is a third party's service",
    ),
    "a key nearly right": (
        {"organization.adress": "1 Road"},
        "organization.adress",
        "did you mean 'address'?",
    ),
    "a key nobody knows": (
        {"colour": "red"},
        "colour",
        "is not a known key; known here: agreement, approval",
    ),
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
    "an authority that is not there": (
        {"authority": "judge"},
        "authority",
        "'judge' is not in authorities.yaml; known: none",
    ),
    "an authority inside": ({**INSIDE, "authority": "judge"}, "", "authority is for the outside"),
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


def test_an_outside_recipient_who_contradicts_himself_is_told_all_of_it(tmp_path: Path) -> None:
    changes = {"membership": "marked", "purpose": "enforcement", "third_agency": {"doj": PAPER}}
    (message,) = problems_of(lambda: load_changed(tmp_path, changes))[""]
    assert "marked is refused" in message
    assert "purpose: enforcement" in message
    assert "third_agency" in message


@pytest.mark.parametrize("employment", ["contractor", "task_force", "287g", "detailee"])
def test_counsel_s_determination_and_nothing_else_brings_others_inside(
    tmp_path: Path, employment: str
) -> None:
    paper = {**PAPER, "counsel": "General Counsel", "citation": "8 CFR 245a.21(a)"}
    changes = {**INSIDE, "organization.employment": employment, "organization.determination": paper}
    profile = load_changed(tmp_path, changes)
    assert not profile.is_outside
    # It gives more than the plain words of the statute: two have to sign.
    assert profile.loosens
    assert not load_changed(tmp_path, INSIDE).loosens


@pytest.mark.parametrize("kind", sorted(kind.value for kind in DENIED_TYPES))
@pytest.mark.parametrize("more", [{}, {"authority": "judge"}, {"organization.endpoints": ["s3://a"]}])
def test_nothing_in_a_profile_lifts_the_hard_deny_list(
    tmp_path: Path, kind: str, more: dict[str, Any]
) -> None:
    problems = problems_of(lambda: load_changed(tmp_path, {"organization.type": kind, **more}))
    assert "hard-deny list" in "".join(problems["organization"])


def test_a_registered_endpoint_is_delivered_to(tmp_path: Path) -> None:
    changes = {"organization.endpoints": ["s3://bucket/reader/"], "delivery": {"url": "s3://bucket/reader/a"}}
    assert load_changed(tmp_path, changes).delivery.url == "s3://bucket/reader/a"


@given(
    scheme=st.sampled_from(["https", "s3", "simplecache::https"]),
    path=st.from_regex(r"[a-z0-9/._-]{0,12}", fullmatch=True),
    host=st.sampled_from(["api.openai.com", "openai.com.", "GITHUB.com", "x.huggingface.co"]),
)
def test_a_denied_host_is_denied_however_it_is_written(scheme: str, host: str, path: str) -> None:
    if scheme != "s3":
        assert denied_endpoint(f"{scheme}://{host}/{path}")
    assert denied_endpoint(f"http://example.org/{path}")
    assert not denied_endpoint(f"s3://bucket/{path}")


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


def test_a_profile_that_asks_for_approval_says_whom_and_until_when(tmp_path: Path) -> None:
    problems = problems_of(lambda: load_changed(tmp_path, {"approval": {"required": True}}))
    assert "1 have to approve: add to `approvers`" in "".join(problems["approval"])
    asked = {"required": True, "approvers": ["ada", "bo"], "within": "3d", "four_eyes": True}
    approval = load_changed(tmp_path, {"approval": asked}).approval
    assert (approval.needed, approval.patience) == (2, timedelta(days=3))
    assert not load_changed(tmp_path, {"approval": {"required": False}}).approval.required


def test_what_came_later_is_signed_only_where_it_is_said() -> None:
    """A signature over a profile outlives an upgrade."""
    assert Recall().model_dump() == {"at_least": 0.99, "sample": 200}
    said = Recall(sample=299, lower_bound=0.99)
    assert said.model_dump() == {"at_least": 0.99, "sample": 299, "lower_bound": 0.99}
    assert Recall.model_validate(said.model_dump()) == said
