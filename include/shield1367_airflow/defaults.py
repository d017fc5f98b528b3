"""What all DAGs share: retries, assets, and the decorator that makes a task quiet."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import pendulum
from airflow.sdk import Asset, task

from shield1367_airflow.patience import AFTER_DEATH, MANY, Patience

Body = TypeVar("Body", bound=Callable[..., Any])

START = pendulum.datetime(2026, 1, 1, tz="UTC")

# The library is loaded when an error is looked at, not when the DAG is parsed.
RETRY_POLICY = Patience()
TASK_DEFAULTS: dict[str, Any] = {
    "retries": MANY - 1,
    "retry_delay": AFTER_DEATH,
    "retry_policy": RETRY_POLICY,
    # The default mail's body is the exception's text.
    "email_on_failure": False,
    "email_on_retry": False,
}

REGISTRY = Asset(name="registry", uri="shield1367://registry")


def staged(source: str) -> Asset:
    """The staged data of one source."""
    return Asset(name=f"staged_{source}", uri=f"shield1367://staged/{source}")


def released(recipient: str) -> Asset:
    """The releases of one recipient."""
    return Asset(name=f"released_{recipient}", uri=f"shield1367://released/{recipient}")


def quiet_task(**options: Any) -> Callable[[Body], Any]:
    """``@task`` that logs no return value and lets no foreign exception out.

    Messages of pandas, pyarrow and pydantic quote the value they choked on, and Airflow logs message
    and chain: whatever is not one of our own errors is replaced by its type and place, and of our own
    the chain is cut.
    """

    def decorate(body: Body) -> Any:
        @wraps(body)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            from airflow.sdk import get_current_context
            from airflow.sdk.exceptions import AirflowException

            from shield1367.errors import Shield1367Error, UnexpectedError
            from shield1367_airflow.deaths import deaths_counted

            try:
                with deaths_counted(get_current_context()["ti"]):
                    return body(*args, **kwargs)
            except (Shield1367Error, AirflowException) as error:
                error.__cause__ = error.__context__ = None
                raise
            except Exception as error:  # noqa: BLE001  # nothing foreign may reach the log
                unexpected = UnexpectedError.of(error)
            raise unexpected

        return task(show_return_value_in_logs=False, **options)(guarded)

    return decorate
