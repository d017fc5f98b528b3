"""The cluster's DAGs on Celery, from the landing zone to the recipient's bucket: ``make test-cluster``.

It runs as the first process of namespaces of its own (``deploy.enter``): everything of docker-compose.yaml, natively.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.interruptions.clustered import EXPORT, Office
from deploy.native import AIRFLOW

# Starting everything alone takes minutes on two cores.
pytestmark = pytest.mark.timeout(3600)


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


def test_nothing_protected_is_left_where_it_does_not_belong(office: Office) -> None:
    code, said = office.traces()
    assert code == 0, said


def test_every_service_stayed_up(office: Office) -> None:
    assert {name: office.cluster.services[name].restarts for name in AIRFLOW} == dict.fromkeys(AIRFLOW, 0)
