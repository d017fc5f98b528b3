"""`shield1367 quarantine`: list, show, mend, release, by a cleared reviewer with their key and by nobody else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.config.project import load_project
from shield1367.config.signing import new_key
from shield1367.home import Home
from shield1367.keys import Keys
from tests.cli.conftest import Command
from tests.protection.site import Desk, a_number, application

SECRET = "QUERALT"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One row of court waits; ann is cleared, bob is not."""
    config = tmp_path / "config"
    shutil.copytree(DEFAULT_CONFIG, config)
    with (config / "approvers.yaml").open("a", encoding="utf-8") as file:
        for name, role in (("ann", "cleared_reviewer"), ("bob", "compliance")):
            key = new_key(tmp_path / f"{name}.pem")
            file.write(f'  {name}: {{name: {name}, role: {role}, public_key: "{key}"}}\n')
    monkeypatch.setenv("SHIELD1367_CONFIG", str(config))
    root = tmp_path / "home"
    home = Home(root=root)
    desk = Desk(home, Keys.load(home), load_project(config))
    desk.deliver("benefits", {"applications": [application(1)]})
    for batch in ("b1", "b2"):
        desk.deliver("court", {"cases": [{"IDNCASE": "910000001", "ALIEN_NBR": f"{SECRET}\tX"}]}, batch=batch)
    desk.judge()
    return root


def test_what_waits_is_listed_mended_and_released(shield1367: Command, home: Path, tmp_path: Path) -> None:
    at, ann = ("--home", home), ("--reviewer", "ann", "--key-file", tmp_path / "ann.pem")
    listed = json.loads(shield1367("quarantine", "list", "--size", "1", "--page", "2", *at, "--json").out)
    assert (listed["page"], listed["pages"], listed["batches"]) == (2, 2, 2)
    assert [item["batch"] for item in listed["items"]] == ["b2"]
    assert "court b1: 1 of 1 rows; column_count 1" in shield1367("quarantine", "list", *at).out
    shown = shield1367("quarantine", "show", "court", "b1", *at)
    assert "the row has more or fewer cells than the header: rows 1" in shown.out
    rows = tmp_path / "rows.jsonl"
    told = shield1367("quarantine", "show", "court", "b1", "--rows", rows, *ann, *at)
    assert told.code == 0
    assert SECRET not in shown.out + told.out
    assert rows.stat().st_mode & 0o077 == 0
    row = json.loads(rows.read_text())
    assert SECRET in row["as_found"]
    row["cells"] |= {"IDNCASE": "910000001", "ALIEN_NBR": a_number(1)}
    rows.write_text(json.dumps(row) + "\n")
    assert shield1367("quarantine", "mend", "court", "b1", rows, *ann, *at).code == 0
    done = shield1367("quarantine", "release", "court", "b1", "--why", "T-118", *ann, *at, "--json")
    content = json.loads(done.out)
    assert (content["staged"], content["quarantined"], content["addition"]["by"]) == (1, 0, "ann")
    again = shield1367("quarantine", "release", "court", "b1", "--why", "T-118", *ann, *at)
    assert (again.code, "E715" in again.err) == (1, True)
    assert "refused rows" in shield1367("ledger", "questions", *at).out


def test_nobody_else_opens_mends_or_releases(shield1367: Command, home: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("{}")
    batch = ("court", "b1")
    for who in (
        (),
        ("--reviewer", "bob", "--key-file", tmp_path / "bob.pem"),
        ("--reviewer", "ann", "--key-file", tmp_path / "bob.pem"),
    ):
        for act in (
            ("show", *batch, "--rows", tmp_path / "out"),
            ("mend", *batch, rows),
            ("release", *batch, "--why", "T-1"),
        ):
            done = shield1367("quarantine", *act, *who, "--home", home)
            assert (done.code, "E512" in done.err) == (1, True), act
    assert not (tmp_path / "out").exists()


def test_bad_input_is_refused_without_a_value(shield1367: Command, home: Path, tmp_path: Path) -> None:
    at, ann = ("--home", home), ("--reviewer", "ann", "--key-file", tmp_path / "ann.pem")
    rows = tmp_path / "rows.jsonl"
    for content, code in ((SECRET.encode(), "E716"), (b"\xff\xfe", "E716"), (b"", "E716")):
        rows.write_bytes(content)
        done = shield1367("quarantine", "mend", "court", "b1", rows, *ann, *at)
        assert (done.code, code in done.err) == (1, True)
        assert SECRET not in done.out + done.err
    for arguments, code in (
        (("show", "court", "none"), "E715"),
        (("release", "court", "b1", "--why", "about A200000001", *ann), "E406"),
        (("release", "court", "b1", "--why", "T-1", *ann), "E717"),
        (("release", "nobody", "b1", "--why", "T-1", *ann), "E304"),
        (("mend", "court", "b1", rows, "--as", "none.csv", *ann), "E716"),
    ):
        done = shield1367("quarantine", *arguments, *at)
        assert (done.code, "Mend: " in done.err) == (1, True), arguments
        assert code in done.err, done.err
