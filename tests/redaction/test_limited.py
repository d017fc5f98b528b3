"""The key of workers that redact: what they do with it, and that nothing else comes of it."""

from __future__ import annotations

import base64
import json
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from shield1367 import pipeline
from shield1367.disclosure.plan import ReleasePlan
from shield1367.errors import KeyMissingError, Shield1367Error, TerminalError
from shield1367.home import Home
from shield1367.keys import Keys, MasterKeyAwayError
from shield1367.pipeline import redaction_site
from shield1367.protection.registry.rotate import rotate
from shield1367.protection.registry.store import Registry
from shield1367.protection.safeguards.rows import RowPlace
from shield1367.protection.safeguards.verifications import Verifications
from shield1367.redaction.handover import HANDOVER, HandoverError, handed_over
from shield1367.redaction.limited import RedactionKeys
from shield1367.redaction.planned import PeopleUnreadableError, people_in
from shield1367.redaction.terms import Change, TermBook, TermList
from shield1367.release.signing import Signer
from shield1367_airflow import stages
from tests.disclosure.test_tables_release import under
from tests.protection.site import Desk, application, encounter

PROJECT = Path(__file__).resolve().parents[2]
UNIVERSITY, COUNTY, OVERSIGHT = "state-university-research", "county-analytics", "crcl-oversight"
KEY_FILE = "SHIELD1367_REDACTION_KEY_FILE"
MASTER = b"k" * 32
TERM = "green door"
VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Twelve people in two batches, two of them protected; a term in force, a verification recorded."""
    desk = Desk.at(tmp_path_factory.mktemp("judged"))
    # Without a name model: what is tested here is the key, not the scrubber.
    desk.project = replace(desk.project, text=desk.project.text.model_copy(update={"ner": "none"}))
    papers = [application(n, **(VICTIM if n in (1, 5) else {})) for n in range(1, 13)]
    rows = [
        encounter(n, narrative=f"Subject left by the {TERM}.", information_source="ABUSER")
        for n in range(1, 13)
    ]
    desk.deliver("benefits", {"applications": papers})
    desk.deliver("enforcement", {"encounters": rows[:6]})
    desk.deliver("enforcement", {"encounters": rows[6:]}, batch="b2")
    book = TermBook(desk.home, desk.keys)
    made = book.propose(Change.ADD, TermList.DENY, TERM, by="ada")
    book.decide(made.number, confirmed=True, by="bo")
    at = RowPlace("enforcement", "encounters", "b1", "encounters_1.csv.gz", 1)
    Verifications(desk.home, desk.keys).record(at, by="J. Ruiz", reference="R-1")
    desk.judge()
    return desk


@pytest.fixture
def desk(judged: Desk, tmp_path: Path) -> Desk:
    """A copy, free to be changed."""
    copied = Home(root=Path(shutil.copytree(judged.home.root, tmp_path / "home")))
    return replace(judged, home=copied)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return RedactionKeys.write(Keys(MASTER), tmp_path / "redaction_key")


def redacted(work: Path) -> dict[str, bytes]:
    """Everything that redaction leaves in a work folder."""
    return {
        path.relative_to(work).as_posix(): path.read_bytes()
        for folder in ("parts", "canaries")
        for path in work.joinpath(folder).rglob("*")
        if path.is_file()
    }


def redact_alone(desk: Desk, work: Path, keys: Keys) -> None:
    """As on a worker that has nothing but *keys*, and neither registry nor the record of terms' key."""
    site = redaction_site(desk.home, keys, desk.project, work)
    plan = ReleasePlan.read(work)
    pipeline.redact_parts(site, work, [part.index for _, part in (*plan.parts(), *plan.canaries())])


@pytest.mark.parametrize("recipient", [UNIVERSITY, COUNTY, OVERSIGHT, "reader"])
def test_what_is_redacted_with_it_is_what_the_master_key_redacts(
    desk: Desk, key_file: Path, recipient: str
) -> None:
    """Rows hidden, withheld and marked with notices, and tables; the terms in force are in all of it."""
    if recipient == "reader":
        under(desk)
    planned = pipeline.plan(desk.site, recipient)
    pipeline.redact_parts(desk.site, planned.work, planned.parts)
    ours = redacted(planned.work)
    assert any(name.endswith(".parquet") for name in ours)
    shutil.rmtree(planned.work)
    assert pipeline.plan(desk.site, recipient) == planned
    # The database is with the registry, not here; the links of rows are.
    for path in desk.home.registry.glob("registry.sqlite*"):
        path.rename(desk.home.root.parent / path.name)
    redact_alone(desk, planned.work, RedactionKeys.read(key_file))
    assert redacted(planned.work) == ours


def test_a_release_goes_on_from_there_to_its_end(desk: Desk, key_file: Path) -> None:
    planned = pipeline.plan(desk.site, UNIVERSITY)
    redact_alone(desk, planned.work, RedactionKeys.read(key_file))
    for step in (pipeline.validate, pipeline.audit, pipeline.document):
        assert step(desk.site, planned.work)
    folder = pipeline.release(desk.site, planned.work)
    texts = b"".join(path.read_bytes() for path in Path(str(folder)).rglob("*") if path.is_file())
    assert TERM.encode() not in texts
    assert not planned.work.exists()


def test_it_holds_nothing_but_its_purposes(desk: Desk, key_file: Path) -> None:
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    keys = RedactionKeys.read(key_file)
    planned = pipeline.plan(desk.site, UNIVERSITY)
    plan = ReleasePlan.read(planned.work)
    handed = handed_over(desk.home, keys, desk.project, plan).keys
    assert handed.derive(f"pseudonym/{UNIVERSITY}/{plan.release_id}/person_id")
    refused = (
        "registry", "ledger", "release/seal", "release/signing/", "quality", "quarantine", "safeguards", "evidence",
        "person", "tables", "question", "audit", f"pseudonym/{UNIVERSITY}/r-other/person_id", "",
        f"pseudonym/{COUNTY}/{plan.release_id}/person_id", f"kept-out/{COUNTY}", f"recall/{plan.release_id}",
        f"joins/{plan.release_id}",
    )  # fmt: skip
    for purpose in refused:
        for held in (keys, handed):
            with pytest.raises(TerminalError) as told:
                held.derive(purpose)
            assert told.value.code == "E840"
    acts: list[Callable[[], object]] = [
        lambda: Registry(desk.home, keys),
        lambda: Signer.of(desk.home, keys).sign(b"x"),
        lambda: TermBook(desk.home, keys),
        lambda: people_in(planned.work / "parts/x.parquet", handed, plan),
    ]
    for act in acts:
        with pytest.raises(Shield1367Error):
            act()
    assert base64.b64encode(MASTER).decode() not in key_file.read_text() + repr(keys) + repr(handed)


def test_what_is_handed_over_is_of_one_release_and_not_to_be_changed(desk: Desk, key_file: Path) -> None:
    keys = RedactionKeys.read(key_file)
    one, other = (pipeline.plan(desk.site, recipient).work for recipient in (UNIVERSITY, COUNTY))
    plan = ReleasePlan.read(one)
    sealed = (one / HANDOVER).read_bytes()
    assert TERM.encode() not in sealed
    for content in ((other / HANDOVER).read_bytes(), sealed[:-4], b""):
        (one / HANDOVER).write_bytes(content)
        for held in (keys, desk.keys):
            with pytest.raises(HandoverError, match="E841"):
                handed_over(desk.home, held, desk.project, plan)
    (one / HANDOVER).unlink()
    with pytest.raises(HandoverError, match="run the export again"):
        redaction_site(desk.home, keys, desk.project, one)


def test_whom_a_partition_holds_is_told_by_redaction_alone(desk: Desk) -> None:
    planned = pipeline.plan(desk.site, COUNTY)
    plan = ReleasePlan.read(planned.work)
    pipeline.redact_parts(desk.site, planned.work, planned.parts)
    path = next(planned.work.glob("parts/*/*.people"))
    assert people_in(path, desk.keys, plan)
    sealed = path.read_bytes()
    for content in (sealed[:-1] + bytes([sealed[-1] ^ 1]), b'["somebody"]', b""):
        path.write_bytes(content)
        with pytest.raises(PeopleUnreadableError, match="E843"):
            people_in(path, desk.keys, plan)


def test_terms_that_come_in_force_later_stop_the_release_at_the_gate(desk: Desk, key_file: Path) -> None:
    """Who redacts is told of those of the plan; the gate has all keys."""
    planned = pipeline.plan(desk.site, UNIVERSITY)
    book = TermBook(desk.home, desk.keys)
    made = book.propose(Change.ADD, TermList.DENY, "blue gate", by="ada")
    book.decide(made.number, confirmed=True, by="bo")
    redact_alone(desk, planned.work, RedactionKeys.read(key_file))
    for step in (pipeline.validate, pipeline.audit, pipeline.document):
        step(desk.site, planned.work)
    with pytest.raises(TerminalError, match="the scrubber changed"):
        pipeline.release(desk.site, planned.work)


def test_a_rotation_shuts_out_a_key_that_was_taken(
    desk: Desk, tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIELD1367_KEY", base64.b64encode(MASTER).decode())
    before = pipeline.plan(desk.site, COUNTY)
    rotate(desk.home)
    desk.keys = Keys.load(desk.home)
    after = pipeline.plan(desk.site, UNIVERSITY)
    taken, anew = (
        RedactionKeys.read(path) for path in (key_file, RedactionKeys.write(desk.keys, tmp_path / "anew"))
    )
    with pytest.raises(HandoverError, match="keys redaction"):
        redact_alone(desk, after.work, taken)
    for planned in (before, after):
        redact_alone(desk, planned.work, anew)
        assert redacted(planned.work)


def test_terms_in_force_do_not_stop_the_intake(desk: Desk, tmp_path: Path) -> None:
    """Its workers have no key for terms, and no use for them."""
    from shield1367.intake.limited import IntakeKeys

    keys = IntakeKeys.read(IntakeKeys.write(Keys(MASTER), tmp_path / "intake_key"))
    replace(desk, keys=keys).deliver("enforcement", {"encounters": [encounter(20)]}, batch="b3")


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"purposes": {}}', '{"purposes": {"handover": "!", "snapshot": "!"}}'],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "redaction_key").write_text(content)
    with pytest.raises(KeyMissingError, match="keys redaction"):
        RedactionKeys.read(tmp_path / "redaction_key")


def test_a_worker_with_it_alone_redacts_and_is_refused_in_every_other_stage(
    home_after_a_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIELD1367_HOME", str(home_after_a_run))
    home = Home(root=home_after_a_run)
    (released,) = (home_after_a_run / "released" / COUNTY).iterdir()
    released.rename(tmp_path / "aside")
    tasks = stages.plan_release(COUNTY)
    work = tasks[0]["work"]
    RedactionKeys.write(Keys.load(home), tmp_path / "redaction_key")
    (home.keys / "master.key").rename(tmp_path / "master.key")
    monkeypatch.setenv(KEY_FILE, str(tmp_path / "redaction_key"))
    assert sum(stages.redact_task(**task) for task in tasks) > 0
    others: list[Callable[[], object]] = [
        lambda: stages.stage_batch("court", "b1"),
        stages.protect,
        stages.look_back,
        stages.observe,
        lambda: stages.account(None),
        lambda: stages.plan_release(COUNTY),
        lambda: stages.validate(work),
        lambda: stages.audit(work),
        lambda: stages.document(work),
        lambda: stages.request_approval(work, "somebody"),
        lambda: stages.release(work),
    ]
    for stage in others:
        with pytest.raises(MasterKeyAwayError, match=f"E842 only {KEY_FILE}"):
            stage()
    # None was made in its place either.
    assert not (home.keys / "master.key").exists()
    monkeypatch.setenv(KEY_FILE, "")
    # Set but empty is a key that was not handed in, and no wish for the master key.
    with pytest.raises(Shield1367Error):
        stages.redact_task(**tasks[0])


def test_what_the_cluster_makes_is_the_same(tmp_path: Path) -> None:
    """deploy/make-secrets derives it without this library."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(PROJECT / "deploy/make-secrets", tmp_path / "deploy")
    environment = {"PATH": os.environ["PATH"]}
    subprocess.run(
        ["bash", tmp_path / "deploy/make-secrets"], check=True, capture_output=True, env=environment
    )
    made = tmp_path / "secrets"
    master = Keys(base64.b64decode((made / "shield1367_key").read_text()))
    ours = RedactionKeys.write(master, tmp_path / "ours")
    assert json.loads((made / "redaction_key").read_text()) == json.loads(ours.read_text())
