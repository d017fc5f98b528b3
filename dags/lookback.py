"""Which earlier releases would be made otherwise today; their recipients are frozen until somebody decides."""

from airflow.sdk import dag

from shield1367_airflow import stages
from shield1367_airflow.backfills import AS_OF_NOW
from shield1367_airflow.defaults import START, TASK_DEFAULTS, quiet_task
from shield1367_airflow.notices import Notice
from shield1367_airflow.schedules import lookback_schedule


@dag(
    dag_id="lookback",
    description="Protection learned of later, policies tightened: past releases in question, their recipients frozen",
    schedule=lookback_schedule(),
    start_date=START,
    catchup=False,
    allowed_run_types=AS_OF_NOW,
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    tags=["shield1367", "compliance"],
)
def lookback() -> None:
    @quiet_task(on_success_callback=Notice("lookback_case"))
    def look_back() -> dict:
        return stages.look_back()

    look_back()


lookback()
