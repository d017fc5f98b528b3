"""``shield1367 safeguards`` on staged encounters, held against the ground truth."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from shield1367.config.project import load_project
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site, stage, waiting_batches
from shield1367.testing.generate import generate
from shield1367.testing.truth import read_faults, read_people, read_safeguards
from tests.cli.conftest import Command


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The encounters of enough people, staged."""
    root = tmp_path_factory.mktemp("safeguards")
    generate(people=200, seed=4, out=root)
    folders = Home(root=root)
    site = Site(folders, Keys.load(folders), load_project())
    for batch in waiting_batches(site, "enforcement")[0]:
        stage(site, "enforcement", batch.batch)
    return root


@pytest.fixture(autouse=True)
def home(staged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = Path(shutil.copytree(staged, tmp_path / "home"))
    monkeypatch.setenv("SHIELD1367_HOME", str(copy))
    return copy


def faults(home: Path) -> int:
    """Damaged copies of rows, some of which are staged and listed beside their originals."""
    return sum(fault.dataset == "encounters" for fault in read_faults(home / "truth"))


def test_sources_are_those_of_the_ground_truth(shield1367: Command, home: Path) -> None:
    done = shield1367("safeguards", "sources", "--show", "all", "--json")
    content = json.loads(done.out)
    true = [entry for entry in read_safeguards(home / "truth") if entry.source_class]
    assert done.code == 0
    assert 5 < len(true) <= len(content["items"]) <= len(true) + faults(home)
    assert content["batches_without_the_column"] == []
    classes = {item["source_class"] or "review" for item in content["items"]}
    assert classes == {entry.source_class for entry in true}


def test_a_verified_row_leaves_the_work_list(shield1367: Command) -> None:
    waiting = json.loads(shield1367("safeguards", "sources", "--json").out)["items"]
    at = waiting[0]["at"]
    assert at in shield1367("safeguards", "sources").out
    done = shield1367("safeguards", "verify", at, "--by", "J. Ruiz", "--reference", "R-114", "--json")
    entry = json.loads(done.out)
    assert (done.code, entry["sequence"], entry["by"], entry["reference"]) == (0, 1, "J. Ruiz", "R-114")
    left = json.loads(shield1367("safeguards", "sources", "--json").out)["items"]
    assert [item["at"] for item in left] == [item["at"] for item in waiting if item["at"] != at]
    closed = shield1367("safeguards", "sources", "--show", "done").out
    assert f"{at}  " in closed
    assert "verified, R-114" in closed
    again = shield1367("safeguards", "verify", at, "--by", "J. Ruiz", "--reference", "R-115")
    assert (again.code, "E408" in again.err, "Mend: " in again.err) == (1, True, True)


def test_a_reference_that_may_name_a_person_is_refused(shield1367: Command) -> None:
    at = json.loads(shield1367("safeguards", "sources", "--json").out)["items"][0]["at"]
    done = shield1367("safeguards", "verify", at, "--by", "J. Ruiz", "--reference", "A087654321")
    assert done.code == 1
    assert "E406" in done.err
    assert "087654321" not in done.out + done.err


def test_locations_are_counted_by_office_and_month(shield1367: Command, home: Path) -> None:
    done = shield1367("safeguards", "locations", "--show", "all", "--json")
    content = json.loads(done.out)
    true = [entry for entry in read_safeguards(home / "truth") if entry.place or entry.told]
    assert done.code == 0
    assert 5 < len(true) <= len(content["items"]) <= len(true) + faults(home)
    counted = {
        (group["office"], group["month"], group["kind"], group["state"]): group["actions"]
        for group in content["by_office_and_month"]
    }
    assert counted == Counter((i["office"], i["month"], i["kind"], i["state"]) for i in content["items"])
    text = shield1367("safeguards", "locations", "--show", "all").out
    assert f"{len(content['items'])} actions: " in text
    assert {office for office, *_ in counted} <= set(text.split())


def test_nobody_is_named(shield1367: Command, home: Path) -> None:
    """No list says who a row is about, nor what its source was called."""
    text = "".join(
        shield1367("safeguards", name, "--show", "all", *flag).out.lower()
        for name in ("sources", "locations")
        for flag in ((), ("--json",))
    )
    for person in read_people(home / "truth"):
        for kind in ("a_number", "fin", "eid_id", "phone"):
            for value in person.identifiers.get(kind, ()):
                assert value.lower() not in text
    assert "abuser" not in text
