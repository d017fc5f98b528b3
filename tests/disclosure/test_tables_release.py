"""A release of tables under (b)(1), from the plan to the ledger: no row, no small count, no difference."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shield1367 import pipeline
from shield1367.config.authorities import Authorities
from shield1367.config.feeds import FeedLimits
from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.entitlement import entitlement
from shield1367.disclosure.plan import ReleasePlan
from shield1367.pipeline import State
from shield1367.redaction.partition import read_results
from shield1367.redaction.planned import LEDGER_PURPOSE
from shield1367.redaction.tables.history import TablesOvertakenError, folder_of
from shield1367.release.ledger import Ledger
from shield1367.release.package import PACKAGE
from shield1367.validation.completeness import gaps
from shield1367.validation.feeds import Feed
from shield1367.validation.tables import validate_tables
from tests.config.authorities import TABLES, authority_of, profile_changes
from tests.config.folders import PROFILE, changed
from tests.config.signing import signed
from tests.protection.site import Desk, a_number, application, encounter
from tests.reporting.readmes import assert_it_loads, rows_told

VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}
COUNTRIES = ["MEXICO"] * 30 + ["PERU"] * 25 + ["INDIA"] * 3
REGIONS = {"Mexico", "South America", "Southern Asia"}


def encounters(first: int, countries: list[str]) -> list[dict[str, str]]:
    return [
        encounter(n, citizenship_country_descr=country, gender_code="FM"[n % 2])
        for n, country in enumerate(countries, start=first)
    ]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """58 people in two partitions, 20 of them protected."""
    made = Desk.at(tmp_path_factory.mktemp("judged"))
    papers = [application(n, **(VICTIM if n % 3 == 0 else {})) for n in range(1, 59)]
    made.deliver("benefits", {"applications": papers})
    made.deliver("enforcement", {"encounters": encounters(1, COUNTRIES[:20])})
    made.deliver("enforcement", {"encounters": encounters(21, COUNTRIES[20:])}, batch="b2")
    made.judge()
    return made


@pytest.fixture
def desk(judged: Desk, tmp_path: Path) -> Desk:
    """A copy, free to be changed."""
    made = Desk.at(Path(shutil.copytree(judged.home.root, tmp_path / "home")))
    under(made)
    return made


def under(desk: Desk, recipient: str = "reader", **changes: Any) -> None:
    authorities = Authorities.model_validate(
        {"authorities": {"judge": authority_of("b1") | {"recipient": recipient}}}
    )
    content = changed(PROFILE, profile_changes("b1") | {"recipient": recipient} | changes)
    profile = RecipientProfile.model_validate(content)
    recipients = {**desk.project.recipients, recipient: profile}
    desk.project = signed(replace(desk.project, recipients=recipients, authorities=authorities))


def released(desk: Desk, recipient: str = "reader") -> Path:
    outcome = pipeline.export(desk.site, recipient)
    assert (outcome.state, outcome.reason) == (State.RELEASED, None)
    return Path(outcome.folder or "")


def cells(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    rows = pq.read_table(folder / "data" / "by_country.parquet").to_pylist()
    return {(row["citizenship_country_descr"], row["gender_code"]): row for row in rows}


def make(desk: Desk, *steps: Any) -> Path:
    planned = pipeline.plan(desk.site, "reader")
    for index in planned.parts:
        pipeline.redact(desk.site, planned.work, index)
    for step in steps:
        assert step(desk.site, planned.work)
    return planned.work


def test_tables_go_and_no_row_with_all_that_proves_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = released(desk)
    found = cells(folder)
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        "README.md", "data/by_country.parquet", "data_dictionary.csv", "dossier.html", "manifest.json",
        "release.dsse.json", "tables.json", "validation.html",
    }  # fmt: skip
    assert found["All", "All"] == {
        "citizenship_country_descr": "All", "gender_code": "All", "cell": "shown", "rows": 58, "people": 58,
    }  # fmt: skip
    small = found["Southern Asia", "All"]
    assert (small["cell"], small["rows"], small["people"]) == ("suppressed", None, None)
    # Three people would be the total less the two others.
    assert sum(found[region, "All"]["cell"] == "shown" for region in REGIONS) == 1
    dossier = (folder / "dossier.html").read_text()
    assert "1 table for Readers; every check holds" in " ".join(dossier.split())
    assert "A cell about fewer than 11 people is suppressed" in dossier
    with (folder / "data_dictionary.csv").open() as stream:
        nulls = {row["column"]: row["share_of_nulls"] for row in csv.DictReader(stream)}
    suppressed = f"{sum(cell['cell'] == 'suppressed' for cell in found.values()) / len(found):.4f}"
    assert nulls == {
        "citizenship_country_descr": "0.0000", "gender_code": "0.0000", "cell": "0.0000",
        "rows": suppressed, "people": suppressed,
    }  # fmt: skip
    assert_it_loads(folder, monkeypatch)
    assert rows_told(folder) == {"by_country": (len(found), 5)}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["authority"] == "8 U.S.C. § 1367(b)(1), authorization P-7"
    ((_, entry),) = Ledger(desk.home).entries()
    assert (entry.rows_in, entry.rows_released, entry.rows_withheld) == (58, 0, 58)
    assert entry.nature == '["enforcement.encounters"] as tabulations, no row'


def test_the_ledger_knows_whom_the_cells_count(desk: Desk) -> None:
    released(desk)
    person = desk.person(a_number(3))
    held = Ledger(desk.home).who_received(desk.keys.fingerprint(LEDGER_PURPOSE).of(person))
    assert [entry.recipient for entry in held] == ["reader"]


def test_whoever_asks_for_a_row_is_told_that_none_goes(desk: Desk) -> None:
    found = entitlement(
        desk.home,
        desk.project,
        desk.registry,
        "reader",
        dataset="enforcement.encounters",
        key="E000003",
        as_of=desk.snapshot().as_of,
    )
    assert (found.refused, found.columns) == (None, ())
    assert found.decision is not None
    assert (found.decision.outcome, found.decision.rule) == ("withheld", "aggregates_only")


def test_csv_has_the_same_cells(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    under(desk, **{"delivery.format": "csv"})
    folder = released(desk)
    with (folder / "data" / "by_country.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert {row["rows"] == "" for row in rows if row["cell"] == "suppressed"} == {True}
    assert sum(row["cell"] == "shown" for row in rows) >= 3
    assert_it_loads(folder, monkeypatch)


def test_a_newcomer_shows_in_no_difference_to_any_recipients_release(desk: Desk) -> None:
    before = cells(released(desk))
    desk.deliver("enforcement", {"encounters": encounters(60, ["PERU"] * 2)}, batch="late")
    desk.judge()
    under(desk, "others")
    after = cells(released(desk, "others"))
    assert after["All", "All"]["rows"] is None
    for name, cell in after.items():
        if cell["rows"] is not None and before[name]["rows"] is not None:
            assert cell["rows"] - before[name]["rows"] == 0
    assert len(list(folder_of(desk.home).glob("*.sealed"))) == 2


def test_what_goes_out_in_the_meantime_stops_a_release_at_the_gate(desk: Desk) -> None:
    work = make(desk, pipeline.validate, pipeline.audit, pipeline.document)
    only_reader = desk.project
    under(desk, "others")
    released(desk, "others")
    desk.project = only_reader
    with pytest.raises(TablesOvertakenError, match="E602 other tables went out"):
        pipeline.release(desk.site, work)
    for step in (pipeline.validate, pipeline.audit, pipeline.document):
        assert step(desk.site, work)
    assert pipeline.release(desk.site, work).is_dir()


def test_a_table_that_shows_too_much_fails_by_name(desk: Desk) -> None:
    work = make(desk, pipeline.validate)
    path = work / PACKAGE / "data" / "by_country.parquet"
    rows = pq.read_table(path).to_pylist()
    plan, results = ReleasePlan.read(work), read_results(work)

    def failures(changed_rows: list[dict[str, Any]]) -> str:
        pq.write_table(pa.Table.from_pylist(changed_rows, pq.read_schema(path)), path)
        report = validate_tables(work / PACKAGE, plan, results, released=desk.home.released)
        return " ".join(outcome.meaning for outcome in report.failures)

    assert failures(rows) == ""
    hidden = next(n for n, row in enumerate(rows) if row["cell"] == "suppressed")
    for change, words in (
        ({"rows": 3}, "A suppressed cell holds nothing"),
        ({"rows": 3, "people": 3, "cell": "shown"}, "No cell that is shown counts fewer than 11"),
        ({"cell": "hidden"}, "either shown or suppressed"),
        ({"citizenship_country_descr": "INDIA"}, "as coarse as planned"),
    ):
        assert words in failures([row | change if n == hidden else row for n, row in enumerate(rows)])
    assert "No cell occurs twice" in failures([*rows, rows[0]])
    assert "Every total" in failures([row for row in rows if row["gender_code"] != "All"])
    pq.write_table(pa.Table.from_pylist(rows, pq.read_schema(path)), path)
    dataset = plan.datasets[0].name
    unknown = {dataset: Feed(FeedLimits(), ())}
    report = validate_tables(work / PACKAGE, plan, results, released=desk.home.released, feeds=unknown)
    assert {(o.dataset, len(report.failures)) for o in report.failures} == {(dataset, 4)}
    unasked = validate_tables(work / PACKAGE, plan, results, released=desk.home.released)
    assert any(dataset in gap for gap in gaps(unasked, plan, desk.project.fields, desk.project.contracts))
    path.write_bytes(b"no table")
    report = validate_tables(work / PACKAGE, plan, results, released=desk.home.released)
    assert not report.passed


def test_tables_need_the_exception_and_the_exception_tables(desk: Desk) -> None:
    authorities = desk.project.authorities
    bare = RecipientProfile.model_validate(changed(PROFILE, profile_changes("b1") | {"tables": None}))
    assert ("tables", "§ 1367(b)(1) permits tabulations only; declare them") in list(authorities.faults(bare))
    rows = Authorities.model_validate({"authorities": {"judge": authority_of("b2")}})
    with_tables = RecipientProfile.model_validate(
        changed(PROFILE, profile_changes("b2") | {"tables": TABLES})
    )
    assert ("tables", "§ 1367(b)(2) permits rows, no tables; remove them") in list(rows.faults(with_tables))
