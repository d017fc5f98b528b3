"""Whether rows say all that lies in a Parquet file: a reader skips what no row refers to, and so would the search.

A dictionary may have an entry that no row has, and a page may lie where no column looks for one; both are compressed,
so that their bytes tell nothing either. Here the file is walked page by page, by the headers, which are not
compressed: pages lie side by side from the first byte to the footer, each column has its rows and no more, and every
dictionary has exactly the entries, in exactly the bytes, that the cells coded with it need.

Source: https://parquet.apache.org/docs/file-format/ and the compact protocol of Thrift.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shield1367.validation.audit.opening import UnreadableFileError
from shield1367.validation.audit.thrift import Fields, read_struct

_MAGIC = b"PAR1"
_FOOTER_END = 8
# Numbers of page types, encodings and header fields, as the format's parquet.thrift gives them.
_DATA, _DICTIONARY, _DATA_V2 = 0, 2, 3
_BY_DICTIONARY = frozenset({2, 8})
_TYPE, _UNPACKED, _PACKED, _COUNT, _ENCODING = 1, 2, 3, 1, 2
_DETAILS = {_DATA: 5, _DICTIONARY: 7, _DATA_V2: 8}
_ENCODING_V2 = 4
# Bytes of an entry; text has its length before it.
_WIDTHS = {"INT32": 4, "FLOAT": 4, "INT64": 8, "DOUBLE": 8, "INT96": 12}
_LENGTH = 4
# Text of tables packs to a tenth, and a column that says the same in every row is short; beyond both it is a bomb.
_MOST_RATIO = 1000
_MOST_ANYWAY = 1 << 30
_GLOB = re.compile(r"[*?\[\]]")


class HiddenBytesError(UnreadableFileError):
    """Error raised when a file holds more than its rows say."""

    code = "E800"
    kind = "hidden_bytes"


@dataclass(frozen=True, slots=True)
class Page:
    """One page, by its header.

    Attributes:
        kind: number of its type.
        values: values in it, nulls included, or entries of a dictionary.
        size: its bytes once unpacked.
        end: where in the file it ends.
    """

    kind: int
    values: int
    size: int
    by_dictionary: bool
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A column of a group of rows; where it begins and ends in the file, and its first row there."""

    column: int
    stored_as: str
    start: int
    end: int
    first_row: int
    rows: int


def require_bounded(path: Path) -> None:
    """Check that a Parquet file does not unpack to more than any table does; other files are bounded as they are read.

    One that cannot be read at all passes: it is refused when it is opened, after its bytes were searched.

    Raises:
        UnreadableFileError: it does.
    """
    if path.suffix != ".parquet":
        return
    try:
        is_bounded = _is_bounded(path)
    except Exception:  # noqa: BLE001  # whoever opens it says so
        return
    if not is_bounded:
        raise UnreadableFileError


def require_all_said(path: Path) -> None:
    """Check that a Parquet file holds nothing but its rows; other files are read from end to end anyway.

    Raises:
        HiddenBytesError: there is something else in it.
        UnreadableFileError: its headers cannot be read; the foreign message would quote the file.
    """
    if path.suffix != ".parquet":
        return
    try:
        is_all = _is_all_said(path)
    except Exception:  # noqa: BLE001  # its message may quote the file
        raise UnreadableFileError from None
    if not is_all:
        raise HiddenBytesError


@contextmanager
def _connected(path: Path) -> Iterator[Any]:
    import duckdb

    if _GLOB.search(str(path)):
        # DuckDB would take the name for a pattern and read other files than this one.
        raise UnreadableFileError
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "threads": "1",
    }
    with duckdb.connect(config=config) as connection:
        yield connection


def _is_bounded(path: Path) -> bool:
    """First the pages by what the footer tells of them, then the cells: a word of a dictionary may be in any number."""
    most = path.stat().st_size * _MOST_RATIO + _MOST_ANYWAY
    with _connected(path) as connection:

        def rows(query: str) -> list[tuple[Any, ...]]:
            found: list[tuple[Any, ...]] = connection.execute(query, [str(path)]).fetchall()
            return found

        ((unpacked,),) = rows("SELECT COALESCE(SUM(total_uncompressed_size), 0) FROM parquet_metadata(?)")
        if unpacked > most:
            return False
        source = "read_parquet(?, hive_partitioning=false)"
        texts = [name for name, kind, *_ in rows(f"DESCRIBE SELECT * FROM {source}") if kind == "VARCHAR"]  # noqa: S608
        lengths = " + ".join(f"COALESCE(SUM(strlen({_quoted(name)})), 0)" for name in texts)
        ((characters,),) = rows(f"SELECT {lengths or '0'} FROM {source}")  # noqa: S608
        return int(characters) <= most


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _is_all_said(path: Path) -> bool:
    with (
        _connected(path) as connection,
        path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        file = _File(connection, path)
        position = len(_MAGIC)
        for chunk in file.chunks():
            if chunk.start != position:
                return False
            pages = list(_pages(content, chunk))
            position = pages[-1].end if pages else position
            if position != chunk.end or not file.is_told(chunk, pages):
                return False
        return position + file.footer + _FOOTER_END == len(content)


def _pages(content: mmap.mmap, chunk: Chunk) -> Iterator[Page]:
    position = chunk.start
    while position < chunk.end:
        header, begin = read_struct(content, position)
        kind = _number(header, _TYPE)
        details = header[_DETAILS[kind]]
        if not isinstance(details, dict):
            raise TypeError
        encoding = _number(details, _ENCODING_V2 if kind == _DATA_V2 else _ENCODING)
        packed = _number(header, _PACKED)
        position = begin + packed
        yield Page(
            kind=kind,
            values=_number(details, _COUNT),
            size=_number(header, _UNPACKED),
            by_dictionary=encoding in _BY_DICTIONARY,
            end=position,
        )


def _number(fields: Fields, field: int) -> int:
    number = fields[field]
    if isinstance(number, dict) or number < 0:
        raise ValueError
    return number


class _File:
    """What the footer says of a file, and what its rows need.

    Attributes:
        footer: its bytes.
    """

    def __init__(self, connection: Any, path: Path) -> None:
        self._connection = connection
        self._path = str(path)
        self._source = "read_parquet($1, hive_partitioning=false, file_row_number=true)"
        described = self._rows("DESCRIBE SELECT * FROM read_parquet($1, hive_partitioning=false)")
        self._columns = [(str(row[0]), str(row[1])) for row in described]
        ((footer,),) = self._rows("SELECT footer_size FROM parquet_file_metadata($1)")
        self.footer = int(footer)

    def chunks(self) -> list[Chunk]:
        """Every column of every group of rows, in the order in which they lie in the file."""
        found, first_row = [], 0
        groups: dict[int, int] = {}
        for group, rows, values, column, stored_as, dictionary, data, length in self._rows(
            "SELECT row_group_id, row_group_num_rows, num_values, column_id, type, dictionary_page_offset,"
            " data_page_offset, total_compressed_size FROM parquet_metadata($1) ORDER BY row_group_id, column_id"
        ):
            if group not in groups:
                groups[group] = first_row
                first_row += rows
            if values != rows:
                # A list in a cell: nothing that a release has.
                raise ValueError
            # A column without rows has no page of data, and then zero for its place.
            start = dictionary or data
            if length:
                found.append(Chunk(column, stored_as, start, start + length, groups[group], rows))
            elif rows:
                raise ValueError
        return sorted(found, key=lambda chunk: chunk.start)

    def is_told(self, chunk: Chunk, pages: list[Page]) -> bool:
        """Whether the rows of a column say everything in its pages: no value too many, no entry unused."""
        dictionaries = [page for page in pages if page.kind == _DICTIONARY]
        data = [page for page in pages if page.kind != _DICTIONARY]
        if sum(page.values for page in data) != chunk.rows or dictionaries not in ([], pages[:1]):
            return False
        if not dictionaries:
            return True
        return self._entries(chunk, data) == (dictionaries[0].values, dictionaries[0].size)

    def _entries(self, chunk: Chunk, data: list[Page]) -> tuple[int, int]:
        """How many different values the cells have that are coded by a dictionary, and the bytes of these."""
        name, kind = self._columns[chunk.column]
        column = _quoted(name)
        # As text, so that zero and minus zero are two, as they are in a dictionary.
        value = f"CAST({column} AS VARCHAR)" if kind in ("FLOAT", "DOUBLE") else column
        width = str(_WIDTHS.get(chunk.stored_as, 0))
        if chunk.stored_as == "BYTE_ARRAY":
            width = f"{_LENGTH} + " + ("octet_length(cell)" if kind == "BLOB" else "strlen(cell)")
        elif chunk.stored_as not in _WIDTHS:
            raise ValueError
        where = " OR ".join(
            f"file_row_number BETWEEN {first} AND {last}" for first, last in _coded(chunk.first_row, data)
        )
        ((count, size),) = self._rows(
            f"SELECT COUNT(*), COALESCE(SUM({width}), 0) FROM (SELECT DISTINCT {value} AS cell FROM {self._source}"  # noqa: S608
            f" WHERE ({where or 'false'}) AND {column} IS NOT NULL)"
        )
        return int(count), int(size)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._connection.execute(query, [self._path]).fetchall()
        return rows


def _coded(first_row: int, data: list[Page]) -> Iterator[tuple[int, int]]:
    """First and last rows of stretches of pages that are coded by a dictionary."""
    begin, row = None, first_row
    for page in data:
        if page.by_dictionary and begin is None:
            begin = row
        elif not page.by_dictionary and begin is not None:
            yield begin, row - 1
            begin = None
        row += page.values
    if begin is not None:
        yield begin, row - 1
