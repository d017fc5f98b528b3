"""A Parquet file page by page, by its footer and by the headers of pages, which are not compressed.

Source: https://parquet.apache.org/docs/file-format/ and the compact protocol of Thrift.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from shield1367.validation.audit.cells import ROWS
from shield1367.validation.audit.contents import RLE, Stored
from shield1367.validation.audit.parser import cursor_for
from shield1367.validation.audit.thrift import Fields, read_struct

# Numbers of page types, encodings and header fields, as the format's parquet.thrift gives them.
_DATA, DICTIONARY, _DATA_V2 = 0, 2, 3
_BY_DICTIONARY = frozenset({2, 8})
_TYPE, _UNPACKED, _PACKED, _COUNT, _ENCODING, _LEVELS = 1, 2, 3, 1, 2, 3
_DETAILS = {_DATA: 5, DICTIONARY: 7, _DATA_V2: 8}
_ENCODING_V2, _LEVELS_V2, _LISTS_V2, _IS_PACKED_V2 = 4, 5, 6, 7
SOURCE = "read_parquet($1, hive_partitioning=false)"
# With the number of each row, counted from the beginning of the file.
NUMBERED = "read_parquet($1, hive_partitioning=false, file_row_number=true)"


@dataclass(frozen=True, slots=True)
class Page:
    """One page, by its header.

    Attributes:
        kind: number of its type.
        values: values in it, nulls included, or entries of a dictionary.
        size: its bytes once unpacked.
        begin: where in the file they lie, and *end* where they end.
        levels: bytes at its beginning that say where values are lacking, where these stand for themselves.
        packed: whether the values are compressed.
    """

    kind: int
    values: int
    size: int
    encoding: int
    begin: int
    end: int
    levels: int | None
    packed: bool

    @property
    def by_dictionary(self) -> bool:
        """Whether its values are numbers of entries of the dictionary."""
        return self.kind != DICTIONARY and self.encoding in _BY_DICTIONARY


@dataclass(frozen=True, slots=True)
class Chunk:
    """A column of a group of rows; where it begins and ends in the file, and its rows."""

    column: int
    stored: Stored
    codec: str
    start: int
    end: int
    rows: int


class ParquetFile:
    """A file and what its footer says of it.

    Attributes:
        content: all its bytes.
        columns: name of each, and its type as DuckDB has it.
        count: rows, by what the footer says.
        footer: bytes of the footer.
        unpacked: bytes of all pages, by what the footer says.
    """

    def __init__(self, connection: Any, path: Path, content: mmap.mmap) -> None:
        self.content = content
        self._connection = connection
        self._path = str(path)
        self._pages: dict[Chunk, list[Page]] = {}
        described = self.rows(f"DESCRIBE SELECT * FROM {SOURCE}")  # noqa: S608
        self.columns = [(str(row[0]), str(row[1])) for row in described]
        ((count, footer, self._writer),) = self.rows(
            "SELECT num_rows, footer_size, created_by FROM parquet_file_metadata($1)"
        )
        self.count, self.footer = int(count), int(footer)
        # Once for everything that is asked of it: each question opens the file anew.
        self._chunks = self.rows(
            "SELECT row_group_num_rows, num_values, column_id, compression, dictionary_page_offset,"
            " data_page_offset, total_compressed_size, total_uncompressed_size,"
            " stats_min, stats_max, stats_min_value, stats_max_value FROM parquet_metadata($1)"
        )
        self.unpacked = sum(unpacked or 0 for *_, unpacked, _, _, _, _ in self._chunks)

    @cached_property
    def of_text(self) -> frozenset[int]:
        """The numbers of the columns of text."""
        return frozenset(number for number, (_, kind) in enumerate(self.columns) if kind == "VARCHAR")

    @cached_property
    def chunks(self) -> list[Chunk]:
        """Every column of every group of rows, in the order in which they lie in the file.

        Raises:
            ValueError: there are columns in columns, or lists in cells: nothing that a release has.
        """
        (root, *leaves) = self.rows(
            "SELECT num_children, type, type_length, repetition_type FROM parquet_schema($1)"
        )
        if root[0] != len(leaves) or any(children for children, *_ in leaves):
            raise ValueError
        stored = [
            Stored(kind, int(length or 0), repetition == "OPTIONAL") for _, kind, length, repetition in leaves
        ]
        found = []
        for rows, values, column, codec, dictionary, data, length, *_ in self._chunks:
            # A column without rows has no page of data, and then zero for its place.
            start = dictionary or data
            if values != rows or (rows and not length):
                raise ValueError
            if length:
                found.append(Chunk(column, stored[column], codec, start, start + length, rows))
        return sorted(found, key=lambda chunk: chunk.start)

    def pages(self, chunk: Chunk) -> list[Page]:
        """The pages of a column of a group of rows, in their order.

        Raises:
            ValueError, TypeError, KeyError, IndexError: they are none that a release has.
        """
        if chunk not in self._pages:
            self._pages[chunk] = list(_pages(self.content, chunk))
        return self._pages[chunk]

    def texts(self, cell: str) -> Iterator[list[str]]:
        """What an expression says for each row, never more of it at a time than a block."""
        result = self._connection.execute(f"SELECT {cell} FROM {SOURCE}", [self._path])  # noqa: S608
        while rows := result.fetchmany(ROWS):
            yield [text for (text,) in rows]

    def beside(self) -> Iterator[list[Any]]:
        """The values that stand beside the cells: statistics, what was noted by keys, who wrote it."""
        statistics = [row[-4:] for row in self._chunks]
        noted = self.rows("SELECT key, value FROM parquet_kv_metadata($1)")
        for rows in (statistics, noted, [(self._writer,)]):
            yield [value for row in rows for value in row if value is not None]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What DuckDB answers; ``$1`` is the file."""
        found: list[tuple[Any, ...]] = self._connection.execute(query, [self._path]).fetchall()
        return found


@contextmanager
def opened(path: Path) -> Iterator[ParquetFile]:
    """Open one file; foreign errors may quote it.

    Raises:
        ValueError: it cannot be opened as itself.
    """
    with (
        cursor_for(path) as connection,
        path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        yield ParquetFile(connection, path, content)


def quoted(name: str) -> str:
    """A column's name in a query."""
    return '"' + name.replace('"', '""') + '"'


def _pages(content: mmap.mmap, chunk: Chunk) -> Iterator[Page]:
    position = chunk.start
    while position < chunk.end:
        header, begin = read_struct(content, position)
        kind = _number(header, _TYPE)
        details = header[_DETAILS[kind]]
        if not isinstance(details, dict):
            raise TypeError
        packed = _number(header, _PACKED)
        position = begin + packed
        of_second = kind == _DATA_V2
        if (of_second and _number(details, _LISTS_V2)) or (
            kind == _DATA and _number(details, _LEVELS) != RLE
        ):
            raise ValueError
        yield Page(
            kind=kind,
            values=_number(details, _COUNT),
            size=_number(header, _UNPACKED),
            encoding=_number(details, _ENCODING_V2 if of_second else _ENCODING),
            begin=begin,
            end=position,
            levels=_number(details, _LEVELS_V2) if of_second else None,
            packed=bool(details.get(_IS_PACKED_V2, 1)) if of_second else True,
        )


def _number(fields: Fields, field: int) -> int:
    number = fields[field]
    if isinstance(number, dict) or number < 0:
        raise ValueError
    return number
