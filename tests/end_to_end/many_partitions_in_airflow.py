"""A release of more partitions than Airflow maps tasks, through Airflow itself: run by ``make test-scale``.

The run is killed in the middle of redaction; the next one redoes only what is missing.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from shield1367.config.project import load_project
from shield1367.disclosure.plan import ReleasePlan
from shield1367.home import Home
from shield1367.intake.stage import stage_batch
from shield1367.keys import Keys
from shield1367.pipeline import Site, protect, waiting_batches
from shield1367.testing.generate import generate
from shield1367_airflow.environment import PREPARE, child_environment

PROJECT = Path(__file__).resolve().parents[2]
COUNTY = "county-analytics"
PEOPLE = 1_800
SCRIPT = """
import sys
from airflow.dag_processing.dagbag import DagBag
dag = DagBag(dag_folder=sys.argv[1]).dags["export_county-analytics"]
print("state:", dag.test().state)
"""
WAIT_SECONDS = 240


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    generate(people=PEOPLE, seed=7, out=home)
    site = Site(Home(root=home), Keys.load(Home(root=home)), load_project())
    for source in ("benefits", "enforcement"):
        for batch in waiting_batches(site, source)[0]:
            rows = {"rows_per_part": 1} if source == "enforcement" else {}
            stage_batch(
                site.home, site.keys, site.project.contracts[source], site.project.fields, batch, **rows
            )
    protect(site)
    environment = child_environment(home, project=PROJECT, port=18097)
    airflow = Path(sys.executable).with_name("airflow")
    for command in PREPARE:
        subprocess.run([airflow, *command], env=environment, cwd=home, check=True, capture_output=True)
    return environment


def started(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, "-c", SCRIPT, PROJECT / "dags" / "export.py"],
            env=environment,
            cwd=environment["SHIELD1367_HOME"],
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def killed(process: subprocess.Popen[bytes]) -> None:
    """End a run at once, with all it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def finished(home: Path) -> dict[Path, int]:
    """Finished partitions with the time of their rows."""
    done = home.glob(f"work/{COUNTY}/*/parts/*/part-*.json")
    return {path: path.with_suffix(".parquet").stat().st_mtime_ns for path in done}


def results(home: Path, *, more_than: int, process: subprocess.Popen[bytes]) -> dict[Path, int]:
    """Finished partitions, once there are enough of them."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if len(done := finished(home)) > more_than:
            return done
        time.sleep(0.05)
    raise AssertionError(f"no more than {more_than} partitions were redacted")


def mapped(home: Path, process: subprocess.Popen[bytes]) -> dict[str, int]:
    """State → redacting tasks of the last run in it, once all of them have ended."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with closing(sqlite3.connect(home / "airflow" / "airflow.db")) as database:
            rows = database.execute(
                "SELECT state, COUNT(*) FROM task_instance WHERE task_id = 'redact' AND run_id ="
                " (SELECT run_id FROM dag_run ORDER BY id DESC LIMIT 1) GROUP BY state"
            ).fetchall()
        if rows and {state for state, _ in rows} <= {"success", "failed"}:
            return dict(rows)
        time.sleep(0.2)
    raise AssertionError("the redacting tasks did not end")


@pytest.mark.timeout(900)
def test_more_partitions_than_tasks_and_a_killed_run(environment: dict[str, str], tmp_path: Path) -> None:
    home = Path(environment["SHIELD1367_HOME"])
    first = started(environment, tmp_path / "first.log")
    try:
        results(home, more_than=200, process=first)
    finally:
        killed(first)
    before = finished(home)
    second = started(environment, tmp_path / "second.log")
    try:
        after = results(home, more_than=len(before) + 50, process=second)
        assert {path: after[path] for path in before} == before
        states = mapped(home, second)
    finally:
        # Each of a thousand files of one row is validated by itself, which takes longer than all before.
        killed(second)
    assert states == {"success": 8}
    plan = ReleasePlan.read(next((home / "work" / COUNTY).iterdir()))
    assert len(plan.parts()) > 1_024
    assert len(finished(home)) == len(plan.parts())
