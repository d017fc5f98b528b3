"""Whether rows say all that lies in a Parquet file: a reader skips what no row refers to, and so would the search.

A dictionary may have an entry that no row has, a page may lie where no column looks for one, or hold more than its
values; all of it is compressed, so that the bytes tell nothing either. So pages have to lie side by side from the first
byte to the footer, each column to have its rows and no more, each page its values and nothing behind them, and every
entry of a dictionary to be somebody's value.
"""

from __future__ import annotations

# Not the writer's: the audit has nothing of pyarrow.
import cramjam
import numpy as np

from shield1367.validation.audit.contents import (
    BYTE_STREAM_SPLIT,
    PLAIN,
    RLE,
    entries_used,
    require_plain,
    require_truths,
    take_levels,
    there,
)
from shield1367.validation.audit.exceptions import HiddenBytesError, UnreadableFileError
from shield1367.validation.audit.frames import is_one_frame
from shield1367.validation.audit.pages import DICTIONARY, Chunk, Page, ParquetFile

_MAGIC = b"PAR1"
_FOOTER_END = 8
# With gzip and brotli a page may go on behind its end, which these refuse; no release is packed with others.
_UNCOMPRESSED, _ZSTD, _SNAPPY = "UNCOMPRESSED", "ZSTD", "SNAPPY"


def require_all_said(file: ParquetFile) -> None:
    """Check that a Parquet file holds nothing but its rows; other files are read from end to end anyway.

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
            _require_told(file, chunk, pages)
        if position + file.footer + _FOOTER_END != len(file.content):
            raise HiddenBytesError
    except HiddenBytesError:
        raise
    except Exception:  # noqa: BLE001  # its message may quote the file
        raise UnreadableFileError from None


def _require_told(file: ParquetFile, chunk: Chunk, pages: list[Page]) -> None:
    """Check that the rows of a column say everything in its pages."""
    dictionaries = [page for page in pages if page.kind == DICTIONARY]
    data = [page for page in pages if page.kind != DICTIONARY]
    if sum(page.values for page in data) != chunk.rows or dictionaries not in ([], pages[:1]):
        raise HiddenBytesError
    for page in dictionaries:
        require_plain(_values(file, chunk, page), 0, chunk.stored, page.values)
    used = np.zeros(sum(page.values for page in dictionaries), dtype=np.bool_)
    for page in data:
        content, count, begin = _values(file, chunk, page), page.values, 0
        if page.levels is not None:
            # Of the second version, where the levels lie before what is compressed.
            levels = file.content[page.begin : page.begin + page.levels]
            count = there(levels, count) if chunk.stored.optional else _all_of(levels, count)
        elif chunk.stored.optional:
            count, begin = take_levels(content, count)
        if page.by_dictionary:
            used[entries_used(content, begin, count)] = True
        elif page.encoding in (PLAIN, BYTE_STREAM_SPLIT):
            require_plain(content, begin, chunk.stored, count)
        elif page.encoding == RLE and chunk.stored.kind == "BOOLEAN":
            require_truths(content, begin, count)
        else:
            raise ValueError
    if not used.all():
        raise HiddenBytesError


def _all_of(levels: bytes, count: int) -> int:
    """All values of a column that lacks none; it has no levels then."""
    if levels:
        raise HiddenBytesError
    return count


def _values(file: ParquetFile, chunk: Chunk, page: Page) -> bytes:
    """What a page holds, unpacked, but for levels that are not."""
    begin, size = page.begin + (page.levels or 0), page.size - (page.levels or 0)
    content = file.content[begin : page.end]
    if chunk.codec != _UNCOMPRESSED and page.packed and content:
        if chunk.codec == _ZSTD and not is_one_frame(content):
            raise HiddenBytesError
        content = _unpacked(chunk.codec, content)
    if len(content) != size:
        raise HiddenBytesError
    return content


def _unpacked(codec: str, content: bytes) -> bytes:
    if codec == _ZSTD:
        return bytes(cramjam.zstd.decompress(content))
    if codec == _SNAPPY:
        return bytes(cramjam.snappy.decompress_raw(content))
    raise ValueError
