"""All routes, all roles, on Airflow's own server with either auth manager: `make test-roles`. Needs no browser.

Not named ``test_…``: two servers and as many databases take a minute or two.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from shield1367.home import Home
from tests.browser.servers import AuthManager, api_server, config_with, signed_in_by_form, token_of
from tests.desk.desks import COUNTY, PEOPLE, PREFIX, app_of
from tests.desk.everything import Address, Caller, addresses, something_to_show, verdict
from tests.desk.test_everywhere import Search

pytestmark = pytest.mark.timeout(900)

# Of Airflow's own role alone, by which desk.yaml lets no viewer in.
STRANGER = "stranger"


@dataclass(frozen=True)
class Server:
    """A running one, and what there is on it."""

    url: str
    home: Home
    manager: AuthManager
    addresses: tuple[Address, ...]


class Session:
    """Somebody who signed in for real; asked like a :class:`tests.desk.desks.Visit`."""

    def __init__(self, url: str, token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: object) -> None:
        self.client.close()

    def get(self, path: str) -> httpx.Response:
        return self.client.get(PREFIX + path)


@pytest.fixture(scope="module", params=list(AuthManager))
def server(
    request: pytest.FixtureRequest, finished: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    root = tmp_path_factory.mktemp(request.param.value)
    home = Home(root=Path(shutil.copytree(finished, root / "home")))
    app = app_of(home.root)
    something_to_show(home, app)
    people: dict[str, object] = {name: {"roles": [role]} for name, role in PEOPLE.items()}
    people["analyst"] = {"roles": ["analyst"], "recipients": [COUNTY]}
    config = config_with(root / "config", {"people": people})
    users = [*PEOPLE, STRANGER]
    with api_server(home.root, config, users, manager=request.param, log=root / "server.log") as url:
        yield Server(url, home, request.param, tuple(addresses(app, home)))


@pytest.mark.parametrize("role", [None, STRANGER, *PEOPLE])
def test_each_role_gets_in_where_it_may_and_nowhere_else(server: Server, role: str | None) -> None:
    search = Search(server.home)
    with Session(server.url, token_of(server.url, role) if role else None) as session:
        caller = Caller(session)
        for one in server.addresses:
            answer = caller.ask(one)
            assert verdict(role, one, answer.status_code) == "", one.path
            if role != "cleared_reviewer":
                assert search(answer, one.path) == []


def test_a_forged_or_foreign_token_is_nobody(server: Server) -> None:
    good = token_of(server.url, "compliance")
    forged = (good[:-3] + "xyz", good.rpartition(".")[0] + ".", "x", "a.b.c")
    for token, status in (*dict.fromkeys(forged, 401).items(), (good, 200)):
        with Session(server.url, token) as session:
            assert session.get("/").status_code == status


def test_a_browser_signs_in_by_its_cookie(server: Server) -> None:
    if server.manager is AuthManager.SIMPLE:
        pytest.skip("its form is a script: `make test-browser` fills it in")
    with signed_in_by_form(server.url, "auditor") as client:
        page = client.get(f"{PREFIX}/")
        assert (page.status_code, "auditor: auditor" in page.text) == (200, True)
        assert client.get(f"{PREFIX}/who-received").status_code == 403
