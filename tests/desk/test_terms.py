"""The page *Terms*: one reviewer proposes, another puts it in force, and whatever is typed stands there inert."""

from __future__ import annotations

from pathlib import Path

import pytest

from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.redaction.terms import TermBook, Terms
from tests.desk.desks import Visit, app_of

TERM = {"text": "Casa  Bluebell", "change": "add deny", "kind": "ORGANIZATION"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path)


def visit(home: Home, user: str) -> Visit:
    return Visit(app_of(home.root), user)


def terms(home: Home) -> Terms:
    return TermBook(home, Keys.load(home)).in_force()


def test_two_reviewers_put_a_term_in_force(home: Home) -> None:
    one, other = visit(home, "cleared_reviewer"), visit(home, "mara")
    assert one.post("/terms", form_on="/terms", **TERM).status_code == 303
    assert terms(home).deny == ()
    page = one.get("/terms").text
    assert "Casa Bluebell" in page
    assert "Put in force<" not in page
    refused = one.post("/terms/1/confirm", form_on="/terms")
    assert (refused.status_code, "four eyes" in refused.text) == (409, True)
    assert "Put in force<" in other.get("/terms").text
    assert other.post("/terms/1/confirm", form_on="/terms").status_code == 303
    assert [term.text for term in terms(home).deny] == ["Casa Bluebell"]
    # Pressed twice, decided once.
    assert other.post("/terms/1/refuse", form_on="/terms").status_code == 409
    assert "by cleared_reviewer" not in other.get("/terms").text.partition("<h2>Decided")[0]


@pytest.mark.parametrize("user", ["cleared_reviewer", "mara"])
def test_a_term_is_taken_back_or_turned_down(home: Home, user: str) -> None:
    visit(home, "cleared_reviewer").post("/terms", form_on="/terms", **TERM)
    assert visit(home, user).post("/terms/1/refuse", form_on="/terms").status_code == 303
    assert terms(home).deny == ()
    assert "turned down" in visit(home, user).get("/terms").text


@pytest.mark.parametrize(
    ("path", "changes", "status"),
    [
        ("", {"change": "add"}, 400),
        ("", {"change": "deny add"}, 400),
        ("", {"kind": "SPELL"}, 400),
        ("", {"text": ""}, 409),
        ("", {"change": "remove deny"}, 409),
        ("/9/confirm", {}, 404),
        ("/1/maybe", {}, 400),
    ],
)
def test_a_form_that_fits_nothing_is_refused(
    home: Home, path: str, changes: dict[str, str], status: int
) -> None:
    browser = visit(home, "mara")
    assert browser.post(f"/terms{path}", form_on="/terms", **TERM | changes).status_code == status
    assert terms(home).version == 0


def test_hostile_words_stand_there_inert(home: Home) -> None:
    hostile = "<script>alert(1)</script>{{7*7}}'--"
    browser = visit(home, "mara")
    browser.post("/terms", form_on="/terms", **TERM | {"text": hostile})
    page = browser.get("/terms").text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page
