"""A DAG of tasks that misbehave, run for real by ``test_tasks.py``. Made by the project's own decorator."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from airflow.sdk import dag

from shield1367_airflow.defaults import RETRY_POLICY, START, TASK_DEFAULTS, quiet_task

CANARY = "Xochitl Canary-Ncube 098765431"

# The project's own rules; only the waiting is cut short.
SOON = timedelta(seconds=0.1)
DEFAULTS = TASK_DEFAULTS | {
    "retry_delay": SOON,
    "retry_policy": replace(RETRY_POLICY, pause=SOON, longest=SOON),
}


def _tries(name: str) -> int:
    """How often this was called, this time included."""
    path = Path(os.environ["SHIELD1367_HOME"]) / f"tries-{name}"
    tries = int(path.read_text()) + 1 if path.exists() else 1
    path.write_text(str(tries))
    return tries


@dag(dag_id="probes", schedule=None, start_date=START, catchup=False, default_args=DEFAULTS)
def probes() -> None:
    @quiet_task()
    def returns_counts() -> dict:
        return {"rows": 3, "work": "work/x/r-1"}

    @quiet_task()
    def foreign_error() -> None:
        import pandas as pd

        try:
            int(CANARY)
        except ValueError as error:
            row = {"name": CANARY}
            raise KeyError(pd.DataFrame([row]).to_string()) from error

    @quiet_task()
    def own_error_with_a_foreign_cause() -> None:
        from shield1367.errors import TerminalError

        try:
            int(CANARY)
        except ValueError as error:
            raise TerminalError("row 3 of part 1 cannot be read.", mend="deliver it again.") from error

    @quiet_task()
    def own_error_with_a_foreign_context() -> None:
        from shield1367.errors import TerminalError

        try:
            int(CANARY)
        except ValueError:
            raise TerminalError("row 4 of part 1 cannot be read.", mend="deliver it again.")  # noqa: B904

    @quiet_task()
    def terminal_error() -> None:
        from shield1367.errors import ConfigError, Problem

        _tries("terminal")
        raise ConfigError([Problem("court.yaml", "datasets.cases", "is missing")])

    @quiet_task()
    def transient_error() -> int:
        from shield1367.errors import StorageError

        if (tries := _tries("transient")) < 6:
            raise StorageError("the disk is full.", mend="make room; the task is tried again.")
        return tries

    @quiet_task()
    def unexpected_error() -> None:
        _tries("unexpected")
        raise RuntimeError(CANARY)

    @quiet_task()
    def returns_a_frame() -> object:
        import pandas as pd

        _tries("frame")
        return pd.DataFrame({"name": [CANARY]})

    @quiet_task()
    def returns_text() -> str:
        return CANARY

    returns_counts()
    foreign_error()
    own_error_with_a_foreign_cause()
    own_error_with_a_foreign_context()
    terminal_error()
    transient_error()
    unexpected_error()
    returns_a_frame()
    returns_text()


PROBES = probes()
