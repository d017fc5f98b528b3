"""How the bytes of an unknown file are to be read: archive, encoding, format, delimiter, where the header is."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from shield1367.config.contract import FileFormat
from shield1367.errors import TerminalError
from shield1367.intake.rows import FormatError
from shield1367.intake.tables import open_bytes

_SAMPLE: Final = 1 << 18
_DELIMITERS: Final = "|\t,;^~"
_NAMED: Final = {"\t": "tsv", "|": "pipe"}
# NUL bytes and the like that a damaged row of a text may hold; a binary file holds more.
_MOST_UNPRINTABLE: Final = 0.01
# Of the characters beyond ASCII, so many may be broken in a file that is UTF-8 all the same.
_MOST_BROKEN: Final = 0.5
# Of the lines, so many have the same number of cells, or the delimiter is another.
_LEAST_FITTING: Final = 0.5
# Lines before the header that reports put there: title, date of the extract, blank.
_MOST_SKIPPED: Final = 12


class UnknownFormatError(TerminalError):
    """Error raised when nothing tells how a file is to be read; its bytes are not quoted."""

    code = "E305"


def sniff(path: Path) -> FileFormat:
    """The format of *path*, as a contract would say it.

    Raises:
        UnknownFormatError: it is empty, damaged, or no table that can be told by looking.
    """
    head = _head(path)
    if not head.strip():
        raise _unknown(path, "is empty", "ask the sender for a file with rows.")
    if head.startswith(b"PAR1"):
        return FileFormat(type="parquet")
    if head.startswith(b"PK\x03\x04"):
        return _workbook(path)
    encoding = _encoding(head)
    text = head.decode(encoding, errors="ignore").lstrip("\ufeff")
    if _unprintable(text) > _MOST_UNPRINTABLE:
        raise _unknown(path, "is no text, no Parquet and no Excel workbook", "convert it to one of these.")
    if objects := _json(text):
        return FileFormat.model_validate({"type": objects, "encoding": encoding})
    lines = text.splitlines()
    # The last line of the sample may be cut in the middle.
    if len(head) >= _SAMPLE:
        lines = lines[:-1]
    cut = _cut(lines)
    if cut is None:
        raise _unknown(
            path,
            "has lines without a delimiter that stands in all of them",
            "if its columns have fixed widths, write `format: {type: fixed, widths: {…}}` into the contract by hand;"
            " docs/configuration.md lists the keys.",
        )
    kind = _NAMED.get(cut.delimiter, "csv")
    return FileFormat.model_validate(
        {
            "type": kind,
            "delimiter": cut.delimiter if kind == "csv" and cut.delimiter != "," else None,
            "encoding": encoding,
            "quoting": cut.quoting,
            "skip_rows": cut.skipped,
        }
    )


def _head(path: Path) -> bytes:
    try:
        with open_bytes(path) as stream:
            return stream.read(_SAMPLE)
    except FormatError as error:
        raise _unknown(path, str(error), "unpack it and name one of its files, or the folder.") from None
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, RuntimeError):
        raise _unknown(path, "is a damaged or encrypted archive", "ask the sender for it again.") from None
    except OSError as error:
        raise _unknown(
            path, f"cannot be read: {error.strerror or 'damaged'}", "check path and permissions."
        ) from None


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    text = head.decode("utf-8", errors="replace")
    broken, beyond = text.count("\ufffd"), sum(not character.isascii() for character in text)
    if broken <= _MOST_BROKEN * beyond:
        # Rows with a wrong byte wait in quarantine; they do not make a file another encoding.
        return "utf-8"
    try:
        head.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _workbook(path: Path) -> FileFormat:
    """The sheet that holds most columns, and the row its header is in: below titles and logos."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with open_bytes(path) as stream:
            book = openpyxl.load_workbook(io.BytesIO(stream.read()), read_only=True, data_only=True)
        best = (0, "", 0)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            widths = [
                sum(value is not None for value in row)
                for row in islice(sheet.iter_rows(values_only=True), _MOST_SKIPPED + 8)
            ]
            width = max(widths, default=0)
            if width > best[0]:
                header = next(at for at, filled in enumerate(widths) if filled >= 0.8 * width)
                best = (width, sheet.title, header)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError):
        raise _unknown(path, "is no Excel workbook that can be read", "save it as .xlsx again.") from None
    width, title, header = best
    if not width:
        raise _unknown(path, "has no sheet with rows", "ask the sender for a file with rows.")
    several = len(book.sheetnames) > 1
    return FileFormat(type="xlsx", sheet=title if several else None, skip_rows=header)


def _unprintable(text: str) -> float:
    odd = sum(not (character.isprintable() or character in "\t\r\n\f") for character in text)
    return odd / max(len(text), 1)


def _json(text: str) -> str | None:
    start = text.lstrip()
    if start.startswith("["):
        return "json"
    if start.startswith("{"):
        lines = [line for line in start.splitlines() if line.strip()]
        return "jsonl" if lines[0].rstrip().endswith("}") else "json"
    return None


@dataclass(frozen=True, slots=True)
class _Cut:
    """How well a way of cutting lines fits: the share of lines with as many cells as most have, and how many."""

    share: float
    width: int
    delimiter: str
    quoting: bool
    skipped: int


def _cut(lines: list[str]) -> _Cut | None:
    """The way that cuts most lines into equally many cells; quotes are letters only where that fits better."""
    best: _Cut | None = None
    for quoting in (True, False):
        for delimiter in _DELIMITERS:
            widths = [len(row) for row in _rows(lines, delimiter, quoting=quoting) if row]
            width, times = Counter(widths).most_common(1)[0] if widths else (0, 0)
            if width < 2:
                continue
            first = next(
                (n for n, line in enumerate(lines) if _width(line, delimiter, quoting) == width), len(lines)
            )
            cut = _Cut(times / len(widths), width, delimiter, quoting, first)
            if first <= _MOST_SKIPPED and (best is None or (cut.share, cut.width) > (best.share, best.width)):
                best = cut
    return best if best and best.share >= _LEAST_FITTING else None


def _rows(lines: list[str], delimiter: str, *, quoting: bool) -> Iterator[list[str]]:
    filled = (line for line in lines if line.strip())
    return csv.reader(filled, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE)


def _width(line: str, delimiter: str, quoting: bool) -> int:
    return len(next(_rows([line], delimiter, quoting=quoting), []))


def _unknown(path: Path, what: str, mend: str) -> UnknownFormatError:
    return UnknownFormatError(f"{path.name} {what}.", mend=mend)
