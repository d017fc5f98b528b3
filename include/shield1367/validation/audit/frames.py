"""Whether what is compressed with zstd is one frame: a reader skips frames that say they are to be skipped.

Source: https://datatracker.ietf.org/doc/html/rfc8878#name-frames
"""

from __future__ import annotations

_MAGIC = b"\x28\xb5\x2f\xfd"
_SINGLE_SEGMENT, _CHECKSUM = 0x20, 0x04
_SIZES_OF_CONTENT_SIZE, _SIZES_OF_DICTIONARY_ID = (0, 2, 4, 8), (0, 1, 2, 4)
_BLOCK, _RUN = 3, 1


def is_one_frame(content: bytes) -> bool:
    """Whether a frame begins with the first byte of *content* and ends with the last.

    Raises:
        IndexError: it is cut off.
    """
    position = len(_MAGIC)
    if content[:position] != _MAGIC:
        return False
    described = content[position]
    is_single = bool(described & _SINGLE_SEGMENT)
    # The size of the window, or of the content in its place; then an id; then the size of the content.
    position += 1 + (not is_single) + _SIZES_OF_DICTIONARY_ID[described & 3]
    position += _SIZES_OF_CONTENT_SIZE[described >> 6] or is_single
    is_last = False
    while not is_last:
        head = content[position] | content[position + 1] << 8 | content[position + 2] << 16
        is_last, kind, size = bool(head & 1), head >> 1 & 3, head >> 3
        position += _BLOCK + (1 if kind == _RUN else size)
    return position + 4 * bool(described & _CHECKSUM) == len(content)
