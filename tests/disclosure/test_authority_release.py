"""A release under an exception, from the plan to the ledger: the rows it covers, the columns it lists, no other."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from shield1367 import pipeline
from shield1367.config.authorities import Authorities
from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.entitlement import entitlement
from shield1367.disclosure.gate import PolicyChangedError, require_open_gate
from shield1367.disclosure.plan import ReleasePlan
from shield1367.disclosure.planning import StaleRegistryError
from shield1367.disclosure.standing import AuthorityRefusedError
from shield1367.intake.quarantine import IDENTIFIER_PURPOSE
from shield1367.pipeline import State
from shield1367.release.ledger import Ledger
from tests.config.authorities import authority_of, consent, profile_changes, waiver
from tests.config.folders import PROFILE, changed
from tests.config.signing import signed
from tests.protection.site import Desk, a_number, application, encounter

VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """People 1 and 2 are protected, 3 and 4 are not."""
    made = Desk.at(tmp_path_factory.mktemp("judged"))
    made.deliver(
        "benefits", {"applications": [application(n, **(VICTIM if n < 3 else {})) for n in range(1, 5)]}
    )
    made.deliver(
        "enforcement",
        {
            "encounters": [
                encounter(n, processing_disposition_descr="CLOSED" if n % 2 else "OPEN") for n in range(1, 5)
            ]
        },
    )
    made.judge()
    return made


@pytest.fixture
def desk(judged: Desk, tmp_path: Path) -> Desk:
    """A copy, free to be changed."""
    return Desk.at(Path(shutil.copytree(judged.home.root, tmp_path / "home")))


def reference(desk: Desk, number: int) -> str:
    return desk.keys.fingerprint(IDENTIFIER_PURPOSE).of("a_number", a_number(number)[1:])


def under(desk: Desk, paragraph: str, changes: dict[str, Any], **profile: Any) -> None:
    """Let the sample recipient cite an authority of this home's people."""
    authorities = Authorities.model_validate({"authorities": {"judge": authority_of(paragraph) | changes}})
    of = RecipientProfile.model_validate(changed(PROFILE, profile_changes(paragraph) | profile))
    desk.project = signed(replace(desk.project, recipients={"reader": of}, authorities=authorities))


def released(desk: Desk) -> tuple[Path, list[dict[str, Any]]]:
    outcome = pipeline.export(desk.site, "reader")
    assert (outcome.state, outcome.reason) == (State.RELEASED, None)
    folder = Path(outcome.folder or "")
    parts = sorted((folder / "data" / "enforcement.encounters").glob("*.parquet"))
    return folder, pa.concat_tables([pq.read_table(part) for part in parts]).to_pylist()


def test_a_provider_gets_the_listed_fields_of_whoever_consented_and_nothing_of_anybody_else(
    desk: Desk,
) -> None:
    under(
        desk,
        "b7",
        {"consents": [consent(reference(desk, 1))], "fields": ["given_name", "family_name", "a_number"]},
    )
    folder, rows = released(desk)
    (row,) = rows
    paper = application(1)
    assert (row["first_name"], row["last_name"]) == (paper["given_name"], paper["family_name"])
    assert paper["a_number"].lstrip("A") in row["a_number"]
    # Not listed: the floor holds.
    assert row["date_of_birth"] == int(paper["date_of_birth"][:4])
    assert "class_of_admission" not in row
    assert row.get("narrative") is None
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["authority"] == "8 U.S.C. § 1367(b)(7), authorization P-7"
    assert manifest["policy"]["authority"]
    assert manifest["approval"]["profile_signed_by"] == ["ada", "bo"]
    assert manifest["retention"] == {"days": 365, "then": "destroy"}
    dossier = (folder / "dossier.html").read_text()
    assert dossier.index("Loosens the floor") < dossier.index("Who receives it")
    assert paper["family_name"] not in dossier + json.dumps(manifest)
    ((_, entry),) = Ledger(desk.home).entries()
    assert entry.authority == manifest["authority"]
    assert (entry.rows_in, entry.rows_released) == (4, 1)
    assert entry.purpose == "victim services"


def test_marked_rows_under_an_exception_carry_the_banner(desk: Desk) -> None:
    under(desk, "b2", {"persons": [reference(desk, 1), reference(desk, 3)]}, membership="marked")
    _, rows = released(desk)
    banners = {row["first_name"]: row["protection_banner"] for row in rows}
    assert set(banners) == {application(1)["given_name"], application(3)["given_name"]}
    assert "CUI//BATT" in banners[application(1)["given_name"]]
    assert banners[application(3)["given_name"]] is None


COVERED = {
    "b3": (lambda desk: {"persons": [reference(desk, 1)]}, {1}),
    "b4": (
        lambda desk: {
            "battered": [reference(desk, 1), reference(desk, 2)],
            "waivers": [waiver(reference(desk, 1)), waiver(reference(desk, 2))],
        },
        {1, 2},
    ),
    "b5": (lambda desk: {"persons": [reference(desk, 2)]}, {2}),
    "b8": (lambda desk: {"persons": [reference(desk, 1), reference(desk, 2)]}, {1, 2}),
}


@pytest.mark.parametrize("paragraph", COVERED)
def test_whoever_an_exception_names_is_in_the_release_with_what_it_lists_and_nobody_else(
    desk: Desk, paragraph: str
) -> None:
    changes, numbers = COVERED[paragraph]
    under(desk, paragraph, {**changes(desk), "fields": ["given_name"]})
    folder, rows = released(desk)
    assert {row["first_name"] for row in rows} == {application(n)["given_name"] for n in numbers}
    assert len(rows) == len(numbers)
    assert not {"last_name", "a_number", "class_of_admission"} & set(rows[0])
    assert {row.get("narrative") for row in rows} == {None}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert f"§ 1367(b)({paragraph[1]})" in manifest["authority"]
    ((_, entry),) = Ledger(desk.home).entries()
    assert (entry.rows_in, entry.rows_released) == (4, len(numbers))


@pytest.mark.parametrize("paragraph", COVERED)
@pytest.mark.parametrize("lapsed", [{"revoked": "2026-08-31"}, {"expires": "2026-02-01"}])
def test_an_exception_that_has_lapsed_releases_nothing_and_says_which_paragraph(
    judged: Desk, monkeypatch: pytest.MonkeyPatch, paragraph: str, lapsed: dict[str, str]
) -> None:
    monkeypatch.setattr(judged, "project", judged.project)
    changes, _ = COVERED[paragraph]
    under(judged, paragraph, changes(judged) | lapsed)
    with pytest.raises(AuthorityRefusedError, match=rf"§ 1367\(b\)\({paragraph[1]}\)"):
        pipeline.plan(judged.site, "reader")


@pytest.mark.parametrize(
    ("paragraph", "missing"),
    [
        *[("b3", item) for item in ("persons", "court", "docket", "determination", "protective_order")],
        *[("b4", item) for item in ("battered", "established", "waivers")],
        *[("b5", item) for item in ("persons", "basis", "request")],
        *[("b8", item) for item in ("persons", "confidentiality")],
        *[(paragraph, "authorization") for paragraph in COVERED],
    ],
)
def test_without_each_item_of_its_evidence_an_exception_is_none(paragraph: str, missing: str) -> None:
    content = authority_of(paragraph)
    del content[missing]
    with pytest.raises(ValidationError) as refused:
        Authorities.model_validate({"authorities": {"judge": content}})
    assert any(missing in problem["loc"] for problem in refused.value.errors())


def test_one_battered_adult_who_has_not_waived_keeps_the_others_waiver_from_counting(desk: Desk) -> None:
    content = authority_of("b4") | {
        "battered": [reference(desk, 1), reference(desk, 2)],
        "waivers": [waiver(reference(desk, 1))],
    }
    with pytest.raises(ValidationError, match="1 of 2 battered individuals have not waived"):
        Authorities.model_validate({"authorities": {"judge": content}})


def test_the_committee_gets_closed_cases_without_anybody_or_any_place(desk: Desk) -> None:
    under(desk, "b6", {})
    _, rows = released(desk)
    assert len(rows) == 2
    assert not {"first_name", "a_number", "state", "site_name"} & set(rows[0])
    assert {row["narrative"] for row in rows} == {None}
    assert {"gender_code", "person"} <= set(rows[0])
    text = json.dumps(rows, default=str)
    assert not any(application(n)["family_name"] in text for n in range(1, 5))


def test_a_person_no_registry_knows_is_refused_by_paragraph(desk: Desk) -> None:
    under(desk, "b5", {"persons": ["0" * 32]})
    with pytest.raises(AuthorityRefusedError, match=r"§ 1367\(b\)\(5\): person 1 of 1 .* is in no registry"):
        pipeline.plan(desk.site, "reader")


def make(desk: Desk) -> Path:
    planned = pipeline.plan(desk.site, "reader")
    for index in planned.parts:
        pipeline.redact(desk.site, planned.work, index)
    for step in (pipeline.validate, pipeline.audit, pipeline.document):
        assert step(desk.site, planned.work)
    return planned.work


def test_a_finished_release_is_audited_by_what_its_exception_covers(desk: Desk) -> None:
    under(desk, "b2", {"persons": [reference(desk, 1)], "fields": ["given_name", "family_name", "a_number"]})
    folder, _ = released(desk)
    assert pipeline.audit_release(desk.site, folder).passed

    # Changed by one file it is no longer the release of the ledger, and everybody is searched for.
    (folder / "note.txt").write_text("kept beside it\n")
    assert {"a_number", "full_name"} <= {f.kind for f in pipeline.audit_release(desk.site, folder).findings}


def test_what_changed_after_the_plan_stops_it_at_the_gate(desk: Desk) -> None:
    changes = {"persons": [reference(desk, 1)], "fields": ["given_name"]}
    under(desk, "b2", changes)
    work = make(desk)
    plan = ReleasePlan.read(work)
    require_open_gate(desk.home, desk.keys, desk.project, plan)

    for changed_in, words in (
        ({"authority": {**changes, "fields": ["family_name"]}}, "the authority changed"),
        ({"profile": {"retention.days": 1}}, "the profile changed"),
    ):
        before = desk.project
        under(desk, "b2", changed_in.get("authority", changes), **changed_in.get("profile", {}))
        with pytest.raises(PolicyChangedError, match=words):
            pipeline.release(desk.site, work)
        with pytest.raises(PolicyChangedError, match=words):
            pipeline.redact(desk.site, work, 0)
        desk.project = before

    desk.deliver("benefits", {"applications": [application(3, **VICTIM)]}, batch="late")
    desk.judge()
    with pytest.raises(StaleRegistryError, match="protection has changed"):
        pipeline.release(desk.site, work)
    assert Ledger(desk.home).entries() == []
    assert not (desk.home.released / "reader").exists()


# what a recipient gets of a row


def answer(desk: Desk, number: int) -> Any:
    return entitlement(
        desk.home,
        desk.project,
        desk.registry,
        "reader",
        dataset="enforcement.encounters",
        key=f"E{number:06d}",
        as_of=desk.snapshot().as_of,
    )


def test_it_says_what_becomes_of_a_row_and_of_each_column(desk: Desk) -> None:
    under(desk, "b2", {"persons": [reference(desk, 1)]})
    covered, other = answer(desk, 1), answer(desk, 2)
    assert (covered.refused, covered.decision.outcome, other.decision.outcome) == (None, "full", "withheld")
    kept = {column.name for column in covered.columns if column.excepted}
    assert kept == {"first_name"}
    assert other.columns == ()
    assert "§ 1367(b)(2)" in other.decision.basis


def test_whoever_may_receive_nothing_is_told_why_before_any_row(desk: Desk) -> None:
    under(desk, "b2", {"persons": [reference(desk, 1)], "revoked": "2026-08-31"})
    refused = answer(desk, 1)
    assert refused.decision is None
    assert "E507" in refused.refused
    assert "§ 1367(b)(2): revoked on 2026-08-31" in refused.refused
