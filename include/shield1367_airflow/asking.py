"""The tasks between the checks and the gate: whom the profile asks, one after the other."""

from __future__ import annotations

from typing import Any

from shield1367_airflow import stages
from shield1367_airflow.defaults import quiet_task
from shield1367_airflow.schedules import approval_of

_REQUEST = "request_approval"


def approval_tasks(recipient: str, parts: Any) -> list[Any]:
    """The tasks that ask, to be chained; none where the profile asks nobody."""
    approval = approval_of(recipient)
    if not approval.required:
        return []

    @quiet_task(task_id=_REQUEST)
    def request(parts: list[dict[str, Any]], dag_run: Any = None) -> dict[str, str]:
        # A schedule prepares for nobody in particular.
        return stages.request_approval(parts[0]["work"], dag_run.triggering_user_name or "schedule")

    from shield1367_airflow.approval import ReleaseApproval

    asked = [
        ReleaseApproval(
            task_id="approve" if number == 1 else f"approve_{number}",
            request_task=_REQUEST,
            recipient=recipient,
            approvers=list(approval.approvers),
            within=approval.patience,
            number=number,
            # Asked once: a second try would show the first question again.
            retries=0,
        )
        for number in range(1, approval.needed + 1)
    ]
    return [request(parts), *asked]
