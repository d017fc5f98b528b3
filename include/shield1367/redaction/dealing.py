"""Dealing the redacted rows of a table anew over its files, so that no file stands for a time or a delivery.

A staged partition is a piece of one delivery, and deliveries follow the filing of cases: the rows of one file would be
those of one time, and a reader who knows who is protected in some of them would know the share in each. Each file
keeps its number of rows; which rows they are, and in which order, depends on a key of the release and on nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def deal(work: Path, keys: Keys, plan: ReleasePlan) -> None:
    """Write the files of every table of several partitions anew; memory holds one partition of it at a time.

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
    for number, (path, start) in enumerate(zip(sources, ends - lengths, strict=True)):
        mine = ranks[start : start + lengths[number]]
        table = pq.read_table(path).append_column(_RANK, pa.array(mine))
        files = np.searchsorted(ends, mine, side="right")
        for file in range(len(sources)):
            _write(table.take(np.flatnonzero(files == file)), pieces / f"{file}-{number}.parquet")
    for file, path in enumerate(sources):
        dealt = [pq.read_table(pieces / f"{file}-{number}.parquet") for number in range(len(sources))]
        together = pa.concat_tables(dealt)
        in_order = together.take(pc.sort_indices(together[_RANK])).drop_columns([_RANK])
        _write(in_order.combine_chunks(), finished / path.name)
    move_folder(finished, _folder(work, dataset))
    remove_folder(pieces.parent)


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
