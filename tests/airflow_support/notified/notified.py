"""Two DAGs like an export, one that ends well and one that does not, run for real by ``test_notices.py``."""

from __future__ import annotations

from airflow.sdk import DAG, dag

from shield1367_airflow.defaults import START, TASK_DEFAULTS, quiet_task
from shield1367_airflow.notices import Notice


def made(name: str, *, holds: bool) -> DAG:
    @dag(
        dag_id=f"export_{name}",
        schedule=None,
        start_date=START,
        catchup=False,
        default_args=TASK_DEFAULTS | {"retries": 0},
        on_failure_callback=Notice("release_refused", name),
    )
    def export() -> None:
        @quiet_task()
        def plan() -> list[dict]:
            return [{"work": f"work/{name}/r-0a1b", "index": 0}]

        @quiet_task(on_success_callback=Notice("release_ready", name))
        def release(parts: list[dict]) -> int:
            from shield1367.release.publish import ReleaseHeldError

            if not holds:
                raise ReleaseHeldError("release r-0a1b did not pass.", mend="look at it.")
            return len(parts)

        release(plan())

    return export()


GOOD, BAD = made("good", holds=True), made("bad", holds=False)
