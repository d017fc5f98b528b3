"""Quarantine on the desk: a cleared engineer opens a row, mends it, and releases what holds into its batch."""

from __future__ import annotations

import html
import logging
import re
import shutil
from pathlib import Path

import httpx
import pytest

from shield1367.desk.tokens import COOKIE, Tokens
from shield1367.intake.mended import Mended
from shield1367.intake.receipt import BatchReceipt, read_receipt
from shield1367.protection.registry.questions import Question, questions
from tests.desk.desks import PREFIX, SECRET, Visit, app_of
from tests.protection.site import Desk, a_number, application

BATCH = "/quarantine/court/b1"
BAD = {"IDNCASE": "910000001", "ALIEN_NBR": '"/><script>alert(1)</script>\tX'}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = Desk.at(tmp_path_factory.mktemp("mending") / "home")
    desk.deliver("benefits", {"applications": [application(1)]})
    desk.deliver("court", {"cases": [BAD, {"IDNCASE": "910000002", "ALIEN_NBR": a_number(1)}]})
    desk.judge()
    return desk.home.root


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    return Desk.at(Path(shutil.copytree(made, tmp_path / "home")))


def visit(desk: Desk, user: str = "ines") -> Visit:
    return Visit(app_of(desk.home.root, keys=desk.keys), user)


def row_of(desk: Desk) -> dict[str, str]:
    """What the form of the waiting row sends."""
    receipt = receipt_of(desk)
    (refusal,) = [r for r in receipt.refusals if r.row is not None]
    return {"file": refusal.file, "row": str(refusal.row)}


def receipt_of(desk: Desk) -> BatchReceipt:
    found = read_receipt(desk.home, "court", "b1")
    assert found is not None
    return found


def fields_of(page: str) -> dict[str, str]:
    return {
        field: html.unescape(text)
        for field, text in re.findall(r'<textarea id="(c\d+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    }


def mend(desk: Desk, browser: Visit, **changes: str) -> httpx.Response:
    shown = browser.post(f"{BATCH}/row", form_on=BATCH, **row_of(desk)).text
    names = dict(re.findall(r'<label for="(c\d+)">([^<]+)</label>', shown))
    cells = fields_of(shown) | {field: changes[name] for field, name in names.items() if name in changes}
    return browser.post(f"{BATCH}/mend", form_on=BATCH, **row_of(desk), **cells)


def test_a_row_is_opened_mended_and_released(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser = visit(desk)
    shown = browser.post(f"{BATCH}/row", form_on=BATCH, **row_of(desk))
    assert shown.status_code == 200
    assert shown.headers["refresh"].startswith("900;")
    assert "<script>" not in shown.text
    assert "&lt;script&gt;" in shown.text
    assert questions(desk.registry, desk.keys)[-1].question is Question.REFUSED_ROWS
    assert questions(desk.registry, desk.keys)[-1].asked_by == "ines"
    kept = mend(desk, browser, IDNCASE="910000001", ALIEN_NBR=a_number(1))
    assert (kept.status_code, kept.headers["location"]) == (303, f"{PREFIX}{BATCH}")
    assert receipt_of(desk).quarantined == 1, "kept, and not staged yet"
    assert "It was mended before" in browser.post(f"{BATCH}/row", form_on=BATCH, **row_of(desk)).text
    done = browser.post(f"{BATCH}/release", form_on=BATCH, why="TICKET-118")
    assert done.status_code == 303
    receipt = receipt_of(desk)
    assert (receipt.rows, receipt.staged, receipt.quarantined) == (2, 2, 0)
    (addition,) = receipt.additions
    assert (addition.by, addition.why, addition.mended) == ("ines", "TICKET-118", 1)
    page = browser.get(BATCH).text
    assert "Released before" in page
    assert "TICKET-118" in page
    assert "court" not in browser.get("/quarantine").text
    assert a_number(1) not in caplog.text
    assert "alert(1)" not in caplog.text


def test_pressed_twice_it_is_released_once(desk: Desk) -> None:
    browser = visit(desk)
    mend(desk, browser, IDNCASE="910000001", ALIEN_NBR=a_number(1))
    token = browser.token(BATCH)
    data = {"token": token, "why": "TICKET-118"}
    first, second = (browser.client.post(f"{PREFIX}{BATCH}/release", data=data) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 409)
    assert "E715" in second.text
    assert len(receipt_of(desk).additions) == 1


def test_a_row_that_somebody_else_has_released_is_mended_no_more(desk: Desk) -> None:
    stale, other = visit(desk), visit(desk)
    row, token = row_of(desk), stale.token(BATCH)
    cells = fields_of(stale.post(f"{BATCH}/row", form_on=BATCH, **row).text)
    mend(desk, other, IDNCASE="910000001", ALIEN_NBR=a_number(1))
    other.post(f"{BATCH}/release", form_on=BATCH, why="T-1")
    answer = stale.client.post(f"{PREFIX}{BATCH}/mend", data={"token": token, **row, **cells})
    assert (answer.status_code, "E715" in answer.text) == (409, True)
    assert Mended(desk.home, desk.keys, "court", "b1").rows() == {}


def test_what_does_not_hold_stays_and_says_so(desk: Desk) -> None:
    browser = visit(desk)
    answer = browser.post(f"{BATCH}/release", form_on=BATCH, why="T-1")
    assert (answer.status_code, "E717" in answer.text) == (409, True)
    assert receipt_of(desk).quarantined == 1
    mend(desk, browser, ALIEN_NBR=a_number(1), IDNCASE="910000002")
    answer = browser.post(f"{BATCH}/release", form_on=BATCH, why="T-1")
    assert "duplicate_key" in answer.text


@pytest.mark.parametrize(
    ("step", "fields", "status"),
    [
        ("release", {"why": ""}, 400),
        ("release", {"why": "about A200000001"}, 400),
        ("row", {"row": "9"}, 404),
        ("row", {"row": "-1"}, 400),
        ("row", {"row": "٣"}, 400),
        ("row", {"file": "../../keys/master.key"}, 404),
        ("mend", {}, 400),
    ],
)
def test_a_form_that_fits_nothing_is_refused(
    desk: Desk, step: str, fields: dict[str, str], status: int
) -> None:
    answer = visit(desk).post(f"{BATCH}/{step}", form_on=BATCH, **(row_of(desk) | fields))
    assert answer.status_code == status
    assert receipt_of(desk).additions == ()


@pytest.mark.parametrize("user", ["engineer", "cleared_reviewer", "compliance", "auditor"])
def test_one_role_alone_opens_no_row(desk: Desk, user: str) -> None:
    browser = visit(desk, user)
    browser.get("/")
    token = Tokens(SECRET).make(user, browser.client.cookies[COOKIE])
    for step in ("row", "mend", "release"):
        answer = browser.client.post(f"{PREFIX}{BATCH}/{step}", data={"token": token, **row_of(desk)})
        assert (answer.status_code, "E662" in answer.text) == (403, True)
    if user != "cleared_reviewer":
        page = browser.get(BATCH).text
        assert "Release what holds" not in page
        assert "alert(1)" not in page


@pytest.mark.parametrize("page", ["0", "1", "999"])
def test_lists_are_paged_and_past_the_end_is_the_end(desk: Desk, page: str) -> None:
    browser = visit(desk)
    assert "court" in browser.get(f"/quarantine?page={page}").text
    assert "Mend<span" in browser.get(f"{BATCH}?page={page}").text


@pytest.mark.parametrize("page", ["x", "-1", "1e9", "99999999999", ""])
def test_a_page_that_is_no_number_is_refused(desk: Desk, page: str) -> None:
    assert visit(desk).get(f"/quarantine?page={page}").status_code == 400
