"""Look-back on the desk: a case worked from its finding to its closure, and what is refused on the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shield1367.config.recipient import Membership
from shield1367.desk.pages.cases import cases
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.lookback.cases import CaseState
from shield1367.lookback.record import CaseBook
from shield1367.release.ledger import Decision, Exposed, Ledger, Trigger
from shield1367.release.signing import Signer
from tests.desk.desks import COUNTY, Visit, app_of
from tests.desk.test_catalogue import Books, entry

CASE = "/lookback/case-1"
EXPOSED = 7919
BAD = "<script>alert(1)</script>"


def exposed(number: int = 1, **changes: object) -> Exposed:
    content = {
        "release_id": entry(number).release_id, "trigger": Trigger.PROTECTION, "released_at": "2026-03-01T06:00:00",
        "people": EXPOSED, "membership": Membership.WITHHELD, "columns": ("encounters.age: age_band",),
        "findings": {"a_number": 3},
    } | changes  # fmt: skip
    return Exposed.model_validate(content)


def found(home: Home, *what: Exposed, mark: str = "pair") -> None:
    CaseBook(home, Ledger(home), Signer.of(home, Keys.load(home))).found(COUNTY, what, {mark})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two releases, one of them in question."""
    books = Books(tmp_path)
    books.record(entry(1), entry(2))
    found(books.home, exposed())
    return books.home


@pytest.fixture
def officer(home: Home) -> Visit:
    return Visit(app_of(home.root), "compliance")


def step(visit: Visit, home: Home, name: str, **fields: str) -> int:
    seen = str(len(cases(home)["case-1"].events))
    content = {"seen": seen, "reference": "INC-2026-4", **fields}
    return visit.post(f"{CASE}/{name}", form_on=CASE, **content).status_code


def test_a_recall_from_finding_to_closure(home: Home, officer: Visit) -> None:
    page = officer.get("/lookback").text
    for words in ("waits for a decision", "releases are frozen", COUNTY, "incident notice, due"):
        assert words in page.replace("<small>", "").replace("late</span> ", "")
    page = officer.get(CASE).text
    for words in ("7,919 people", "a number 3 times", "encounters.age", "age band", "are frozen"):
        assert words in page
    assert "/lookback/case-1/closed" not in page, "what cannot be done yet is not offered"
    assert step(officer, home, "decided", decision="recall") == 303
    assert "waits for its notices" in officer.get("/lookback").text
    for form in ("incident", "recall"):
        assert officer.get(f"{CASE}/notices/{form}").status_code == 409
        assert step(officer, home, "notified", notice=form) == 409, "what nobody drew up, nobody has sent"
        assert step(officer, home, "draft", notice=form) == 303
        assert f"/compliance/lookback/case-1/notices/{form}" in officer.get(f"{CASE}?notice={form}").text
        assert step(officer, home, "notified", notice=form) == 303
    assert "certificate" in officer.get(CASE).text
    assert step(officer, home, "answered") == 303
    assert step(officer, home, "closed") == 303
    case = cases(home)["case-1"]
    assert case.state is CaseState.CLOSED
    assert {event.by for event in case.events[1:]} == {"compliance"}
    assert "No case is open" in officer.get("/lookback").text
    assert "closed" in officer.get("/lookback?show=all").text
    assert "<form" not in officer.get(CASE).text


def test_a_notice_is_a_document_that_can_do_nothing(home: Home, officer: Visit) -> None:
    step(officer, home, "draft", notice="incident")
    answer = officer.get(f"{CASE}/notices/incident")
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "7,919" in answer.text
    recall = Visit(app_of(home.root), "auditor").get(f"{CASE}/notices/recall")
    assert (recall.status_code, "E671" in recall.text) == (409, True)


def test_what_was_sent_stays_and_what_is_found_later_needs_another(home: Home, officer: Visit) -> None:
    step(officer, home, "decided", decision="inform")
    step(officer, home, "draft", notice="incident")
    assert step(officer, home, "notified", notice="incident") == 303
    assert step(officer, home, "draft", notice="incident") == 409
    path = home.lookback / "case-1" / "incident.html"
    os.utime(path, (0, 0))
    found(home, exposed(2), mark="another pair")
    step(officer, home, "decided", decision="inform")
    assert step(officer, home, "notified", notice="incident") == 409, "it tells of the first release only"
    assert step(officer, home, "draft", notice="incident") == 303
    assert step(officer, home, "notified", notice="incident") == 303


def test_an_auditor_reads_and_changes_nothing(home: Home) -> None:
    auditor = Visit(app_of(home.root), "auditor")
    page = auditor.get(CASE).text
    assert "7,919 people" in page
    assert "<form" not in page


def test_a_second_click_records_nothing(home: Home, officer: Visit) -> None:
    fields = {"seen": "1", "decision": "inform", "reference": "INC-2026-4"}
    token = officer.token(CASE)
    data = {"token": token, **fields}
    answers = [officer.client.post(f"/compliance{CASE}/decided", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 409]
    assert "E670" in answers[1].text
    assert len(cases(home)["case-1"].events) == 2


def test_what_came_in_between_is_not_decided_about(home: Home, officer: Visit) -> None:
    token = officer.token(CASE)
    found(home, exposed(2), mark="another pair")
    fields = {"token": token, "seen": "1", "decision": "no_action", "reference": "INC-2026-4"}
    assert officer.client.post(f"/compliance{CASE}/decided", data=fields).status_code == 409
    assert cases(home)["case-1"].decision is None


@pytest.mark.parametrize(
    ("name", "fields", "status"),
    [
        ("decided", {"decision": "forget"}, 400),
        ("decided", {}, 400),
        ("decided", {"decision": "inform", "reference": ""}, 400),
        ("decided", {"decision": "inform", "reference": "A204 567 891"}, 400),
        ("decided", {"decision": "inform", "reference": "x" * 121}, 400),
        ("draft", {"notice": "../../keys/master"}, 400),
        ("notified", {"notice": BAD}, 400),
        ("answered", {}, 409),
        ("closed", {}, 409),
        ("opened", {}, 404),
        ("extended", {}, 404),
    ],
)
def test_what_a_case_does_not_allow_is_refused(
    home: Home, officer: Visit, name: str, fields: dict[str, str], status: int
) -> None:
    assert step(officer, home, name, **fields) == status
    assert len(cases(home)["case-1"].events) == 1


def test_a_number_in_a_reference_comes_back_nowhere(
    home: Home, officer: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    fields = {"seen": "1", "decision": "inform", "reference": "A204567891"}
    answer = officer.post(f"{CASE}/decided", form_on=CASE, **fields)
    assert "E406" in answer.text
    assert "204567891" not in answer.text + caplog.text


@pytest.mark.parametrize("name", ["case-2", "case-", "case-1.1", "CASE-1", BAD, "%00", "case-1%0a"])
def test_a_case_that_is_not_there(home: Home, officer: Visit, name: str) -> None:
    answer = officer.get(f"/lookback/{name}")
    assert answer.status_code in (400, 404)
    assert BAD not in answer.text


def test_a_new_home_has_no_case(tmp_path: Path) -> None:
    assert "No case is open" in Visit(app_of(tmp_path), "auditor").get("/lookback").text
    assert not list(tmp_path.iterdir()), "a look leaves nothing behind"


def test_hostile_words_of_a_ledger_are_inert(home: Home, officer: Visit) -> None:
    found(home, exposed(2, columns=(f"{BAD}: {BAD}",), findings={BAD: 1}), mark="another")
    step(officer, home, "decided", decision="inform", reference=BAD)
    assert BAD not in officer.get(CASE).text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None)
@given(steps=st.lists(st.sampled_from(["decided", "notified", "answered", "closed", "draft"]), max_size=6))
def test_no_order_of_clicks_closes_what_the_privacy_office_was_not_told(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    books = Books(tmp_path_factory.mktemp("clicks"))
    books.record(entry(1))
    found(books.home, exposed())
    visit = Visit(app_of(books.home.root), "compliance")
    done = []
    for name in steps:
        if step(visit, books.home, name, decision=Decision.RECALL, notice="recall") == 303:
            done.append(name)
    case = cases(books.home)["case-1"]
    assert (case.closed_at is not None) == ("closed" in done)
    assert case.closed_at is None, "its incident notice was never sent"
