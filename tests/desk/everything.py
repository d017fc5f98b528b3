"""A home with something for every page, and every address of the desk that leads to something in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Protocol

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute

from shield1367.config.lookback import load_lookback
from shield1367.config.recipient import Membership
from shield1367.config.recipient.terms import Approval
from shield1367.desk.evidence import DOCUMENTS
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.lookback.notices import draft
from shield1367.lookback.record import CaseBook
from shield1367.release.approval import ask
from shield1367.release.ledger import CaseStep, Exposed, Ledger, NoticeForm, Trigger
from shield1367.release.signing import Signer
from shield1367.storage import write_json
from tests.desk.desks import COUNTY, PREFIX
from tests.desk.desks import Visit as Person
from tests.desk.test_guard import EXPECTED

UNIVERSITY = "state-university-research"
WAITING, HELD = "r-asked", "r-held"


def something_to_show(home: Home, app: FastAPI, words: str = "audit: a_number 1") -> None:
    """A case with its notices, the account of the month, a release that waits, one that is held, a drawn sample."""
    keys = Keys.load(home)
    released = {entry.recipient: entry for _, entry in Ledger(home).entries()}
    county, university = released[COUNTY], released[UNIVERSITY]
    exposed = Exposed(
        release_id=county.release_id,
        trigger=Trigger.PROTECTION,
        released_at=county.recorded_at,
        membership=Membership.WITHHELD,
        people=2,
    )
    book = CaseBook(home, Ledger(home), Signer.of(home, keys))
    book.found(county.recipient, [exposed], {"pair"})
    for form in NoticeForm:
        draft(home, book.get("case-1"), form, load_lookback())
    assert Person(app, "compliance").post("/accounts", form_on="/accounts").status_code == 303
    work = home.work / county.recipient / WAITING
    shutil.copytree(home.released / county.recipient / county.release_id, work / "package")
    approval = Approval(required=True, approvers=("bo",), within="72h")
    ask(work, approval, release_id=WAITING, recipient=county.recipient, digest="0" * 64, by="eve")
    write_json(home.held / county.recipient / HELD / "held.json", {"failures": [words]})
    sample = f"/quality/{university.release_id}"
    assert (
        Person(app, "cleared_reviewer").post(f"{sample}/draw", form_on=sample, size="50").status_code == 303
    )


@dataclass(frozen=True)
class Address:
    """One address of a route, and what its form sends."""

    method: str
    route: str
    path: str


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path of every route; fails when anything else is mounted."""
    found = []
    for route in app.routes:
        assert isinstance(route, APIRoute), f"{route} is no plain route"
        found += [(method, route.path) for method in sorted(route.methods)]
    return found


def verdict(role: str | None, address: Address, status: int) -> str:
    """What is wrong about a status; empty when nothing is.

    Args:
        role: whoever signed in with it; anybody else has none, and ``None`` did not sign in.
    """
    if role is None:
        return "" if status == 401 else f"{status} without a login"
    if role not in EXPECTED[address.method, address.route]:
        return "" if status == 403 else f"{status} for {role}"
    # What is not there, not theirs, or not its turn is refused too, but by what it is.
    return "" if status in (200, 303, 400, 404, 409) else f"{status} for {role}, who may"


def addresses(app: FastAPI, home: Home) -> Iterator[Address]:
    """Every route with everything there is in the home that it can lead to.

    A new parameter has to be named here, or the test that walks the routes fails.
    """
    values = _values(home)
    for method, route in routes_of(app):
        # Steps of a case are walked by hand elsewhere: each changes what the next one finds.
        names = re.findall(r"{(\w+)}", route)
        for chosen in product(*(_of(values, route, name) for name in names)):
            yield Address(method, route, route.format(**dict(zip(names, chosen, strict=True))))


def _values(home: Home) -> Mapping[str, list[str]]:
    released = [entry.release_id for _, entry in Ledger(home).entries()]
    batches = [(p.parent.parent.name, p.stem) for p in sorted(home.staged.glob("*/_batches/*.json"))]
    return {
        "release_id": [*released, WAITING, HELD],
        "documents/name": list(DOCUMENTS),
        "recipients/name": [COUNTY, UNIVERSITY, "crcl-oversight"],
        "case": ["case-1"],
        "form": [form.value for form in NoticeForm],
        "step": ["draft", *(step.value for step in CaseStep)],
        "month": [path.name for path in sorted(home.reports.glob("20*"))],
        "number": ["1", "2"],
        "decision": ["confirm", "refuse"],
        "source": sorted({source for source, _ in batches}),
        "batch": sorted({batch for _, batch in batches}),
    }


def _of(values: Mapping[str, list[str]], route: str, name: str) -> list[str]:
    folder = route.partition(f"/{{{name}}}")[0].rpartition("/")[2]
    found = values.get(f"{folder}/{name}", values.get(name))
    assert found, f"{route}: tests/desk/everything.py knows nothing to put for {name}"
    return found


FIELDS = {
    "a_number": "A000000001",
    "size": "10",
    "decision": "inform",
    "notice": "incident",
    "reference": "INC-2026-4",
    "seen": "1",
}
"""What some form of the desk sends; each takes what is its own."""


class Visit(Protocol):
    """Somebody who signed in, here or on a real server."""

    @property
    def client(self) -> httpx.Client: ...

    def get(self, path: str) -> httpx.Response: ...


class Caller:
    """Somebody who asks for addresses as the pages of the desk would."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        # Whichever page shows this visitor a form at all: its token is good for all of theirs.
        pages = ("/accounts", "/who-received", *_first_release(visit))
        tokens = (re.findall(r'name="token" value="([^"]+)"', visit.get(page).text) for page in pages)
        self._token = next((found[0] for found in tokens if found), "none")

    def ask(self, address: Address, form: Mapping[str, str] | None = None) -> httpx.Response:
        """The answer to one address; to a form with the token of its reader."""
        if address.method == "GET":
            return self.visit.get(address.path)
        return self.visit.client.post(
            PREFIX + address.path, data={"token": self._token, **FIELDS, **(form or {})}
        )


def _first_release(visit: Visit) -> list[str]:
    return re.findall(rf'href="{PREFIX}(/releases/[^"]+)"', visit.get("/?state=released").text)[:1]
