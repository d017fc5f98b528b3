"""What a backfill does, `airflow backfill create`: a run takes what is there now, whatever its date is.

So the first run of a backfill catches up with everything, and the others have nothing left to do. Airflow runs ten of
them at once, whatever the DAG says of its own runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow.sdk.types import RuntimeTaskInstanceProtocol

AS_OF_NOW = ("scheduled", "manual", "operator_triggered", "asset_triggered", "asset_materialization")
"""Kinds of runs of a DAG that looks at how things stand: Airflow refuses a backfill of it."""


def leave_to_an_earlier_run(ti: RuntimeTaskInstanceProtocol) -> None:
    """Skip the task while a run for an earlier date is under way: that one takes all there is.

    Raises:
        AirflowSkipException: there is one.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    if (earlier := ti.get_previous_dagrun(state="running")) is not None:
        raise AirflowSkipException(
            f"left to the run for {earlier.logical_date}, which is under way and takes all there is"
        )
