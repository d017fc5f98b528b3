"""Runs of a backfill that meet: one works, and the others say so and go."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from shield1367_airflow.backfills import leave_to_an_earlier_run


class Instance:
    """What a task asks of Airflow about the runs before its own."""

    def __init__(self, **running: Any) -> None:
        self._running = running

    def get_previous_dagrun(self, state: str | None = None) -> Any:
        assert state == "running"
        return SimpleNamespace(**self._running) if self._running else None


def test_a_run_behind_an_earlier_one_is_skipped_and_says_whose_work_it_is() -> None:
    with pytest.raises(AirflowSkipException, match="left to the run for 2026-01-02"):
        leave_to_an_earlier_run(Instance(logical_date="2026-01-02"))  # type: ignore[arg-type]


def test_the_earliest_run_works() -> None:
    leave_to_an_earlier_run(Instance())  # type: ignore[arg-type]
