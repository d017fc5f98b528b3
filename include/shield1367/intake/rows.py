"""Rows as they come out of an exported file, and the checks that every format shares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

from shield1367.intake.reasons import Reason

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class GoodRow:
    """One data row; *number* counts from 1, empty cells are ``None``."""

    number: int
    cells: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class BadRow:
    """One data row that cannot be trusted, with what could be read of it."""

    number: int
    cells: tuple[str | None, ...]
    reason: Reason


Row = GoodRow | BadRow


class FormatError(Exception):
    """Error raised by a reader; its text is the reader's own and holds no data."""


def until_damage(
    items: Iterator[Item], damage: type[Exception] | tuple[type[Exception], ...], words: str
) -> Iterator[Item]:
    """The items up to the damage, which becomes a :class:`FormatError` that says *words*."""
    try:
        yield from items
    except damage:
        raise FormatError(words) from None


def check(number: int, cells: tuple[str | None, ...], width: int) -> Row:
    """A good row, or a bad one: not *width* cells, NUL bytes, bytes outside the encoding."""
    joined = "".join(cell for cell in cells if cell)
    if len(cells) != width:
        return BadRow(number, cells, Reason.COLUMN_COUNT)
    if "\0" in joined:
        return BadRow(number, cells, Reason.NUL_BYTE)
    if not joined.isascii() and any("\ud800" <= character <= "\udfff" for character in joined):
        return BadRow(number, cells, Reason.BAD_ENCODING)
    return GoodRow(number, cells)


def cell(value: Any) -> str | None:
    """A typed cell as the text a delimited export would have held."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        # A numeric cell: `384.0` is the code 384, and an A-Number has no fraction.
        return str(int(value))
    if isinstance(value, bytes):
        # Text that an old writer did not mark as text; other bytes are told apart like everywhere.
        return value.decode("utf-8", errors="surrogateescape").strip() or None
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=cell)
    return str(value).strip() or None
