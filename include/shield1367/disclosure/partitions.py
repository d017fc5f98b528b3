"""How much one partition is, and which partitions one task redacts.

A partition is sized by what it costs, not by its rows: a byte of a narrative costs as much as sixteen of anything
else (``benchmarks/scale.py`` measures it). A staged file that is too much is cut where its row groups are, so that
no task reads what it does not redact. Which partitions there are depends on what is staged and on the size wished
for, never on how many workers there happen to be: the files of a release are dealt anew over as many as its
rows fill, and the same release has the same bytes wherever it is made.

How many tasks there are does depend on the cluster. A task redacts a list of partitions, so that a release may have
more partitions than Airflow maps tasks (1,024, and fewer by the size of an XCom), and so that whatever a process has
to open first, it opens for several partitions.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, TypeVar

from shield1367.disclosure.plan import PartPlan, ReleasePlan
from shield1367.errors import TerminalError, UnsettledError
from shield1367.home import Home
from shield1367.storage import looked_into, reported

PARTITION_SETTING: Final = "SHIELD1367_PARTITION_MIB"
TASKS_SETTING: Final = "SHIELD1367_REDACTION_TASKS"
# A byte of a narrative that is scrubbed, in bytes of other columns.
NARRATIVE_COST: Final = 16
_MIB: Final = 1 << 20
# About 12,000 rows with a narrative of 800 bytes: half a minute. Of larger ones 60,000 rows are three, and of two
# workers one waits for the other.
_PARTITION_MIB: Final = 10
_TASKS: Final = 4
# What the list of tasks may be: each is some hundred bytes in an XCom, which is refused beyond 48 KiB.
MOST_TASKS: Final = 256

Number = TypeVar("Number", int, float)


class BadSizingError(TerminalError):
    """Error raised when a setting for partitions or tasks is no number, or out of range."""

    code = "E781"


class StagedRowsError(UnsettledError):
    """Error raised when a staged file does not have as many rows as intake wrote down."""

    code = "E782"


@dataclass(frozen=True, slots=True)
class Sizing:
    """How large partitions and how many tasks there are.

    Attributes:
        partition_bytes: what a partition weighs at most, in bytes of narratives; one row group may weigh more.
        tasks: redacting tasks of a release at most.
    """

    partition_bytes: int = _PARTITION_MIB * _MIB
    tasks: int = _TASKS

    @classmethod
    def from_environment(cls) -> Sizing:
        """What ``SHIELD1367_PARTITION_MIB`` and ``SHIELD1367_REDACTION_TASKS`` say.

        Raises:
            BadSizingError: one of them is no number, or out of range.
        """
        mebibytes = _setting(PARTITION_SETTING, float(_PARTITION_MIB), float, most=4096)
        tasks = _setting(TASKS_SETTING, _TASKS, int, most=MOST_TASKS)
        return cls(partition_bytes=max(1, int(mebibytes * _MIB)), tasks=tasks)


def parts_of(home: Home, staged: PartPlan, scrubbed: Collection[str], sizing: Sizing) -> list[PartPlan]:
    """The partitions that a staged file makes, numbered from *staged*'s index on.

    Args:
        home: where the file lies.
        staged: the whole file.
        scrubbed: its columns that are scrubbed in this release.

    Raises:
        StorageError: the file cannot be read.
        StagedRowsError: it does not have as many rows as *staged* says.
    """
    path = home.named(staged.staged)
    with reported(path, "read"):
        groups = looked_into(path, lambda file: _groups(file, scrubbed))
    if sum(group_rows for group_rows, _ in groups) != staged.rows:
        raise StagedRowsError(
            f"{staged.staged} does not have the {staged.rows} rows that intake wrote down.",
            mend="run the intake of its batch again, then plan the release again.",
        )
    parts: list[PartPlan] = []
    first = rows = weight = 0
    for group_rows, group_weight in groups:
        if rows and weight + group_weight > sizing.partition_bytes:
            parts.append(_piece(staged, len(parts), first, rows, weight))
            first, rows, weight = first + rows, 0, 0
        rows, weight = rows + group_rows, weight + group_weight
    return [*parts, _piece(staged, len(parts), first, rows, weight)]


def tasks_of(plan: ReleasePlan, most: int) -> list[tuple[int, ...]]:
    """Indexes of the partitions that each task redacts, of nearly equal weight; the heaviest task first.

    The planted rows of a dataset are a partition like any other.

    Args:
        plan: as written when it was planned: its weights decide, not the files of today.
        most: tasks there are at most.
    """
    pairs = [*plan.parts(), *plan.canaries()]
    heaviest_first = sorted((part for _, part in pairs), key=lambda part: (-_weight(part), part.index))
    tasks: list[list[PartPlan]] = [[] for _ in range(min(most, len(pairs)))]
    load = [0] * len(tasks)
    for part in heaviest_first:
        lightest = load.index(min(load))
        tasks[lightest].append(part)
        load[lightest] += _weight(part)
    order = sorted(range(len(tasks)), key=lambda task: (-load[task], task))
    return [tuple(sorted(part.index for part in tasks[task])) for task in order]


def _groups(file: Path | IO[bytes], scrubbed: Collection[str]) -> list[tuple[int, int]]:
    """Rows and weight of each row group, by the sizes in the file's metadata."""
    # Whoever only reads a plan loads no Parquet.
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(file)
    found = []
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        sizes = [
            (group.column(at).path_in_schema, group.column(at).total_uncompressed_size)
            for at in range(group.num_columns)
        ]
        texts = sum(size for name, size in sizes if name in scrubbed)
        others = sum(size for name, size in sizes if name not in scrubbed)
        found.append((group.num_rows, texts + others // NARRATIVE_COST))
    return found


def _piece(staged: PartPlan, number: int, first: int, rows: int, weight: int) -> PartPlan:
    return staged.model_copy(
        update={"index": staged.index + number, "first": first, "rows": rows, "weight": weight}
    )


def _weight(part: PartPlan) -> int:
    # Never nothing: opening a partition costs something too, and there may be thousands.
    return part.weight + 1


def _setting(name: str, default: Number, read: Callable[[str], Number], *, most: int) -> Number:
    if not (said := os.environ.get(name)):
        return default
    try:
        number = read(said)
    except ValueError:
        number = read("0")
    if not 0 < number <= most:
        raise BadSizingError(
            f"{name} is not a number above 0 and up to {most}.",
            mend=f"set {name} to such a number, or leave it out for {default:g}.",
        )
    return number
