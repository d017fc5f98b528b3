"""Dealing the redacted rows of a table anew over its files, so that no file stands for a time or a delivery.

A staged partition is a piece of one delivery, and deliveries follow the filing of cases: the rows of one file would be
those of one time, and a reader who knows who is protected in some of them would know the share in each. Each file
keeps its number of rows; which rows they are, and in which order, depends on a key of the release and on nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shield1367.disclosure.plan import DatasetPlan, PartPlan, ReleasePlan
from shield1367.keys import Keys
from shield1367.redaction.encoding import Encoded
from shield1367.redaction.order import ranked, sort_keys
from shield1367.redaction.partition import part_path
from shield1367.redaction.planned import pseudonyms_of
from shield1367.storage import move_folder, remove_folder, write_atomically

_RANK = "_rank"
# Pieces that are written at a time: a table of thousands of partitions must not become millions of files, one for
# each file that rows come from and go to.
_MOST_PIECES = 256


def deal(work: Path, keys: Keys, plan: ReleasePlan) -> None:
    """Write the files of every table of several partitions anew; memory holds one partition of it at a time,
    and of thousands of partitions a few.

    The redacted partitions stay as they are, so that a second call starts afresh and gives the same files.
    """
    pseudonyms = pseudonyms_of(keys, plan)
    for dataset in plan.datasets:
        remove_folder(_folder(work, dataset))
        if len(dataset.parts) > 1:
            _deal_table(work, dataset, pseudonyms.order(f"dealing|{dataset.name}"))


def package_part(work: Path, dataset: DatasetPlan, part: PartPlan) -> Path:
    """Where the rows lie that go into the package as *part*: dealt, where they were."""
    dealt = _folder(work, dataset) / part_path(work, dataset, part).name
    return dealt if dealt.exists() else part_path(work, dataset, part)


def _deal_table(work: Path, dataset: DatasetPlan, key: str) -> None:
    sources = [part_path(work, dataset, part) for part in sorted(dataset.parts, key=lambda part: part.index)]
    lengths = [pq.read_metadata(path).num_rows for path in sources]
    ends = np.cumsum(lengths)
    ranks = _ranks(key, lengths)
    pieces, finished = (work / "dealing" / dataset.name / name for name in ("pieces", "files"))
    remove_folder(pieces.parent)
    pieces.mkdir(parents=True)
    at_once = -(-len(sources) // _MOST_PIECES)
    groups = [range(first, min(first + at_once, len(sources))) for first in range(0, len(sources), at_once)]
    _sort_out(sources, ranks, ends, groups, pieces)
    for number, files in enumerate(groups):
        with pa.ipc.open_stream(_piece(pieces, number)) as stream:
            together = stream.read_all()
        together = together.take(pc.sort_indices(together[_RANK]))
        begins = int(ends[files[0]]) - lengths[files[0]]
        for file in files:
            mine = together.slice(int(ends[file]) - lengths[file] - begins, lengths[file])
            _write(mine.drop_columns([_RANK]).combine_chunks(), finished / sources[file].name)
    move_folder(finished, _folder(work, dataset))
    remove_folder(pieces.parent)


def _sort_out(
    sources: Sequence[Path],
    ranks: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    groups: Sequence[range],
    pieces: Path,
) -> None:
    """Write what goes into each group of files into one piece, whatever the number of files it comes from."""
    last = [int(ends[files[-1]]) for files in groups]
    schema = pq.read_schema(sources[0]).append(pa.field(_RANK, pa.int64()))
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    start = 0
    with ExitStack() as stack:
        writers = [
            stack.enter_context(pa.ipc.new_stream(_piece(pieces, number), schema, options=options))
            for number in range(len(groups))
        ]
        for path in sources:
            table = pq.read_table(path)
            mine = ranks[start : start + table.num_rows]
            start += table.num_rows
            table = table.append_column(_RANK, pa.array(mine))
            group_of = np.searchsorted(last, mine, side="right")
            for number, writer in enumerate(writers):
                rows = np.flatnonzero(group_of == number)
                if len(rows):
                    writer.write_table(table.take(rows))


def _piece(pieces: Path, number: int) -> str:
    return str(pieces / f"{number}.arrows")


def _ranks(key: str, lengths: Sequence[int]) -> npt.NDArray[np.int64]:
    """For every row of all partitions, one after the other, its place in the table that is dealt."""
    partitions = np.repeat(np.arange(len(lengths)), lengths)
    rows = np.arange(len(partitions))
    names = [str(number) for number in range(len(lengths))]
    order = ranked(sort_keys(key, Encoded([*names, None], pa.array(partitions)), pa.chunked_array([rows])))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = rows
    return ranks


def _write(table: pa.Table, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    return write_atomically(target, lambda temporary: pq.write_table(table, temporary, compression="zstd"))


def _folder(work: Path, dataset: DatasetPlan) -> Path:
    return work / "dealt" / dataset.name
