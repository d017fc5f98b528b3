"""The tasks' bodies in the order the DAGs call them, without Airflow: what they hand on, and what they log."""

from __future__ import annotations

import json
import logging
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shield1367.config.project import recipient_names
from shield1367.intake.manifest import MANIFEST
from shield1367.intake.receipt import list_receipts
from shield1367.intake.stage import BatchChangedError
from shield1367.testing.truth import read_people
from shield1367_airflow import stages
from shield1367_airflow.xcom import check

COUNTY = "county-analytics"


@pytest.fixture
def home(home_after_a_run: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIELD1367_HOME", str(home_after_a_run))
    return home_after_a_run


def test_what_is_done_is_not_done_again(home: Path) -> None:
    assert stages.find_batches("court") == []
    (batch,) = (home / "landing" / "court").iterdir()
    result = stages.stage_batch("court", batch.name)
    assert result["changed"] is False
    assert result["rows"] == result["staged"] + result["quarantined"]
    assert stages.protect()["changed"] is False
    assert [stages.plan_release(recipient) for recipient in recipient_names()] == [[], [], []]


def test_a_staged_batch_whose_content_is_another_one_is_not_passed_over(home: Path) -> None:
    """It is refused, with words for whoever sent it, as if it were looked at for the first time."""
    (batch,) = (home / "landing" / "court").iterdir()
    manifest = batch / MANIFEST
    manifest.write_text(manifest.read_text() + " ")
    assert stages.find_batches("court") == [batch.name]
    with pytest.raises(BatchChangedError):
        stages.stage_batch("court", batch.name)


def test_a_staged_batch_whose_canaries_are_of_another_contract_gets_them_anew(home: Path) -> None:
    at = stages.site_of(recipients=[]).home
    (receipt,) = list_receipts(at, "court")
    receipt.model_copy(update={"planted": "of another contract"}).write(at)
    assert stages.find_batches("court") == [receipt.batch]
    stages.stage_batch("court", receipt.batch)
    assert stages.find_batches("court") == []


def test_more_batches_than_airflow_maps_are_taken_in_by_several_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (batch,) = (home / "landing" / "court").iterdir()
    for number in (1, 2, 3):
        again = Path(shutil.copytree(batch, batch.with_name(f"{batch.name}-{number}")))
        told = json.loads((again / MANIFEST).read_text()) | {"batch": again.name}
        (again / MANIFEST).write_text(json.dumps(told))
    monkeypatch.setattr(stages, "MOST_BATCHES", 2)
    first = stages.find_batches("court")
    assert first == [f"{batch.name}-1", f"{batch.name}-2"]
    assert "1 batches are left to the next run" in caplog.text
    for each in first:
        stages.stage_batch("court", each)
    assert stages.find_batches("court") == [f"{batch.name}-3"]


def test_the_account_is_of_the_month_before_it_was_due(home: Path) -> None:
    assert stages.account(None, datetime(2026, 3, 1, 5, tzinfo=UTC)).startswith("reports/2026-02/")
    assert stages.account("2026-01", datetime(2026, 3, 1, 5, tzinfo=UTC)).startswith("reports/2026-01/")


def test_nothing_staged_is_nothing_to_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SHIELD1367_HOME", str(tmp_path / "home"))
    assert stages.plan_release(COUNTY) == []
    assert "E504 nothing is staged for county-analytics" in caplog.text


def test_a_release_from_plan_to_publication_hands_on_ids_and_counts(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.INFO)
    # The home is mounted elsewhere, and its path has a space: what is handed on does not tell.
    moved = home.rename(tmp_path / "my home")
    monkeypatch.setenv("SHIELD1367_HOME", str(moved))
    (released,) = (moved / "released" / COUNTY).iterdir()
    released.rename(tmp_path / "aside")
    tasks = stages.plan_release(COUNTY)
    assert len(tasks) > 1
    handed_on = [tasks]
    rows = [stages.redact_task(**task) for task in tasks]
    work = tasks[0]["work"]
    handed_on += [
        rows,
        stages.validate(work),
        stages.audit(work),
        stages.document(work),
        stages.release(work),
    ]
    assert handed_on[2:5] == [True, True, True]
    assert handed_on[5] == f"released/{COUNTY}/{released.name}"
    assert (moved / handed_on[5] / "manifest.json").exists()
    for value in handed_on:
        check(value)
    # A task that was killed after the release, and is tried again.
    assert stages.release(work) == handed_on[5]
    for person in read_people(moved / "truth"):
        for kind in ("a_number", "family_name", "full_name"):
            assert person.identifiers[kind][0] not in caplog.text


def test_a_task_that_is_tried_again_redoes_only_what_is_missing(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (released,) = (home / "released" / COUNTY).iterdir()
    released.rename(tmp_path / "aside")
    monkeypatch.setenv("SHIELD1367_REDACTION_TASKS", "1")
    (task,) = stages.plan_release(COUNTY)
    rows = stages.redact_task(**task)
    # Another number of tasks on another worker: what a task is told holds, not what its worker is told.
    monkeypatch.setenv("SHIELD1367_REDACTION_TASKS", "7")
    files = {path: path.stat().st_mtime_ns for path in (home / task["work"] / "parts").glob("*/*.parquet")}
    assert len(files) > 1
    lost = min(files)
    # Killed between a partition's rows and its result.
    lost.with_suffix(".json").unlink()
    content = lost.read_bytes()
    assert stages.redact_task(**task) == rows
    written = {path for path, at in files.items() if path.stat().st_mtime_ns != at}
    assert written == {lost}
    assert lost.read_bytes() == content
