"""From the bytes of a package to blocks of cells, with other parsers than the writer's.

Parquet goes through DuckDB, and its bytes are searched as well, so that what the parser skips over is
not overlooked. CSV goes through ``csv``, everything else is text, with entities and escapes resolved.
"""

from __future__ import annotations

import base64
import binascii
import csv
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO, Any

from shield1367.errors import TerminalError
from shield1367.validation.audit.packed import open_gzip, parts_of
from shield1367.validation.audit.parser import cursor_for
from shield1367.validation.audit.raw import readable_pieces

_ROWS = 50_000
# Between the cells of a row, where a row is searched as a whole.
CELL_GAP = "|"
# Longer cells are text of their own; a pseudonym is longer, too.
_SHORT_CELL = 24
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_TEXT = frozenset({".html", ".json", ".txt", ".md", ".svg", ".sig"})
_ARCHIVES = frozenset({".xlsx", ".zip"})


class Part(Enum):
    """Which part of a file a block comes from."""

    CELLS = "cells"
    HEADER = "header"
    METADATA = "metadata"
    TEXT = "text"
    BYTES = "bytes"
    ROWS = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """Cells of one column, lines of a text, or a stretch of bytes."""

    part: Part
    cells: list[str]
    column: str | None = None
    first_row: int = 0


class UnreadableFileError(TerminalError):
    """Error raised when a file cannot be opened as what its name says, or holds less than it says.

    Attributes:
        kind: of the finding that is made of it.
    """

    code = "E652"
    kind = "unreadable_file"

    def __init__(self) -> None:
        super().__init__("a file of the package cannot be read.", mend="make the release again.")


def open_file(path: Path) -> Iterator[Block]:
    """All blocks of one file.

    Raises:
        UnreadableFileError: whatever is wrong with it; the foreign message would quote the file.
    """
    try:
        if path.suffix == ".parquet":
            # First the bytes: they are searched even when the parser then refuses the file.
            for pieces in readable_pieces(path):
                yield Block(Part.BYTES, pieces)
            yield from _parquet(path)
        elif path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as stream:
                yield from _csv(stream)
        elif path.name.endswith(".csv.gz"):
            with open_gzip(path) as stream:
                yield from _csv(stream)
        elif path.suffix in _ARCHIVES:
            for texts in parts_of(path):
                yield Block(Part.TEXT, [line for text in texts for line in text.splitlines()])
        elif path.suffix in _TEXT:
            yield from _text(path)
        else:
            raise UnreadableFileError
    except Exception:  # noqa: BLE001  # its message may quote the file
        raise UnreadableFileError from None


def _parquet(path: Path) -> Iterator[Block]:
    with cursor_for(path) as connection:
        source = "read_parquet(?, hive_partitioning=false)"

        def rows(query: str) -> list[tuple[Any, ...]]:
            found: list[tuple[Any, ...]] = connection.execute(query, [str(path)]).fetchall()
            return found

        names = [str(row[0]) for row in rows(f"DESCRIBE SELECT * FROM {source}")]  # noqa: S608
        ((count,),) = rows("SELECT num_rows FROM parquet_file_metadata(?)")
        yield Block(Part.HEADER, names)
        short: list[str] = []
        for name in names:
            quoted = name.replace('"', '""')
            query = f"SELECT COALESCE(CAST(\"{quoted}\" AS VARCHAR), '') AS cell FROM {source}"  # noqa: S608
            start, longest, years = 0, 0, True
            for cells in _batches(connection.execute(query, [str(path)])):
                longest = max(longest, max(map(len, cells)))
                years = years and _are_years(cells)
                yield Block(Part.CELLS, unescaped(cells), name, start)
                start += len(cells)
            if start != count:
                raise UnreadableFileError
            if 0 < longest <= _SHORT_CELL and not years:
                short.append(name)
        yield from _parquet_rows(connection, source, path, short)
        statistics = "stats_min, stats_max, stats_min_value, stats_max_value"
        for query in (
            f"SELECT {statistics} FROM parquet_metadata(?)",  # noqa: S608
            "SELECT key, value FROM parquet_kv_metadata(?)",
            "SELECT created_by FROM parquet_file_metadata(?)",
        ):
            values = [value for row in rows(query) for value in row if value is not None]
            yield Block(Part.METADATA, [text for value in values for text in _decoded(value)])


def _batches(result: Any) -> Iterator[list[str]]:
    """A result of one column, never more of it at a time than a block."""
    while rows := result.fetchmany(_ROWS):
        yield [cell for (cell,) in rows]


def _parquet_rows(connection: Any, source: str, path: Path, short: list[str]) -> Iterator[Block]:
    """The cells of the *short* columns of each row side by side, for what is divided among them."""
    if len(short) < 2:
        return
    cells = ", ".join(
        f"COALESCE(CAST(\"{name.replace(chr(34), chr(34) * 2)}\" AS VARCHAR), '')" for name in short
    )
    query = f"SELECT CONCAT_WS('{CELL_GAP}', {cells}) FROM {source}"  # noqa: S608
    start = 0
    for rows in _batches(connection.execute(query, [str(path)])):
        yield Block(Part.ROWS, rows, None, start)
        start += len(rows)


def _are_years(cells: list[str]) -> bool:
    return all(not cell or _YEAR.fullmatch(cell) for cell in cells)


def _rows_of(columns: list[list[str]], first: int) -> Iterator[Block]:
    """As above, for columns that are read already."""
    short = [
        cells
        for cells in columns
        if 0 < max(map(len, cells), default=0) <= _SHORT_CELL and not _are_years(cells)
    ]
    if len(short) > 1:
        yield Block(Part.ROWS, [CELL_GAP.join(row) for row in zip(*short, strict=True)], None, first)


def _decoded(value: object) -> list[str]:
    """A metadata value as text, and as what it is base64 of (Arrow keeps its schema so)."""
    if not isinstance(value, bytes):
        return [str(value)]
    texts = [value.decode("utf-8", "replace")]
    try:
        texts.append(base64.b64decode(value, validate=True).decode("latin-1"))
    except (binascii.Error, ValueError):
        return texts
    return texts


def _csv(stream: IO[str]) -> Iterator[Block]:
    csv.field_size_limit(1 << 30)
    reader = csv.reader(stream, strict=True)
    names = next(reader)
    yield Block(Part.HEADER, names)
    columns: list[list[str]] = [[] for _ in names]
    first = 0
    for number, row in enumerate(reader):
        for column, cell in zip(columns, row, strict=True):
            column.append(cell)
        if number + 1 - first == _ROWS:
            yield from _columns(names, columns, first)
            columns = [[] for _ in names]
            first = number + 1
    yield from _columns(names, columns, first)


def _columns(names: list[str], columns: list[list[str]], first: int) -> Iterator[Block]:
    for name, cells in zip(names, columns, strict=True):
        yield Block(Part.CELLS, unescaped(cells), name, first)
    yield from _rows_of(columns, first)


def unescaped(cells: list[str]) -> list[str]:
    """Cells with JSON unwrapped where it hides characters behind escapes."""
    if "\\" not in "".join(cells):
        return cells
    return [_json_text(cell) if "\\" in cell and cell[0] in "{[" else cell for cell in cells]


def _json_text(cell: str) -> str:
    try:
        # Without escapes: what is written as \u00e9 becomes é. Both readings are searched.
        return f"{cell} {json.dumps(json.loads(cell), ensure_ascii=False)}"
    except ValueError:
        return cell


def _text(path: Path) -> Iterator[Block]:
    content = path.read_bytes().decode("utf-8")
    yield Block(Part.TEXT, content.splitlines())
    unwrapped = html.unescape(content) if path.suffix in {".html", ".svg"} else _json_text(content)
    if unwrapped != content:
        yield Block(Part.TEXT, unwrapped.splitlines())
