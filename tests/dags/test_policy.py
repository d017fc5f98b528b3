"""What holds for every task: nothing in the log or the mail, retries by kind of error, redaction bounded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from airflow.sdk import RetryAction

from deploy.compose import read_compose
from shield1367 import errors
from shield1367.config.project import recipient_names
from shield1367.disclosure.planning import StaleRegistryError
from shield1367.disclosure.standing import RefusedError
from shield1367.release.deliver import DeliveryError
from shield1367.release.publish import ReleaseHeldError
from shield1367.storage.errors import StoreUnavailableError
from shield1367_airflow.defaults import RETRY_POLICY
from shield1367_airflow.environment import INTAKE_POOL, INTAKE_QUEUE, REDACTION_POOL, REDACTION_QUEUE
from shield1367_airflow.patience import FEW, FOR_A_RELEASE, MANY
from shield1367_airflow.xcom import XComRefusedError
from tests.dags.loading import Dags

DEFAULT_QUEUE = "default"


def tasks(dags: Dags) -> list:
    found = [task for dag in dags.values() for task in dag.tasks]
    assert len(found) > 20
    return found


def option(task: object, name: str) -> object:
    """An option of a task, mapped or not."""
    return task.partial_kwargs[name] if task.is_mapped else getattr(task, name)


def test_no_task_logs_what_it_returns(dags: Dags) -> None:
    for task in tasks(dags):
        assert option(task, "show_return_value_in_logs") is False, task.task_id


def test_no_task_sends_mail(dags: Dags) -> None:
    for task in tasks(dags):
        for name in ("email_on_failure", "email_on_retry"):
            assert option(task, name) is False, task.task_id
        assert not getattr(task, "email", None)


def test_people_are_told_and_no_task_fails_more_often_for_it(dags: Dags) -> None:
    told = {
        (notice.event, notice.recipient, dag_id)
        for dag_id, dag in dags.items()
        for notice in (
            *([dag.on_failure_callback] if dag.on_failure_callback else []),
            *(n for task in dag.tasks if not task.is_mapped for n in task.on_success_callback),
            *(n for task in dag.tasks if not task.is_mapped for n in task.on_failure_callback),
            *(n for task in dag.tasks if not task.is_mapped for n in task.on_skipped_callback),
        )
    }
    exports = {
        (event, name, f"export_{name}")
        for name in recipient_names()
        for event in ("release_ready", "release_refused")
    }
    # Planning looks back as well, and opens cases.
    looks = {("lookback_case", None, f"export_{name}") for name in recipient_names()}
    assert told == exports | looks | {("lookback_case", None, "lookback")}
    for name in recipient_names():
        plan = dags[f"export_{name}"].get_task("plan")
        ends = (plan.on_success_callback, plan.on_failure_callback, plan.on_skipped_callback)
        assert [[notice.event for notice in end] for end in ends] == [["lookback_case"]] * 3


def test_every_task_is_tried_again_by_kind_of_error(dags: Dags) -> None:
    for task in tasks(dags):
        assert task.retry_policy is RETRY_POLICY, task.task_id
        # Figures that come late are wrong: the next run sends new ones.
        tries = {"gauge": 1, "release": FOR_A_RELEASE}.get(task.task_id, MANY)
        assert task.retries == tries - 1, task.task_id


def test_runs_of_one_dag_never_overlap_and_nothing_is_caught_up(dags: Dags) -> None:
    for dag in dags.values():
        assert dag.max_active_runs == 1
        assert dag.catchup is False


def test_redaction_and_intake_have_pools_and_queues_of_their_own(dags: Dags) -> None:
    for task in tasks(dags):
        expected = ("default_pool", DEFAULT_QUEUE)
        if task.task_id == "redact":
            expected = (REDACTION_POOL, REDACTION_QUEUE)
        elif task.dag_id.startswith("intake_"):
            expected = (INTAKE_POOL, INTAKE_QUEUE)
        assert (task.pool, task.queue) == expected, task.task_id


def test_the_cluster_has_workers_for_every_queue(dags: Dags) -> None:
    served = set()
    for service in read_compose().services.values():
        command = service.get("command", [])
        if "--queues" in command:
            served |= set(command[command.index("--queues") + 1].split(","))
    # A task that names no queue goes to the one that the cluster calls the default.
    ordinary = read_compose().services["scheduler"]["environment"]["AIRFLOW__OPERATORS__DEFAULT_QUEUE"]
    asked = {ordinary if task.queue == DEFAULT_QUEUE else task.queue for task in tasks(dags)}
    assert served == asked == {ordinary, REDACTION_QUEUE, INTAKE_QUEUE}


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (errors.ConfigError([errors.Problem("f", "k", "m")]), RetryAction.FAIL),
        (errors.KeyMissingError("m", mend="n"), RetryAction.FAIL),
        (RefusedError("m", mend="n"), RetryAction.FAIL),
        (ReleaseHeldError("m", mend="n"), RetryAction.FAIL),
        (XComRefusedError("a frame"), RetryAction.FAIL),
        (errors.StorageError("m", mend="n"), RetryAction.RETRY),
        (DeliveryError("m", mend="n"), RetryAction.RETRY),
        (StoreUnavailableError("m", mend="n"), RetryAction.RETRY),
        (StaleRegistryError("m", mend="n"), RetryAction.RETRY),
        (errors.UnexpectedError.of(ValueError()), RetryAction.RETRY),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value.value),
)
def test_errors_are_retried_by_their_kind(error: Exception, action: RetryAction) -> None:
    assert RETRY_POLICY.evaluate(error, 1, 3).action is action


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (DeliveryError("m", mend="n"), RetryAction.RETRY),
        (StoreUnavailableError("m", mend="n"), RetryAction.RETRY),
        (errors.StorageError("m", mend="n"), RetryAction.RETRY),
        (StaleRegistryError("m", mend="n"), RetryAction.FAIL),
        (errors.UnexpectedError.of(ValueError()), RetryAction.FAIL),
        (errors.ConfigError([errors.Problem("f", "k", "m")]), RetryAction.FAIL),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value.value),
)
def test_what_is_away_is_waited_for_and_nothing_else(error: Exception, action: RetryAction) -> None:
    for tried in (FEW, MANY - 1):
        assert RETRY_POLICY.evaluate(error, tried, MANY).action is action


def test_whatever_comes_back_is_used_again_soon() -> None:
    pauses = [
        RETRY_POLICY.evaluate(DeliveryError("m", mend="n"), tried, MANY).retry_delay
        for tried in range(1, FOR_A_RELEASE)
    ]
    assert all(pause is not None and pause <= timedelta(seconds=60) for pause in pauses)
    assert sum((pause for pause in pauses if pause), timedelta()) > timedelta(hours=7)
