"""Recipients, safeguards and quarantine: what they show, that it is up to date, and hostile names in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.project import load_project
from shield1367.desk.app import create_app
from shield1367.desk.listing import Found
from shield1367.desk.pages.recipients import row_of
from shield1367.desk.site import DeskSite
from shield1367.home import Home
from shield1367.intake.reasons import Reason
from shield1367.intake.receipt import BatchReceipt, FileReceipt, Refusal, list_receipts
from shield1367.intake.waiting import ranges, refusal_lines
from shield1367.protection.safeguards.verifications import Verifications
from shield1367.protection.safeguards.worklists import prohibited_sources
from tests.desk.desks import COUNTY, SECRET, Visit, app_of, by_header, settings
from tests.protection.site import DAY, encounter
from tests.protection.site import Desk as Agency

BAD = "<script>alert(1)</script>"


def test_recipients_show_ground_agreement_and_last_releases(app: FastAPI, county: str) -> None:
    page = Visit(app, "approver").get("/recipients").text
    for words in (
        "Riverbend County",
        "outside DHS, DOS and DOJ",
        "inside DHS",
        "MOU-2026-07",
        "2031-06-30",
        "may receive",
    ):
        assert words in page
    assert f"/compliance/releases/{county}" in page
    one = Visit(app, "approver").get(f"/recipients/{COUNTY}").text
    for words in (
        "May receive today",
        "example signatures",
        "730 days, then destroy",
        "planning of county services",
    ):
        assert words in one


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ({"expires": date(2026, 1, 31)}, "the agreement MOU-2026-07 expired on 2026-01-31"),
        ({"reference": "MOU-2"}, "nothing goes"),  # edited, and not signed again
    ],
)
def test_why_nothing_goes_is_said(finished: Path, profile: dict[str, object], words: str) -> None:
    project = load_project()
    known = project.recipients[COUNTY]
    changed = known.model_copy(update={"agreement": known.agreement.model_copy(update=profile)})
    edited = replace(project, recipients={**project.recipients, COUNTY: changed})
    site = DeskSite(Home(root=finished), load_project=lambda: edited, load_settings=settings)
    visit = Visit(create_app(site, identify=by_header, secret=SECRET), "compliance")
    assert words in visit.get("/recipients").text
    assert "Nothing goes to this recipient today" in visit.get(f"/recipients/{COUNTY}").text


@pytest.mark.parametrize(("days", "soon"), [(0, True), (90, True), (91, False)])
def test_what_ends_soon_is_marked_in_time(days: int, soon: bool) -> None:
    project = load_project()
    ends = project.recipients[COUNTY].agreement.expires
    row = row_of(project, project.recipients[COUNTY], ends - timedelta(days=days), Found((), 0, 1, 1))
    assert (row.is_soon, row.refusal) == (soon, None)


def test_the_preview_shows_before_and_after(app: FastAPI) -> None:
    page = Visit(app, "engineer").get(f"/recipients/{COUNTY}/preview").text
    for words in (
        "Before",
        "After",
        "Not in the release:",
        "enforcement.encounters",
        "the floor (fields.yaml)",
    ):
        assert words in page


@pytest.mark.parametrize("name", ["no-such", "../county-analytics", BAD, "%00"])
def test_a_recipient_that_is_not_there(app: FastAPI, name: str) -> None:
    for rest in ("", "/preview"):
        answer = Visit(app, "engineer").get(f"/recipients/{name}{rest}")
        assert answer.status_code in (400, 404)
        assert BAD not in answer.text


def test_a_fault_in_the_configuration_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIELD1367_CONFIG", str(tmp_path))
    answer = Visit(app_of(tmp_path), "engineer").get("/recipients")
    assert (answer.status_code, "E201" in answer.text) == (500, True)
    assert "fields.yaml" in answer.text


def test_safeguards_list_what_waits_and_follow_a_verification(tmp_path: Path) -> None:
    agency = Agency.at(tmp_path)
    places = {"site_code": "SEA", "apprehension_landmark_descr": "WOMENS SHELTER"}
    rows = [encounter(1, information_source="ABUSER", **places), encounter(2, information_source="SPOUSE")]
    agency.deliver("enforcement", {"encounters": rows})
    visit = Visit(app_of(tmp_path, keys=agency.keys), "compliance")
    assert "E668" in visit.get("/safeguards").text
    agency.judge()
    page = visit.get("/safeguards").text
    assert "2 rows" in page
    assert "spouse or parent" in page
    assert "1 action" in page
    item = next(
        item for item in prohibited_sources(agency.home, agency.project, {}, as_of=DAY) if item.at.row == 1
    )
    assert str(item.at) in page
    Verifications(agency.home, agency.keys).record(item.at, by="ada", reference="R-114")
    assert "1 row" in (after := visit.get("/safeguards").text)
    assert "R-114" not in after
    assert "R-114" in visit.get("/safeguards?show=all").text


def test_a_new_home_has_nothing_to_show(tmp_path: Path) -> None:
    visit = Visit(app_of(tmp_path), "compliance")
    assert visit.get("/safeguards").text.count("Nothing waits.") == 2
    assert "Nothing was refused." in visit.get("/quarantine").text
    assert "There is no release yet" in visit.get("/").text


def receipt(home: Home, *refusals: Refusal, batch: str = "b1", source: str = "enforcement") -> None:
    BatchReceipt(
        source=source, batch=batch, digest="0", contract="0", parts={}, refusals=refusals, invalid={},
        missing_columns={},
        files=(FileReceipt(name="e.csv", dataset="encounters", rows=9, staged=7, quarantined=2),),
    ).write(home)  # fmt: skip


def test_quarantine_names_file_reason_and_rows(tmp_path: Path) -> None:
    home = Home(root=tmp_path)
    rows = [Refusal(file="e.csv", reason=Reason.COLUMN_COUNT, row=n) for n in (3, 4, 5, 9)]
    receipt(home, *rows, Refusal(file="f.csv", reason=Reason.WRONG_HASH, identifiers=("ab12",)))
    visit = Visit(app_of(tmp_path), "engineer")
    page = visit.get("/quarantine").text
    assert "column count 4" in page
    assert "/compliance/quarantine/enforcement/b1" in page
    one = visit.get("/quarantine/enforcement/b1").text
    for words in (
        "3–5, 9",
        "more or fewer cells than the header",
        "SHA-256 is not the manifest",
        "the whole of it",
    ):
        assert words in one
    assert "ab12" not in one, "a fingerprint of a person is nobody's to read here"


def test_a_batch_that_comes_is_shown_at_once(tmp_path: Path) -> None:
    home, visit = Home(root=tmp_path), Visit(app_of(tmp_path), "engineer")
    assert "Nothing was refused" in visit.get("/quarantine").text
    receipt(home, Refusal(file="e.csv", reason=Reason.NUL_BYTE, row=1))
    assert "nul byte 1" in visit.get("/quarantine").text


@pytest.mark.parametrize("name", [BAD, "=cmd", "'; --", "{{ 7 * 7 }}"])
def test_hostile_names_of_files_and_columns_are_inert(tmp_path: Path, name: str) -> None:
    home = Home(root=tmp_path)
    batch = name.replace("/", "-")
    receipt(home, Refusal(file=name, reason=Reason.UNKNOWN_COLUMN, column=name), batch=batch)
    visit = Visit(app_of(tmp_path), "engineer")
    (link,) = re.findall(r'href="/compliance(/quarantine/[^"]+)"', visit.get("/quarantine").text)
    for page in (visit.get("/quarantine"), visit.get(link)):
        assert page.status_code == 200
        assert "<script>" not in page.text


def test_the_receipts_of_a_real_run_are_shown(app: FastAPI, finished: Path) -> None:
    found = [r for r in list_receipts(Home(root=finished)) if r.refusals]
    assert found
    visit = Visit(app, "auditor")
    for one in found:
        assert visit.get(f"/quarantine/{one.source}/{one.batch}").status_code == 200


@given(st.sets(st.integers(1, 200)))
def test_ranges_name_every_row_once(numbers: set[int]) -> None:
    named: list[int] = []
    for part in filter(None, ranges(sorted(numbers), most=1000).split(", ")):
        first, _, last = part.partition("–")
        named += range(int(first), int(last or first) + 1)
    assert named == sorted(numbers)


@given(st.sets(st.integers(1, 500)), st.integers(1, 5))
def test_long_lists_of_ranges_say_how_many_more(numbers: set[int], most: int) -> None:
    words = ranges(sorted(numbers), most=most)
    if more := re.search(r"and ([\d,]+) more", words):
        shown = ranges(sorted(numbers), most=1000).split(", ")[:most]
        counted = sum(
            int(last or first) - int(first) + 1 for first, _, last in (part.partition("–") for part in shown)
        )
        assert counted + int(more[1]) == len(numbers)


def test_refusals_of_one_kind_are_one_line() -> None:
    refusals = [Refusal(file="a", reason=Reason.NUL_BYTE, row=n) for n in (2, 1)]
    (line,) = refusal_lines([*refusals, refusals[0]])
    assert (line.rows, line.count) == ("1–2", 3)
