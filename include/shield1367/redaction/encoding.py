"""A column by its distinct values: what depends on a value alone is worked out once for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa


@dataclass(frozen=True, slots=True, repr=False)
class Encoded:
    """Distinct values, and for each row which of them it has; a row without one has the index of the null at the end.

    Attributes:
        distinct: what occurs, once each, and a null last; it may hold some that no row has.
        indices: one for each row, without nulls.
    """

    distinct: pa.StringArray
    indices: pa.Array

    @classmethod
    def of(cls, values: Sequence[str], indices: pa.Array) -> Encoded:
        """Rows that have *values* by their places; the place after the last one means none."""
        return cls(pa.array([*values, None], pa.string()), indices)

    @property
    def values(self) -> list[str | None]:
        """What occurs, and ``None`` last."""
        return self.distinct.to_pylist()  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return len(self.indices)

    def take(self, positions: pa.Array) -> Encoded:
        """The rows at *positions*, in that order."""
        return Encoded(self.distinct, self.indices.take(positions))

    def map(self, use: Callable[..., Any], result: pa.DataType, *others: str) -> pa.Array:
        """*use* of each row's value, and of *others*."""
        return pa.array([use(value, *others) for value in self.values], result).take(self.indices)

    def map_all(self, use: Callable[[pa.StringArray], pa.Array]) -> pa.Array:
        """What *use* makes of the distinct values, one of each; it is given the null as well."""
        return use(self.distinct).take(self.indices)

    def to_array(self) -> pa.Array:
        """The rows' values as Arrow has them."""
        return self.distinct.take(self.indices)

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
    distinct = array.dictionary.cast(pa.string())
    return Encoded(
        pa.concat_arrays([distinct, pa.nulls(1, pa.string())]), array.indices.fill_null(len(distinct))
    )
