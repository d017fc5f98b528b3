"""The monthly account for compliance: what went out, what was refused, what runs out, what waits."""

from typing import Any

from airflow.sdk import Param, dag

from shield1367_airflow import stages
from shield1367_airflow.defaults import START, TASK_DEFAULTS, quiet_task
from shield1367_airflow.schedules import accounting_schedule


@dag(
    dag_id="accounting",
    description="Account of a month for compliance, as page and table under reports/",
    schedule=accounting_schedule(),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    params={
        "month": Param(
            None,
            type=["null", "string"],
            pattern="^[0-9]{4}-(0[1-9]|1[0-2])$",
            description="Such as 2026-10; empty is the month before that of the run.",
        )
    },
    tags=["shield1367", "compliance"],
)
def accounting() -> None:
    @quiet_task()
    def account(params: dict, logical_date: Any = None) -> str:
        return stages.account(params["month"], logical_date)

    account()


accounting()
