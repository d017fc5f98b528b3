"""Readers of formats that are read as a whole: JSON arrays, Excel workbooks, Parquet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO

from shield1367.config.contract import FileFormat
from shield1367.intake.objects import keys_of, objects, parse_json
from shield1367.intake.rows import FormatError, Row, cell, check, until_damage


def read_json(stream: IO[bytes], file_format: FileFormat) -> tuple[list[str], Iterator[Row]]:
    """A JSON array of objects."""
    try:
        content = parse_json(stream.read().decode(file_format.encoding, errors="surrogateescape"))
    except (ValueError, RecursionError):
        raise FormatError("is not valid JSON") from None
    if not isinstance(content, list):
        raise FormatError("is not a JSON array of objects")
    header = keys_of(content)
    return header, objects(content, header)


def read_xlsx(stream: IO[bytes], file_format: FileFormat) -> tuple[list[str], Iterator[Row]]:
    """One sheet of an Excel workbook; what its formulas last gave, not the formulas."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(stream.read()), read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, TypeError, SyntaxError):
        # What openpyxl raises on a zip that is no workbook, or on parts of one that are not as they should be.
        raise FormatError("is not an Excel workbook") from None
    if file_format.sheet and file_format.sheet not in book.sheetnames:
        raise FormatError(f"has no sheet named {file_format.sheet!r}")
    sheet = book[file_format.sheet] if file_format.sheet else book.worksheets[0]
    # Exporters write a size such as A1 whatever the sheet holds, and openpyxl would stop there.
    sheet.reset_dimensions()
    lines = until_damage(
        sheet.iter_rows(min_row=file_format.skip_rows + 1, values_only=True),
        (KeyError, ValueError, TypeError, IndexError, SyntaxError),
        "is damaged inside a sheet",
    )
    names = [cell(name) or "" for name in next(lines, ())]
    # An empty cell among the names is a column without a name; behind the last one it is padding.
    header = names[: max((at for at, name in enumerate(names, start=1) if name), default=0)]
    if not header:
        raise FormatError("is empty: there is no header row")

    def rows() -> Iterator[Row]:
        filled = (line for line in lines if any(value is not None for value in line))
        for number, line in enumerate(filled, start=1):
            cells = tuple(map(cell, line))
            # Excel pads every row to the widest one of the sheet.
            while len(cells) > len(header) and cells[-1] is None:
                cells = cells[:-1]
            cells += (None,) * (len(header) - len(cells))
            yield check(number, cells, len(header))

    return header, rows()


def read_parquet(stream: IO[bytes], file_format: FileFormat) -> tuple[list[str], Iterator[Row]]:
    """A Parquet file; values become the text a delimited export would hold."""
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(stream.read()))
    except pyarrow.ArrowInvalid:
        raise FormatError("is not a Parquet file") from None
    header = list(file.schema_arrow.names)
    lines = until_damage(
        (
            line
            for batch in file.iter_batches(batch_size=10_000)
            for line in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ),
        (pyarrow.ArrowException, ValueError, OverflowError),
        "is damaged inside",
    )
    return header, (
        check(number, tuple(map(cell, line)), len(header)) for number, line in enumerate(lines, start=1)
    )
