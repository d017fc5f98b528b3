"""One DAG a source: what lies in the landing zone is checked, decoded and staged."""

from typing import Any

from airflow.sdk import dag
from airflow.sdk.exceptions import AirflowSkipException

from shield1367.config.project import source_names
from shield1367_airflow import stages
from shield1367_airflow.backfills import leave_to_an_earlier_run
from shield1367_airflow.defaults import START, TASK_DEFAULTS, quiet_task, staged
from shield1367_airflow.environment import INTAKE_POOL, INTAKE_QUEUE
from shield1367_airflow.schedules import intake_schedule


def intake_dag(source: str) -> None:
    @dag(
        dag_id=f"intake_{source}",
        description=f"Landing zone → staged rows of {source}; rejects go to quarantine",
        schedule=intake_schedule(source),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        default_args=TASK_DEFAULTS,
        tags=["shield1367", "intake"],
    )
    def intake() -> None:
        @quiet_task(pool=INTAKE_POOL, queue=INTAKE_QUEUE)
        def find_batches(ti: Any) -> list[str]:
            leave_to_an_earlier_run(ti)
            return stages.find_batches(source)

        @quiet_task(pool=INTAKE_POOL, queue=INTAKE_QUEUE, map_index_template="{{ task.op_kwargs['batch'] }}")
        def stage_batch(batch: str) -> dict:
            return stages.stage_batch(source, batch)

        @quiet_task(pool=INTAKE_POOL, queue=INTAKE_QUEUE, outlets=[staged(source)])
        def announce(staged_batches: list[dict]) -> None:
            if not any(batch["changed"] for batch in staged_batches):
                raise AirflowSkipException("nothing new was staged")

        announce(stage_batch.expand(batch=find_batches()))

    intake()


for name in source_names():
    intake_dag(name)
