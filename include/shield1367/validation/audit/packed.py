"""What compressed files hold: gzip of a table, and the parts of a workbook or another ZIP archive."""

from __future__ import annotations

import gzip
import html
import re
import zipfile
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import IO

# Far beyond what text compresses to: whatever inflates more is there to fill a disk or a memory.
_MOST_RATIO = 200
_MOST_PARTS = 10_000
_MOST_BYTES = 1 << 30
_STRETCH = 1 << 20
_TAG = re.compile(r"<[^>]*>")


class PackedFileError(ValueError):
    """Error raised when an archive is not what it says; it quotes nothing."""


def open_gzip(path: Path) -> IO[str]:
    """The text of a gzip file; read it to its end, where its checksum is."""
    compressed = path.stat().st_size
    with gzip.open(path) as stream:
        size = 0
        while stretch := stream.read(_STRETCH):
            size += len(stretch)
            if size > compressed * _MOST_RATIO + _STRETCH:
                raise PackedFileError
    return TextIOWrapper(gzip.open(path), encoding="utf-8", newline="")


def parts_of(path: Path) -> Iterator[list[str]]:
    """Names, comments and texts of a ZIP archive, one part at a time.

    XML comes as it is, and without its tags: a word may be cut by them, and what is between two of them may
    be two words.
    """
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > _MOST_PARTS or sum(m.file_size for m in members) > _MOST_BYTES:
            raise PackedFileError
        yield [
            archive.comment.decode("latin-1"),
            *(text for m in members for text in (m.filename, m.comment.decode("latin-1"))),
        ]
        for member in members:
            if member.file_size > member.compress_size * _MOST_RATIO + _STRETCH:
                raise PackedFileError
            # zipfile itself refuses a part that is longer than its entry says, or has another checksum.
            content = archive.read(member)
            text = content.decode("utf-8", "replace")
            plain = [text]
            if "<" in text:
                plain += [html.unescape(_TAG.sub("", text)), html.unescape(_TAG.sub(" ", text))]
            yield plain
