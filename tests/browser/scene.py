"""A real Airflow API server on SQLite, a home with something of everything, and Debian's Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from shield1367.config.lookback import load_lookback
from shield1367.config.project import load_project
from shield1367.config.recipient import Membership
from shield1367.desk.pages.cases import cases
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.lookback.look import look_back
from shield1367.lookback.record import CaseBook
from shield1367.pipeline import (
    Site,
    State,
    audit,
    document,
    export,
    plan,
    protect,
    redact,
    release,
    stage,
    validate,
    waiting_batches,
)
from shield1367.release.ledger import Decision, Exposed, Ledger, Trigger
from shield1367.release.package import PACKAGE
from shield1367.release.publish import ReleaseHeldError
from shield1367.release.signing import Signer
from shield1367.testing.generate import generate
from shield1367.testing.truth import read_people
from tests.browser.servers import api_server, config_with
from tests.config.signing import sign_folder
from tests.protection import site as written
from tests.protection.site import a_number

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ROLES = ("engineer", "compliance", "approver", "cleared_reviewer", "auditor")
# Engineer and cleared, and a second reviewer.
INES, MARA = "ines", "mara"
# Of the batch to be mended: one row holds, the other has a tab where its table has none.
TO_MEND = ("court", "b-to-mend")
BAD_CELL = "A-NONE\tX"
COUNTY, CRCL, UNIVERSITY = "county-analytics", "crcl-oversight", "state-university-research"


@dataclass(frozen=True)
class Desk:
    """The running desk.

    Attributes:
        releases: recipient → release id.
        held, waiting: ids of one that did not pass and of one that waits for approval.
        a_number: of a protected person in the county's release or another one.
    """

    url: str
    home: Home
    releases: dict[str, str]
    held: str
    waiting: str
    a_number: str


def _prepare_home(root: Path, config: Path) -> Home:
    generate(people=80, seed=7, batches=2, out=root)
    home = Home(root=root)
    site = Site(home=home, keys=Keys.load(home), project=load_project())
    batches = {source: waiting_batches(site, source)[0] for source in site.project.contracts}
    for source, found in batches.items():
        for first in found[:1]:
            stage(site, source, first.batch)
    protect(site)
    for recipient in (COUNTY, CRCL, UNIVERSITY):
        assert export(site, recipient).state is State.RELEASED
    for source, found in batches.items():
        for later in found[1:]:
            stage(site, source, later.batch)
    protect(site)
    _look_back(site)
    # The county's profile asks its approvers from now on.
    asking = Site(home=home, keys=site.keys, project=load_project(config))
    assert export(asking, COUNTY).state is State.WAITING
    _hold(site, UNIVERSITY)
    _refuse_a_row(site)
    # One on its way.
    (home.work / CRCL / "r-90ab13cd44e1f0277b6c").mkdir(parents=True)
    return home


def _look_back(site: Site) -> None:
    """Who filed in the second batch was in the first releases: of two cases is decided, the third waits."""
    home = site.home
    look_back(home, site.keys, site.project, load_lookback())
    book = CaseBook(home, Ledger(home), Signer.of(home, site.keys))
    if not any(case.recipient == CRCL for case in cases(home).values()):
        crcl = next(entry for _, entry in Ledger(home).entries() if entry.recipient == CRCL)
        exposed = Exposed(
            release_id=crcl.release_id, trigger=Trigger.PROTECTION, released_at=crcl.recorded_at, people=2,
            membership=Membership.WITHHELD, columns=("encounters.age: age_band",), findings={"a_number": 1},
        )  # fmt: skip
        book.found(CRCL, [exposed], {"pair"})
    for case in cases(home).values():
        if case.recipient != CRCL:
            book.decide(case.name, Decision.INFORM, by="compliance", reference="INC-2026-114")


def _hold(site: Site, recipient: str) -> None:
    """A release whose package names somebody: the audit finds it, and it is held."""
    planned = plan(site, recipient)
    for index in planned.parts:
        redact(site, planned.work, index)
    validate(site, planned.work)
    (shielded,) = islice((p for p in read_people(site.home.root / "truth") if p.status == "PROTECTED"), 1)
    with (planned.work / PACKAGE / "data_dictionary.csv").open("a") as stream:
        stream.write(f"note,,A{shielded.identifiers['a_number'][0]},,,,\n")
    audit(site, planned.work)
    document(site, planned.work)
    with pytest.raises(ReleaseHeldError):
        release(site, planned.work)


def _refuse_a_row(site: Site) -> None:
    """A batch of which intake refused a row that can be mended."""
    source, batch = TO_MEND
    rows = [
        {"IDNCASE": "910000001", "ALIEN_NBR": BAD_CELL},
        {"IDNCASE": "910000002", "ALIEN_NBR": a_number(1)},
    ]
    written.Desk(site.home, site.keys, site.project).deliver(source, {"cases": rows}, batch=batch)


def _config(folder: Path) -> Path:
    people: dict[str, object] = {role: {"roles": [role]} for role in ROLES}
    people["analyst"] = {"roles": ["analyst"], "recipients": [COUNTY]}
    people |= {INES: {"roles": ["engineer", "cleared_reviewer"]}, MARA: {"roles": ["cleared_reviewer"]}}
    config_with(folder, {"people": people})
    profile = folder / "recipients" / f"{COUNTY}.yaml"
    approval = "approval: {required: true, approvers: [approver, compliance], within: 72h}\n"
    profile.write_text(profile.read_text() + approval)
    sign_folder(folder)
    return folder


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = tmp_path_factory.mktemp("browser")
    config = _config(root / "config")
    home = _prepare_home(root / "home", config)
    with api_server(
        home.root, config, [*ROLES, "analyst", INES, MARA, "stranger"], log=root / "server.log"
    ) as url:
        releases = {entry.recipient: entry.release_id for _, entry in Ledger(home).entries()}
        (held,) = (home.held / UNIVERSITY).iterdir()
        (waiting,) = (home.work / COUNTY).iterdir()
        yield Desk(url, home, releases, held.name, waiting.name, _a_number(home))


def _a_number(home: Home) -> str:
    """Somebody protected whom a release held, as the ledger of this home has it."""
    from shield1367.desk.lookup import who_received
    from shield1367.desk.settings import LookUps

    limits = LookUps(most=1000)
    for person in read_people(home.root / "truth"):
        for number in person.identifiers.get("a_number", ()):
            found = who_received(home, Keys.load(home), number, asked_by="setup", limits=limits)
            if person.status == "PROTECTED" and found.disclosures:
                return number
    raise AssertionError("the scene has nobody like that")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: apt-get install chromium")
    # A new profile each time: launch() makes one and throws it away.
    started = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
    yield started
    started.close()
