"""The whole way through Airflow, twice; then the search of everything it left for whom it must not name.

Two runs of the demo take a minute or two. Nothing is stood in for: real processes, a real database.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from shield1367.config.project import load_project
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.release.ledger import verify_ledger
from shield1367.release.signing import Signer
from shield1367.testing.truth import read_people, read_spans
from shield1367_airflow import demo
from shield1367_airflow.environment import REDACTION_POOL, REDACTION_SLOTS
from tests.end_to_end.canaries import Canaries

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Ran:
    """Two runs of the demo in one home, with what they printed and what lay there after each."""

    home: Home
    temporary: Path
    printed: tuple[str, str]
    released: tuple[dict[str, str], dict[str, str]]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    # A space in the path, as in many people's folders.
    home = Home(root=tmp_path_factory.mktemp("demo") / "my home")
    temporary = tmp_path_factory.mktemp("temporary")
    printed, released = [], []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHIELD1367_HOME", str(home.root))
        patch.setenv("TMPDIR", str(temporary))
        patch.setenv("COLUMNS", "200")
        for _ in range(2):
            with redirect_stdout(io.StringIO()) as output:
                demo.main()
            printed.append(output.getvalue())
            released.append(_digests(home.released))
        yield Ran(home, temporary, (printed[0], printed[1]), (released[0], released[1]))


@pytest.fixture(scope="module")
def canaries(ran: Ran) -> Canaries:
    people = list(read_people(ran.home.root / "truth"))
    shielded = [person for person in people if person.status != "CLEAR"]
    assert len(shielded) > 10
    return Canaries((person.person_id, person.identifiers) for person in shielded)


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def _outside_and_inside(home: Home) -> tuple[list[Path], list[Path]]:
    profiles = load_project().recipients
    folders = [home.released / name for name in profiles]
    outside = [folder for folder in folders if profiles[folder.name].is_outside]
    return outside, [folder for folder in folders if folder not in outside]


def test_every_recipient_gets_a_release_that_passed(ran: Ran) -> None:
    for recipient in load_project().recipients:
        (folder,) = (ran.home.released / recipient).iterdir()
        names = {path.name for path in folder.iterdir()}
        assert {
            "README.md",
            "data",
            "data_dictionary.csv",
            "manifest.json",
            "dossier.html",
            "validation.html",
        } <= names
        manifest = json.loads((folder / "manifest.json").read_text())
        assert sum(manifest["rows"].values()) > 0
        for file in manifest["files"]:
            assert hashlib.sha256((folder / file["path"]).read_bytes()).hexdigest() == file["sha256"]
        assert recipient in ran.printed[0]
        assert str(folder / "dossier.html") in ran.printed[0]
    signer = Signer.of(ran.home, Keys.load(ran.home))
    assert verify_ledger(ran.home, signer).entries == len(load_project().recipients)


def test_nothing_waits_or_is_held(ran: Ran) -> None:
    assert not ran.home.held.exists()
    assert [path for path in ran.home.work.rglob("*") if path.is_file()] == []


def test_the_second_run_changes_nothing_and_says_so(ran: Ran) -> None:
    assert "Nothing changed" not in ran.printed[0]
    assert "Nothing changed" in ran.printed[1]
    assert ran.released[0] == ran.released[1] != {}


def test_no_task_failed(ran: Ran) -> None:
    with closing(sqlite3.connect(ran.home.root / "airflow" / "airflow.db")) as database:
        rows = database.execute("SELECT dag_id, task_id, state FROM task_instance").fetchall()
    # What follows by its own clock may be under way when the demo is done.
    mine = [row for row in rows if row[0] not in ("lookback", "accounting")]
    assert [row for row in mine if row[2] not in ("success", "skipped")] == []
    assert [row for row in rows if row[2] in ("failed", "upstream_failed")] == []
    assert {dag.split("_")[0] for dag, *_ in mine} == {"intake", "protect", "export"}


def test_the_home_is_as_ready_after_the_second_run_as_after_the_first(ran: Ran) -> None:
    """Airflow's database was prepared twice; redaction had its pool, with as many slots as there is memory for."""
    with closing(sqlite3.connect(ran.home.root / "airflow" / "airflow.db")) as database:
        pools = dict(database.execute("SELECT pool, slots FROM slot_pool").fetchall())
        used = {row[0] for row in database.execute("SELECT pool FROM task_instance WHERE task_id = 'redact'")}
    assert pools[REDACTION_POOL] == REDACTION_SLOTS
    assert used == {REDACTION_POOL}


def test_nothing_left_behind_names_a_protected_person(ran: Ran, canaries: Canaries) -> None:
    _, inside = _outside_and_inside(ran.home)
    home = ran.home.root
    skip = [home / "landing", home / "truth", home / "staged", ran.home.registry, *inside]
    hits, files = canaries.search_tree(home, skip=skip)
    assert [(hit.place, hit.kind) for hit in hits] == []
    assert files > 50
    # Nothing of what it is about was missing from the search.
    for glob in (
        "airflow/airflow.db",
        "airflow/logs/**/*.log",
        "airflow/processes/*.log",
        "quarantine/**/*",
        "ledger/*",
    ):
        assert list(home.glob(glob)), glob


def test_nothing_is_left_in_the_temporary_folder(ran: Ran, canaries: Canaries) -> None:
    assert canaries.search_tree(ran.temporary)[0] == []


def test_the_database_holds_no_identifier_in_any_table(ran: Ran, canaries: Canaries) -> None:
    with closing(sqlite3.connect(ran.home.root / "airflow" / "airflow.db")) as database:
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        counts = {
            table: database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
            for table in ("xcom", "rendered_task_instance_fields", "log", "task_instance")
        }
        keys = {row[0] for row in database.execute("SELECT value FROM xcom")}
    assert {"xcom", "rendered_task_instance_fields", "log"} <= tables
    assert all(counts.values())
    assert all(str(ran.home.root) not in str(value) for value in keys)


def test_the_same_search_finds_them_where_they_may_be(ran: Ran, canaries: Canaries) -> None:
    _, inside = _outside_and_inside(ran.home)
    for folder in (ran.home.landing, ran.home.staged, *inside):
        hits, _ = canaries.search_tree(folder)
        kinds = {hit.kind for hit in hits}
        assert {"a_number", "family_name", "receipt_number", "phone", "street_address", "email"} <= kinds


@pytest.mark.parametrize("place", ["airflow/logs/planted.log", "quarantine/planted.json", "planted.csv"])
def test_the_same_search_finds_a_planted_one(ran: Ran, canaries: Canaries, place: str) -> None:
    person = next(p for p in read_people(ran.home.root / "truth") if p.status == "PROTECTED")
    number = person.identifiers["a_number"][0]
    planted = ran.home.root / place
    planted.write_text(f'value,"A{number[:3]}-{number[3:6]}-{number[6:]}"\n')
    try:
        hits, _ = canaries.search_tree(planted.parent, skip=[ran.home.registry, ran.home.landing])
    finally:
        planted.unlink()
    assert (planted.name, "a_number", person.person_id) in {(h.place, h.kind, h.person_id) for h in hits}


def test_there_was_something_to_redact(ran: Ran) -> None:
    shielded = {p.person_id for p in read_people(ran.home.root / "truth") if p.status == "PROTECTED"}
    named = {span.person_id for cell in read_spans(ran.home.root / "truth") for span in cell.spans}
    assert len(shielded & named) > 5
