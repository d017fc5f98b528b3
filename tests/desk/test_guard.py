"""The guard: who is let through to which route, which forms count, and what goes out with every answer."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from shield1367.desk.access import ACCESS, Role
from shield1367.desk.app import create_app
from shield1367.desk.settings import DeskSettings
from shield1367.desk.site import DeskSite
from shield1367.desk.tokens import COOKIE
from shield1367.home import Home
from tests.desk.desks import PEOPLE, PREFIX, SECRET, Visit, app_of, by_header, settings

# Written down once more, by path and not by name: a change of who may call what has to be made twice.
INSIDE = {"engineer", "compliance", "approver", "cleared_reviewer", "auditor"}
ALL = INSIDE | {"analyst"}
EXPECTED = {
    ("GET", "/"): ALL,
    ("GET", "/releases/{release_id}"): ALL,
    ("GET", "/releases/{release_id}/documents/{name}"): ALL,
    ("GET", "/releases/{release_id}/evidence.zip"): ALL,
    ("POST", "/releases/{release_id}/verify"): ALL,
    ("GET", "/recipients"): INSIDE,
    ("GET", "/recipients/{name}"): INSIDE,
    ("GET", "/recipients/{name}/preview"): INSIDE,
    ("GET", "/who-received"): {"cleared_reviewer"},
    ("POST", "/who-received"): {"cleared_reviewer"},
    ("GET", "/lookback"): {"compliance", "auditor"},
    ("GET", "/lookback/{case}"): {"compliance", "auditor"},
    ("GET", "/lookback/{case}/notices/{form}"): {"compliance", "auditor"},
    ("POST", "/lookback/{case}/{step}"): {"compliance"},
    ("GET", "/accounts"): {"compliance", "auditor"},
    ("GET", "/accounts/{month}/page"): {"compliance", "auditor"},
    ("GET", "/accounts/{month}/table.csv"): {"compliance", "auditor"},
    ("POST", "/accounts"): {"compliance"},
    ("GET", "/quality"): {"cleared_reviewer"},
    ("GET", "/quality/{release_id}"): {"cleared_reviewer"},
    ("POST", "/quality/{release_id}/draw"): {"cleared_reviewer"},
    ("POST", "/quality/{release_id}/narratives/{number}"): {"cleared_reviewer"},
    ("POST", "/quality/{release_id}/narratives/{number}/marks"): {"cleared_reviewer"},
    ("GET", "/terms"): {"cleared_reviewer"},
    ("POST", "/terms"): {"cleared_reviewer"},
    ("POST", "/terms/{number}/{decision}"): {"cleared_reviewer"},
    ("GET", "/safeguards"): {"compliance", "cleared_reviewer", "auditor"},
    ("GET", "/quarantine"): {"engineer", "compliance", "auditor"},
    ("GET", "/quarantine/{source}/{batch}"): {"engineer", "compliance", "auditor"},
    # Of one person who is engineer and cleared: no single role opens them.
    ("POST", "/quarantine/{source}/{batch}/row"): set(),
    ("POST", "/quarantine/{source}/{batch}/mend"): set(),
    ("POST", "/quarantine/{source}/{batch}/release"): set(),
}
PARAMETERS = {
    "name": "county-analytics", "source": "enforcement", "batch": "none",
    "case": "case-1", "form": "recall", "step": "closed", "month": "2001-01", "number": "1", "decision": "confirm",
}  # fmt: skip
# There is none of that name; whoever may not look is told so before anybody looks for it.
GO_ON = {("POST", "/accounts")}
# What these forms propose is not in what `call` sends.
UNSAID = {("POST", "/terms")}
NOT_THERE = ("{batch}", "{case}", "{month}", "/draw", "{number}")


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path of every route; fails when anything else is mounted."""
    found = []
    for route in app.routes:
        assert isinstance(route, APIRoute), f"{route} is no plain route"
        found += [(method, route.path) for method in sorted(route.methods)]
    return found


def call(visit: Visit, method: str, path: str, county: str) -> int:
    """Status of one route, asked as its page would ask."""
    name = "dossier" if "documents" in path else PARAMETERS["name"]
    address = path.format(**{**PARAMETERS, "name": name, "release_id": county})
    if method == "POST":
        page = "/who-received" if path == "/who-received" else f"/releases/{county}"
        tokens = re.findall(r'name="token" value="([^"]+)"', visit.get(page).text)
        data = {"token": tokens[0] if tokens else "none", "a_number": "A000000001", "size": "10"}
        return visit.client.post(PREFIX + address, data=data).status_code
    return visit.get(address).status_code


def test_every_route_is_in_the_table(app: FastAPI) -> None:
    assert set(routes_of(app)) == set(EXPECTED)
    assert {route.name for route in app.routes if isinstance(route, APIRoute)} == set(ACCESS)


@pytest.mark.parametrize("role", PEOPLE)
def test_every_role_opens_its_routes_and_no_other(app: FastAPI, county: str, role: str) -> None:
    visit = Visit(app, role)
    for method, path in routes_of(app):
        status = call(visit, method, path, county)
        if role in EXPECTED[method, path]:
            there = 303 if (method, path) in GO_ON else 400 if (method, path) in UNSAID else 200
            assert status == (404 if any(part in path for part in NOT_THERE) else there), (method, path)
        else:
            assert status == 403, (method, path)


@pytest.mark.parametrize(("user", "status", "code"), [(None, 401, "E660"), ("nobody-knows", 403, "E661")])
def test_strangers_open_nothing(app: FastAPI, county: str, user: str | None, status: int, code: str) -> None:
    visit = Visit(app, user)
    for method, path in routes_of(app):
        assert call(visit, method, path, county) == status, (method, path)
    for path in ("/nothing", "/docs", "/openapi.json", "/static/x", "/%2e%2e/x"):
        answer = visit.get(path)
        assert answer.status_code == status
        assert code in answer.text
        assert "Releases" not in answer.text


def test_there_are_no_pages_about_the_api(app: FastAPI) -> None:
    visit = Visit(app, "compliance")
    for path in ("/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"):
        assert visit.get(path).status_code == 404


def test_a_route_that_the_table_does_not_name_is_open_to_nobody(tmp_path: Path) -> None:
    app = app_of(tmp_path)
    app.add_api_route("/new", lambda: "x", name="new")
    for role in PEOPLE:
        assert Visit(app, role).get("/new").status_code == 403


def test_a_role_of_airflow_gives_what_the_settings_say(app: FastAPI) -> None:
    assert Visit(app, "somebody", "admin viewer").get("/quarantine").status_code == 200
    assert Visit(app, "somebody", "viewer").get("/").status_code == 403


def test_who_is_taken_off_the_list_is_out_at_once(tmp_path: Path) -> None:
    present = [settings()]
    site = DeskSite(Home(root=tmp_path), load_settings=lambda: present[0])
    visit = Visit(create_app(site, identify=by_header, secret=SECRET), "auditor")
    assert visit.get("/").status_code == 200
    present[0] = DeskSettings()
    assert visit.get("/").status_code == 403


def test_websockets_are_closed(app: FastAPI) -> None:
    with pytest.raises(WebSocketDisconnect), TestClient(app).websocket_connect("/"):
        pass


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(app: FastAPI, method: str) -> None:
    assert Visit(app, "compliance").client.request(method, f"{PREFIX}/").status_code == 400


def test_a_form_counts_only_with_the_token_of_its_reader(app: FastAPI, county: str) -> None:
    path, target = f"/releases/{county}", f"{PREFIX}/releases/{county}/verify"
    mine, other = Visit(app, "compliance"), Visit(app, "auditor")
    token = mine.token(path)
    assert mine.client.post(target, data={"token": token}).status_code == 200
    cross_site = mine.client.post(target, data={"token": token}, headers={"sec-fetch-site": "cross-site"})
    assert cross_site.status_code == 403
    for wrong in ({"a": "b"}, {"token": ""}, {"token": other.token(path)}, {"token": token[:-1] + "0g"}):
        answer = mine.client.post(target, data=wrong)
        assert (answer.status_code, "E663" in answer.text) == (403, True)
    # The same person in another browser, which never saw the page.
    mine.client.cookies.clear()
    assert mine.client.post(target, data={"token": token}).status_code == 403


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"token=x", "application/json"),
        (b"token=x", "multipart/form-data; boundary=x"),
        (b"token=" + b"x" * 70_000, "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(500)), "application/x-www-form-urlencoded"),
    ],
)
def test_other_bodies_are_refused_unread(app: FastAPI, content: bytes, kind: str) -> None:
    visit = Visit(app, "cleared_reviewer")
    answer = visit.client.post(f"{PREFIX}/who-received", content=content, headers={"content-type": kind})
    assert answer.status_code == 400
    assert "E666" in answer.text


def test_every_answer_carries_the_headers(app: FastAPI, county: str) -> None:
    stranger, visit = Visit(app, None), Visit(app, "compliance")
    answers = [
        visit.get(path)
        for path in ("/", "/nothing", "/who-received", f"/releases/{county}/documents/dossier", "/quarantine/a/b")
    ]  # fmt: skip
    for answer in [*answers, stranger.get("/"), visit.client.put(f"{PREFIX}/")]:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        # One script of our own, by its hash, and none in a document.
        allowed = re.findall("script-src ([^;]*)", policy)
        assert all(re.fullmatch("'sha256-[A-Za-z0-9+/=]{44}'", sources) for sources in allowed)
        assert bool(allowed) is ("sandbox" not in policy)


def test_the_cookie_is_for_the_desk_alone(app: FastAPI) -> None:
    cookie = Visit(app, "compliance").get("/").headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert f"Path={PREFIX}; HttpOnly; SameSite=Strict" in cookie


def test_what_a_route_chokes_on_is_told_to_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = app_of(tmp_path)

    def choke(number: int) -> str:
        raise ValueError("A204567891")

    app.add_api_route("/choke/{number}", choke, name="releases")
    caplog.set_level(logging.DEBUG)
    for role in ("engineer", "analyst"):
        answer = Visit(app, role).get("/choke/1")
        assert (answer.status_code, "E901" in answer.text) == (500, True)
        assert "A204567891" not in answer.text
        # The framework's own message would quote it.
        wrong = Visit(app, role).get("/choke/A204567891")
        assert wrong.status_code == 400
        assert "A204567891" not in wrong.text
    ours = [record for record in caplog.records if record.name.startswith("shield1367")]
    assert ours
    assert not any("A204567891" in record.getMessage() or record.exc_info for record in ours)


def test_faults_inside_are_told_in_full_to_the_agency_alone(tmp_path: Path) -> None:
    """A ledger that is gone is for those who can mend it; a recipient's analyst gets the code."""
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "heads").write_text("1 x\n")
    inside, outside = (Visit(app_of(tmp_path), user).get("/") for user in ("engineer", "analyst"))
    assert (inside.status_code, outside.status_code) == (500, 500)
    assert "it was removed" in inside.text
    assert "it was removed" not in outside.text
    assert "E801" in outside.text


def test_the_roles_are_the_six() -> None:
    assert {role.value for role in Role} == ALL
