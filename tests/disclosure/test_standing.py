"""What lapses stops every release: the dates of every paper, the signatures, the exception that is cited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shield1367.config.authorities import Authorities
from shield1367.config.project import Project
from shield1367.config.recipient import OrganizationType, RecipientProfile
from shield1367.config.recipient.denied import DENIED_TYPES
from shield1367.config.signatures import FLOOR, Seals, UnsignedPolicyError, subject_of
from shield1367.disclosure.standing import (
    Approved,
    AuthorityRefusedError,
    RefusedError,
    require_standing,
    signers_needed,
)
from tests.config.authorities import AUTHORITIES, TABLES, authority_of, paper, profile_changes
from tests.config.folders import PROFILE, changed
from tests.config.signing import APPROVERS, contents_of, seals_over, signed
from tests.protection.site import DAY, PROJECT

INSIDE = {
    "organization.type": "department",
    "organization.inside": "dhs",
    "organization.employment": "sworn_employee",
    "organization.attestation": paper(1, by="A chief", expires="2026-10-31"),
}


UNCOUNTED = paper(4, kinds=["gender"], why="a board accepted it", by="A board")


def project_of(
    changes: dict[str, Any], authority: dict[str, Any] | None = None
) -> tuple[Project, RecipientProfile]:
    profile = RecipientProfile.model_validate(changed(PROFILE, changes))
    authorities = Authorities.model_validate({"authorities": {"judge": authority} if authority else {}})
    return replace(PROJECT, recipients={"reader": profile}, authorities=authorities), profile


def require(changes: dict[str, Any], on: date = DAY, authority: dict[str, Any] | None = None) -> Approved:
    project, profile = project_of(changes, authority)
    return require_standing(signed(project), profile, on)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"effective.begins": "2026-09-02"}, "is effective from 2026-09-02 on"),
        ({"effective.expires": "2026-08-31"}, "the profile expired on 2026-08-31"),
        ({"agreement.expires": "2026-08-31"}, "the agreement R-1 expired on 2026-08-31"),
        ({**INSIDE, "organization.attestation.expires": "2026-08-31"}, "organization.attestation expired"),
        (
            {**INSIDE, "organization.attestation.revoked": "2026-08-31"},
            "organization.attestation was revoked",
        ),
        ({**INSIDE, "third_agency": {"doj": paper(2, expires="2026-08-31")}}, "third_agency.doj expired"),
        (
            {
                **INSIDE,
                "organization.employment": "contractor",
                "organization.determination": paper(3, counsel="C", citation="8 CFR 1", revoked="2026-08-31"),
            },
            "organization.determination was revoked",
        ),
        ({"uncounted": UNCOUNTED | {"expires": "2026-08-31"}}, "uncounted expired on 2026-08-31"),
        ({"uncounted": UNCOUNTED | {"revoked": "2026-08-31"}}, "uncounted was revoked on 2026-08-31"),
    ],
)
def test_whatever_has_lapsed_is_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        require(changes)
    assert words in refused.value.message
    assert str(DAY) in refused.value.message


def test_the_last_day_is_still_one() -> None:
    assert require({"effective.expires": str(DAY), "agreement.expires": str(DAY)}).profile
    assert require(INSIDE).profile


def test_everything_that_has_lapsed_is_named_at_once() -> None:
    with pytest.raises(RefusedError) as refused:
        require({"effective.expires": "2026-08-31", "agreement.expires": "2026-08-30"})
    assert "2026-08-31" in refused.value.message
    assert "2026-08-30" in refused.value.message


@pytest.mark.parametrize("kind", sorted(kind.value for kind in DENIED_TYPES))
def test_the_hard_deny_list_holds_for_a_profile_that_was_never_validated(kind: str) -> None:
    project, profile = project_of({})
    organization = profile.organization.model_copy(update={"type": OrganizationType(kind)})
    denied = profile.model_copy(update={"organization": organization})
    project = signed(replace(project, recipients={"reader": denied}))
    with pytest.raises(RefusedError, match="hard-deny list, which nothing overrides"):
        require_standing(project, denied, DAY)


@pytest.mark.parametrize("url", ["https://api.openai.com/v1", "http://example.org/x", "s3://unknown/x"])
def test_nothing_is_delivered_to_where_nobody_registered(url: str) -> None:
    project, profile = project_of({})
    elsewhere = profile.model_copy(update={"delivery": profile.delivery.model_copy(update={"url": url})})
    project = signed(replace(project, recipients={"reader": elsewhere}))
    with pytest.raises(RefusedError, match=r"delivery\.url"):
        require_standing(project, elsewhere, DAY)


class TestSignatures:
    def test_an_unsigned_profile_releases_nothing(self) -> None:
        project, profile = project_of({})
        seals = seals_over({FLOOR: project.fields.content_hash()}, "ada", "bo")
        with pytest.raises(UnsignedPolicyError, match=r"recipients/reader\.yaml has 0 of 1"):
            require_standing(replace(project, seals=seals), profile, DAY)

    def test_under_an_unsigned_floor_nobody_receives(self) -> None:
        project, profile = project_of({})
        contents = contents_of(project)
        one = seals_over(contents, "ada")
        with pytest.raises(UnsignedPolicyError, match=r"fields\.yaml has 1 of 2"):
            require_standing(replace(project, seals=one), profile, DAY)
        floor = seals_over(contents, "ada", "bo").files[FLOOR]
        seals = Seals(APPROVERS, {**one.files, FLOOR: floor})
        approved = require_standing(replace(project, seals=seals), profile, DAY)
        assert (approved.profile, approved.floor, approved.by_examples) == (("ada",), ("ada", "bo"), False)

    def test_what_loosens_the_floor_needs_two_different_people(self) -> None:
        project, profile = project_of(profile_changes("b2"), authority_of("b2"))
        contents = contents_of(project)
        both = seals_over(contents, "ada", "bo")
        one = Seals(APPROVERS, {**seals_over(contents, "ada").files, FLOOR: both.files[FLOOR]})
        assert signers_needed(profile) == 2
        with pytest.raises(UnsignedPolicyError, match=r"recipients/reader\.yaml has 1 of 2"):
            require_standing(replace(project, seals=one), profile, DAY)
        require_standing(replace(project, seals=both), profile, DAY)

    def test_a_changed_authority_is_no_longer_signed(self) -> None:
        project, profile = project_of(profile_changes("b2"), authority_of("b2"))
        wider = authority_of("b2") | {"fields": ["given_name", "family_name"]}
        other = replace(project, authorities=project_of(profile_changes("b2"), wider)[0].authorities)
        assert contents_of(project)[FLOOR] == contents_of(other)[FLOOR]
        with pytest.raises(UnsignedPolicyError, match=subject_of("reader")):
            require_standing(replace(other, seals=signed(project).seals), profile, DAY)


class TestAuthorities:
    @pytest.mark.parametrize("paragraph", AUTHORITIES)
    def test_a_whole_one_carries(self, paragraph: str) -> None:
        # An exception loosens the floor: two different approvers.
        assert len(set(require(profile_changes(paragraph), authority=authority_of(paragraph)).profile)) == 2

    def test_tabulations_are_no_rows(self) -> None:
        with pytest.raises(AuthorityRefusedError, match=r"§ 1367\(b\)\(1\) permits tabulations only"):
            require(profile_changes("b1") | {"tables": None}, authority=authority_of("b1"))

    def test_rows_are_no_tabulations(self) -> None:
        with pytest.raises(AuthorityRefusedError, match=r"§ 1367\(b\)\(2\) permits rows"):
            require(profile_changes("b2") | {"tables": TABLES}, authority=authority_of("b2"))
        with pytest.raises(AuthorityRefusedError, match="gets tables, and cites no exception"):
            require({"tables": TABLES})

    @pytest.mark.parametrize("paragraph", AUTHORITIES)
    def test_a_revoked_one_is_refused_by_paragraph_and_item(self, paragraph: str) -> None:
        authority = authority_of(paragraph)
        authority["authorization"]["revoked"] = "2026-08-31"
        with pytest.raises(AuthorityRefusedError) as refused:
            require(profile_changes(paragraph), authority=authority)
        assert f"§ 1367(b)({paragraph[1]}): authorization was revoked on 2026-08-31" in refused.value.message

    def test_one_revoked_waiver_ends_it_for_all(self) -> None:
        authority = authority_of("b4")
        authority["waivers"][1]["revoked"] = "2026-08-31"
        with pytest.raises(AuthorityRefusedError, match=r"waivers\.1 was revoked"):
            require(profile_changes("b4"), authority=authority)
