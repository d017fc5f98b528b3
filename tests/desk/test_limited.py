"""The key for lookups alone: what a desk answers with it, and that nothing else comes of it."""

from __future__ import annotations

import base64
import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from shield1367.desk.app import create_app
from shield1367.desk.limited import DeskKeys
from shield1367.desk.site import DeskSite
from shield1367.errors import KeyMissingError, Shield1367Error, TerminalError
from shield1367.home import Home
from shield1367.intake.receipt import Refusal, list_receipts
from shield1367.keys import Keys
from shield1367.protection.registry.questions import questions
from shield1367.protection.registry.store import Registry
from shield1367.release.approval import ANSWERS
from shield1367.storage import write_json
from shield1367_airflow.desk import load_keys
from tests.desk.desks import COUNTY, SECRET, Visit, app_of, by_header, settings
from tests.desk.everything import UNIVERSITY, something_to_show
from tests.desk.test_who_received import number

DESK_KEY_FILE = "SHIELD1367_DESK_KEY_FILE"
PROJECT = Path(__file__).resolve().parents[2]
REFUSED = "E675"
DECIDED = {"seen": "1", "decision": "inform", "reference": "R-1"}


@pytest.fixture
def home(home_after_a_run: Path) -> Home:
    made = Home(root=home_after_a_run)
    something_to_show(made, app_of(made.root))
    return made


def refused_row(home: Home) -> tuple[str, str, Refusal]:
    """Source, batch and refusal of a row in quarantine."""
    return next(
        (receipt.source, receipt.batch, refusal)
        for receipt in list_receipts(home)
        for refusal in receipt.refusals
        if refusal.row is not None
    )


def limited(home: Home, folder: Path) -> DeskKeys:
    return DeskKeys.read(DeskKeys.write(Keys.load(home), folder / "desk_key"))


def test_lookups_and_safeguards_answer_and_the_rest_says_why_not(
    home: Home, releases: dict[str, str], tmp_path: Path
) -> None:
    """As on the cluster: ledger, data and registry are there, the master key is not."""
    a_number, keys = number(home), limited(home, tmp_path)
    full = Keys.load(home)
    asked = len(questions(Registry(home, full), full))
    shutil.move(home.keys / "master.key", tmp_path / "elsewhere")
    site = DeskSite(home, load_settings=settings, load_keys=lambda _: keys)
    app = create_app(site, identify=by_header, secret=SECRET)
    reviewer, officer = Visit(app, "mara"), Visit(app, "compliance")
    answer = reviewer.post("/who-received", form_on="/who-received", a_number=a_number)
    assert "held this person" in answer.text
    recorded = questions(Registry(home, full), full)
    assert (len(recorded), recorded[-1].asked_by, bool(recorded[-1].about)) == (asked + 1, "mara", True)
    assert officer.get("/safeguards").status_code == 200
    for path in (
        "/",
        f"/releases/{releases[COUNTY]}",
        "/recipients",
        "/lookback/case-1",
        "/quarantine",
        "/accounts",
    ):
        assert officer.get(path).status_code == 200, path
    page = f"/releases/{releases[COUNTY]}"
    assert officer.post(f"{page}/verify", form_on=page).status_code == 200
    answer_file = home.work / COUNTY / "r-asked" / ANSWERS / "a.json"
    write_json(answer_file, {"answer": "{}", "key": "x", "signature": ""})
    assert "cannot check who has answered" in officer.get("/releases/r-asked").text
    mender, (source, batch_name, refusal) = Visit(app, "ines"), refused_row(home)
    batch = f"/quarantine/{source}/{batch_name}"
    refused = [
        officer.post("/lookback/case-1/decided", form_on="/lookback/case-1", **DECIDED),
        reviewer.get(f"/quality/{releases[UNIVERSITY]}"),
        reviewer.get("/terms"),
        *(
            mender.post(f"{batch}/{step}", form_on=batch, why="T-1", file=refusal.file, row=str(refusal.row))
            for step in ("row", "mend", "release")
        ),
    ]  # fmt: skip
    for one in refused:
        assert (one.status_code, REFUSED in one.text) == (501, True)


def test_it_holds_nothing_but_its_purposes(home: Home, tmp_path: Path) -> None:
    full, keys = Keys.load(home), limited(home, tmp_path)
    written = tmp_path / "desk_key"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    for purpose in DeskKeys.PURPOSES:
        assert keys.derive(purpose) == full.derive(purpose)
    for purpose in (
        "registry",
        "quarantine",
        "release/signing/",
        "quality",
        f"pseudonym/{COUNTY}/person",
        "release/seal",
    ):
        with pytest.raises(TerminalError) as told:
            keys.derive(purpose)
        assert told.value.code == REFUSED
    for act in (keys.cipher("registry").decrypt, keys.cipher("registry").encrypt):
        with pytest.raises(TerminalError):
            act(full.cipher("registry").encrypt(b"x"))
    text = written.read_text() + repr(keys)
    assert full.master.hex() not in text
    assert json.loads(written.read_text())["registry"] == full.fingerprint("registry").of("key")


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"purposes": {}, "registry": "x"}', '{"purposes": {"question": "!"}}']
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "desk_key").write_text(content)
    with pytest.raises(KeyMissingError):
        DeskKeys.read(tmp_path / "desk_key")


def test_another_homes_key_is_refused(home: Home, tmp_path: Path) -> None:
    other = DeskKeys.read(DeskKeys.write(Keys(b"k" * 32), tmp_path / "other"))
    with pytest.raises(KeyMissingError):
        Registry(home, other)


def test_the_server_takes_the_file_that_is_named(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    DeskKeys.write(Keys.load(home), tmp_path / "desk_key")
    assert not isinstance(load_keys(home), DeskKeys)
    monkeypatch.setenv(DESK_KEY_FILE, str(tmp_path / "desk_key"))
    assert isinstance(load_keys(home), DeskKeys)
    # Set but empty is a key that was not handed in, and no wish for the master key.
    monkeypatch.setenv(DESK_KEY_FILE, "")
    with pytest.raises(Shield1367Error):
        load_keys(home)


def test_what_the_cluster_makes_is_the_same(tmp_path: Path) -> None:
    """deploy/make-secrets derives it without this library."""
    deploy = tmp_path / "deploy"
    deploy.mkdir()
    shutil.copy(PROJECT / "deploy" / "make-secrets", deploy)
    subprocess.run(
        ["bash", deploy / "make-secrets"], check=True, capture_output=True, env={"PATH": os.environ["PATH"]}
    )
    secrets = tmp_path / "secrets"
    master = Keys(base64.b64decode((secrets / "shield1367_key").read_text()))
    made = DeskKeys.read(secrets / "desk_key")
    ours = DeskKeys.read(DeskKeys.write(master, tmp_path / "ours"))
    assert (made.purposes, made.registry) == (ours.purposes, ours.registry)
