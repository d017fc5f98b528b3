"""Reading one exported file, whatever its format, as a header and rows of text.

A row that cannot be trusted (wrong number of cells, NUL bytes, bytes outside the encoding) comes
out as a :class:`BadRow`, so that the rest of the file goes on. A file that cannot be trusted as a
whole raises :class:`UnreadableFileError`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

from shield1367.config.contract import FileFormat
from shield1367.errors import TerminalError
from shield1367.intake.reasons import Reason

# A narrative may be long; a cell longer than this is a broken quote that swallowed the file.
MAX_CELL = 16 * 1024 * 1024


class UnreadableFileError(TerminalError):
    """Error raised when a file cannot be read to its end; nothing of it is staged."""

    code = "E302"

    def __init__(self, path: Path, reason: Reason, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{path.name}: {detail}.", mend="ask the sender to deliver the file again.")


@dataclass(frozen=True, slots=True)
class GoodRow:
    """One data row; *number* counts from 1, empty cells are ``None``."""

    number: int
    cells: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class BadRow:
    """One data row that cannot be trusted, with what could be read of it."""

    number: int
    cells: tuple[str | None, ...]
    reason: Reason


Row = GoodRow | BadRow


@contextmanager
def open_table(path: Path, file_format: FileFormat) -> Iterator[tuple[list[str], Iterator[Row]]]:
    """The header and the rows of *path*; columns keep the file's own order.

    Raises:
        UnreadableFileError: truncated archive, not the announced format, unreadable header. It may
            be raised while the rows are consumed.
    """
    try:
        with _open_bytes(path) as stream:
            yield _READERS[file_format.type](stream, file_format)
    except (EOFError, zlib.error):
        raise UnreadableFileError(path, Reason.TRUNCATED, "ends before its compressed data does") from None
    except (gzip.BadGzipFile, zipfile.BadZipFile):
        raise UnreadableFileError(path, Reason.UNREADABLE, "is not the archive its name says") from None
    except _FormatError as error:
        raise UnreadableFileError(path, Reason.UNREADABLE, str(error)) from None
    except OSError as error:
        raise UnreadableFileError(
            path, Reason.UNREADABLE, f"cannot be read: {error.strerror or 'damaged'}"
        ) from None


def readable_rows(path: Path, file_format: FileFormat) -> Iterator[Row]:
    """The rows of a damaged file up to the damage; none when it cannot be opened at all."""
    try:
        with open_table(path, file_format) as (_, rows):
            yield from rows
    except UnreadableFileError:
        return  # the caller knows that the file is refused; this is what is left of it


class _FormatError(Exception):
    """Error raised by a reader; its text is the reader's own and holds no data."""


@contextmanager
def _open_bytes(path: Path) -> Iterator[IO[bytes]]:
    if path.suffix == ".gz":
        with gzip.open(path, "rb") as stream:
            yield stream  # type: ignore[misc]  # GzipFile is a binary stream in all we use
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if len(names) != 1:
                raise _FormatError(f"holds {len(names)} files where one is expected")
            with archive.open(names[0]) as stream:
                yield stream
    else:
        with path.open("rb") as stream:
            yield stream


def _delimited(stream: IO[bytes], file_format: FileFormat) -> tuple[list[str], Iterator[Row]]:
    # Undecodable bytes survive as lone surrogates, so that the row they are in can be told apart.
    text = io.TextIOWrapper(stream, encoding=file_format.encoding, errors="surrogateescape", newline="")
    for _ in range(file_format.skip_rows):
        text.readline()
    csv.field_size_limit(MAX_CELL)
    lines = csv.reader(
        text,
        delimiter=file_format.separator,
        quoting=csv.QUOTE_MINIMAL if file_format.quoting else csv.QUOTE_NONE,
    )
    header = next(_guarded(lines), None)
    if header is None:
        raise _FormatError("is empty: there is no header row")
    header = [name.lstrip("\ufeff").strip() for name in header]
    return header, _checked(_guarded(lines), len(header))


def _guarded(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from lines
    except csv.Error:
        raise _FormatError(
            "cannot be parsed as delimited text; a quote may be open to the end of the file"
        ) from None


def _checked(lines: Iterable[list[str]], width: int) -> Iterator[Row]:
    for number, line in enumerate((line for line in lines if line), start=1):
        cells = tuple(cell.strip() or None for cell in line)
        yield _check(number, cells, width)


def _check(number: int, cells: tuple[str | None, ...], width: int) -> Row:
    joined = "".join(cell for cell in cells if cell)
    if len(cells) != width:
        return BadRow(number, cells, Reason.COLUMN_COUNT)
    if "\0" in joined:
        return BadRow(number, cells, Reason.NUL_BYTE)
    if not joined.isascii() and any("\ud800" <= character <= "\udfff" for character in joined):
        return BadRow(number, cells, Reason.BAD_ENCODING)
    return GoodRow(number, cells)


def _fixed(stream: IO[bytes], file_format: FileFormat) -> tuple[list[str], Iterator[Row]]:
    widths = file_format.widths or {}
    length = sum(widths.values())
    text = io.TextIOWrapper(stream, encoding=file_format.encoding, errors="surrogateescape")
    for _ in range(file_format.skip_rows):
        text.readline()

    def rows() -> Iterator[Row]:
        for number, raw in enumerate(text, start=1):
            line = raw.rstrip("\r\n")
            if len(line) > length:
                yield BadRow(number, (line,), Reason.COLUMN_COUNT)
                continue
            cells, at = [], 0
            for width in widths.values():
                cells.append(line[at : at + width].strip() or None)
                at += width
            yield _check(number, tuple(cells), len(widths))

    return list(widths), rows()


def _jsonl(stream: IO[bytes], file_format: FileFormat) -> tuple[list[str], Iterator[Row]]:
    text = io.TextIOWrapper(stream, encoding=file_format.encoding, errors="surrogateescape")
    return _objects(_json_line(line) for line in text if line.strip())


def _json_line(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return line


def _json(stream: IO[bytes], file_format: FileFormat) -> tuple[list[str], Iterator[Row]]:
    try:
        content = json.loads(stream.read().decode(file_format.encoding))
    except ValueError:
        raise _FormatError("is not valid JSON") from None
    if not isinstance(content, list):
        raise _FormatError("is not a JSON array of objects")
    return _objects(iter(content))


def _objects(objects: Iterator[Any]) -> tuple[list[str], Iterator[Row]]:
    first = next(objects, None)
    if not isinstance(first, dict):
        raise _FormatError("does not begin with a JSON object")
    header = list(first)

    def rows() -> Iterator[Row]:
        for number, item in enumerate(_chain(first, objects), start=1):
            if not isinstance(item, dict):
                yield BadRow(number, (str(item),), Reason.UNREADABLE)
            elif not item.keys() <= set(header):
                yield BadRow(number, tuple(map(_cell, item.values())), Reason.COLUMN_COUNT)
            else:
                yield _check(number, tuple(_cell(item.get(name)) for name in header), len(header))

    return header, rows()


def _chain(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _xlsx(stream: IO[bytes], file_format: FileFormat) -> tuple[list[str], Iterator[Row]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(stream.read()), read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, TypeError, SyntaxError):
        # What openpyxl raises on a zip that is no workbook, or on parts of one that are not as they should be.
        raise _FormatError("is not an Excel workbook") from None
    if file_format.sheet and file_format.sheet not in book.sheetnames:
        raise _FormatError(f"has no sheet named {file_format.sheet!r}")
    sheet = book[file_format.sheet] if file_format.sheet else book.worksheets[0]
    lines = sheet.iter_rows(min_row=file_format.skip_rows + 1, values_only=True)
    first = next(lines, None)
    if first is None:
        raise _FormatError("is empty: there is no header row")
    header = [str(name).strip() for name in first if name is not None]

    def rows() -> Iterator[Row]:
        filled = (line for line in lines if any(cell is not None for cell in line))
        for number, line in enumerate(filled, start=1):
            cells = tuple(map(_cell, line))
            # Excel pads every row to the widest one of the sheet.
            while len(cells) > len(header) and cells[-1] is None:
                cells = cells[:-1]
            cells += (None,) * (len(header) - len(cells))
            yield _check(number, cells, len(header))

    return header, rows()


def _parquet(stream: IO[bytes], file_format: FileFormat) -> tuple[list[str], Iterator[Row]]:
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(stream.read()))
    except pyarrow.ArrowInvalid:
        raise _FormatError("is not a Parquet file") from None
    header = list(file.schema_arrow.names)

    def rows() -> Iterator[Row]:
        number = 0
        for batch in file.iter_batches(batch_size=10_000):
            for item in batch.to_pylist():
                number += 1
                yield _check(number, tuple(_cell(item[name]) for name in header), len(header))

    return header, rows()


def _cell(value: Any) -> str | None:
    """A typed cell as the text a delimited export would have held."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        # A numeric cell: `384.0` is the code 384, and an A-Number has no fraction.
        return str(int(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value).strip() or None


_READERS = {
    "csv": _delimited,
    "tsv": _delimited,
    "pipe": _delimited,
    "json": _json,
    "jsonl": _jsonl,
    "xlsx": _xlsx,
    "parquet": _parquet,
    "fixed": _fixed,
}
