"""The bytes of a file as they lie there, for what a parser skips over: what can be read in them, and nothing else.

Compressed pages are noise, in which a few characters come together by chance everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

from shield1367.validation.audit.hints import long_runs

_BYTES = 4 << 20
# Longer than anything searched for, so that nothing hides on the edge of two stretches.
_OVERLAP = 512
# Fewer characters in a row are noise; a length, or a few bytes of padding, may stand between two words.
_SHORTEST_RUN = 3
_GAP = 8
# The shortest thing that is searched for everywhere has as many letters and digits.
_SHORTEST_PIECE = 6
_UTF16_RUN = 6
_DIVIDER = 0x1E


def readable_pieces(path: Path) -> Iterator[list[str]]:
    """The readable pieces of a file, stretch by stretch; what is UTF-16 comes as ASCII, too."""
    with path.open("rb") as stream:
        tail = b""
        while chunk := stream.read(_BYTES):
            stretch = tail + chunk
            if _holds_utf16(stretch):
                yield pieces(stretch.replace(b"\0", b""))
            yield pieces(stretch)
            tail = stretch[-_OVERLAP:]


def pieces(stretch: bytes) -> list[str]:
    """The printable runs of *stretch*; those with next to nothing between them are one piece, with gaps in it."""
    starts, ends = long_runs(np.frombuffer(stretch.translate(_printable()), dtype=np.bool_), _SHORTEST_RUN)
    if not len(starts):
        return []
    apart = np.concatenate(([True], starts[1:] - ends[:-1] > _GAP))
    first = np.flatnonzero(apart)
    sizes = np.add.reduceat(ends - starts, first)
    begins, stops = starts[first], ends[np.concatenate((first[1:], [len(starts)])) - 1]
    kept = sizes >= _SHORTEST_PIECE
    text = stretch.translate(_gaps()).decode("ascii")
    return [text[begin:stop] for begin, stop in zip(begins[kept].tolist(), stops[kept].tolist(), strict=True)]


def _holds_utf16(stretch: bytes) -> bool:
    """Whether printable ASCII and zeros take turns somewhere."""
    printable = np.frombuffer(stretch.translate(_printable()), dtype=np.bool_)
    pairs = printable[:-1] & (np.frombuffer(stretch, dtype=np.uint8)[1:] == 0)
    return any(len(long_runs(pairs[parity::2], _UTF16_RUN)[0]) for parity in (0, 1))


@lru_cache(maxsize=1)
def _printable() -> bytes:
    return bytes(0x20 <= byte < 0x7F or byte in b"\t\n\r" for byte in range(0x100))


@lru_cache(maxsize=1)
def _gaps() -> bytes:
    # Beyond ASCII it is not known what the bytes stand for; as gaps they cost nothing.
    return bytes(byte if byte < 0x80 and byte != _DIVIDER else 0x20 for byte in range(0x100))
