"""Whether a page holds its values and nothing else, read to its last byte.

Whoever reads a page takes as many values as its header says, and never looks at what lies behind the last one, nor at
what fills up a group of bits.

Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shield1367.validation.audit.exceptions import HiddenBytesError
from shield1367.validation.audit.thrift import read_varint

PLAIN, RLE, BYTE_STREAM_SPLIT = 0, 3, 9
# Bytes of a value; text has its length before it.
_WIDTHS = {"INT32": 4, "FLOAT": 4, "INT64": 8, "DOUBLE": 8, "INT96": 12}
TEXT, _TRUTH, _FIXED = "BYTE_ARRAY", "BOOLEAN", "FIXED_LEN_BYTE_ARRAY"
_LENGTH = struct.Struct("<I")
_GROUP = 8
_WIDEST = 32


@dataclass(frozen=True, slots=True)
class Stored:
    """How a column is stored: its physical type, the bytes of a value of fixed length, whether values may lack."""

    kind: str
    length: int
    optional: bool


def take_levels(content: bytes, count: int) -> tuple[NDArray[np.int64], int]:
    """Of the levels before the values of a page: which values are there, and where the levels end."""
    begin = _LENGTH.size
    (size,) = _LENGTH.unpack_from(content)
    return there(content[begin : begin + size], count), begin + size


def there(levels: bytes, count: int) -> NDArray[np.int64]:
    """Which of *count* values are there, with one for each that is, by their levels alone."""
    found, end = read_runs(levels, 0, width=1, count=count)
    _require_end(levels, end)
    return found


def require_plain(content: bytes, begin: int, stored: Stored, count: int) -> None:
    """Check that *content* from *begin* on is so many values as they are.

    Raises:
        HiddenBytesError: there is something behind them.
        ValueError, struct.error: they are cut off, or of a type that no release has.
    """
    if stored.kind == TEXT:
        end, _ = _walked(content, begin, count)
    elif stored.kind == _TRUTH:
        end = begin + -(-count // _GROUP)
        if count % _GROUP and content[end - 1] >> count % _GROUP:
            raise HiddenBytesError
    else:
        width = stored.length if stored.kind == _FIXED else _WIDTHS.get(stored.kind)
        if not width:
            raise ValueError
        end = begin + count * width
    _require_end(content, end)


def plain_texts(content: bytes, begin: int, count: int) -> list[str]:
    """The texts that *content* from *begin* on is, so many of them.

    Raises:
        HiddenBytesError: there is something behind them.
        ValueError, struct.error: they are cut off, or no text.
    """
    alike = _alike_texts(content, begin, count)
    if alike is not None:
        return alike
    texts, end = [], begin
    # A byte for each character, of which those of ASCII stand for themselves.
    characters = content.decode("latin-1")
    length_at, width = _LENGTH.unpack_from, _LENGTH.size
    for _ in range(count):
        begin = end + width
        end = begin + length_at(content, end)[0]
        text = characters[begin:end]
        texts.append(text if text.isascii() else str(content[begin:end], "utf-8"))
    _require_end(content, end)
    return texts


def longest_plain(content: bytes, count: int) -> int:
    """Bytes of the longest of the *count* texts that *content* is.

    Raises:
        ValueError, struct.error: they are cut off.
    """
    end, longest = _walked(content, 0, count)
    if end > len(content):
        raise ValueError
    return longest


def _walked(content: bytes, begin: int, count: int) -> tuple[int, int]:
    """Where so many texts from *begin* on end, and the bytes of the longest, by the lengths before them."""
    end, longest = begin, 0
    length_at, width = _LENGTH.unpack_from, _LENGTH.size
    for _ in range(count):
        (size,) = length_at(content, end)
        if size > longest:
            longest = size
        end += width + size
    return end, longest


def _alike_texts(content: bytes, begin: int, count: int) -> list[str] | None:
    """The texts, where they fill *content* and all have as many characters, of ASCII: a column of pseudonyms does."""
    if not count or (len(content) - begin) % count:
        return None
    values = np.frombuffer(content, dtype=np.uint8, offset=begin).reshape(count, -1)
    size = values.shape[1] - _LENGTH.size
    if size <= 0 or (values[:, : _LENGTH.size] != np.frombuffer(_LENGTH.pack(size), dtype=np.uint8)).any():
        return None
    text = values[:, _LENGTH.size :].tobytes()
    if not text.isascii():
        return None
    characters = text.decode("ascii")
    return [characters[start : start + size] for start in range(0, count * size, size)]


def require_truths(content: bytes, begin: int, count: int) -> None:
    """Check that *content* from *begin* on is so many truth values in runs, with their size before them."""
    (size,) = _LENGTH.unpack_from(content, begin)
    begin += _LENGTH.size
    _require_end(content, begin + size)
    _, end = read_runs(content, begin, width=1, count=count)
    _require_end(content, end)


def entries_used(content: bytes, begin: int, count: int) -> NDArray[np.int64]:
    """The numbers of the entries of a dictionary that the values of a page are; there is nothing behind them."""
    if begin == len(content) and not count:
        return np.empty(0, dtype=np.int64)
    width = content[begin]
    if width > _WIDEST:
        raise ValueError
    numbers, end = read_runs(content, begin + 1, width=width, count=count)
    _require_end(content, end)
    return numbers


def read_runs(content: bytes, position: int, *, width: int, count: int) -> tuple[NDArray[np.int64], int]:
    """So many numbers of *width* bits, in runs of one number or in groups of eight, and where they end.

    Raises:
        HiddenBytesError: a run is longer than what is left to say, or has bits that say nothing.
        ValueError, IndexError: they are cut off.
    """
    pieces = [np.empty(0, dtype=np.int64)]
    while count > 0:
        head, position = read_varint(content, position)
        is_packed, size = head & 1, head >> 1
        if is_packed:
            piece, end = (
                _unpacked(content[position : position + size * width], size * _GROUP, width),
                size * width,
            )
        else:
            end = -(-width // _GROUP)
            value = int.from_bytes(content[position : position + end], "little")
            if value >> width or size > count:
                raise HiddenBytesError
            piece = np.full(size, value, dtype=np.int64)
        position += end
        # The last group is filled up, with nothing.
        if not size or len(piece) >= count + _GROUP or piece[count:].any():
            raise HiddenBytesError
        pieces.append(piece[:count])
        count -= len(piece)
    return np.concatenate(pieces), position


def _unpacked(packed: bytes, count: int, width: int) -> NDArray[np.int64]:
    bits = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), bitorder="little")
    if len(bits) != count * width:
        raise ValueError
    numbers: NDArray[np.int64] = bits.reshape(count, width) @ (1 << np.arange(width))
    return numbers


def _require_end(content: bytes, end: int) -> None:
    if end > len(content):
        raise ValueError
    if end < len(content):
        raise HiddenBytesError
