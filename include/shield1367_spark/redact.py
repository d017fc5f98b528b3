"""The partitions of a release, redacted by Spark's workers: the very function that Airflow's tasks call.

Spark is told numbers and nothing else. Each of its tasks reads the plan, the sealed snapshot and the staged files
where they lie, and writes what it redacted into the work folder, as any other worker does; so the home has to be
mounted on all of them under one path, and each has to have the key for redaction (``SHIELD1367_REDACTION_KEY_FILE``)
or the master key (``SHIELD1367_KEY_FILE``). No row, key or identity passes through Spark's own shuffle, logs or event
files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shield1367.config.project import load_project
from shield1367.disclosure.partitions import Sizing, tasks_of
from shield1367.disclosure.plan import PartResult, ReleasePlan
from shield1367.errors import Shield1367Error, TerminalError, UnexpectedError, UnsettledError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site, redact, redaction_site
from shield1367.redaction.limited import RedactionKeys

if TYPE_CHECKING:
    import pandas as pd

# What comes back of each partition: whether it went, and if not, what our own error says. No counts: how many rows
# are protected is for compliance alone.
_SCHEMA = "partition long, code string, message string, mend string, terminal boolean"


class SparkMissingError(TerminalError):
    """Error raised when the engine is Spark and PySpark is not installed."""

    code = "E784"


class SparkRefusedError(TerminalError):
    """Error raised when a partition cannot be redacted on a worker of Spark, however often it is tried."""

    code = "E785"


class SparkFailedError(UnsettledError):
    """Error raised when workers of Spark could not redact a partition now."""

    code = "E786"


def redact_parts(site: Site, work: Path, indexes: Sequence[int]) -> list[PartResult]:
    """Redact some partitions of a planned release on the Spark session there is, or one that is made.

    Its master, memory and number of workers are Spark's own settings.

    Raises:
        SparkMissingError: PySpark is not installed.
        SparkRefusedError: a partition was refused; it says by which error.
        SparkFailedError: a partition failed and may succeed later, or Spark itself did.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise SparkMissingError(
            "SHIELD1367_ENGINE is spark, but PySpark is not installed.",
            mend="pip install --require-hashes -r requirements-spark.txt, or leave SHIELD1367_ENGINE out.",
        ) from None
    wanted = frozenset(indexes)
    plan = ReleasePlan.read(work)
    tasks = [
        mine
        for task in tasks_of(plan, max(Sizing.from_environment().tasks, 1))
        if (mine := [index for index in task if index in wanted])
    ]
    if not tasks:
        return []
    root = site.home.root
    body = _Body(str(root), work.relative_to(root).as_posix(), tuple(sorted(site.project.contracts)), tasks)
    session = SparkSession.builder.appName("shield1367 redaction").getOrCreate()
    try:
        # Exactly one number in each of Spark's partitions.
        numbers = session.range(0, len(tasks), 1, len(tasks))
        rows = numbers.mapInPandas(body, _SCHEMA).collect()
    except PySparkException as error:
        # Its message may quote what a worker choked on.
        raise SparkFailedError(
            f"Spark did not finish ({type(error).__name__}).",
            mend="look at the Spark application's failed stage; the task is tried again.",
        ) from None
    failed = {row.partition: row for row in rows if row.code is not None}
    if failed:
        index, row = min(failed.items())
        kind = SparkRefusedError if any(one.terminal for one in failed.values()) else SparkFailedError
        raise kind(
            f"{len(failed)} of {len(wanted)} partitions were not redacted; partition {index}: {row.code} {row.message}",
            mend=row.mend,
        )
    # What is finished is only read.
    return [redact(site, work, index) for index in sorted(wanted)]


class _Body:
    """What Spark carries to a worker: where the home is, whose contracts count, and which partitions each task has."""

    def __init__(
        self, root: str, work: str, sources: tuple[str, ...], tasks: Sequence[Sequence[int]]
    ) -> None:
        self._root = root
        self._work = work
        self._sources = sources
        self._tasks = tasks

    def __call__(self, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        import pandas as pd

        for frame in frames:
            for number in frame["id"].tolist():
                yield pd.DataFrame([self._answer(index) for index in self._tasks[number]])

    def _answer(self, index: int) -> dict[str, Any]:
        work = Path(self._root, self._work)
        try:
            site = _site(self._root, self._work, self._sources, ReleasePlan.read(work).recipient)
            redact(site, work, index)
        except Exception as error:  # noqa: BLE001  # nothing foreign may reach Spark's logs
            told = error if isinstance(error, Shield1367Error) else UnexpectedError.of(error)
            said = {"code": told.code, "message": told.message, "mend": told.mend}
            return {"partition": index, **said, "terminal": isinstance(told, TerminalError)}
        return {"partition": index, "code": None, "message": None, "mend": None, "terminal": False}


@lru_cache(maxsize=1)
def _site(root: str, work: str, sources: tuple[str, ...], recipient: str) -> Site:
    """The site of a release, opened once by each of Spark's Python processes."""
    home = Home(root=Path(root))
    keys = RedactionKeys.handed_in() or Keys.load(home)
    return redaction_site(home, keys, load_project(sources=sources, recipients=[recipient]), Path(root, work))
