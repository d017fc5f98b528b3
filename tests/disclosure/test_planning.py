from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shield1367.config.contract import Dataset
from shield1367.config.fields import Treatment
from shield1367.config.project import Project
from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.gate import require_open_gate
from shield1367.disclosure.plan import ColumnPlan, ReleasePlan
from shield1367.disclosure.planning import (
    BANNER_COLUMN,
    NOTICE_COLUMN,
    PERSON,
    STATUS,
    NothingStagedError,
    StaleRegistryError,
    UnknownRecipientError,
    make_plan,
    plan_columns,
    profile_of,
)
from shield1367.disclosure.standing import RefusedError
from shield1367.errors import KeyMissingError
from shield1367.keys import Keys
from shield1367.protection.registry.tables import STATE as REGISTRY_STATE
from shield1367.protection.safeguards.rows import RowPlace
from shield1367.protection.safeguards.verifications import Verifications
from tests.config.signing import signed
from tests.protection.site import DAY, PROJECT, Desk, application, encounter

UNIVERSITY, COUNTY, OVERSIGHT = "state-university-research", "county-analytics", "crcl-oversight"
VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}


@pytest.fixture
def judged(tmp_path: Path) -> Desk:
    desk = Desk.at(tmp_path)
    desk.deliver("benefits", {"applications": [application(1, **VICTIM), application(2)]})
    desk.deliver("enforcement", {"encounters": [encounter(1), encounter(2)]})
    desk.judge()
    return desk


def plan(desk: Desk, recipient: str = UNIVERSITY, as_of: date = DAY) -> ReleasePlan:
    return make_plan(desk.home, desk.keys, desk.project, recipient, as_of=as_of)


def with_profile(recipient: str, **changes: Any) -> Project:
    content = PROJECT.recipients[recipient].model_dump(mode="json") | changes
    profile = RecipientProfile.model_validate(content)
    return signed(replace(PROJECT, recipients={**PROJECT.recipients, recipient: profile}))


def columns(recipient: str, source: str, dataset: str) -> dict[str, ColumnPlan]:
    of: Dataset = PROJECT.contracts[source].datasets[dataset]
    return {c.name: c for c in plan_columns(PROJECT, PROJECT.recipients[recipient], of)}


class TestRefusals:
    def test_a_recipient_without_a_profile_gets_nothing(self, judged: Desk) -> None:
        with pytest.raises(UnknownRecipientError, match="nobody"):
            plan(judged, "nobody")

    def test_an_expired_agreement_gets_nothing(self, judged: Desk) -> None:
        expires = PROJECT.recipients[UNIVERSITY].agreement.expires
        assert plan(judged, as_of=expires).as_of == expires.isoformat()
        with pytest.raises(RefusedError, match="expired"):
            plan(judged, as_of=date(expires.year + 1, 1, 1))

    def test_staged_data_that_nobody_judged_stops_every_release(self, judged: Desk) -> None:
        judged.deliver("benefits", {"applications": [application(2, **VICTIM)]}, batch="b2")
        with pytest.raises(StaleRegistryError, match="benefits/b2"):
            plan(judged)
        judged.judge()
        assert plan(judged).rows == 2

    @pytest.mark.parametrize(("hours", "stale"), [(-25, True), (-23, False), (0, False), (25, True)])
    def test_protection_judged_too_long_ago_or_by_another_clock_stops_every_release(
        self, judged: Desk, hours: int, stale: bool
    ) -> None:
        planned = plan(judged)
        at = datetime.now(UTC) + timedelta(hours=hours)
        with judged.registry.transaction() as connection:
            judged.registry.put(connection, REGISTRY_STATE, {"name": "judged_at", "value": at.isoformat()})
        refused = pytest.raises(StaleRegistryError, match="24 hours") if stale else nullcontext()
        with refused:
            plan(judged)
        with refused:
            require_open_gate(judged.home, judged.keys, judged.project, planned)
        judged.judge()
        assert plan(judged) == planned

    def test_nothing_staged_is_no_empty_release(self, tmp_path: Path) -> None:
        desk = Desk.at(tmp_path)
        desk.deliver("benefits", {"applications": [application(1)]})
        desk.judge()
        with pytest.raises(NothingStagedError, match=UNIVERSITY):
            plan(desk)

    def test_the_refusal_names_the_profiles_there_are(self) -> None:
        with pytest.raises(UnknownRecipientError) as refused:
            profile_of(PROJECT, "nobody")
        assert all(name in str(refused.value) for name in PROJECT.recipients)


def with_another_key(desk: Desk) -> None:
    """A registry opens with its own key only: it is built again with the other."""
    shutil.rmtree(desk.home.registry)
    desk.keys = Keys(b"x" * 32)


class TestReleaseId:
    def test_equal_inputs_give_an_equal_plan(self, judged: Desk) -> None:
        assert plan(judged) == plan(judged)

    def test_the_next_day_alone_makes_no_new_release(self, judged: Desk) -> None:
        assert plan(judged, as_of=date(2026, 9, 2)).release_id == plan(judged).release_id

    @pytest.mark.parametrize(
        "change",
        [
            lambda desk: setattr(
                desk, "project", with_profile(UNIVERSITY, treatments={"narrative": "withhold"})
            ),
            lambda desk: setattr(desk, "project", with_profile(UNIVERSITY, purpose="public_administration")),
            lambda desk: with_another_key(desk),
            lambda desk: desk.deliver("enforcement", {"encounters": [encounter(3)]}, batch="b2"),
            lambda desk: desk.deliver("benefits", {"applications": [application(2, **VICTIM)]}, batch="b2"),
            lambda desk: desk.deliver("benefits", {"applications": [application(9)]}, batch="b2"),
        ],
        ids=["treatment", "purpose", "key", "data", "protection", "registry"],
    )
    def test_whatever_shapes_a_release_gives_it_another_id(
        self, judged: Desk, change: Callable[[Desk], None]
    ) -> None:
        before = plan(judged).release_id
        change(judged)
        judged.judge()
        assert plan(judged).release_id != before

    def test_another_key_plans_nothing(self, judged: Desk) -> None:
        judged.keys = Keys(b"x" * 32)
        with pytest.raises(KeyMissingError):
            plan(judged)

    def test_two_recipients_never_share_an_id(self, judged: Desk) -> None:
        assert len({plan(judged, name).release_id for name in (UNIVERSITY, COUNTY, OVERSIGHT)}) == 3

    def test_a_plan_comes_back_as_it_was_written_and_holds_no_value(
        self, judged: Desk, tmp_path: Path
    ) -> None:
        made = plan(judged)
        path = made.write(tmp_path / "work")
        assert ReleasePlan.read(tmp_path / "work") == made
        text = path.read_text().lower()
        paper = application(1)
        values = (paper["family_name"], paper["given_name"], paper["a_number"][1:], paper["date_of_birth"])
        assert not any(value.lower() in text for value in values)

    def test_every_part_is_planned_once_with_its_hash(self, judged: Desk) -> None:
        made = plan(judged, OVERSIGHT)
        assert [part.index for _, part in made.parts()] == list(range(len(made.parts())))
        assert {dataset.name for dataset in made.datasets} == {
            "benefits.applications",
            "enforcement.encounters",
        }
        assert all(len(part.sha256) == 64 for _, part in made.parts())


class TestColumns:
    @pytest.mark.parametrize("recipient", [UNIVERSITY, COUNTY])
    def test_no_outside_column_is_looser_than_the_floor(self, recipient: str) -> None:
        for contract in PROJECT.contracts.values():
            for dataset in contract.datasets.values():
                for column in plan_columns(PROJECT, PROJECT.recipients[recipient], dataset):
                    pairs = [(column.kind, column.treatment)] if column.kind else []
                    pairs += list((column.json_keys or {}).values())
                    for kind, treatment in pairs:
                        assert PROJECT.fields.kinds[str(kind)].permits_outside(treatment), column.name

    @pytest.mark.parametrize("recipient", [UNIVERSITY, COUNTY])
    @pytest.mark.parametrize(
        "column", ["a_number", "last_name", "class_of_admission", "spouse_name", "phone"]
    )
    def test_identifiers_and_codes_are_no_columns_outside(self, recipient: str, column: str) -> None:
        assert not columns(recipient, "enforcement", "encounters")[column].is_released

    def test_the_inside_gets_everything_with_status_and_banner(self) -> None:
        planned = columns(OVERSIGHT, "enforcement", "encounters")
        assert {PERSON, STATUS, BANNER_COLUMN, NOTICE_COLUMN} < set(planned)
        assert planned["narrative"].treatment is Treatment.KEEP
        assert planned["a_number"].treatment is Treatment.KEEP
        assert planned[PERSON].treatment is Treatment.PSEUDONYM

    @pytest.mark.parametrize("recipient", [UNIVERSITY, COUNTY])
    def test_the_outside_gets_no_column_that_could_tell_status(self, recipient: str) -> None:
        assert not {STATUS, BANNER_COLUMN, NOTICE_COLUMN} & set(
            columns(recipient, "enforcement", "encounters")
        )

    @pytest.mark.parametrize("recipient", [UNIVERSITY, COUNTY])
    @pytest.mark.parametrize(
        "column", ["information_source", "source_verification", "nta_1229e_certification"]
    )
    def test_the_outside_sees_nothing_of_the_safeguards(self, recipient: str, column: str) -> None:
        assert not columns(recipient, "enforcement", "encounters")[column].is_released

    @pytest.mark.parametrize("membership", ["marked", "hidden", "withheld"])
    def test_every_release_inside_has_the_notice(self, membership: str) -> None:
        project = with_profile(OVERSIGHT, membership=membership)
        encounters = PROJECT.contracts["enforcement"].datasets["encounters"]
        cases = PROJECT.contracts["court"].datasets["cases"]
        of = project.recipients[OVERSIGHT]
        assert NOTICE_COLUMN in {c.name for c in plan_columns(project, of, encounters)}
        assert NOTICE_COLUMN not in {c.name for c in plan_columns(project, of, cases)}

    def test_a_table_without_people_gets_no_person_column(self) -> None:
        assert PERSON not in columns(UNIVERSITY, "ice_i213", "records")

    def test_a_column_knows_whose_field_it_is(self) -> None:
        planned = columns(OVERSIGHT, "benefits", "applications")
        roles = {name: planned[name].role for name in ("a_number", "principal_a_number", "service_center")}
        assert roles == {"a_number": "subject", "principal_a_number": "principal", "service_center": None}

    def test_json_keys_are_treated_each_by_its_kind(self) -> None:
        planned = columns(COUNTY, "enforcement", "encounters")
        charges = planned["admin_charges"]
        assert charges.json_keys == {
            "OFFENSE_DATE": ("event_date", Treatment.YEAR),
            "CHARGE_SECTION_CODE": ("charge", Treatment.DROP),
            "CHARGE_DESCRIPTION": ("charge", Treatment.DROP),
        }
        assert "CHARGE" not in charges.title

    def test_a_narrative_inside_json_is_scrubbed_where_narratives_are(self) -> None:
        dataset = PROJECT.contracts["enforcement"].datasets["encounters"].model_dump(by_alias=True)
        dataset["columns"] = {
            name: {k: v for k, v in column.items() if v is not None}
            for name, column in dataset["columns"].items()
        } | {"notes": {"json": {"NOTE": "narrative", "WHEN": "event_date"}}}
        planned = plan_columns(PROJECT, PROJECT.recipients[UNIVERSITY], Dataset.model_validate(dataset))
        (notes,) = (column for column in planned if column.name == "notes")
        assert notes.json_keys == {
            "NOTE": ("narrative", Treatment.SCRUB),
            "WHEN": ("event_date", Treatment.MONTH),
        }

    def test_a_json_column_of_which_nothing_may_go_is_dropped(self) -> None:
        profile = with_profile(COUNTY, treatments={"event_date": "drop"}).recipients[COUNTY]
        dataset = PROJECT.contracts["enforcement"].datasets["encounters"]
        planned = {c.name: c for c in plan_columns(PROJECT, profile, dataset)}
        assert not planned["admin_charges"].is_released


def test_a_recorded_verification_makes_another_release_inside_and_none_outside(judged: Desk) -> None:
    before = {recipient: plan(judged, recipient) for recipient in (UNIVERSITY, COUNTY, OVERSIGHT)}
    at = RowPlace("enforcement", "encounters", "b1", "encounters_1.csv.gz", 1)
    Verifications(judged.home, judged.keys).record(at, by="J. Ruiz", reference="R-1")
    after = {recipient: plan(judged, recipient) for recipient in before}
    assert {r: before[r].release_id == after[r].release_id for r in before} == {
        UNIVERSITY: True,
        COUNTY: True,
        OVERSIGHT: False,
    }
    assert before[UNIVERSITY].hashes.safeguards is None
