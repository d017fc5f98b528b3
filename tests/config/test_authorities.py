"""Every exception of § 1367(b): whole it holds, without any one of its items it is refused by paragraph and item."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.authorities import Authorities, Exception1367, load_authorities, refusals
from shield1367.config.contract import load_contracts
from shield1367.config.fields import Category, load_fields
from shield1367.config.recipient import RecipientProfile, load_recipient
from tests.config.authorities import AUTHORITIES, ONE, TWO, authority_of, consent, profile_changes, waiver
from tests.config.folders import PROFILE, changed, problems_of, written

FIELDS, CONTRACTS = load_fields(), load_contracts()
DAY = date(2026, 9, 1)
OPTIONAL = {"fields"}


def load(folder: Path, content: dict[str, Any]) -> Exception1367:
    written(folder / "authorities.yaml", {"authorities": {"judge": content}})
    return load_authorities(folder, FIELDS).authorities["judge"]


def faults(folder: Path, content: dict[str, Any]) -> str:
    problems = problems_of(lambda: load(folder, content))
    assert all(key.startswith("authorities.judge") for key in problems)
    return "\n".join(f"{key}: {text}" for key, texts in problems.items() for text in texts)


@pytest.mark.parametrize("paragraph", AUTHORITIES)
def test_whole_it_holds_and_carries(tmp_path: Path, paragraph: str) -> None:
    authority = load(tmp_path, authority_of(paragraph))
    assert f"§ 1367(b)({paragraph[1]})" == authority.NAME
    assert list(refusals(authority, DAY)) == []


@pytest.mark.parametrize(
    ("paragraph", "item"),
    [(p, item) for p in AUTHORITIES for item in authority_of(p) if item not in {"paragraph", *OPTIONAL}],
)
def test_without_one_item_it_is_refused_by_paragraph_and_item(
    tmp_path: Path, paragraph: str, item: str
) -> None:
    content = authority_of(paragraph)
    del content[item]
    message = faults(tmp_path, content)
    assert f"authorities.judge.{item}: § 1367(b)({paragraph[1]}): is missing" in message


@pytest.mark.parametrize("paragraph", AUTHORITIES)
def test_every_paper_counts_expired_and_revoked(tmp_path: Path, paragraph: str) -> None:
    authority = load(tmp_path, authority_of(paragraph))
    assert authority.documents()
    for key in authority.documents():
        for change, words in (
            ({"expires": "2026-08-31"}, "expired on 2026-08-31"),
            ({"revoked": "2026-09-01"}, "was revoked on 2026-09-01"),
            ({"signed": "2026-09-02"}, "is signed on 2026-09-02 only"),
        ):
            content = authority_of(paragraph)
            place: Any = content
            for part in key.split("."):
                place = place[int(part)] if part.isdigit() else place[part]
            place |= change
            (refusal,) = refusals(load(tmp_path, content), DAY)
            assert str(refusal) == f"§ 1367(b)({paragraph[1]}): {key} {words}"


@pytest.mark.parametrize("paragraph", AUTHORITIES)
@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"begins": "2026-09-02"}, "begins"),
        ({"expires": "2026-08-31"}, "expires"),
        ({"revoked": "2026-08-31"}, "revoked"),
    ],
)
def test_out_of_its_days_it_carries_nothing(
    tmp_path: Path, paragraph: str, change: dict[str, str], key: str
) -> None:
    authority = load(tmp_path, authority_of(paragraph) | change)
    assert [(r.paragraph, r.key) for r in refusals(authority, DAY)] == [(authority.NAME, key)]


@pytest.mark.parametrize(
    ("paragraph", "change", "message"),
    [
        ("b1", {"fields": ["gender"]}, "tabulations have none"),
        ("b2", {"fields": ["class_of_admission"]}, "benefit_revealing) may not go as it is"),
        ("b2", {"persons": []}, "at least 1 item"),
        ("b2", {"persons": ["*"]}, "should match pattern"),
        ("b2", {"persons": ["A200000001"]}, "should match pattern"),
        ("b2", {"datasets": ["*"]}, "should match pattern"),
        ("b2", {"datasets": ["enforcement.*"]}, "should match pattern"),
        ("b2", {"fields": ["*"]}, "should match pattern"),
        ("b2", {"fields": ["shoe_size"]}, "unknown field kind 'shoe_size'"),
        ("b2", {"fields": ["narrative"]}, "narrative (narrative) may not go as it is"),
        ("b2", {"purpose": "research"}, "law_enforcement"),
        (
            "b2",
            {"authorization": {"reference": "x", "signed": "2026-01-01", "official": "counsel"}},
            "allowed",
        ),
        ("b4", {"waivers": [waiver(ONE)]}, "1 of 2 battered individuals have not waived; all must"),
        ("b4", {"waivers": [waiver(ONE), waiver(TWO, age_at_signature=17)]}, "only adults can waive"),
        ("b4", {"waivers": [waiver(ONE), waiver(TWO), waiver("3" * 32)]}, "not among the battered"),
        ("b4", {"waivers": [waiver(ONE), waiver(TWO, recipient="other")]}, "names another recipient"),
        ("b4", {"waivers": [waiver(ONE), waiver(TWO), waiver(ONE)]}, "somebody is in it twice"),
        ("b5", {"persons": [ONE, TWO]}, "names 2; one person at a time, never bulk"),
        ("b5", {"basis": "u_status"}, "1641c1_battered_spouse"),
        ("b6", {"office": "house_oversight_chair"}, "house_judiciary_chair"),
        ("b6", {"fields": ["given_name"]}, "may not go as it is"),
        ("b6", {"fields": ["state"]}, "state (location) may not go as it is"),
        ("b6", {"datasets": ["enforcement.encounters", "court.cases"]}, "closed.court.cases is missing"),
        ("b6", {"datasets": ["court.cases"]}, "closed.enforcement.encounters is not among the datasets"),
        ("b7", {"consents": [consent(), consent()]}, "somebody is in it twice"),
        ("b7", {"expires": "2025-01-01"}, "expires before it begins"),
        ("b9", {}, "'b1', 'b2'"),
    ],
)
def test_what_an_exception_does_not_permit(
    tmp_path: Path, paragraph: str, change: dict[str, Any], message: str
) -> None:
    content = authority_of("b2") | {"paragraph": "b9"} if paragraph == "b9" else authority_of(paragraph)
    assert message in faults(tmp_path, content | change)


def test_consent_of_the_same_day_is_not_prior(tmp_path: Path) -> None:
    authority = load(tmp_path, authority_of("b7") | {"consents": [consent(signed="2026-09-01")]})
    (refusal,) = refusals(authority, DAY)
    assert (refusal.key, "has to be prior" in refusal.why) == ("consents.0", True)
    assert list(refusals(authority, date(2026, 9, 2))) == []


@given(
    begins=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    days=st.integers(0, 400),
    on=st.dates(date(2025, 1, 1), date(2028, 12, 31)),
    revoked=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
def test_an_authority_carries_on_its_days_and_on_no_other(
    begins: date, days: int, on: date, revoked: date | None
) -> None:
    content = authority_of("b2") | {"begins": begins, "expires": date.fromordinal(begins.toordinal() + days)}
    content["authorization"]["signed"] = content["confidentiality"]["signed"] = begins
    content |= {"revoked": revoked}
    authority = Authorities.model_validate({"authorities": {"judge": content}}).authorities["judge"]
    holds = begins <= on <= authority.expires and (revoked is None or on < revoked)
    assert (list(refusals(authority, on)) == []) is holds


# the profile that cites it


def cite(folder: Path, paragraph: str, content: dict[str, Any], changes: dict[str, Any]) -> RecipientProfile:
    found = Authorities.model_validate({"authorities": {"judge": content}})
    path = written(folder / "reader.yaml", changed(PROFILE, profile_changes(paragraph) | changes))
    return load_recipient(path, FIELDS, CONTRACTS, found)


@pytest.mark.parametrize("paragraph", AUTHORITIES)
def test_a_profile_may_cite_what_is_for_it(tmp_path: Path, paragraph: str) -> None:
    assert cite(tmp_path, paragraph, authority_of(paragraph), {}).loosens


@pytest.mark.parametrize(
    ("paragraph", "authority", "profile", "key", "message"),
    [
        ("b2", {"recipient": "other"}, {}, "authority", "is for recipient 'other' only"),
        ("b2", {}, {"organization.type": "research"}, "organization.type", "does not reach research"),
        ("b2", {}, {"purpose": "research"}, "purpose", "permits law_enforcement solely"),
        ("b2", {}, {"datasets": ["court.cases"]}, "datasets", "court.cases is outside the scope of 'judge'"),
        ("b6", {}, {"organization.type": "congress"}, "organization.type", "it reaches: judiciary_committee"),
        ("b7", {}, {"organization.name": "Others"}, "organization.name", "names another provider"),
        ("b2", {}, {"treatments.a_number": "keep"}, "treatments.a_number", "looser than the floor"),
    ],
)
def test_an_authority_for_something_else_is_refused(
    tmp_path: Path,
    paragraph: str,
    authority: dict[str, Any],
    profile: dict[str, Any],
    key: str,
    message: str,
) -> None:
    problems = problems_of(lambda: cite(tmp_path, paragraph, authority_of(paragraph) | authority, profile))
    assert message in "".join(problems[key])
    if "treatments" not in key:
        assert f"§ 1367(b)({paragraph[1]})" in "".join(problems[key])


@given(paragraph=st.sampled_from(sorted(AUTHORITIES)), kind=st.sampled_from(sorted(FIELDS.kinds)))
def test_no_exception_lets_free_text_go_nor_congress_anything_personal(
    tmp_path_factory: pytest.TempPathFactory, paragraph: str, kind: str
) -> None:
    category = FIELDS.kinds[kind].category
    personal = {
        Category.DIRECT_IDENTIFIER, Category.CONTACT, Category.LOCATION, Category.FAMILY, Category.NARRATIVE,
    }  # fmt: skip
    content = authority_of(paragraph) | {"fields": [kind]}
    refused = (
        paragraph == "b1"
        or category is Category.NARRATIVE
        or (paragraph == "b6" and category in personal)
        or (paragraph == "b2" and category is Category.BENEFIT_REVEALING)
    )
    folder = tmp_path_factory.getbasetemp()
    if refused:
        assert faults(folder, content)
    else:
        assert load(folder, content).fields == (kind,)


def test_the_example_of_the_guide_holds(tmp_path: Path) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "configuration.md").read_text()
    (block,) = [b for b in guide.split("```yaml\n")[1:] if b.startswith("authorities:")]
    (tmp_path / "authorities.yaml").write_text(block.partition("```")[0])
    authority = load_authorities(tmp_path, FIELDS).authorities["hope-house"]
    assert list(refusals(authority, DAY)) == []
