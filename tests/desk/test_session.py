"""The session on cleared pages: it ends a quarter of an hour after the last thing done, and a sign-in begins it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fastapi import FastAPI

from shield1367.desk.access import ACCESS, CLEARED_PAGES
from shield1367.desk.tokens import CLEARED_COOKIE, CLEARED_SECONDS, Tokens
from tests.desk.desks import PREFIX, SECRET, Visit, app_of

LONG_AGO = str(CLEARED_SECONDS + 5)
PAGES = ("/who-received", "/quality", "/safeguards")


@pytest.fixture
def app(finished: Path) -> FastAPI:
    return app_of(finished)


def came_back(app: FastAPI, user: str = "mara", ago: str = LONG_AGO) -> Visit:
    """Somebody who signed in so long ago."""
    visit = Visit(app, user)
    visit.client.headers["x-signed-in-ago"] = ago
    return visit


@pytest.mark.parametrize("path", PAGES)
def test_whoever_walked_away_signs_in_again(app: FastAPI, path: str) -> None:
    answer = came_back(app).get(path)
    assert (answer.status_code, "E718" in answer.text) == (401, True)
    assert CLEARED_COOKIE not in answer.headers.get("set-cookie", "")
    assert came_back(app, ago="10").get(path).status_code == 200


def test_whoever_goes_on_working_stays(app: FastAPI) -> None:
    visit = came_back(app, ago="0")
    assert visit.get("/").status_code == 200
    visit.client.headers["x-signed-in-ago"] = LONG_AGO
    for path in PAGES:
        assert visit.get(path).status_code == 200


def kept(visit: Visit, seconds_ago: float, *, user: str = "mara", secret: bytes = SECRET) -> None:
    """Give the browser the session it got so long ago."""
    browser = visit.client.cookies["shield1367_desk"]
    made = Tokens(secret, lambda: time.time() - seconds_ago).make_session(user, browser)
    visit.client.cookies.delete(CLEARED_COOKIE, path=PREFIX)
    visit.client.cookies.set(CLEARED_COOKIE, made, path=PREFIX)


def test_a_session_ends_and_no_page_brings_it_back(app: FastAPI) -> None:
    visit = came_back(app)
    visit.get("/")
    kept(visit, CLEARED_SECONDS - 30)
    assert visit.get("/quality").status_code == 200
    kept(visit, CLEARED_SECONDS + 2)
    # Where a cleared page goes by itself: it shows, and begins nothing.
    assert visit.get("/").status_code == 200
    assert visit.get("/quality").status_code == 401


@pytest.mark.parametrize(
    "of", [{"user": "cleared_reviewer"}, {"secret": b"of another server"}], ids=["another", "forged"]
)
def test_a_session_is_of_one_person_and_one_server(app: FastAPI, of: dict[str, object]) -> None:
    visit = came_back(app)
    visit.get("/")
    kept(visit, 1, **of)  # type: ignore[arg-type]
    assert visit.get("/quality").status_code == 401


def test_a_session_taken_to_another_browser_holds_no_more(app: FastAPI) -> None:
    visit = came_back(app)
    visit.get("/")
    kept(visit, 1)
    visit.client.cookies.delete("shield1367_desk", path=PREFIX)
    assert visit.get("/quality").status_code == 401


def test_a_form_is_no_session(app: FastAPI) -> None:
    """The token of a form is signed with the same key, for something else."""
    visit = came_back(app)
    visit.get("/")
    form = Tokens(SECRET).make("mara", visit.client.cookies["shield1367_desk"])
    for sent in (form, "", "1.2", "x" * 4000):
        visit.client.cookies.set(CLEARED_COOKIE, sent, path=PREFIX)
        assert visit.get("/quality").status_code == 401


def test_every_cleared_page_leaves_the_screen_and_no_other_does(app: FastAPI) -> None:
    visit = Visit(app, "mara")
    for path in PAGES:
        assert visit.get(path).headers["refresh"] == f"{CLEARED_SECONDS}; url={PREFIX}/"
    for path in ("/", "/recipients"):
        assert "refresh" not in visit.get(path).headers
    assert "refresh" not in Visit(app, "auditor").get("/safeguards").headers


def test_whatever_only_the_cleared_may_open_is_a_cleared_page() -> None:
    only = {name for name, roles in ACCESS.items() if {role.value for role in roles} == {"cleared_reviewer"}}
    assert only <= CLEARED_PAGES <= ACCESS.keys()


def test_for_others_nothing_ends(app: FastAPI) -> None:
    assert came_back(app, "compliance").get("/safeguards").status_code == 200
