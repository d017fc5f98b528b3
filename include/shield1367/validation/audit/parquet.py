"""The blocks of a Parquet file, column by column."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from shield1367.validation.audit.blocks import Block, Part
from shield1367.validation.audit.cells import CELL_GAP, Shortness, unescaped
from shield1367.validation.audit.exceptions import UnreadableFileError
from shield1367.validation.audit.pages import ParquetFile, quoted
from shield1367.validation.audit.said import texts_of


def blocks_of(file: ParquetFile) -> Iterator[Block]:
    """Header, cells, the short cells of each row side by side, and what stands beside the cells.

    Raises:
        UnreadableFileError: there are not as many rows as the footer says.
    """
    yield Block(Part.HEADER, [name for name, _ in file.columns])
    short: list[str] = []
    for number, (name, _) in enumerate(file.columns):
        start, shortness = 0, Shortness()
        # Text by its pages, which takes a fraction of the time; values of other types are written out by DuckDB.
        for cells in texts_of(file, number) if number in file.of_text else file.texts(_cell(name)):
            shortness.see(cells)
            yield Block(Part.CELLS, unescaped(cells), name, start)
            start += len(cells)
        if start != file.count:
            raise UnreadableFileError
        if shortness.is_short:
            short.append(name)
    if len(short) > 1:
        start = 0
        for rows in file.texts(f"CONCAT_WS('{CELL_GAP}', {', '.join(map(_cell, short))})"):
            yield Block(Part.ROWS, rows, None, start)
            start += len(rows)
    for values in file.beside():
        yield Block(Part.METADATA, [text for value in values for text in _decoded(value)])


def _cell(name: str) -> str:
    return f"COALESCE(CAST({quoted(name)} AS VARCHAR), '')"


def _decoded(value: object) -> list[str]:
    """A metadata value as text, and as what it is base64 of (Arrow keeps its schema so)."""
    if not isinstance(value, bytes):
        return [str(value)]
    texts = [value.decode("utf-8", "replace")]
    try:
        texts.append(base64.b64decode(value, validate=True).decode("latin-1"))
    except (binascii.Error, ValueError):
        return texts
    return texts
