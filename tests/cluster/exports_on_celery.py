"""The cluster's DAGs on Celery, from the landing zone to the recipient's bucket: ``make test-cluster``.

It runs as the first process of namespaces of its own (``deploy.enter``): everything of docker-compose.yaml, natively.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from benchmarks.interruptions.clustered import EXPORT, RECIPIENT, Office
from deploy.native import AIRFLOW

# Starting everything alone takes minutes on two cores.
pytestmark = pytest.mark.timeout(3600)


_CANARY = """
import json
from shield1367.canaries.person import canary_of
from shield1367.home import Home
from shield1367.intake.receipt import list_receipts
from shield1367.keys import Keys

home = Home.from_environment()
(receipt, *_) = list_receipts(home, "enforcement")
print(json.dumps({"name": canary_of(Keys.load(home), "enforcement", receipt.batch, "subject").values["family_name"]}))
"""
_HELD = """
import json, sys
from shield1367.home import Home
from shield1367.release.publish import HELD
(held,) = (Home.from_environment().held / sys.argv[1]).glob(f"*/{HELD}")
print(json.dumps({"failures": json.loads(held.read_text())["failures"]}))
"""


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Office.open() as office:
        yield office


def test_an_export_is_released_once_and_delivered_whole(office: Office) -> None:
    run = office.deliver()
    office.finish(EXPORT, run)
    outcome = office.outcome()
    assert outcome.troubles(releases=1) == []
    served = {task["task_id"]: task["hostname"] for task in office.tasks(EXPORT, run)}
    assert served["redact"] == "worker"
    assert {host for task, host in served.items() if task != "redact"} == {"worker-io"}


def test_a_second_run_on_the_same_data_releases_nothing(office: Office) -> None:
    run = office.trigger(EXPORT)
    office.finish(EXPORT, run)
    states = {task["task_id"]: task["state"] for task in office.tasks(EXPORT, run)}
    assert states["plan"] == "skipped"
    assert office.outcome().troubles(releases=1) == []


def test_a_canary_in_the_metadata_database_stops_the_release_until_it_is_gone(office: Office) -> None:
    """Each release searches it, by a role that reads; here a task handed on and logged what it must not."""
    name = office.ask(_CANARY)["name"]
    with psycopg.connect(office.database.replace("+psycopg2", ""), autocommit=True) as metadata:
        metadata.execute("INSERT INTO log (dttm, event, extra) VALUES (now(), 'planted', %s)", [name])
        metadata.execute("UPDATE xcom SET value = to_json(%s::text) WHERE task_id = 'evaluate'", [name])
        try:
            run = office.deliver()
            assert office.ended(EXPORT, run) == "failed"
        finally:
            metadata.execute("DELETE FROM log WHERE event = 'planted'")
            metadata.execute("UPDATE xcom SET value = to_json(true) WHERE task_id = 'evaluate'")
    assert office.ask(_HELD, RECIPIENT)["failures"] == [
        "canary: a trace in the metadata database, log.extra",
        "canary: a trace in the metadata database, xcom.value",
    ]
    assert office.outcome().troubles(releases=1) == []
    # What was held stays held: the next one has a batch more.
    run = office.deliver()
    office.finish(EXPORT, run)
    assert office.outcome().troubles(releases=2) == []


def test_nothing_protected_is_left_where_it_does_not_belong(office: Office) -> None:
    code, said = office.traces()
    assert code == 0, said


def test_every_service_stayed_up(office: Office) -> None:
    assert {name: office.cluster.services[name].restarts for name in AIRFLOW} == dict.fromkeys(AIRFLOW, 0)
