"""What a page of a Parquet file holds once it is unpacked: as much as its header says, and never more of it."""

from __future__ import annotations

# Not the writer's: the audit has nothing of pyarrow.
import cramjam

from shield1367.validation.audit.exceptions import HiddenBytesError
from shield1367.validation.audit.frames import is_one_frame
from shield1367.validation.audit.pages import Chunk, Page, ParquetFile

# With gzip and brotli a page may go on behind its end, which these refuse; no release is packed with others.
_UNCOMPRESSED = "UNCOMPRESSED"
_ZSTD = "ZSTD"
_UNPACK_INTO = {_ZSTD: cramjam.zstd.decompress_into, "SNAPPY": cramjam.snappy.decompress_raw_into}


def values_of(file: ParquetFile, chunk: Chunk, page: Page) -> bytes:
    """The values of a page, but for levels that are not packed with them.

    Raises:
        HiddenBytesError: there is more in it, or less, than its header says, or than the footer says of the file.
        KeyError: it is packed as no release is.
        Exception: it cannot be unpacked.
    """
    begin, size = page.begin + (page.levels or 0), page.size - (page.levels or 0)
    content = file.content[begin : page.end]
    if chunk.codec != _UNCOMPRESSED and page.packed and content:
        if not 0 <= size <= file.unpacked or (chunk.codec == _ZSTD and not is_one_frame(content)):
            raise HiddenBytesError
        # Into as much as is promised: a page that unpacks to more is refused before it does.
        unpacked = bytearray(size)
        written = _UNPACK_INTO[chunk.codec](content, unpacked)
        content = bytes(memoryview(unpacked)[:written])
    if len(content) != size:
        raise HiddenBytesError
    return content
