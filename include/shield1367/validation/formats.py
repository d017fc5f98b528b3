"""How a cell looks after each treatment. Closed formats: what fits them cannot hold anything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shield1367.config.fields import FieldKind, Treatment
from shield1367.config.places import AGE_BANDS, REGIONS, STATES


class ColumnType(StrEnum):
    """What a released column is stored as; ``EMPTY`` fits a column of nulls only."""

    TEXT = "text"
    INTEGER = "integer"
    DATE = "date"
    EMPTY = "empty"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CellFormat:
    """The cells of one column.

    Attributes:
        type: what the column is stored as in Parquet; CSV knows text only.
        regex: what the text of every filled cell matches; ``None`` when any text will do.
        values: the only values a filled cell may have, instead of *regex*.
        empty: every cell is null.
        words: the format in plain words, to follow "every cell is".
    """

    type: ColumnType
    words: str
    regex: str | None = None
    values: frozenset[str] | None = None
    empty: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether the format leaves no room for text of any other kind."""
        return self.empty or self.regex is not None or self.values is not None


_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
PSEUDONYM = r"^[a-z]+-[0-9a-f]{20}$"

_BY_TREATMENT: Mapping[Treatment, CellFormat] = {
    Treatment.WITHHOLD: CellFormat(ColumnType.EMPTY, "empty", empty=True),
    Treatment.PSEUDONYM: CellFormat(ColumnType.TEXT, "a keyed pseudonym", regex=PSEUDONYM),
    Treatment.YEAR: CellFormat(
        ColumnType.INTEGER, "a year from 1800 to 2200", regex=r"^(?:1[89][0-9]{2}|2[01][0-9]{2}|2200)$"
    ),
    Treatment.QUARTER: CellFormat(ColumnType.TEXT, "a quarter (YYYY-Qn)", regex=r"^[0-9]{4}-Q[1-4]$"),
    Treatment.MONTH: CellFormat(ColumnType.TEXT, "a month (YYYY-MM)", regex=r"^[0-9]{4}-(?:0[1-9]|1[0-2])$"),
    Treatment.AGE_BAND: CellFormat(
        ColumnType.TEXT, "an age band", values=frozenset(label for _, label in AGE_BANDS)
    ),
    Treatment.STATE: CellFormat(ColumnType.TEXT, "a US state code", values=STATES),
    Treatment.REGION: CellFormat(ColumnType.TEXT, "a region of the fixed list", values=REGIONS),
    Treatment.SHIFT: CellFormat(ColumnType.DATE, "a shifted date", regex=_DATE),
    Treatment.SCRUB: CellFormat(ColumnType.TEXT, "scrubbed text"),
}

_KEPT: Mapping[str, CellFormat] = {
    "number": CellFormat(ColumnType.INTEGER, "a whole number", regex=r"^-?[0-9]+$"),
    "date": CellFormat(ColumnType.DATE, "a date", regex=_DATE),
}
# How the multiples of each step that a kind may round to are written.
_MULTIPLES: Mapping[int, str] = {
    1: r"^-?[0-9]+$",
    2: r"^-?[0-9]*[02468]$",
    5: r"^-?[0-9]*[05]$",
    10: r"^-?[0-9]*0$",
    100: r"^(?:0|-?[0-9]+00)$",
    1000: r"^(?:0|-?[0-9]+000)$",
}
_ANY_TEXT = CellFormat(ColumnType.TEXT, "the text of the source")


def cell_format(treatment: Treatment, *, name: str | None, kind: FieldKind | None) -> CellFormat:
    """The format of a column's cells.

    Args:
        treatment: what the plan does to the column; never ``DROP``, which leaves no column.
        name: of the field kind; ``None`` for JSON and added columns.
        kind: the kind's entry in ``fields.yaml``.
    """
    match treatment:
        case Treatment.TOKEN:
            token = (name or "").upper()
            return CellFormat(ColumnType.TEXT, f"the token [{token}]", regex=rf"^\[{token}\]$")
        case Treatment.KEEP:
            return _KEPT.get(kind.parser if kind else "text", _ANY_TEXT)
        case Treatment.BROAD:
            classes = kind.classes.names() if kind and kind.classes else frozenset[str]()
            return CellFormat(ColumnType.TEXT, "one of the broad classes", values=classes)
        case Treatment.ROUND:
            step = kind.step if kind and kind.step else 1
            return CellFormat(ColumnType.INTEGER, f"a multiple of {step}", regex=_MULTIPLES[step])
        case _:
            return _BY_TREATMENT[treatment]
