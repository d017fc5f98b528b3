"""Readers of line-based formats: delimited, fixed width, JSON lines."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from shield1367.config.contract import FileFormat
from shield1367.intake.objects import keys_of, objects, parse_json
from shield1367.intake.reasons import Reason
from shield1367.intake.rows import BadRow, FormatError, Row, check, until_damage

# A narrative may be long; a cell longer than this is a broken quote that swallowed the file.
MAX_CELL = 16 * 1024 * 1024


def read_delimited(text: TextIO, file_format: FileFormat) -> tuple[list[str], Iterator[Row]]:
    """Comma, tab or any other single character between cells."""
    for _ in range(file_format.skip_rows):
        text.readline()
    csv.field_size_limit(MAX_CELL)
    lines = _Lines(text)
    parsed = csv.reader(
        lines,
        delimiter=file_format.separator,
        quoting=csv.QUOTE_MINIMAL if file_format.quoting else csv.QUOTE_NONE,
    )
    header = next(until_damage(parsed, csv.Error, _OPEN_QUOTE), None)
    if header is None:
        raise FormatError("is empty: there is no header row")
    if lines.ended:
        raise FormatError(_OPEN_QUOTE)
    header = [name.lstrip("\ufeff").strip() for name in header]
    return header, _checked(until_damage(parsed, csv.Error, _OPEN_QUOTE), len(header), lines)


_OPEN_QUOTE = "cannot be parsed as delimited text; a quote may be open to the end of the file"


class _Lines:
    """The lines of a file, and whether somebody asked for one more than there are."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        # Not `yield from`: that would close the file when this generator is dropped.
        for line in self._text:  # noqa: UP028
            yield line
        self.ended = True


def _checked(parsed: Iterable[list[str]], width: int, lines: _Lines) -> Iterator[Row]:
    for number, line in enumerate((line for line in parsed if line), start=1):
        cells = tuple(cell.strip() or None for cell in line)
        if lines.ended:
            # A row is complete at the end of its last line. This one wanted more: its quote is open,
            # and it has swallowed all rows after it.
            yield BadRow(number, cells, Reason.UNREADABLE)
            raise FormatError(_OPEN_QUOTE)
        yield check(number, cells, width)


def read_fixed(text: TextIO, file_format: FileFormat) -> tuple[list[str], Iterator[Row]]:
    """Cells at fixed places of a line; a short line has lost the blanks at its end."""
    widths = file_format.widths or {}
    length = sum(widths.values())
    for _ in range(file_format.skip_rows):
        text.readline()

    def rows() -> Iterator[Row]:
        lines = (line for raw in text if (line := raw.rstrip("\r\n")).strip())
        for number, line in enumerate(lines, start=1):
            if len(line) > length:
                yield BadRow(number, (line,), Reason.COLUMN_COUNT)
                continue
            cells, at = [], 0
            for width in widths.values():
                cells.append(line[at : at + width].strip() or None)
                at += width
            yield check(number, tuple(cells), len(widths))

    return list(widths), rows()


def read_jsonl(text: TextIO, file_format: FileFormat) -> tuple[list[str], Iterator[Row]]:
    """One JSON object a line."""
    # Senders leave out keys that are null, so that only the whole file tells which keys there are.
    header = keys_of(_json_line(line) for line in text if line.strip())
    text.seek(0)
    return header, objects((_json_line(line) for line in text if line.strip()), header)


def _json_line(line: str) -> Any:
    try:
        return parse_json(line)
    except (ValueError, RecursionError):
        return line
