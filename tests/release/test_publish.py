from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shield1367.disclosure.banner import BANNER
from shield1367.disclosure.planning import make_plan
from shield1367.errors import StorageError, TransientError
from shield1367.redaction.partition import read_people
from shield1367.redaction.planned import LEDGER_PURPOSE
from shield1367.release import publish as module
from shield1367.release.ledger import Ledger, database, verify_ledger
from shield1367.release.manifest import MANIFEST, ReleaseManifest, content_digest, hash_files
from shield1367.release.publish import PROOF, ReleaseHeldError, publish
from shield1367.release.signing import Signer
from shield1367.release.verify import ENVELOPE, verify_package
from shield1367.storage import read_json, sha256
from tests.protection.site import DAY, a_number, encounter
from tests.release.releases import Making


def go(making: Making) -> Path:
    return publish(making.home, making.desk.keys, making.work, making.profile)


def kill(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_proven_package_is_released_with_its_manifest_and_recorded(proven: Making) -> None:
    people = read_people(proven.work, proven.desk.keys, proven.plan)
    assert go(proven) == proven.released
    manifest = ReleaseManifest.read(proven.released)
    assert manifest.rows == {"enforcement.encounters": 5}
    assert {file.path: file.sha256 for file in manifest.files} == {
        path.relative_to(proven.released).as_posix(): sha256(path)
        for path in proven.released.rglob("*")
        if path.is_file() and path.name not in (MANIFEST, ENVELOPE)
    }
    entry = Ledger(proven.home).find(proven.plan.release_id)
    assert entry is not None
    assert (entry.rows_in, entry.rows_released, entry.rows_withheld) == (6, 5, 1)
    assert entry.content_digest == content_digest(proven.plan, manifest.files)
    assert all(Ledger(proven.home).who_received(person) == [entry] for person in people)
    assert len(people) == 5
    assert not proven.work.exists()


def test_the_manifest_tells_nothing_about_rows_left_out(proven: Making) -> None:
    go(proven)
    text = (proven.released / MANIFEST).read_text()
    assert '"withheld"' in text  # the membership, which the profile says
    assert "rows_withheld" not in text
    assert "protected" not in text
    assert ReleaseManifest.read(proven.released).banner is None


def test_the_package_of_an_inside_recipient_carries_the_banner(tmp_path: Path) -> None:
    making = Making.at(tmp_path, "crcl-oversight").redact().prove()
    go(making)
    assert ReleaseManifest.read(making.released).banner == BANNER


def test_the_ledger_knows_who_is_in_a_release_and_who_is_not(proven: Making) -> None:
    go(proven)
    of = proven.desk.keys.fingerprint(LEDGER_PURPOSE).of
    ledger = Ledger(proven.home)
    assert ledger.who_received(of(proven.desk.person(a_number(2))))
    assert not ledger.who_received(of(proven.desk.person(a_number(1))))


def change_cell(package: Path) -> None:
    path = next(package.rglob("*.csv"))
    path.write_bytes(path.read_bytes().replace(b"Mexico", b"Mexic0"))


def add_file(package: Path) -> None:
    (package / "notes.txt").write_text("x")


def remove_file(package: Path) -> None:
    next(package.rglob("*.csv")).unlink()


def rename_file(package: Path) -> None:
    path = next(package.rglob("*.csv"))
    path.rename(path.with_name("part-00009.csv"))


@pytest.mark.parametrize("change", [change_cell, add_file, remove_file, rename_file])
def test_a_package_that_changed_after_its_proof_is_held(
    proven: Making, change: Callable[[Path], None]
) -> None:
    change(proven.package)
    with pytest.raises(ReleaseHeldError, match="changed after it was checked"):
        go(proven)
    assert not proven.released.exists()
    assert Ledger(proven.home).entries() == []


def test_a_proof_with_failures_is_held_with_its_reasons(planned: Making) -> None:
    making = planned.redact().prove("audit: a_number in data/x.csv", "validation: encounters unique")
    with pytest.raises(ReleaseHeldError, match="audit: a_number"):
        go(making)
    assert read_json(making.held / "held.json")["failures"] == [
        "audit: a_number in data/x.csv",
        "validation: encounters unique",
    ]
    assert list(making.held.rglob("*.csv"))
    assert making.held.stat().st_mode & 0o077 == 0
    assert not making.released.exists()
    assert Ledger(making.home).entries() == []


def test_a_held_release_stays_held_with_its_reports_when_asked_again(planned: Making) -> None:
    making = planned.redact().prove("audit: a_number in data/x.csv")
    for _ in range(2):
        with pytest.raises(ReleaseHeldError, match="audit: a_number"):
            go(making)
        assert list(making.held.rglob("*.csv"))


def test_a_release_without_a_proof_does_not_go(planned: Making) -> None:
    making = planned.redact().prove()
    (making.work / PROOF).unlink()
    with pytest.raises(StorageError, match="proof"):
        go(making)
    assert not making.released.exists()
    assert Ledger(making.home).entries() == []


def test_a_release_is_published_once(proven: Making) -> None:
    go(proven)
    before = {path: path.stat().st_mtime_ns for path in proven.released.rglob("*")}
    assert go(proven) == proven.released
    assert {path: path.stat().st_mtime_ns for path in proven.released.rglob("*")} == before
    assert len(Ledger(proven.home).entries()) == 1


def test_the_ledger_is_written_before_anything_is_released(
    proven: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.Ledger, "record", kill)
    with pytest.raises(KeyboardInterrupt):
        go(proven)
    assert not proven.released.exists()


def test_a_task_killed_between_ledger_and_rename_finishes_on_its_next_try(
    proven: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "publish_folder", kill)
    with pytest.raises(KeyboardInterrupt):
        go(proven)
    assert not proven.released.exists()
    assert len(Ledger(proven.home).entries()) == 1
    monkeypatch.undo()
    assert go(proven) == proven.released
    ledger = Ledger(proven.home)
    assert verify_ledger(proven.home, Signer.of(proven.home, proven.desk.keys)).entries == 1
    manifest = ReleaseManifest.read(proven.released)
    assert ledger.entries()[0][1].content_digest == content_digest(proven.plan, manifest.files)


def test_a_task_killed_after_the_rename_finishes_on_its_next_try(
    proven: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "remove_folder", kill)
    with pytest.raises(KeyboardInterrupt):
        go(proven)
    monkeypatch.undo()
    assert go(proven) == proven.released
    assert not proven.work.exists()


def test_what_is_released_is_what_the_ledger_says(proven: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed behind the ledger, and then made again with other bytes."""
    monkeypatch.setattr(module, "publish_folder", kill)
    with pytest.raises(KeyboardInterrupt):
        go(proven)
    monkeypatch.undo()
    proven.prove()
    add_file(proven.package)
    module.Proof.read(proven.work).model_copy(
        update={"digest": content_digest(proven.plan, hash_files(proven.package, {}))}
    ).write(proven.work, proven.desk.keys)
    with pytest.raises(ReleaseHeldError, match="ledger holds this release with other content"):
        go(proven)
    assert not proven.released.exists()


def test_nothing_of_the_message_of_a_held_release_is_a_value(planned: Making) -> None:
    making = planned.redact().prove("audit: a_number in data/x.csv")
    with pytest.raises(ReleaseHeldError) as held:
        go(making)
    assert a_number(1)[1:] not in str(held.value)
    assert held.value.code == "E702"


def second_of(first: Making) -> Making:
    """Another release to the same recipient, proven, after the first is out."""
    first.desk.deliver("enforcement", {"encounters": [encounter(7)]}, batch="b3")
    first.desk.judge()
    plan = make_plan(first.home, first.desk.keys, first.desk.project, first.plan.recipient, as_of=DAY)
    work = first.home.work / plan.recipient / plan.release_id
    plan.write(work)
    return Making(first.desk, plan, work).redact().prove()


def read_only(patch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect
    # As on a disk that is mounted read-only; the one who runs the tests may write everywhere.
    patch.setattr(
        database.sqlite3, "connect", lambda path, **named: connect(
            path if "uri" in named else f"{Path(path).as_uri()}?mode=ro", **named | {"uri": True}
        ),
    )  # fmt: skip


def full(patch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def connected(*arguments: Any, **named: Any) -> sqlite3.Connection:
        made = connect(*arguments, **named)
        # No page more than there are: what SQLite says of a disk without room.
        made.execute("PRAGMA max_page_count = 1")
        return made

    patch.setattr(database.sqlite3, "connect", connected)


def clock_set_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(module, "now", lambda: "2020-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (read_only, "SQLITE_READONLY"),
        (full, "SQLITE_FULL"),
        (clock_set_back, "E802 the clock says 2020-01-01"),
    ],
)
def test_what_cannot_be_recorded_does_not_go_and_what_went_before_stays_as_it_is(
    proven: Making,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[pytest.MonkeyPatch], None],
    reason: str,
) -> None:
    first = go(proven)
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    second = second_of(proven)
    # A ledger that has no room left for another page.
    monkeypatch.setattr(module, "_authority", lambda *_: "8 U.S.C. § 1367(a)(2) " * 1000)
    with monkeypatch.context() as patch:
        happens(patch)
        with pytest.raises(TransientError, match=re.escape(reason)):
            go(second)
    assert not second.released.exists()
    signer = Signer.of(proven.home, proven.desk.keys)
    assert verify_ledger(proven.home, signer).entries == 1
    assert {path: path.read_bytes() for path in first.rglob("*") if path.is_file()} == before
    assert verify_package(first, signer.pem()).release_id == proven.plan.release_id
    # Once it is mended, the same package goes.
    assert go(second) == second.released
    assert verify_ledger(proven.home, signer).entries == 2
