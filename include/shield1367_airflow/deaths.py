"""Tries that ended with the death of their process: counted, for nobody else is asked about them.

A worker may be killed at any time, and its tasks are done again. A task that kills its worker each time (no memory is
enough, a library crashes) would go on for an hour, and ``release`` for nine: it leaves its mark at the start of a try
and takes it away at the end, so that a mark that is there already is that of somebody who died.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.storage import read_json, reported, write_json

if TYPE_CHECKING:
    from airflow.sdk.types import RuntimeTaskInstanceProtocol

MOST_DEATHS = 8
"""Of a task, one after the other: with the time until a death is noticed, nine minutes. A machine that is taken away
and comes back costs one or two."""


class DeadlyTaskError(TerminalError):
    """Error raised in the place of a task whose process died again and again."""

    code = "E823"


@contextmanager
def deaths_counted(ti: RuntimeTaskInstanceProtocol) -> Iterator[None]:
    """One try of a task.

    Raises:
        DeadlyTaskError: all the tries before it died, and there were :data:`MOST_DEATHS` of them.
        StorageError: the home cannot be written.
    """
    mark = mark_of(Home.from_environment(), ti)
    deaths = read_json(mark)["deaths"] + 1 if mark.exists() else 0
    if deaths >= MOST_DEATHS:
        # Whoever clears the task has mended something: it begins anew.
        _remove(mark)
        raise DeadlyTaskError(
            f"the process of this task was killed {deaths} times, without a word of its own.",
            mend="look for memory that ran out on the workers (docs/runbook.md), then clear the task.",
        )
    write_json(mark, {"deaths": deaths})
    try:
        yield
    finally:
        _remove(mark)


def mark_of(home: Home, ti: RuntimeTaskInstanceProtocol) -> Path:
    """``tries/<task>.json``: there while a try is under way, or when it died."""
    # The id of a run may hold what is no name of a file.
    task = "\n".join((ti.dag_id, ti.run_id, ti.task_id, str(ti.map_index)))
    return home.root / "tries" / f"{hashlib.sha256(task.encode()).hexdigest()[:32]}.json"


def _remove(mark: Path) -> None:
    # A try that was taken for dead and was not, only cut off for a while, may have ended meanwhile.
    with reported(mark, "delete"):
        mark.unlink(missing_ok=True)
