"""Dealing the redacted rows of a table anew over its files, so that no file stands for a time or a delivery.

A staged partition is a piece of one delivery, and deliveries follow the filing of cases: the rows of one file would be
those of one time, and a reader who knows who is protected in some of them would know the share in each; where rows are
left out, its length would tell how many. So files are as even as can be, and which rows are in them, in which order,
depends on a key of the release and on nothing else.

Rows are sorted by keys that look random, outside of memory: spread over a few pieces by the key's first bits, and each
piece again until it is no longer than a file. What that costs grows with the rows, not with the square of the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shield1367.disclosure.files import ROWS_PER_FILE, file_rows
from shield1367.disclosure.plan import DatasetPlan, ReleasePlan
from shield1367.keys import Keys
from shield1367.redaction.encoding import Encoded
from shield1367.redaction.order import sort_keys
from shield1367.redaction.partition import part_path
from shield1367.redaction.planned import pseudonyms_of
from shield1367.storage import move_folder, remove_folder, write_atomically

_KEY = "_key"
_SPREAD = 16  # pieces at a time, each an open file
_PIECES = pa.ipc.IpcWriteOptions(compression="lz4")


def deal(work: Path, keys: Keys, plan: ReleasePlan, *, rows_per_file: int = ROWS_PER_FILE) -> None:
    """Write the files of every table anew; memory holds about one partition of it and one file at a time.

    The redacted partitions stay as they are, so that a second call starts afresh and gives the same files. A table of
    one partition that fills one file is in its keyed order already.
    """
    pseudonyms = pseudonyms_of(keys, plan)
    for dataset in plan.datasets:
        remove_folder(_folder(work, dataset))
        sources = _redacted(work, dataset)
        lengths = file_rows(sum(pq.read_metadata(p).num_rows for p in sources), at_most=rows_per_file)
        if max(len(sources), len(lengths) if sources else 0) > 1:
            pieces, finished = (work / "dealing" / dataset.name / name for name in ("pieces", "files"))
            remove_folder(pieces.parent)
            rows = _keyed(sources, pseudonyms.order(f"dealing|{dataset.name}"))
            _write_files(_Sorting(pieces, len(lengths), rows_per_file).sort(rows), lengths, finished)
            move_folder(finished, _folder(work, dataset))
            remove_folder(pieces.parent)


def package_files(work: Path, dataset: DatasetPlan) -> list[Path]:
    """What goes into the package of one table, in order: its dealt files, or its only partition."""
    dealt = sorted(_folder(work, dataset).glob("part-*.parquet"))
    return dealt or _redacted(work, dataset)


def _redacted(work: Path, dataset: DatasetPlan) -> list[Path]:
    return [part_path(work, dataset, part) for part in sorted(dataset.parts, key=lambda part: part.index)]


def _keyed(sources: Sequence[Path], key: str) -> Iterator[pa.Table]:
    """Each partition with a column of keys, no two of a table alike but by a chance of one to the 64 bits they have."""
    for number, path in enumerate(sources):
        table = pq.read_table(path)
        of_part = Encoded.of([str(number)], pa.array(np.zeros(len(table), np.int32)))
        made = sort_keys(key, of_part, pa.chunked_array([np.arange(len(table))]))
        yield table.append_column(_KEY, pa.array(made.view(">u8").reshape(-1, 2)[:, 0].astype(np.uint64)))


@dataclass(frozen=True, slots=True)
class _Sorting:
    """Sorts rows by their keys by way of *pieces*, a folder.

    Attributes:
        leaves: equal shares of the keys' range, one for each file there will be.
        chunk: rows that are spread together; a file's worth.
    """

    pieces: Path
    leaves: int
    chunk: int

    def sort(self, rows: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """All rows in the order of their keys, in tables of about a file's length; one that is empty for no rows."""
        yield from self._sorted(rows, range(self.leaves), self.pieces)

    def _sorted(self, rows: Iterable[pa.Table], leaves: range, folder: Path) -> Iterator[pa.Table]:
        if len(leaves) == 1:
            if found := list(rows):
                table = pa.concat_tables(found)
                yield table.take(pc.sort_indices(table[_KEY]))
            return
        parts = _split(leaves)
        folder.mkdir(parents=True)
        paths = [folder / f"{number}.arrow" for number in range(len(parts))]
        self._spread(rows, parts, paths)
        for part, path in zip(parts, paths, strict=True):
            yield from self._sorted(self._read(path), part, path.with_suffix(""))
            path.unlink()

    def _spread(self, rows: Iterable[pa.Table], parts: Sequence[range], paths: Sequence[Path]) -> None:
        """Write each row into the piece of its part of the range."""
        starts = np.array([part.start for part in parts[1:]])
        writers: list[pa.ipc.RecordBatchFileWriter] = []
        with ExitStack() as opened:
            for table in rows:
                if not writers:
                    writers = [
                        opened.enter_context(pa.ipc.new_file(path, table.schema, options=_PIECES))
                        for path in paths
                    ]
                piece = np.searchsorted(starts, self._leaf(table), side="right")
                together = table.take(np.argsort(piece, kind="stable")).combine_chunks()
                first = 0
                for writer, count in zip(writers, np.bincount(piece, minlength=len(paths)), strict=True):
                    writer.write_table(together.slice(first, count))
                    first += int(count)

    def _leaf(self, table: pa.Table) -> npt.NDArray[np.int64]:
        """Which share of the range each key is in; it never falls where the key rises."""
        share = table[_KEY].to_numpy().astype(np.float64) / 2.0**64
        leaf: npt.NDArray[np.int64] = np.minimum((share * self.leaves).astype(np.int64), self.leaves - 1)
        return leaf

    def _read(self, path: Path) -> Iterator[pa.Table]:
        """A piece as tables of a file's length, so that what was spread thin is spread on together."""
        with pa.OSFile(path.as_posix()) as stored, pa.ipc.open_file(stored) as piece:
            waiting: list[pa.RecordBatch] = []
            for number in range(piece.num_record_batches):
                waiting.append(piece.get_batch(number))
                if sum(map(len, waiting)) >= self.chunk:
                    yield pa.Table.from_batches(waiting)
                    waiting = []
            yield pa.Table.from_batches(waiting, piece.schema)


def _split(leaves: range) -> list[range]:
    """As few even parts as bring every one down to a single leaf in as many steps as need be."""
    steps = 1
    while _SPREAD**steps < len(leaves):
        steps += 1
    width = -(-len(leaves) // _root(len(leaves), steps))
    return [leaves[start : start + width] for start in range(0, len(leaves), width)]


def _root(number: int, degree: int) -> int:
    """The least whole number whose power is *number* or more."""
    root = 1
    while root**degree < number:
        root += 1
    return root


def _write_files(rows: Iterable[pa.Table], lengths: Sequence[int], folder: Path) -> None:
    """Cut sorted rows into files of these lengths."""
    waiting: list[pa.Table] = []
    number = 0
    for table in rows:
        waiting.append(table.drop_columns([_KEY]))
        while number < len(lengths) and sum(map(len, waiting)) >= lengths[number]:
            together = pa.concat_tables(waiting)
            _write(together.slice(0, lengths[number]), folder / f"part-{number:05d}.parquet")
            waiting = [together.slice(lengths[number])]
            number += 1


def _write(table: pa.Table, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    whole = table.combine_chunks()
    return write_atomically(target, lambda temporary: pq.write_table(whole, temporary, compression="zstd"))


def _folder(work: Path, dataset: DatasetPlan) -> Path:
    return work / "dealt" / dataset.name
