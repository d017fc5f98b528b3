"""One staged partition, read by columns: a million rows of thirty cells as thirty lists, not as objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Cells = list[Any]


class StagedPart:
    """The columns of a partition; each becomes a list when it is first asked for."""

    def __init__(self, path: Path) -> None:
        self._table: pa.Table = pq.read_table(path)
        self._lists: dict[str, Cells] = {}

    def __len__(self) -> int:
        return int(self._table.num_rows)

    @property
    def names(self) -> list[str]:
        """Of its columns."""
        return list(self._table.column_names)

    def column(self, name: str) -> Cells:
        """The cells of a column, in row order.

        Raises:
            KeyError: there is no such column.
        """
        if name not in self._lists:
            # Values that come again are one object: memory, and the look-ups by value, are for the distinct ones.
            encoded = self._table.column(name).combine_chunks()
            if pa.types.is_string(encoded.type):
                encoded = encoded.dictionary_encode()
                values = [*encoded.dictionary.to_pylist(), None]
                self._lists[name] = [values[i] for i in encoded.indices.fill_null(-1).to_pylist()]
            else:
                self._lists[name] = encoded.to_pylist()
        return self._lists[name]

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
