"""Tasks that kill their own process, for ``deaths_in_airflow.py``."""

from __future__ import annotations

import os
import signal
from datetime import timedelta

from airflow.sdk import dag

from shield1367_airflow.defaults import START, TASK_DEFAULTS, quiet_task


@dag(
    dag_id="deadly",
    schedule=None,
    start_date=START,
    catchup=False,
    # As every task of ours, but for the pause.
    default_args=TASK_DEFAULTS | {"retry_delay": timedelta(seconds=1)},
)
def deadly() -> None:
    @quiet_task()
    def always() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    @quiet_task()
    def now_and_then(ti: object = None) -> None:
        # Killed twice, as a worker may be in an unlucky hour.
        if ti.try_number < 3:
            os.kill(os.getpid(), signal.SIGKILL)

    always()
    now_and_then()


deadly()
