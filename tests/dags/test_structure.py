"""Which DAGs there are, and how they follow each other."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from airflow.sdk import Asset

from shield1367.config.project import load_project, recipient_names, source_names
from shield1367_airflow.backfills import AS_OF_NOW
from tests.dags.loading import Dags, load_dags


def outlets(dags: Dags, dag_id: str) -> set[str]:
    tasks = dags[dag_id].tasks
    return {asset.uri.rstrip("/") for task in tasks for asset in task.outlets if isinstance(asset, Asset)}


def waits_for(dags: Dags, dag_id: str) -> set[str]:
    condition = dags[dag_id].timetable.asset_condition
    return {asset.uri.rstrip("/") for asset in condition.objects}


def test_one_dag_a_file_of_the_configuration(dags: Dags) -> None:
    assert set(dags) == (
        {f"intake_{name}" for name in source_names()}
        | {f"export_{name}" for name in recipient_names()}
        | {"protect", "lookback", "approvals", "accounting", "observe"}
    )


def test_protect_follows_every_scheduled_intake(dags: Dags) -> None:
    scheduled = [name for name, contract in load_project().contracts.items() if contract.schedule]
    staged = {uri for name in scheduled for uri in outlets(dags, f"intake_{name}")}
    assert len(staged) == len(scheduled) > 1
    assert waits_for(dags, "protect") == staged


def test_exports_follow_protect_or_the_clock(dags: Dags) -> None:
    (registry,) = outlets(dags, "protect")
    for name, profile in load_project().recipients.items():
        dag = dags[f"export_{name}"]
        if profile.schedule.on:
            assert waits_for(dags, dag.dag_id) == {registry}
        else:
            assert dag.timetable.expression == profile.schedule.cron


def test_what_looks_at_how_things_stand_has_no_backfill(dags: Dags) -> None:
    """What takes whatever is there may have one: its first run does everything, and the others are skipped."""
    refusing = {name for name, dag in dags.items() if dag.allowed_run_types is not None}
    assert refusing == {"protect", "lookback", "approvals", "observe"}
    for name in refusing:
        assert {kind.value for kind in dags[name].allowed_run_types} == set(AS_OF_NOW)


def test_every_change_of_the_registry_is_looked_back_from(dags: Dags) -> None:
    assert waits_for(dags, "lookback") == outlets(dags, "protect")
    assert dags["accounting"].timetable.expression == "0 5 1 * *"


def test_no_two_dags_announce_the_same(dags: Dags) -> None:
    announced = [uri for dag_id in dags for uri in outlets(dags, dag_id)]
    # Looking back, reminding, accounting and observing announce nothing: no release waits for them.
    assert len(announced) == len(set(announced)) == len(dags) - 4


@pytest.mark.parametrize("recipient", recipient_names())
def test_a_late_export_is_told_of_once_its_time_and_that_of_approvers_is_over(
    dags: Dags, recipient: str
) -> None:
    (deadline,) = dags[f"export_{recipient}"].deadline
    profile = load_project().recipients[recipient]
    assert deadline.interval == profile.schedule.patience + profile.approval.patience
    assert deadline.callback.kwargs == {"event": "export_late", "recipient": recipient}


def test_nothing_is_observed_where_nobody_collects(dags: Dags) -> None:
    assert type(dags["observe"].timetable).__name__ == "NullTimetable"


@pytest.mark.parametrize("recipient", recipient_names())
def test_a_release_comes_after_every_check(dags: Dags, recipient: str) -> None:
    dag = dags[f"export_{recipient}"]
    order = ["plan", "redact", "validate", "audit", "document", "release"]
    assert sorted(dag.task_ids) == sorted(order)
    for before, after in pairwise(order):
        assert before in dag.get_task(after).upstream_task_ids
    for task_id in order:
        # Whatever fails or is skipped upstream stops everything after it.
        assert dag.get_task(task_id).trigger_rule == "all_success"


def test_redaction_is_mapped_over_partitions_and_intake_over_batches(dags: Dags) -> None:
    for dag_id, dag in dags.items():
        mapped = {task.task_id for task in dag.tasks if task.is_mapped}
        assert mapped == {"intake": {"stage_batch"}, "export": {"redact"}}.get(dag_id.split("_")[0], set())


@pytest.mark.parametrize("four_eyes", [False, True])
def test_a_release_that_people_have_to_approve_waits_for_them_behind_every_check(
    config: Path, four_eyes: bool
) -> None:
    profile = config / "recipients" / "county-analytics.yaml"
    asks = f"required: true, approvers: [ada, bo], within: 2d, four_eyes: {str(four_eyes).lower()}"
    profile.write_text(f"{profile.read_text()}approval: {{{asks}}}\n")
    dag = load_dags()["export_county-analytics"]
    asked = ["approve", "approve_2"] if four_eyes else ["approve"]
    order = ["plan", "redact", "validate", "audit", "document", "request_approval", *asked, "release"]
    assert sorted(dag.task_ids) == sorted(order)
    for before, after in pairwise(order):
        assert before in dag.get_task(after).upstream_task_ids
    for task_id in asked:
        task = dag.get_task(task_id)
        assert [user["id"] for user in task.assigned_users] == ["ada", "bo"]
        # No answer is a no; and a second try would show the first question again.
        assert (task.defaults, task.response_timeout, task.retries) == (None, timedelta(days=2), 0)
        assert {name: task.params[name] for name in task.params} == {"code": "", "reason": ""}
