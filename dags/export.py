"""One DAG a recipient: plan → redact (mapped) → validate → audit → document → [approve →] release."""

from typing import Any

from airflow.sdk import chain, dag
from airflow.sdk.exceptions import AirflowSkipException

from shield1367.config.project import recipient_names
from shield1367_airflow import stages
from shield1367_airflow.asking import approval_tasks
from shield1367_airflow.backfills import leave_to_an_earlier_run
from shield1367_airflow.defaults import START, TASK_DEFAULTS, quiet_task, released
from shield1367_airflow.environment import REDACTION_POOL, REDACTION_QUEUE
from shield1367_airflow.notices import Notice
from shield1367_airflow.patience import FOR_A_RELEASE
from shield1367_airflow.schedules import export_deadline, export_schedule

CASES = Notice("lookback_case")


def export_dag(recipient: str) -> None:
    @dag(
        dag_id=f"export_{recipient}",
        description=f"Redacted, validated, audited release for {recipient}",
        schedule=export_schedule(recipient),
        start_date=START,
        catchup=False,
        # A release is planned against one registry and published once.
        max_active_runs=1,
        default_args=TASK_DEFAULTS,
        deadline=export_deadline(recipient),
        # Of the run, not of its tasks: many partitions may fail at once.
        on_failure_callback=Notice("release_refused", recipient),
        tags=["shield1367", "export"],
    )
    def export() -> None:
        # Planning looks back first: a case that opens here is news whether the plan then stands or is refused.
        @quiet_task(on_success_callback=CASES, on_failure_callback=CASES, on_skipped_callback=CASES)
        def plan(ti: Any) -> list[dict]:
            leave_to_an_earlier_run(ti)
            tasks = stages.plan_release(recipient)
            if not tasks:
                raise AirflowSkipException("nothing to release: it is out already, or nothing is staged")
            return tasks

        @quiet_task(pool=REDACTION_POOL, queue=REDACTION_QUEUE)
        def redact(share: dict) -> int:
            return stages.redact_task(share["work"], share["task"], share["of"])

        @quiet_task()
        def validate(tasks: list[dict]) -> bool:
            return stages.validate(tasks[0]["work"])

        @quiet_task()
        def audit(tasks: list[dict]) -> bool:
            return stages.audit(tasks[0]["work"])

        @quiet_task()
        def document(tasks: list[dict]) -> bool:
            return stages.document(tasks[0]["work"])

        @quiet_task(
            outlets=[released(recipient)],
            on_success_callback=Notice("release_ready", recipient),
            retries=FOR_A_RELEASE - 1,
        )
        def release(tasks: list[dict]) -> str:
            return stages.release(tasks[0]["work"])

        tasks = plan()
        documented = document(tasks)
        redact.expand(share=tasks) >> validate(tasks) >> audit(tasks) >> documented
        chain(documented, *approval_tasks(recipient, tasks), release(tasks))

    export()


for name in recipient_names():
    export_dag(name)
