"""Evidence of everything staged → people → protections, in the registry."""

from airflow.sdk import dag
from airflow.sdk.exceptions import AirflowSkipException

from shield1367_airflow import stages
from shield1367_airflow.backfills import AS_OF_NOW
from shield1367_airflow.defaults import REGISTRY, START, TASK_DEFAULTS, quiet_task
from shield1367_airflow.schedules import protect_schedule


@dag(
    dag_id="protect",
    description="Who is protected, why, since when, until when",
    schedule=protect_schedule(),
    start_date=START,
    catchup=False,
    allowed_run_types=AS_OF_NOW,
    # One at a time: a second evaluation would only wait for the first.
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    tags=["shield1367", "protect"],
)
def protect() -> None:
    @quiet_task(outlets=[REGISTRY])
    def evaluate() -> dict:
        result = stages.protect()
        if not result["changed"]:
            raise AirflowSkipException("nothing new was staged")
        return result

    evaluate()


protect()
