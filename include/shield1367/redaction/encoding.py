"""A column by its distinct values: what depends on a value alone is worked out once for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa


@dataclass(frozen=True, slots=True, repr=False)
class Encoded:
    """Distinct values, and for each row which of them it has; a null has the index of the ``None`` at the end.

    Attributes:
        values: what occurs, once each, and ``None`` last; it may hold some that no row has.
        indices: one for each row, without nulls.
    """

    values: Sequence[str | None]
    indices: pa.Array

    def __len__(self) -> int:
        return len(self.indices)

    def take(self, positions: pa.Array) -> Encoded:
        """The rows at *positions*, in that order."""
        return Encoded(self.values, self.indices.take(positions))

    def map(self, use: Callable[..., Any], result: pa.DataType, *others: str) -> pa.Array:
        """*use* of each row's value, and of *others*."""
        return pa.array([use(value, *others) for value in self.values], result).take(self.indices)

    def map_filled(self, use: Callable[[str], Any], result: pa.DataType) -> pa.Array:
        """*use* of each row's value; nothing where there is none."""
        filled: Any = self.values[:-1]
        return pa.array([*map(use, filled), None], result).take(self.indices)

    def to_array(self) -> pa.Array:
        """The rows' values as Arrow has them."""
        return pa.array(self.values, pa.string()).take(self.indices)

    def to_list(self) -> list[str | None]:
        """The rows' values; those that come again are one object."""
        values = self.values
        return [values[index] for index in self.indices.to_pylist()]

    def __repr__(self) -> str:
        # Cells must not reach a log by way of a traceback.
        return f"Encoded({len(self)} rows)"


def encoded(cells: Sequence[str | None] | pa.Array | pa.ChunkedArray) -> Encoded:
    """A column of text, whatever it comes as, by its distinct values."""
    array = cells if isinstance(cells, pa.Array | pa.ChunkedArray) else pa.array(cells, pa.string())
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    if isinstance(array, pa.ChunkedArray):
        array = array.unify_dictionaries().combine_chunks()
        if isinstance(array, pa.ChunkedArray):  # of no rows
            array = pa.array([], pa.dictionary(pa.int32(), pa.string()))
    values = array.dictionary.to_pylist()
    return Encoded([*values, None], array.indices.fill_null(len(values)))
