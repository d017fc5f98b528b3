"""Every route, every role, everything there is in a home: who gets in, what nobody finds, and what is inert."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from shield1367.canaries.rows import canaries_of
from shield1367.canaries.traces import TraceSearch
from shield1367.config.project import load_project
from shield1367.desk.templating import THEME
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.release.ledger import Ledger
from shield1367.testing.truth import read_people
from tests.desk import hostile
from tests.desk.desks import PEOPLE, Visit, app_of
from tests.desk.everything import (
    UNIVERSITY,
    Address,
    Caller,
    addresses,
    routes_of,
    something_to_show,
    verdict,
)
from tests.desk.test_guard import EXPECTED
from tests.end_to_end.canaries import Canaries, Hit
from tests.protection.site import Desk

# Who may see a value of a protected person; everybody else may not, on any page.
CLEARED = "cleared_reviewer"


@pytest.fixture(scope="module")
def home(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A finished home of this file's own, with something for every page."""
    made = Home(root=Path(shutil.copytree(finished, tmp_path_factory.mktemp("everywhere") / "home")))
    something_to_show(made, app_of(made.root))
    return made


@pytest.fixture(scope="module")
def full(home: Home) -> FastAPI:
    return app_of(home.root, look_ups={"most": 1_000})


@pytest.fixture(scope="module")
def answers(full: FastAPI, home: Home) -> list[tuple[str | None, Address, httpx.Response]]:
    """Role, address and answer: of every address, to everybody who is not cleared."""
    found = []
    for role in [None, "nobody-knows", *(one for one in PEOPLE if one != CLEARED)]:
        caller = Caller(Visit(full, role))
        for one in addresses(full, home):
            found.append((role, one, caller.ask(one)))
    return found


class Search:
    """For whoever is protected and whoever was planted: both searches, over bodies, what is packed in them, headers."""

    def __init__(self, home: Home) -> None:
        keys, project = Keys.load(home), load_project()
        shielded = [person for person in read_people(home.root / "truth") if person.status != "CLEAR"]
        planted = [
            canary
            for batch in sorted(home.staged.glob("*/_batches/*.json"))
            for dataset in project.contracts[batch.parent.parent.name].datasets.values()
            for canary in canaries_of(keys, batch.parent.parent.name, batch.stem, dataset).values()
        ]
        assert planted
        self._known = Canaries((person.person_id, person.identifiers) for person in shielded)
        self._planted = TraceSearch(planted)
        self._clean: set[str] = set()

    def __call__(self, answer: httpx.Response, place: str) -> list[Hit]:
        heads = " | ".join(f"{name}: {value}" for name, value in answer.headers.items())
        found = self._known.search_text(heads, f"headers of {place}")
        for text in _texts(answer.content):
            # Every refusal says the same but for the token.
            if (plain := re.sub(r'name="token" value="[^"]+"', "", text)) in self._clean:
                continue
            found += self._known.search_text(text, place)
            found += [Hit(place, "canary", who) for who in self._planted.in_bytes(text.encode())]
            if not found:
                self._clean.add(plain)
        found += [
            Hit(place, "canary", who) for who in self._planted.in_bytes(answer.content + heads.encode())
        ]
        return found


def _texts(content: bytes) -> Iterator[str]:
    yield content.decode("utf-8", "replace")
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name
            yield from _texts(archive.read(name))


def test_every_route_has_somewhere_to_lead(full: FastAPI, home: Home) -> None:
    assert {(one.method, one.route) for one in addresses(full, home)} == set(routes_of(full))


def test_each_role_gets_in_where_it_may_and_nowhere_else(
    answers: list[tuple[str | None, Address, httpx.Response]],
) -> None:
    opened = set()
    for role, one, answer in answers:
        assert verdict(role, one, answer.status_code) == "", one.path
        if answer.status_code in (200, 303):
            opened.add((role, f"{one.method} {one.route}"))
    steps = "POST /lookback/{case}/{step}"
    missing = {
        (role, f"{method} {path}")
        for (method, path), roles in EXPECTED.items()
        for role in roles - {CLEARED}
        if (role, f"{method} {path}") not in opened
    }
    assert missing <= {("compliance", steps)}, "each route leads to something for each of its roles"


def test_nobody_without_clearance_is_shown_a_protected_person_or_a_canary(
    home: Home, answers: list[tuple[str | None, Address, httpx.Response]]
) -> None:
    """The canary search over every answer of every route to everybody who may see no value, headers too."""
    search = Search(home)
    hits = [(role, hit.place, hit.kind) for role, one, answer in answers for hit in search(answer, one.path)]
    assert hits == []


def test_the_search_would_find_one(home: Home, full: FastAPI) -> None:
    """On the page of a cleared reviewer whose narratives hold them; so the search above searches."""
    search, caller = Search(home), Caller(Visit(full, CLEARED))
    (sampled,) = (entry.release_id for _, entry in Ledger(home).entries() if entry.recipient == UNIVERSITY)
    looks = [Address("POST", "", f"/quality/{sampled}/narratives/{number}") for number in range(1, 51)]
    assert any(search(caller.ask(look), look.path) for look in looks)
    (header,) = search(httpx.Response(303, headers={"location": f"/x?A{_some_number(home)}"}), "x")[:1]
    assert (header.place, header.kind) == ("headers of x", "a_number")


def _some_number(home: Home) -> str:
    return next(
        person.identifiers["a_number"][0]
        for person in read_people(home.root / "truth")
        if person.status == "PROTECTED" and person.identifiers.get("a_number")
    )


class Active(HTMLParser):
    """Whatever in a page could act."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag in ("script", "img", "object", "embed", "base", "link", "video", "audio", "math"):
            self.found.append(f"<{tag}>")
        if tag == "iframe" and "sandbox" not in known:
            self.found.append("<iframe> without a sandbox")
        self.found += [
            f"{tag} {name}" for name in known if name.startswith("on") or name in ("style", "srcdoc")
        ]
        for name in ("href", "src", "action", "formaction", "xlink:href"):
            address = (known.get(name) or "").strip().casefold()
            if ":" in address.partition("/")[0] or address.startswith(("//", "\\")):
                self.found.append(f"{tag} {name} to elsewhere")


def active(page: str) -> list[str]:
    parser = Active()
    # The one script of the desk itself, once and to the letter: that is the one its policy lets run.
    parser.feed(page.replace(f'<script id="theme">{THEME}</script>', "", 1))
    parser.close()
    return parser.found


def starts_a_formula(table: str) -> list[str]:
    """Cells of a CSV that a spreadsheet would calculate."""
    cells = (cell for row in csv.reader(io.StringIO(table)) for cell in row)
    return [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.fixture(scope="module")
def hostile_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return hostile.home(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("role", PEOPLE)
def test_hostile_strings_are_inert_on_every_page(hostile_desk: Desk, role: str) -> None:
    caller, served = Caller(Visit(hostile.app(hostile_desk), role)), 0
    for form in (
        {},
        dict.fromkeys(("a_number", "size", "reference", "decision", "notice", "seen"), hostile.EVERYTHING),
    ):
        for one in hostile.addresses():
            answer = caller.ask(one, form)
            assert answer.status_code not in (500, 503), one.path
            heads = "|".join(f"{name}: {value}" for name, value in answer.headers.items())
            assert "set-cookie: a" not in heads.casefold(), one.path
            kind = answer.headers.get("content-type", "")
            if kind.startswith("text/html") and "sandbox" not in answer.headers["content-security-policy"]:
                served += answer.status_code == 200
                assert active(answer.text) == [], one.path
                assert hostile.PRODUCT not in answer.text, one.path
            elif "csv" in kind:
                assert starts_a_formula(answer.text) == [], one.path
    assert served >= 12


def test_the_account_of_a_hostile_month_is_inert(hostile_desk: Desk) -> None:
    caller = Caller(Visit(hostile.app(hostile_desk), "compliance"))
    assert caller.ask(Address("POST", "", "/accounts")).status_code == 303
    month = datetime.now(UTC).strftime("%Y-%m")
    assert active(caller.ask(Address("GET", "", f"/accounts/{month}/page")).text) == []
    table = caller.ask(Address("GET", "", f"/accounts/{month}/table.csv"))
    assert table.status_code == 200
    assert starts_a_formula(table.text) == []


@pytest.mark.parametrize(
    "page",
    [
        "<script>x</script>",
        '<script id="theme">x</script>',
        f'<script id="theme">{THEME}</script>' * 2,
        "<a href=' javascript:x'>",
        "<p onclick=x>",
        "<iframe src='/x'>",
        "<a href=//x.org>",
    ],
)
def test_what_acts_is_seen(page: str) -> None:
    assert active(page)
    assert starts_a_formula("a,=1+1\n") == ["=1+1"]
