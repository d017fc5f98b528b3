"""A desk under its address, as Airflow mounts it, and people who come to it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from shield1367.desk.access import Account, Role
from shield1367.desk.app import create_app
from shield1367.desk.settings import DeskSettings
from shield1367.desk.site import DeskSite
from shield1367.home import Home
from shield1367.keys import Keys

PREFIX = "/compliance"
SECRET = b"of the servers"
COUNTY = "county-analytics"
PEOPLE: Mapping[str, Role] = {role.value: role for role in Role}


def settings(**changes: object) -> DeskSettings:
    """Somebody of each role, named like it; the analyst is the county's."""
    people: dict[str, object] = {name: {"roles": [role]} for name, role in PEOPLE.items()}
    people["analyst"] = {"roles": ["analyst"], "recipients": [COUNTY]}
    # A second reviewer, who has asked nothing in a home that tests share.
    people["mara"] = {"roles": ["cleared_reviewer"]}
    people["ines"] = {"roles": ["engineer", "cleared_reviewer"]}
    return DeskSettings.model_validate(
        {"people": people, "airflow_roles": {"admin": ["engineer"]}, **changes}
    )


async def by_header(request: Request) -> Account | None:
    """Whoever the header names."""
    name = request.headers.get("x-user")
    if not name:
        return None
    ago = float(request.headers.get("x-signed-in-ago", "0"))
    return Account(name, frozenset(request.headers.get("x-roles", "").split()), time.time() - ago)


def app_of(home: Path, *, keys: Keys | None = None, **changes: object) -> FastAPI:
    """The desk of a home."""
    made = settings(**changes)
    load_keys: Callable[[Home], Keys] = (lambda _: keys) if keys else Keys.load
    site = DeskSite(Home(root=home), load_settings=lambda: made, load_keys=load_keys)
    return create_app(site, identify=by_header, secret=SECRET)


class Visit:
    """A browser of one person."""

    def __init__(self, app: FastAPI, user: str | None, roles: str = "") -> None:
        outer = FastAPI()
        outer.mount(PREFIX, app)
        headers = {"x-user": user, "x-roles": roles} if user else {}
        self.client = TestClient(outer, headers=headers, follow_redirects=False, raise_server_exceptions=True)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(PREFIX + path)

    def token(self, path: str) -> str:
        """The token in the form of a page."""
        return re.findall(r'name="token" value="([^"]+)"', self.get(path).text)[0]

    def post(self, path: str, *, form_on: str, **fields: str) -> httpx.Response:
        """Send the form of a page."""
        return self.client.post(PREFIX + path, data={"token": self.token(form_on), **fields})
