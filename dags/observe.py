"""How the site stands, for monitoring: age of the queue, freshness of the registry, what waits, what was refused."""

from airflow.sdk import dag

from shield1367_airflow import stages
from shield1367_airflow.backfills import AS_OF_NOW
from shield1367_airflow.defaults import START, TASK_DEFAULTS, quiet_task
from shield1367_airflow.schedules import observe_schedule


@dag(
    dag_id="observe",
    description="Figures for monitoring; unscheduled where Airflow sends no metrics",
    schedule=observe_schedule(),
    start_date=START,
    catchup=False,
    allowed_run_types=AS_OF_NOW,
    # Figures that come late are wrong.
    max_active_runs=1,
    default_args=TASK_DEFAULTS | {"retries": 0},
    tags=["shield1367", "monitoring"],
)
def observe() -> None:
    @quiet_task()
    def gauge() -> int:
        return stages.observe()

    gauge()


observe()
