"""`airflow backfill create` of a year of intakes and of exports: ``make test-backfill``.

A run takes what is there, whatever its date is: the first one catches up with everything, and the others have nothing
left to do, and say so. It runs as the first process of namespaces of its own (``deploy.enter``).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from benchmarks.interruptions.clustered import EXPORT, Office

pytestmark = pytest.mark.timeout(4 * 3600)

INTAKE = "intake_enforcement"
DAYS = int(os.environ.get("BACKFILL_DAYS", "365"))
# Deliveries that nobody took in while Airflow stood still.
MISSED = 4
# A run with nothing to do is a process of some seconds; far above that, on a machine with other work.
SECONDS_A_RUN = 30.0
# The last one is over, and the schedule's own run of today is none of these.
LAST = datetime.now(UTC).date() - timedelta(days=2)


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Office.open(schedule='{cron: "0 6 * * *"}') as office:
        yield office


def ask(office: Office, query: str, *values: str) -> dict[str, int]:
    """What Airflow's database counts."""
    with psycopg.connect(office.database.replace("+psycopg2", "")) as metadata:
        return dict(metadata.execute(query, values).fetchall())


def backfill(office: Office, dag: str, first: date, last: date) -> tuple[int, str]:
    """As somebody at a shell asks for it: exit code, and what was said."""
    # To a day means to its first moment.
    days = ["--from-date", str(first), "--to-date", str(last + timedelta(days=1))]
    done = office.cluster.services["scheduler"].run(
        ["airflow", "backfill", "create", "--dag-id", dag, *days], 900
    )
    return done.returncode, done.stdout + done.stderr


def runs(office: Office, dag: str) -> dict[str, int]:
    """State → runs of backfills of a DAG."""
    query = "SELECT state, count(*) FROM dag_run WHERE dag_id = %s AND run_type = 'backfill' GROUP BY state"
    return ask(office, query, dag)


def tasks(office: Office, dag: str, task: str) -> dict[str, int]:
    """State → instances of a task, in whatever run."""
    query = "SELECT state, count(*) FROM task_instance WHERE dag_id = %s AND task_id = %s GROUP BY state"
    return ask(office, query, dag, task)


def finish(office: Office, dag: str, count: int) -> None:
    """Wait until all runs of a backfill are over, and say how long it took."""
    began = time.monotonic()
    while sum(n for state, n in runs(office, dag).items() if state in ("success", "failed")) < count:
        assert time.monotonic() - began < 600 + count * SECONDS_A_RUN, runs(office, dag)
        time.sleep(3)
    sys.stderr.write(f"{count} runs of {dag}: {time.monotonic() - began:.0f} s\n")


def test_a_year_of_intakes_takes_each_batch_in_once(office: Office) -> None:
    # The schedule's own run comes as soon as a DAG is switched on; it finds an empty landing zone.
    office.cluster.until(lambda: _over(office, INTAKE), 600, "scheduler", f"did not finish {INTAKE}")
    office.land(seed=1)
    for number in range(MISSED):
        office.land(seed=2 + number, sources=("enforcement",))
    code, said = backfill(office, INTAKE, LAST - timedelta(days=DAYS - 1), LAST)
    assert code == 0, said[-3000:]
    finish(office, INTAKE, DAYS)
    assert runs(office, INTAKE) == {"success": DAYS}
    # What is staged is no task of a later run.
    states = tasks(office, INTAKE, "stage_batch")
    assert {state: n for state, n in states.items() if state != "skipped"} == {"success": MISSED + 1}
    assert tasks(office, INTAKE, "announce")["success"] == 1


def test_a_year_of_exports_is_one_release(office: Office) -> None:
    for source in ("benefits", "court", "detention"):
        office.finish(f"intake_{source}", office.trigger(f"intake_{source}"))
    office.finish("protect", office.trigger("protect"))
    code, said = backfill(office, EXPORT, LAST - timedelta(days=DAYS - 1), LAST)
    assert code == 0, said[-3000:]
    finish(office, EXPORT, DAYS)
    assert runs(office, EXPORT) == {"success": DAYS}
    assert tasks(office, EXPORT, "release")["success"] == 1
    # One release, recorded once, delivered whole; the ledger verifies, and nothing stayed in the making.
    assert office.outcome().troubles(releases=1) == []


@pytest.mark.parametrize("dag", ["protect", "lookback"])
def test_what_looks_at_how_things_stand_refuses_a_backfill(office: Office, dag: str) -> None:
    code, said = backfill(office, dag, LAST, LAST)
    assert code != 0
    assert "does not allow backfill runs" in said
    assert runs(office, dag) == {}


def _over(office: Office, dag: str) -> bool:
    found = [run["state"] for run in office.runs(dag)]
    return bool(found) and {*found} <= {"success", "failed"}
