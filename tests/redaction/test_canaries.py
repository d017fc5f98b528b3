"""Canaries through whole releases: planted, redacted, in no package; and what stops a release."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from shield1367 import pipeline
from shield1367.canaries.person import Canary
from shield1367.canaries.traces import TraceSearch
from shield1367.disclosure.plan import ReleasePlan
from shield1367.intake.receipt import list_receipts, path_of
from shield1367.lookback.texts import texts_changed
from shield1367.pipeline import State, stage
from shield1367.redaction.canaries import canaries_in
from shield1367.redaction.narratives import Narratives
from shield1367.release.ledger import Ledger
from shield1367.release.publish import Proof
from tests.config.signing import signed
from tests.lookback.past import COUNTY, UNIVERSITY, VICTIM, past
from tests.protection.site import PROJECT, Desk, application, encounter
from tests.redaction.notes import with_notes

INSIDE = "crcl-oversight"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Six people staged and judged; nothing released yet."""
    return past(tmp_path / "home")


def planned(desk: Desk, recipient: str) -> tuple[ReleasePlan, Path]:
    made = pipeline.plan(desk.site, recipient)
    return ReleasePlan.read(made.work), made.work


def canaries(desk: Desk, plan: ReleasePlan) -> list[Canary]:
    return canaries_in(desk.keys, desk.project, plan)


def reason(desk: Desk, recipient: str = UNIVERSITY) -> str:
    outcome = pipeline.export(desk.site, recipient)
    assert outcome.state is State.HELD
    return outcome.reason or ""


@pytest.mark.parametrize("recipient", [COUNTY, UNIVERSITY, INSIDE])
def test_a_release_carries_its_canaries_to_the_end_and_not_beyond(desk: Desk, recipient: str) -> None:
    plan, work = planned(desk, recipient)
    assert [part.rows for _, part in plan.canaries()] == [5] * len([d for d in plan.datasets if d.parts])
    outcome = pipeline.export(desk.site, recipient)
    assert outcome.state is State.RELEASED, outcome.reason
    package = Path(outcome.folder or "")
    search = TraceSearch(canaries(desk, plan))
    files = [path for path in package.rglob("*") if path.is_file()]
    assert files
    assert not any(search.in_file(path) for path in files)
    rows = {f.name: pq.read_metadata(f).num_rows for f in package.rglob("*.parquet")}
    assert all(count == 6 for count in rows.values())
    assert not work.exists()


def test_counts_know_nothing_of_canaries(desk: Desk) -> None:
    plan, work = planned(desk, UNIVERSITY)
    assert plan.rows == 6
    (receipt,) = list_receipts(desk.home, "enforcement")
    assert (receipt.rows, receipt.staged, receipt.canaries["encounters"].rows) == (6, 6, 5)
    for index in [part.index for _, part in (*plan.parts(), *plan.canaries())]:
        pipeline.redact(desk.site, work, index)
    pipeline.validate(desk.site, work)
    report = json.loads((work / "validation.json").read_text())
    assert report["rows"] == 6


def test_a_batch_without_canaries_stops_the_release_until_intake_runs_again(desk: Desk) -> None:
    (receipt,) = list_receipts(desk.home, "enforcement")
    receipt.model_copy(update={"canaries": {}, "planted": ""}).write(desk.home)
    assert "canary: 1 batch(es) of enforcement.encounters have no canary, or another one" in reason(desk)
    shutil.rmtree(desk.home.staged / "enforcement" / "_canaries")
    taken_in = path_of(desk.home, "enforcement", "b1")
    os.utime(taken_in, (10**9, 10**9))
    stage(desk.site, "enforcement", "b1")
    # The time of a receipt is the time its batch was taken in, whenever canaries came to it.
    assert taken_in.stat().st_mtime == 10**9
    os.utime(taken_in)
    assert pipeline.export(desk.site, UNIVERSITY).state is State.RELEASED


def test_planted_rows_that_somebody_changed_stop_the_release(desk: Desk) -> None:
    (receipt,) = list_receipts(desk.home, "enforcement")
    path = desk.home.root / receipt.canaries["encounters"].path
    table = pq.read_table(path)
    pq.write_table(table.slice(0, 3), path)
    assert "have no canary, or another one" in reason(desk)


def blind(_: Narratives, rows: Sequence[int], texts: Sequence[str]) -> list[str]:
    return list(texts)


def test_a_scrubber_that_lets_a_canary_through_stops_the_release(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Narratives, "scrub", blind)
    assert "canary: a canary of enforcement.encounters got through redaction" in reason(desk)


@pytest.fixture
def noted(tmp_path: Path) -> Desk:
    """The victim is named inside a column of JSON, in the row of somebody else, and nowhere else."""
    project = with_notes(PROJECT)
    university = project.recipients[UNIVERSITY].model_copy(update={"risk": None})
    desk = Desk.at(tmp_path / "home", signed(replace(project, recipients={UNIVERSITY: university})))
    victim = application(1, **VICTIM)
    note = f"Seen with {victim['given_name']} {victim['family_name']} ({victim['a_number']})."
    rows = [encounter(n, narrative="") for n in range(1, 7)]
    rows[3]["criminal_charges"] = json.dumps({"by": {"NOTE": note}})
    desk.deliver("benefits", {"applications": [victim]})
    desk.deliver("enforcement", {"encounters": rows})
    desk.judge()
    return desk


def test_a_narrative_inside_json_passes_every_check_once_it_is_scrubbed(noted: Desk) -> None:
    outcome = pipeline.export(noted.site, UNIVERSITY)
    assert outcome.state is State.RELEASED, outcome.reason
    (path,) = Path(outcome.folder or "").rglob("*.parquet")
    (cell,) = filter(None, pq.read_table(path)["criminal_charges"].to_pylist())
    assert json.loads(cell)["by"]["NOTE"].startswith("Seen with [PERSON]")
    (entry,) = Ledger(noted.home).of_recipient(UNIVERSITY)
    assert (entry.narratives, entry.spans) == (1, {"A_NUMBER": 1, "PERSON": 1})
    assert entry.recall[0] > 0
    assert entry.nature.endswith("with scrubbed narratives")
    assert not texts_changed(
        noted.home,
        noted.keys,
        noted.project,
        ReleasePlan.read(noted.home.plans / UNIVERSITY / entry.release_id),
        Path(outcome.folder or ""),
    )


def test_a_narrative_inside_json_that_was_not_scrubbed_is_found_by_canary_and_audit(
    noted: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Narratives, "scrub", blind)
    outcome = pipeline.export(noted.site, UNIVERSITY)
    assert outcome.state is State.HELD
    said = Proof.read(Path(outcome.folder or "")).failures
    assert "canary: a canary of enforcement.encounters got through redaction" in said
    assert any(failure.startswith("audit: full_name in ") for failure in said)


def test_narratives_of_an_export_without_names_are_measured_on_a_canary(tmp_path: Path) -> None:
    university = PROJECT.recipients[UNIVERSITY].model_copy(update={"risk": None})
    desk = Desk.at(tmp_path / "home", signed(replace(PROJECT, recipients={UNIVERSITY: university})))
    nobody = dict.fromkeys(("a_number", "last_name", "first_name", "date_of_birth"), "")
    desk.deliver("enforcement", {"encounters": [encounter(n, **nobody) for n in range(1, 7)]})
    desk.judge()
    outcome = pipeline.export(desk.site, UNIVERSITY)
    assert outcome.state is State.RELEASED, outcome.reason
    (entry,) = Ledger(desk.home).of_recipient(UNIVERSITY)
    trials, found = entry.recall
    assert trials >= 40
    assert found >= 0.99 * trials


def test_a_trace_in_a_log_stops_the_release_and_is_not_quoted(desk: Desk) -> None:
    plan, _ = planned(desk, UNIVERSITY)
    name = canaries(desk, plan)[0].values["family_name"]
    log = desk.home.root / "airflow" / "logs" / "dag_id=intake" / "attempt=1.log"
    log.parent.mkdir(parents=True)
    log.write_text(f"ValueError: time data '{name}' does not match\n")
    said = reason(desk)
    assert "canary: a trace in airflow/logs/dag_id=intake/attempt=1.log" in said
    assert name not in said
