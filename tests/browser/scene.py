"""A real Airflow API server on SQLite, a home with something of everything, and Debian's Chromium."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.config.project import load_project
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import (
    Site,
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
from shield1367.release.ledger import Ledger
from shield1367.release.package import PACKAGE
from shield1367.release.publish import ReleaseHeldError
from shield1367.testing.generate import generate
from shield1367.testing.truth import read_people
from shield1367_airflow.environment import COMPONENTS, PREPARE, child_environment

PROJECT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
PATIENCE_SECONDS = 120
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
COUNTY = "county-analytics"


@dataclass(frozen=True)
class Desk:
    """The running desk.

    Attributes:
        releases: recipient → release id.
        held: id of the one that did not pass.
        a_number: of a protected person in the county's release or another one.
    """

    url: str
    home: Home
    releases: dict[str, str]
    held: str
    a_number: str


def _prepare_home(root: Path) -> Home:
    generate(people=60, seed=7, out=root)
    home = Home(root=root)
    site = Site(home=home, keys=Keys.load(home), project=load_project())
    for source in site.project.contracts:
        for batch in waiting_batches(site, source)[0]:
            stage(site, source, batch.batch)
    protect(site)
    for recipient in (COUNTY, "crcl-oversight"):
        export(site, recipient)
    _hold(site, "state-university-research")
    # One on its way.
    (home.work / "crcl-oversight" / "r-90ab13cd44e1f0277b6c").mkdir(parents=True)
    return home


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


def _config(folder: Path) -> Path:
    shutil.copytree(DEFAULT_CONFIG, folder, dirs_exist_ok=True)
    people = {role: {"roles": [role]} for role in ROLES}
    people["analyst"] = {"roles": ["analyst"], "recipients": [COUNTY]}
    (folder / "desk.yaml").write_text(json.dumps({"people": people}))
    return folder


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = tmp_path_factory.mktemp("browser")
    home, config = _prepare_home(root / "home"), _config(root / "config")
    users = [*ROLES, "analyst", "stranger"]
    passwords = root / "passwords.json"
    passwords.write_text(json.dumps({user: user for user in users}))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = child_environment(home.root, project=PROJECT, port=port) | {
        "SHIELD1367_CONFIG": str(config),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{user}:viewer" for user in users),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
    }
    airflow = Path(sys.executable).parent / "airflow"
    log = (root / "api-server.log").open("wb")
    subprocess.run([airflow, *PREPARE[0]], env=environment, stdout=log, stderr=log, check=True)
    server = subprocess.Popen([airflow, *COMPONENTS["api-server"]], env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        releases = {entry.recipient: entry.release_id for _, entry in Ledger(home).entries()}
        (held,) = (home.held / "state-university-research").iterdir()
        yield Desk(url, home, releases, held.name, _a_number(home))
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _wait(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if httpx.get(f"{url}/compliance/", trust_env=False).status_code == httpx.codes.UNAUTHORIZED:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "the API server did not answer"
        time.sleep(0.5)


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
