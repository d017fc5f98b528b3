"""JSON objects as rows of a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from shield1367.intake.reasons import Reason
from shield1367.intake.rows import BadRow, FormatError, Row, cell, check

# JSON objects with more keys than this are no table: the keys are data.
MAX_KEYS = 2_000


def parse_json(text: str) -> Any:
    """Parse JSON; a key that occurs twice in one object is an error, not an overwrite.

    Raises:
        ValueError: it is not JSON; the message may quote *text*.
        RecursionError: it is nested too deep.
    """
    return json.loads(text.lstrip("\ufeff"), object_pairs_hook=_unique)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key occurs twice")  # the second value would hide the first
    return made


def holds_objects(text: str) -> bool:
    """Whether *text* is a JSON object, or a list of nothing else."""
    try:
        content = parse_json(text)
    except (ValueError, RecursionError):
        return False
    items = content if isinstance(content, list) else [content]
    return all(isinstance(item, dict) for item in items)


def keys_of(items: Iterable[Any]) -> list[str]:
    """Every key of the objects among *items*, in the order of first sight: the header.

    Raises:
        FormatError: there is no object, or the keys are data.
    """
    keys: dict[str, None] = {}
    for item in items:
        if isinstance(item, dict):
            keys |= dict.fromkeys(item)
        if len(keys) > MAX_KEYS:
            raise FormatError(f"has objects with more than {MAX_KEYS} different keys")
    if not keys:
        raise FormatError("holds no JSON objects")
    return list(keys)


def objects(items: Iterable[Any], header: list[str]) -> Iterator[Row]:
    """One row for each item; what is no object is a bad row."""
    for number, item in enumerate(items, start=1):
        if isinstance(item, dict):
            yield check(number, tuple(cell(item.get(name)) for name in header), len(header))
        else:
            yield BadRow(number, (cell(item),), Reason.UNREADABLE)
