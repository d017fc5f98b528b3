"""What looking back says on the pages: recalled to everybody, in question to those who may read cases, frozen."""

from __future__ import annotations

from pathlib import Path

import pytest

from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.lookback.record import CaseBook
from shield1367.release.ledger import Decision, Ledger, NoticeForm
from shield1367.release.signing import Signer
from tests.desk.desks import COUNTY, Visit, app_of
from tests.desk.test_cases import exposed, found
from tests.desk.test_catalogue import Books, entry

RELEASE = entry(1).release_id


@pytest.fixture
def home(tmp_path: Path) -> Home:
    books = Books(tmp_path)
    books.record(entry(1), entry(2))
    found(books.home, exposed())
    return books.home


def book(home: Home) -> CaseBook:
    return CaseBook(home, Ledger(home), Signer.of(home, Keys.load(home)))


def state_of(home: Home, role: str) -> tuple[str, bool]:
    """The label of the release in the list, and whether a case is named anywhere on list or page."""
    visit = Visit(app_of(home.root), role)
    listed, shown = visit.get("/").text, visit.get(f"/releases/{RELEASE}").text
    row = next(row for row in listed.split("<tr>") if RELEASE in row)
    label = row.partition('<span class="state')[2].partition(">")[2].partition("<")[0]
    assert f"<strong>{label.capitalize()}" in shown
    return label, "case-1" in listed + shown


@pytest.mark.parametrize(
    "role", ["compliance", "auditor", "engineer", "approver", "cleared_reviewer", "analyst"]
)
def test_a_release_in_question_is_so_to_those_who_may_read_cases(home: Home, role: str) -> None:
    knows = role in ("compliance", "auditor")
    # The folder of this release is nowhere, which is what everybody else sees of it.
    assert state_of(home, role) == ("in question" if knows else "released, folder gone", knows)


@pytest.mark.parametrize("role", ["compliance", "approver", "analyst"])
def test_a_recalled_release_is_so_to_everybody_and_stays_it(home: Home, role: str) -> None:
    book(home).decide("case-1", Decision.RECALL, by="bo", reference="R-1")
    assert state_of(home, role)[0] != "recalled", "nobody has told the recipient yet"
    for form in (NoticeForm.INCIDENT, NoticeForm.RECALL):
        book(home).notified("case-1", form, by="bo", reference="R-2")
    assert state_of(home, role)[0] == "recalled"
    book(home).answered("case-1", by="bo", reference="R-3")
    book(home).close("case-1", by="bo", reference="R-4")
    assert state_of(home, role) == ("recalled", False)


def test_the_list_shows_what_was_recalled_alone(home: Home) -> None:
    visit = Visit(app_of(home.root), "auditor")
    assert "recalled of them" not in visit.get("/").text
    assert RELEASE not in visit.get("/?state=recalled").text
    book(home).decide("case-1", Decision.RECALL, by="bo", reference="R-1")
    for form in (NoticeForm.INCIDENT, NoticeForm.RECALL):
        book(home).notified("case-1", form, by="bo", reference="R-2")
    assert '<a href="?state=recalled"><b>1</b> recalled of them</a>' in visit.get("/").text
    shown = visit.get("/?state=recalled").text
    assert RELEASE in shown
    assert entry(2).release_id not in shown
    assert '<option value="recalled" selected>' in shown
    assert "1 release" in shown
    assert RELEASE not in visit.get("/?state=recalled&recipient=crcl-oversight").text
    assert '<option value="recalled">' in visit.get("/?state=released").text


@pytest.mark.parametrize("decision", [None, Decision.RECALL, Decision.INFORM])
def test_whose_recipient_is_frozen_may_not_receive(home: Home, decision: Decision | None) -> None:
    if decision:
        book(home).decide("case-1", decision, by="bo", reference="R-1")
    is_frozen = decision is not Decision.INFORM
    visit = Visit(app_of(home.root), "approver")
    assert ("frozen by look-back case-1" in visit.get("/recipients").text) is is_frozen
    assert ("Nothing goes to this recipient today" in visit.get(f"/recipients/{COUNTY}").text) is is_frozen
    assert ("nothing more for now" in Visit(app_of(home.root), "auditor").get("/").text) is is_frozen
