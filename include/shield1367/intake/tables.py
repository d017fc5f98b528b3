"""Reading one exported file, whatever its format, as a header and rows of text.

A row that cannot be trusted (wrong number of cells, NUL bytes, bytes outside the encoding) comes
out as a :class:`BadRow`, so that the rest of the file goes on. A file that cannot be trusted as a
whole raises :class:`UnreadableFileError`.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import IO, TextIO

from shield1367.config.contract import FileFormat
from shield1367.errors import TerminalError
from shield1367.intake.binary_tables import read_json, read_parquet, read_xlsx
from shield1367.intake.reasons import Reason
from shield1367.intake.rows import FormatError, Row
from shield1367.intake.text_tables import read_delimited, read_fixed, read_jsonl

_CHUNK = 1 << 16
# No identifier is longer, however it is punctuated.
_OVERLAP = 64


class UnreadableFileError(TerminalError):
    """Error raised when a file cannot be read to its end; nothing of it is staged."""

    code = "E302"

    def __init__(self, name: str, reason: Reason, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{name}: {detail}.", mend="ask the sender to deliver the file again.")


@contextmanager
def open_table(
    path: Path, file_format: FileFormat, *, name: str | None = None
) -> Iterator[tuple[list[str], Iterator[Row]]]:
    """The header and the rows of *path*; columns keep the file's own order.

    Args:
        name: what the file is called, where *path* does not tell: its ending says how it is packed.

    Raises:
        UnreadableFileError: truncated archive, not the announced format, unreadable header. It may
            be raised while the rows are consumed.
    """
    name = name or path.name
    try:
        with open_bytes(path, name=name) as stream:
            if file_format.type in _TEXT_READERS:
                with _decoded(stream, file_format) as text:
                    yield _TEXT_READERS[file_format.type](text, file_format)
            else:
                yield _READERS[file_format.type](stream, file_format)
    except (EOFError, zlib.error):
        raise UnreadableFileError(name, Reason.TRUNCATED, "ends before its compressed data does") from None
    except (gzip.BadGzipFile, zipfile.BadZipFile):
        raise UnreadableFileError(name, Reason.UNREADABLE, "is not the archive its name says") from None
    except FormatError as error:
        raise UnreadableFileError(name, Reason.UNREADABLE, str(error)) from None
    except UnicodeError:
        # UTF-16 and its like cannot carry a wrong byte on, as single-byte encodings and UTF-8 can.
        raise UnreadableFileError(
            name, Reason.BAD_ENCODING, "holds bytes that are not in the contract's encoding"
        ) from None
    except OSError as error:
        raise UnreadableFileError(
            name, Reason.UNREADABLE, f"cannot be read: {error.strerror or 'damaged'}"
        ) from None


def readable_text(path: Path, file_format: FileFormat, *, name: str | None = None) -> Iterator[str]:
    """What can be made out of a refused file, as text in pieces, up to the damage.

    For finding out whom it names: a piece repeats the end of the one before, and rows that can be
    parsed come once more as rows.
    """
    try:
        with open_bytes(path, name=name) as stream:
            decoder = codecs.getincrementaldecoder(file_format.encoding)(errors="replace")
            tail = ""
            while chunk := stream.read1(_CHUNK):  # type: ignore[attr-defined]  # what has come so far, not all or nothing
                piece = tail + decoder.decode(chunk)
                yield piece
                tail = piece[-_OVERLAP:]
    except (EOFError, zlib.error, zipfile.BadZipFile, OSError, UnicodeError, FormatError):
        pass  # the caller knows that the file is refused; this is what is left of it
    for row in readable_rows(path, file_format, name=name):
        yield " | ".join(filter(None, row.cells))


def readable_rows(path: Path, file_format: FileFormat, *, name: str | None = None) -> Iterator[Row]:
    """The rows of a damaged file up to the damage; none when it cannot be opened at all."""
    try:
        with open_table(path, file_format, name=name) as (_, rows):
            yield from rows
    except UnreadableFileError:
        return  # the caller knows that the file is refused; this is what is left of it


@contextmanager
def open_bytes(path: Path, *, name: str | None = None) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where its name says that it is packed.

    Args:
        name: what the file is called, where *path* does not tell.

    Raises:
        FormatError: an archive of none or several files, or one that cannot be opened; damage raises whatever
            the archive's module does.
    """
    ending = PurePath(name or path.name).suffix.lower()
    if ending == ".gz":
        with gzip.open(path, "rb") as stream:
            yield stream  # type: ignore[misc]  # GzipFile is a binary stream in all we use
    elif ending == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if len(names) != 1:
                raise FormatError(f"holds {len(names)} files where one is expected")
            try:
                member = archive.open(names[0])
            except RuntimeError:  # encrypted, or a compression that Python does not know
                raise FormatError("is encrypted, or compressed in a way that cannot be read") from None
            with member as stream:
                yield stream
    else:
        with path.open("rb") as stream:
            yield stream


@contextmanager
def _decoded(stream: IO[bytes], file_format: FileFormat) -> Iterator[TextIO]:
    # Undecodable bytes survive as lone surrogates, so that the row they are in can be told apart.
    text = io.TextIOWrapper(stream, encoding=file_format.encoding, errors="surrogateescape", newline="")
    try:
        yield text
    finally:
        # Whoever opened the file closes it; a wrapper left to the garbage collector would do so too early.
        text.detach()


_TEXT_READERS: dict[str, Callable[[TextIO, FileFormat], tuple[list[str], Iterator[Row]]]] = {
    "csv": read_delimited,
    "tsv": read_delimited,
    "pipe": read_delimited,
    "jsonl": read_jsonl,
    "fixed": read_fixed,
}
_READERS: dict[str, Callable[[IO[bytes], FileFormat], tuple[list[str], Iterator[Row]]]] = {
    "json": read_json,
    "xlsx": read_xlsx,
    "parquet": read_parquet,
}
