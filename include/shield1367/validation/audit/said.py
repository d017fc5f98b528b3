"""Whether rows say all that lies in a Parquet file: a reader skips what no row refers to, and so would the search.

A dictionary may have an entry that no row has, and a page may lie where no column looks for one; both are compressed,
so that their bytes tell nothing either. So pages have to lie side by side from the first byte to the footer, each
column to have its rows and no more, and every dictionary exactly the entries, in exactly the bytes, that the cells
coded with it need.
"""

from __future__ import annotations

from collections.abc import Iterator

from shield1367.validation.audit.exceptions import HiddenBytesError, UnreadableFileError
from shield1367.validation.audit.pages import DICTIONARY, NUMBERED, Chunk, Page, ParquetFile, quoted

_MAGIC = b"PAR1"
_FOOTER_END = 8
# Bytes of an entry; text has its length before it.
_WIDTHS = {"INT32": 4, "FLOAT": 4, "INT64": 8, "DOUBLE": 8, "INT96": 12}
_LENGTH = 4


def require_all_said(file: ParquetFile) -> None:
    """Check that a Parquet file holds nothing but its rows; other files are read from end to end anyway.

    Raises:
        HiddenBytesError: there is something else in it.
        UnreadableFileError: its headers cannot be read; the foreign message would quote the file.
    """
    try:
        is_all = _is_all_said(file)
    except Exception:  # noqa: BLE001  # its message may quote the file
        raise UnreadableFileError from None
    if not is_all:
        raise HiddenBytesError


def _is_all_said(file: ParquetFile) -> bool:
    position = len(_MAGIC)
    for chunk in file.chunks():
        if chunk.start != position:
            return False
        pages = file.pages(chunk)
        position = pages[-1].end if pages else position
        if position != chunk.end or not _is_told(file, chunk, pages):
            return False
    return position + file.footer + _FOOTER_END == len(file.content)


def _is_told(file: ParquetFile, chunk: Chunk, pages: list[Page]) -> bool:
    """Whether the rows of a column say everything in its pages: no value too many, no entry unused."""
    dictionaries = [page for page in pages if page.kind == DICTIONARY]
    data = [page for page in pages if page.kind != DICTIONARY]
    if sum(page.values for page in data) != chunk.rows or dictionaries not in ([], pages[:1]):
        return False
    if not dictionaries:
        return True
    return _entries(file, chunk, data) == (dictionaries[0].values, dictionaries[0].size)


def _entries(file: ParquetFile, chunk: Chunk, data: list[Page]) -> tuple[int, int]:
    """How many different values the cells have that are coded by a dictionary, and the bytes of these."""
    name, kind = file.columns[chunk.column]
    column = quoted(name)
    # As text, so that zero and minus zero are two, as they are in a dictionary.
    value = f"CAST({column} AS VARCHAR)" if kind in ("FLOAT", "DOUBLE") else column
    width = str(_WIDTHS.get(chunk.stored_as, 0))
    if chunk.stored_as == "BYTE_ARRAY":
        width = f"{_LENGTH} + " + ("octet_length(cell)" if kind == "BLOB" else "strlen(cell)")
    elif chunk.stored_as not in _WIDTHS:
        raise ValueError
    stretches = list(_coded(chunk.first_row, data))
    where = " OR ".join(f"file_row_number BETWEEN {first} AND {last}" for first, last in stretches)
    # The limit ends the reading where the last of them does.
    most = sum(last + 1 - first for first, last in stretches)
    cells = f"SELECT {value} AS cell FROM {NUMBERED} WHERE {where or 'false'} LIMIT {most}"  # noqa: S608
    ((count, size),) = file.rows(
        f"SELECT COUNT(*), COALESCE(SUM({width}), 0)"  # noqa: S608
        f" FROM (SELECT DISTINCT cell FROM ({cells}) WHERE cell IS NOT NULL)"
    )
    return int(count), int(size)


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
