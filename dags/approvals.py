"""Approvals that wait: reminded of and escalated, once each, by somebody who looks every few minutes and goes."""

from airflow.sdk import dag

from shield1367_airflow import reminders
from shield1367_airflow.backfills import AS_OF_NOW
from shield1367_airflow.defaults import START, TASK_DEFAULTS, quiet_task
from shield1367_airflow.schedules import approvals_schedule


@dag(
    description="Reminds of approvals that wait, and escalates those that wait too long",
    schedule=approvals_schedule(),
    start_date=START,
    catchup=False,
    allowed_run_types=AS_OF_NOW,
    # Each place is told once: two at a time might both.
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    tags=["shield1367", "compliance"],
)
def approvals() -> None:
    @quiet_task()
    def remind() -> dict:
        return reminders.remind()

    remind()


approvals()
