"""What the files of a release tell beside the values in them, as numbers for each row.

For the attack of ``benchmarks.parity``: the reader has the folder, so a row also has a file with its number and size,
a place in the file, row groups with statistics, and dictionaries whose values stand in some order.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from shield1367.release.package import write_parquet

Feature = np.ndarray[Any, Any]


def written(table: pa.Table, lengths: Sequence[int], folder: Path) -> list[Path]:
    """*table* as a release has it: files of *lengths* rows, written by the product's own writer."""
    paths, start = [], 0
    for number, length in enumerate(lengths):
        path = folder / f"part-{number:05d}.parquet"
        # The bounds of the chunks that it was put together from are no part of a release.
        paths.append(write_parquet(table.slice(start, length).combine_chunks(), path))
        start += length
    return paths


def file_features(paths: Sequence[Path]) -> list[Feature]:
    """By row, over all files: place, file, row group and dictionary. Columns of features, each as long as the rows."""
    return list(np.vstack([_of_file(number, path) for number, path in enumerate(paths)]).T)


def _of_file(number: int, path: Path) -> Feature:
    metadata = pq.read_metadata(path)
    rows = metadata.num_rows
    place = np.arange(rows)
    file = [number, path.stat().st_size, rows, metadata.num_row_groups, metadata.serialized_size]
    groups = np.repeat(
        np.arange(metadata.num_row_groups),
        [metadata.row_group(g).num_rows for g in range(metadata.num_row_groups)],
    )
    statistics = np.array([_of_group(metadata.row_group(g)) for g in range(metadata.num_row_groups)])
    return np.column_stack(
        [
            place,
            place / max(rows, 1),
            np.tile(file, (rows, 1)),
            groups,
            statistics[groups],
            *_in_dictionaries(path),
        ]
    )


def _of_group(group: Any) -> list[float]:
    """Sizes, page offsets, nulls and bounds of every column of a row group."""
    found: list[float] = [group.total_byte_size]
    for at in range(group.num_columns):
        column = group.column(at)
        page = column.data_page_offset - (column.dictionary_page_offset or column.data_page_offset)
        found += [column.total_compressed_size, column.total_uncompressed_size, page]
        known = column.statistics
        found.append(known.null_count if known is not None and known.has_null_count else -1)
        found += (
            [_as_number(known.min), _as_number(known.max)]
            if known is not None and known.has_min_max
            else [-1, -1]
        )
    return found


def _in_dictionaries(path: Path) -> list[Feature]:
    """Where each row's value stands in the dictionary of its column, whose order may be that of some other file."""
    texts = [field.name for field in pq.read_schema(path) if pa.types.is_string(field.type)]
    table = pq.ParquetFile(path, read_dictionary=texts).read()
    columns = (table.column(name).combine_chunks() for name in texts)
    chunks = (c.chunk(0) if isinstance(c, pa.ChunkedArray) else c for c in columns)
    return [chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False) for chunk in chunks]


def _as_number(bound: object) -> float:
    """The first bytes of a bound, in its order."""
    return float(int.from_bytes(str(bound).encode()[:6].ljust(6, b"\0"), "big"))
