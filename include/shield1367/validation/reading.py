"""A part of the package as the validator sees it: every cell as text, and what each column is stored as."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from shield1367.errors import TerminalError
from shield1367.validation.formats import ColumnType

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class UnreadablePartError(TerminalError):
    """Error raised when a data file of a package cannot be read as what its name says."""

    code = "E651"

    def __init__(self, index: int) -> None:
        self.index = index
        super().__init__(f"data file {index} of the package cannot be read.", mend="make the release again.")


@dataclass(frozen=True, slots=True)
class Part:
    """One data file.

    Attributes:
        frame: every cell as text, nulls as missing, so that one set of formats fits Parquet and CSV.
        types: what each column is stored as; all text where *is_untyped*.
        is_untyped: the file format has no types (CSV).
    """

    frame: pd.DataFrame
    types: dict[str, ColumnType]
    is_untyped: bool


def read_part(path: Path, index: int, file_format: Literal["parquet", "csv"]) -> Part:
    """Read one data file whole.

    Raises:
        UnreadablePartError: whatever is wrong with it; the foreign message would quote the file.
    """
    try:
        return _read_parquet(path) if file_format == "parquet" else _read_csv(path)
    except Exception:  # noqa: BLE001  # its message may quote the file
        raise UnreadablePartError(index) from None


def _read_parquet(path: Path) -> Part:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.ParquetFile(path).read()
    columns = {}
    types = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if name in types:
            raise ValueError("a column occurs twice")
        types[name] = _type(column)
        columns[name] = pd.Series(column.cast(pa.string()).to_pandas(), dtype="str")
    return Part(pd.DataFrame(columns, columns=table.column_names), types, is_untyped=False)


def _type(column: pa.ChunkedArray) -> ColumnType:
    import pyarrow as pa

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if column.null_count == len(column) and pa.types.is_null(kind):
        return ColumnType.EMPTY
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return ColumnType.TEXT
    if pa.types.is_integer(kind):
        return ColumnType.INTEGER
    return ColumnType.DATE if pa.types.is_date32(kind) else ColumnType.OTHER


def _read_csv(path: Path) -> Part:
    import pandas as pd

    frame = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""], encoding="utf-8")
    return Part(frame, {str(name): ColumnType.TEXT for name in frame.columns}, is_untyped=True)
