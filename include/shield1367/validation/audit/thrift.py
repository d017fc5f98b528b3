"""The compact protocol of Thrift, as far as headers of Parquet's pages need it.

Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from typing import Protocol

# Field number → number (also of a truth value), or the fields of a structure within; texts are passed over.
Fields = dict[int, "int | Fields"]

_STOP, _TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _BINARY, _STRUCT = 0, 1, 2, 3, 4, 5, 6, 8, 12
_DEPTH = 4


class Bytes(Protocol):
    """Bytes by position: ``bytes``, or a mapped file."""

    def __getitem__(self, position: int, /) -> int:
        """One byte."""


def read_struct(content: Bytes, position: int, *, depth: int = _DEPTH) -> tuple[Fields, int]:
    """The fields of a structure that begins at *position*, and where it ends.

    Raises:
        ValueError: it has fields of another type than a page header has, or structures too deep in one another.
        IndexError: it goes beyond the end.
    """
    if depth == 0:
        raise ValueError
    fields: Fields = {}
    field = 0
    while (head := content[position]) != _STOP:
        position += 1
        kind = head & 0x0F
        if head >> 4:
            field += head >> 4
        else:
            field, position = _zigzag(content, position)
        if kind in (_TRUE, _FALSE):
            fields[field] = int(kind == _TRUE)
        elif kind == _BYTE:
            fields[field] = content[position]
            position += 1
        elif kind in (_I16, _I32, _I64):
            fields[field], position = _zigzag(content, position)
        elif kind == _BINARY:
            length, position = read_varint(content, position)
            position += length
        elif kind == _STRUCT:
            fields[field], position = read_struct(content, position, depth=depth - 1)
        else:
            raise ValueError
    return fields, position + 1


def _zigzag(content: Bytes, position: int) -> tuple[int, int]:
    number, position = read_varint(content, position)
    return (number >> 1) ^ -(number & 1), position


def read_varint(content: Bytes, position: int) -> tuple[int, int]:
    """A number of as many bytes as it needs, and where it ends."""
    number = shift = 0
    while True:
        byte = content[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
        shift += 7
        if shift > 63:
            raise ValueError
