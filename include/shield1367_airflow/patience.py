"""How long a task is tried again: by the kind of its error, and by how often it was tried already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import RetryDecision, RetryPolicy

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

FEW = 3
"""Tries of a task whose error may be a fault of our own, or that others settle soon or never."""

MANY = 60
"""Tries while something is away: with a minute between them, an hour. The next run of the DAG begins where it ended."""

FOR_A_RELEASE = 480
"""Likewise for publishing and delivering, eight hours: what is recorded is out, and no later run delivers it."""

AFTER_DEATH = timedelta(seconds=10)
"""Before the next try of a task whose process died: a minute has gone by until somebody noticed."""

PAUSE = timedelta(seconds=30)
LONGEST = timedelta(seconds=60)
"""Between two tries, from the fourth on: whatever comes back is used again within that and the time of a try."""


@dataclass(frozen=True)
class Patience(RetryPolicy):
    """The retry policy of all tasks.

    Terminal errors fail at once. What is away (a store, a database, room on a disk) is waited for, as long as the
    task's ``retries`` allow. Everything else gets :data:`FEW` tries: the task's own number is for what is away.
    A task whose process dies raises nothing, and is not asked about: it has all its ``retries``.
    """

    pause: timedelta = PAUSE
    longest: timedelta = LONGEST

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,
        max_tries: int,
        context: Context | None = None,
    ) -> RetryDecision:
        """Whether to try again after the try of that number, from 1, and after which pause."""
        from shield1367.errors import TerminalError, TransientError, UnsettledError

        if isinstance(exception, TerminalError):
            return RetryDecision.fail("not retryable")
        if isinstance(exception, TransientError) and not isinstance(exception, UnsettledError):
            few = try_number < FEW
            return RetryDecision.retry(self.pause if few else self.longest, "waits for what is away")
        if try_number < FEW:
            return RetryDecision.retry(self.pause, "may succeed at another try")
        return RetryDecision.fail(f"failed {FEW} times")

    def serialize(self) -> dict[str, Any]:
        """What is written of it where a DAG is: nothing decides by that."""
        return {"pause": self.pause.total_seconds(), "longest": self.longest.total_seconds()}
