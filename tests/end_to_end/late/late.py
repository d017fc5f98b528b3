"""An export that takes longer than it may, for ``deadline_in_airflow.py``."""

from __future__ import annotations

import time
from datetime import timedelta

from airflow.sdk import dag

from shield1367.config.project import recipient_names
from shield1367_airflow.defaults import START, TASK_DEFAULTS, quiet_task
from shield1367_airflow.schedules import export_deadline

RECIPIENT = recipient_names()[0]
DEADLINE = export_deadline(RECIPIENT)
assert DEADLINE is not None
# As it is wired for every export, but for the hours.
DEADLINE.interval = timedelta(seconds=2)


@dag(
    dag_id=f"export_{RECIPIENT}",
    schedule=None,
    start_date=START,
    catchup=False,
    default_args=TASK_DEFAULTS | {"retries": 0},
    deadline=DEADLINE,
)
def export() -> None:
    @quiet_task()
    def plan() -> None:
        time.sleep(45)

    plan()


export()
