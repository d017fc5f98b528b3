"""Cells of tables: how many are taken at a time, which are searched side by side, and what is escaped in them."""

from __future__ import annotations

import json
import re
from itertools import repeat
from operator import contains

# Rows taken at a time.
ROWS = 50_000
# Between the cells of a row, where a row is searched as a whole.
CELL_GAP = "|"
# Longer cells are text of their own; a pseudonym is longer, too.
_SHORT_CELL = 24
_YEAR, _YEAR_DIGITS = re.compile(r"(?:19|20)[0-9]{2}"), 4


class Shortness:
    """Whether the cells of a column may be a part of what is divided among columns; years are no part of anything."""

    def __init__(self) -> None:
        self._longest = 0
        self._years = True

    def see(self, cells: list[str]) -> None:
        """Look at some more of the cells."""
        self._longest = max(self._longest, max(map(len, cells), default=0))
        self._years = self._years and self._longest <= _YEAR_DIGITS and all(map(_is_year, set(cells)))

    @property
    def is_short(self) -> bool:
        """Whether all that were seen are."""
        return 0 < self._longest <= _SHORT_CELL and not self._years


def _is_year(cell: str) -> bool:
    return not cell or _YEAR.fullmatch(cell) is not None


def unescaped(cells: list[str]) -> list[str]:
    """Cells with JSON unwrapped where it hides characters behind escapes."""
    if not any(map(contains, cells, repeat("\\"))):
        return cells
    return [json_text(cell) if "\\" in cell and cell[0] in "{[" else cell for cell in cells]


def json_text(cell: str) -> str:
    """A text of JSON with what it says behind escapes, or the text alone where it is none."""
    try:
        # Without escapes: what is written as \u00e9 becomes é. Both readings are searched.
        return f"{cell} {json.dumps(json.loads(cell), ensure_ascii=False)}"
    except ValueError:
        return cell
