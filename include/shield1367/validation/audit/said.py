"""The texts of a Parquet file, and whether rows say all that lies in it: a reader skips what no row refers to.

A dictionary may have an entry that no row has, a page may lie where no column looks for one, or hold more than its
values; all of it is compressed, so that the bytes tell nothing either. So pages have to lie side by side from the first
byte to the footer, each column to have its rows and no more, each page its values and nothing behind them, and every
entry of a dictionary to be somebody's value.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from shield1367.validation.audit.cells import ROWS
from shield1367.validation.audit.contents import (
    BYTE_STREAM_SPLIT,
    PLAIN,
    RLE,
    TEXT,
    Stored,
    entries_used,
    plain_texts,
    require_plain,
    require_truths,
    take_levels,
    there,
)
from shield1367.validation.audit.exceptions import HiddenBytesError, UnreadableFileError
from shield1367.validation.audit.pages import DICTIONARY, Chunk, ParquetFile
from shield1367.validation.audit.unpacking import values_of

_MAGIC = b"PAR1"
_FOOTER_END = 8


def texts_of(file: ParquetFile, column: int) -> Iterator[list[str]]:
    """The cells of a column of text, by its number, block by block; empty where a value is lacking.

    Raises:
        HiddenBytesError: there is more in it than they say; behind all cells that could be read.
        Exception: its pages cannot be read; the foreign message may quote the file.
    """
    cells: list[str] = []
    try:
        for chunk in file.chunks:
            if chunk.column == column:
                for of_page in _told(file, chunk, as_texts=True):
                    cells += of_page
                    if len(cells) >= ROWS:
                        yield cells
                        cells = []
    except Exception:
        # Also of a file that is refused what was read is searched.
        yield cells
        raise
    yield cells


def require_all_said(file: ParquetFile, *, read: Collection[int] = ()) -> None:
    """Check that a Parquet file holds nothing but its rows; other files are read from end to end anyway.

    Args:
        read: columns that ``texts_of`` gave, which checks the same.

    Raises:
        HiddenBytesError: there is something else in it.
        UnreadableFileError: its pages cannot be read; the foreign message would quote the file.
    """
    try:
        position = len(_MAGIC)
        for chunk in file.chunks:
            pages = file.pages(chunk)
            if chunk.start != position or (pages[-1].end if pages else position) != chunk.end:
                raise HiddenBytesError
            position = chunk.end
            if chunk.column not in read:
                deque(_told(file, chunk, as_texts=False), maxlen=0)
        if position + file.footer + _FOOTER_END != len(file.content):
            raise HiddenBytesError
    except HiddenBytesError:
        raise
    except Exception:  # noqa: BLE001  # its message may quote the file
        raise UnreadableFileError from None


def _told(file: ParquetFile, chunk: Chunk, *, as_texts: bool) -> Iterator[list[str]]:
    """Check that the rows of a column say everything in its pages; the cells of each page, where it is of texts."""
    if as_texts and chunk.stored.kind != TEXT:
        raise ValueError
    pages = file.pages(chunk)
    dictionaries = [page for page in pages if page.kind == DICTIONARY]
    data = [page for page in pages if page.kind != DICTIONARY]
    if sum(page.values for page in data) != chunk.rows or dictionaries not in ([], pages[:1]):
        raise HiddenBytesError
    words: list[str] = []
    for page in dictionaries:
        words = _plain(values_of(file, chunk, page), 0, chunk.stored, page.values, as_texts=as_texts)
    used = np.zeros(sum(page.values for page in dictionaries), dtype=np.bool_)
    for page in data:
        content, begin, is_there = values_of(file, chunk, page), 0, np.ones(page.values, dtype=np.int64)
        if page.levels is not None:
            # Of the second version, where the levels lie before what is compressed.
            levels = file.content[page.begin : page.begin + page.levels]
            if chunk.stored.optional:
                is_there = there(levels, page.values)
            elif levels:
                # A column that lacks no value has none.
                raise HiddenBytesError
        elif chunk.stored.optional:
            is_there, begin = take_levels(content, page.values)
        count, cells = int(is_there.sum()), []
        if page.by_dictionary:
            numbers = entries_used(content, begin, count)
            used[numbers] = True
            cells = [words[number] for number in numbers.tolist()] if as_texts else []
        elif page.encoding == PLAIN or (page.encoding == BYTE_STREAM_SPLIT and not as_texts):
            cells = _plain(content, begin, chunk.stored, count, as_texts=as_texts)
        elif page.encoding == RLE and chunk.stored.kind == "BOOLEAN":
            require_truths(content, begin, count)
        else:
            raise ValueError
        yield _spread(cells, is_there) if as_texts else []
    if not used.all():
        raise HiddenBytesError


def _plain(content: bytes, begin: int, stored: Stored, count: int, *, as_texts: bool) -> list[str]:
    """So many values as they are; without a list of them they are only checked."""
    if as_texts:
        return plain_texts(content, begin, count)
    require_plain(content, begin, stored, count)
    return []


def _spread(texts: list[str], is_there: NDArray[np.int64]) -> list[str]:
    """Texts in the places of values that are there, and nothing in the others."""
    if len(texts) == len(is_there):
        return texts
    following = iter(texts)
    return [next(following) if there else "" for there in is_there.tolist()]
