"""A release that waits for approval: shown with its papers and its code, and answered elsewhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from shield1367 import pipeline
from shield1367.desk.app import create_app
from shield1367.desk.site import DeskSite
from shield1367.pipeline import State
from shield1367.release.approval import ANSWERS, REQUEST, Verdict, request_of
from tests.desk.desks import COUNTY, SECRET, Visit, by_header, settings
from tests.protection.site import Desk
from tests.release.test_approval import desk, respond, staged, work_of

__all__ = ["desk", "staged"]  # fixtures


def app_over(agency: Desk) -> FastAPI:
    site = DeskSite(
        agency.home,
        load_keys=lambda _: agency.keys,
        load_project=lambda: agency.project,
        load_settings=settings,
    )
    return create_app(site, identify=by_header, secret=SECRET)


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    assert pipeline.export(desk.site, COUNTY).state is State.WAITING
    return desk


def change(work: Path, **changes: str) -> None:
    path = work / REQUEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_it_is_listed_with_its_time_and_opens_with_papers_and_code(waiting: Desk) -> None:
    visit, name = Visit(app_over(waiting), "approver"), work_of(waiting).name
    asked = request_of(work_of(waiting))
    assert asked is not None
    until = asked.until[:16].replace("T", " ")
    assert name in (listed := visit.get("/?state=waiting").text)
    for words in ("waits for approval", f"Until {until}", "prepared by eve"):
        assert words in listed
    page = visit.get(f"/releases/{name}").text
    for words in (
        asked.code,
        until,
        "none yet",
        "ada, bo",
        "waits for 1 more approval",
        '<iframe sandbox title="Dossier"',
    ):
        assert words in page
    assert f'href="/dags/export_{COUNTY}/required_actions"' in page
    for document in ("dossier", "validation"):
        assert visit.get(f"/releases/{name}/documents/{document}").status_code == 200
    for rest in ("/evidence.zip", "/documents/manifest"):
        assert visit.get(f"/releases/{name}{rest}").status_code == 404, "what is not released has no evidence"


def test_answers_are_shown_and_their_reasons_are_not(waiting: Desk) -> None:
    visit, name = Visit(app_over(waiting), "compliance"), work_of(waiting).name
    respond(waiting, "bo")
    page = visit.get(f"/releases/{name}").text
    assert "approve by bo" in page
    assert "Enough have approved" in page
    assert "as agreed" not in page
    pipeline.export(waiting.site, COUNTY)
    assert "waits for approval" not in visit.get("/").text
    assert visit.get(f"/releases/{name}").text.count("What the ledger says") == 1


def test_a_rejected_one_says_so(waiting: Desk) -> None:
    visit, name = Visit(app_over(waiting), "compliance"), work_of(waiting).name
    respond(waiting, "ada", Verdict.REJECT)
    assert "was rejected by ada" in visit.get(f"/releases/{name}").text
    pipeline.export(waiting.site, COUNTY)
    assert ">rejected<" in visit.get("/").text
    page = visit.get(f"/releases/{name}").text
    assert "was rejected by ada" in page
    assert "<dt>Rejected by ada</dt><dd>as agreed<small>" in page, "whoever has to mend it reads why"
    assert "as agreed" not in visit.get("/").text


def test_an_answer_that_nobody_signed_is_not_shown(waiting: Desk) -> None:
    visit, name = Visit(app_over(waiting), "compliance"), work_of(waiting).name
    respond(waiting, "ada", Verdict.REJECT)
    pipeline.export(waiting.site, COUNTY)
    (kept,) = (waiting.home.held / COUNTY / name / ANSWERS).iterdir()
    content = json.loads(kept.read_text())
    for forged in ({**content, "answer": content["answer"].replace("as agreed", "because")}, [], {"key": 1}):
        kept.write_text(json.dumps(forged))
        page = visit.get(f"/releases/{name}")
        assert page.status_code == 200
        assert "What was answered" not in page.text


def test_one_whose_time_is_over_says_so(waiting: Desk) -> None:
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    change(work_of(waiting), until=past)
    visit = Visit(app_over(waiting), "compliance")
    assert "No answer is a no" in visit.get("/").text
    assert "was not approved by" in visit.get(f"/releases/{work_of(waiting).name}").text


def test_an_analyst_sees_nothing_of_it(waiting: Desk) -> None:
    visit, name = Visit(app_over(waiting), "analyst"), work_of(waiting).name
    assert name not in visit.get("/?state=waiting").text
    for rest in ("", "/documents/dossier"):
        assert visit.get(f"/releases/{name}{rest}").status_code == 404


@pytest.mark.parametrize("content", ["", "[]", '{"until": 7}'])
def test_a_request_that_cannot_be_read_is_said_to_be(waiting: Desk, content: str) -> None:
    (work_of(waiting) / REQUEST).write_text(content)
    visit = Visit(app_over(waiting), "compliance")
    assert "cannot be read" in visit.get("/").text
    assert visit.get(f"/releases/{work_of(waiting).name}").status_code == 200


def test_hostile_words_and_a_package_elsewhere_do_nothing(waiting: Desk, tmp_path: Path) -> None:
    bad = "<script>alert(1)</script>"
    work = work_of(waiting)
    change(work, prepared_by=bad)
    (work / "package").rename(tmp_path / "elsewhere")
    (work / "package").symlink_to(tmp_path / "elsewhere")
    visit = Visit(app_over(waiting), "engineer")
    for page in (visit.get("/"), visit.get(f"/releases/{work.name}")):
        assert page.status_code == 200
        assert bad not in page.text
    assert visit.get(f"/releases/{work.name}/documents/dossier").status_code == 404
