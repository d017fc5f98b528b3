"""From the bytes of a package to blocks of cells, with other parsers than the writer's.

Parquet's columns of text are read page by page, to the last byte, its other values by DuckDB; the bytes of the file
are searched as well. CSV goes through ``csv``, everything else is text, with entities and escapes resolved.
"""

from __future__ import annotations

import csv
import html
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from shield1367.validation.audit.blocks import Block, Part
from shield1367.validation.audit.bounds import require_bounded
from shield1367.validation.audit.cells import CELL_GAP, ROWS, Shortness, json_text, unescaped
from shield1367.validation.audit.exceptions import UnreadableFileError
from shield1367.validation.audit.packed import open_gzip, parts_of
from shield1367.validation.audit.pages import opened
from shield1367.validation.audit.parquet import blocks_of
from shield1367.validation.audit.raw import readable_pieces
from shield1367.validation.audit.said import require_all_said

_TEXT = frozenset({".html", ".json", ".txt", ".md", ".svg", ".sig"})
_ARCHIVES = frozenset({".xlsx", ".zip"})


def open_file(path: Path) -> Iterator[Block]:
    """All blocks of one file.

    Raises:
        UnreadableFileError: whatever is wrong with it; the foreign message would quote the file. All blocks have
            to be taken, for the last things are found behind them.
    """
    try:
        if path.suffix == ".parquet":
            # First the bytes: they are searched even when the parser then refuses the file.
            for pieces in readable_pieces(path):
                yield Block(Part.BYTES, pieces)
            with opened(path) as file:
                require_bounded(file)
                yield from blocks_of(file)
                require_all_said(file, read=file.of_text)
        elif path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as stream:
                yield from _csv(stream)
        elif path.name.endswith(".csv.gz"):
            with open_gzip(path) as stream:
                yield from _csv(stream)
        elif path.suffix in _ARCHIVES:
            for texts in parts_of(path):
                yield Block(Part.TEXT, [line for text in texts for line in text.splitlines()])
        elif path.suffix in _TEXT:
            yield from _text(path)
        else:
            raise UnreadableFileError
    except UnreadableFileError:
        raise
    except Exception:  # noqa: BLE001  # its message may quote the file
        raise UnreadableFileError from None


def _csv(stream: IO[str]) -> Iterator[Block]:
    csv.field_size_limit(1 << 30)
    reader = csv.reader(stream, strict=True)
    names = next(reader)
    yield Block(Part.HEADER, names)
    columns: list[list[str]] = [[] for _ in names]
    first = 0
    for number, row in enumerate(reader):
        for column, cell in zip(columns, row, strict=True):
            column.append(cell)
        if number + 1 - first == ROWS:
            yield from _columns(names, columns, first)
            columns = [[] for _ in names]
            first = number + 1
    yield from _columns(names, columns, first)


def _columns(names: list[str], columns: list[list[str]], first: int) -> Iterator[Block]:
    short = []
    for name, cells in zip(names, columns, strict=True):
        yield Block(Part.CELLS, unescaped(cells), name, first)
        shortness = Shortness()
        shortness.see(cells)
        if shortness.is_short:
            short.append(cells)
    if len(short) > 1:
        yield Block(Part.ROWS, [CELL_GAP.join(row) for row in zip(*short, strict=True)], None, first)


def _text(path: Path) -> Iterator[Block]:
    content = path.read_bytes().decode("utf-8")
    yield Block(Part.TEXT, content.splitlines())
    unwrapped = html.unescape(content) if path.suffix in {".html", ".svg"} else json_text(content)
    if unwrapped != content:
        yield Block(Part.TEXT, unwrapped.splitlines())
