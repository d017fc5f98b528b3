"""A release asked about in Airflow's required actions: the task parks, holds no worker, and proves nothing.

What was answered is written, signed, beside the release; the gate before publication reads it there and looks at
it again. Nothing of it goes through XCom, whose guard takes no free text.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

from shield1367_airflow.notices import Notice, airflow_address

APPROVE, REJECT = "Approve", "Reject"
_LONGEST_REASON = 500


class ReleaseApproval(HITLOperator):
    """Asks the approvers of a profile about one release.

    Args:
        request_task: id of the task that hands on what is asked: ``work``, ``release`` and ``code``.
        approvers: who may answer; others are refused by Airflow, and by the gate once more.
        within: no answer by then is a no.
        number: which of the questions it is, where two people have to approve.
    """

    def __init__(
        self,
        *,
        request_task: str,
        recipient: str,
        approvers: list[str],
        within: timedelta,
        number: int = 1,
        **kwargs: Any,
    ) -> None:
        pulled = f"ti.xcom_pull(task_ids='{request_task}')"
        page = f"{airflow_address()}/compliance/releases/{{{{ {pulled}['release'] }}}}"
        who = "" if number == 1 else " A second approver has to answer; the same person twice does not count."
        super().__init__(
            subject=f"Release {{{{ {pulled}['release'] }}}} for {recipient}",
            body=(
                f"Every check holds. Read [the dossier of {{{{ {pulled}['release'] }}}}]({page}) on the desk."
                f"{who}\n\nCode of these bytes: `{{{{ {pulled}['code'] }}}}`. Copy it into"
                " the field *code*: an approval counts for what you have looked at, and for nothing made later. Give a"
                " reason, and no data of anybody in it."
            ),
            options=[APPROVE, REJECT],
            params={
                "code": Param("", type="string", description="Code of the bytes, from the text above"),
                "reason": Param("", type="string", description="Why; goes into the ledger"),
            },
            assigned_users=[{"id": approver, "name": approver} for approver in approvers],
            response_timeout=within,
            notifiers=[Notice("approval_wanted", recipient)],
            **kwargs,
        )
        self._request_task = request_task

    def execute_complete(self, context: Any, event: dict[str, Any]) -> str:
        """Write down what was answered; an answer that cannot count fails the task, and says why.

        Raises:
            AnswerRefusedError: it gives another code or no reason, or comes from somebody who may not.
        """
        from airflow.sdk.exceptions import AirflowException

        from shield1367_airflow import stages

        if "error" in event:
            # The event of a timeout; its text is Airflow's own, and nothing anybody wrote.
            raise AirflowException(f"nobody answered: {event.get('error_type', 'unknown')}")
        given = event.get("params_input") or {}
        user = event.get("responded_by_user") or {}
        return stages.record_answer(
            context["ti"].xcom_pull(task_ids=self._request_task)["work"],
            # Nobody is a default that answered, which counts for nothing.
            by=str(user.get("id") or ""),
            approved=event.get("chosen_options") == [APPROVE],
            code=str(given.get("code") or ""),
            reason=str(given.get("reason") or "")[:_LONGEST_REASON],
            at=event.get("responded_at"),
        )
