"""One staged partition, read by columns: each column when it is asked for, each distinct value once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shield1367.intake.stage import INVALID
from shield1367.redaction.encoding import Encoded, encoded

Cells = list[Any]


class StagedPart:
    """The columns of a partition; none is read before it is asked for.

    Args:
        source: the staged file, or its bytes.
        first: the row of it that the partition begins with.
        rows: how many there are; by default all that follow.
    """

    def __init__(self, source: Path | BytesIO, *, first: int = 0, rows: int | None = None) -> None:
        schema = pq.read_schema(source)
        self.names: list[str] = list(schema.names)
        texts = [field.name for field in schema if pa.types.is_string(field.type)]
        # Parquet keeps values that come again once; they are taken over as they lie there.
        self._file = pq.ParquetFile(source, read_dictionary=texts)
        whole = int(self._file.metadata.num_rows)
        self._rows = whole - first if rows is None else rows
        self._groups, self._skipped = _groups(self._file, first, self._rows)
        self._lists: dict[str, Cells] = {}

    def __len__(self) -> int:
        return self._rows

    def encoded(self, name: str) -> Encoded:
        """A column of text by its distinct values.

        Raises:
            KeyError: there is no such column.
        """
        return encoded(self.array(name))

    def array(self, name: str) -> pa.ChunkedArray:
        """A column as it is stored.

        Raises:
            KeyError: there is no such column.
        """
        # Of the row groups that hold none of its rows nothing is read.
        read = self._file.read_row_groups(self._groups, [name], use_threads=False).column(name)
        return read.slice(self._skipped, self._rows)

    def column(self, name: str) -> Cells:
        """The cells of a column, in row order, for who works row by row; kept.

        Raises:
            KeyError: there is no such column.
        """
        if name not in self._lists:
            array = self.array(name)
            self._lists[name] = encoded(array).to_list() if _is_text(array.type) else array.to_pylist()
        return self._lists[name]

    def unfit(self, positions: pa.Array) -> Counter[str]:
        """Of the rows at *positions*: column → cells that intake found not to be what the column's kind says."""
        found: Counter[str] = Counter()
        for entry in self.encoded(INVALID).take(positions).to_array().value_counts().to_pylist():
            found.update(dict.fromkeys((entry["values"] or "").split(","), entry["counts"]))
        del found[""]
        return found

    def row(self, position: int) -> RowCells:
        """One row, as a mapping from column to cell."""
        return RowCells(self, position)


class RowCells(Mapping[str, Any]):
    """The cells of one row, looked up where they are."""

    __slots__ = ("_part", "_position")

    def __init__(self, part: StagedPart, position: int) -> None:
        self._part = part
        self._position = position

    def __getitem__(self, name: str) -> Any:
        return self._part.column(name)[self._position]

    def __iter__(self) -> Iterator[str]:
        return iter(self._part.names)

    def __len__(self) -> int:
        return len(self._part.names)

    def __repr__(self) -> str:
        # Cells must not reach a log by way of a traceback.
        return f"RowCells({self._position})"


def _groups(file: pq.ParquetFile, first: int, rows: int) -> tuple[list[int], int]:
    """The row groups that some rows lie in, and how many rows of the first of these come before."""
    groups: list[int] = []
    begins = skipped = 0
    for number in range(file.metadata.num_row_groups):
        ends = begins + file.metadata.row_group(number).num_rows
        if begins < first + rows and first < ends:
            if not groups:
                skipped = first - begins
            groups.append(number)
        begins = ends
    return groups, skipped


def _is_text(stored: pa.DataType) -> bool:
    return bool(pa.types.is_string(stored) or pa.types.is_dictionary(stored))
