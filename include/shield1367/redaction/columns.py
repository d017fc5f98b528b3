"""Treating one column: the same function of kind and treatment for every row of a release.

Nothing here looks at a row's protection: what a cell becomes depends on its value, its kind and the
profile alone, so that the result cannot tell protected rows from others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from shield1367.config.fields import FieldKind, FieldVocabulary, Treatment
from shield1367.config.places import AGE_BANDS, CENSUS_REGIONS, OTHER_REGION, STATES, SUBREGIONS
from shield1367.disclosure.plan import ColumnPlan
from shield1367.identifiers import canonical
from shield1367.intake.values import fits, parse_day, parse_number, parse_year
from shield1367.redaction.encoding import Encoded, encoded
from shield1367.redaction.json_cells import JsonCells
from shield1367.redaction.pseudonyms import Pseudonyms
from shield1367.redaction.spelling import spelled

# Shift of dates in days: intervals within a person stay, the calendar date does not.
_SHIFT_DAYS = 182
_EPOCH = date(1970, 1, 1).toordinal()
_WORD = re.compile(r"[A-Z]{2,}")

Cells = Sequence[str | None]
# Positions of rows and the narratives in them → the same scrubbed.
Scrub = Callable[[Sequence[int], Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Treater:
    """Treats the columns of one release.

    Attributes:
        as_of: the day ages are counted at.
    """

    fields: FieldVocabulary
    pseudonyms: Pseudonyms
    as_of: date

    def treat(self, column: ColumnPlan, cells: Cells | Encoded, people: Cells | Encoded) -> pa.Array:
        """The released column.

        Each value once, and each person once: a million rows have some hundred countries.

        Args:
            cells: staged text of the column, in row order.
            people: for each row the id of the person the column's role is.
        """
        of_row = cells if isinstance(cells, Encoded) else encoded(cells)
        who = people if isinstance(people, Encoded) else encoded(people)
        if column.json_keys is not None:
            return self.treat_json(column.json_keys, of_row, who)[0]
        kind_name, personal = column.kind or "", column.role is not None
        kind = self.fields.kinds[kind_name]
        result = released_type(kind, column.treatment)
        cell_treatment = self.of_cell(kind_name, column.treatment, personal=personal)
        if is_constant(column.treatment):
            return pa.repeat(pa.scalar(cell_treatment(None, ""), result), len(of_row))
        if column.treatment is Treatment.SHIFT:
            return self._shifted(of_row, who)
        if column.treatment is Treatment.PSEUDONYM:
            return self._named(kind_name, of_row, who, personal=personal)
        return of_row.map(cell_treatment, result, "")

    def treat_json(
        self,
        keys: Mapping[str, tuple[str, Treatment]],
        cells: Encoded,
        people: Encoded,
        scrub: Scrub | None = None,
    ) -> tuple[pa.Array, int]:
        """A column of JSON treated key by key, and how many keys that no plan names were removed.

        Args:
            scrub: what scrubs the narratives inside; without it they are empty.
        """
        inside = JsonCells(keys, partial(self.of_cell, personal=False))
        pairs = zip(cells.to_list(), people.to_list(), strict=True)
        opened = [inside.read(cell, one or "") for cell, one in pairs]
        found = [(at, one) for at, cell in enumerate(opened) if cell for one in cell.passages]
        if scrub is not None and found:
            texts = scrub([at for at, _ in found], [passage.text for _, passage in found])
            for (_, passage), text in zip(found, texts, strict=True):
                passage.scrubbed = text
        written = [cell.written() if cell else None for cell in opened]
        return pa.array(written, pa.string()), inside.removed

    def _named(self, kind_name: str, cells: Encoded, people: Encoded, *, personal: bool) -> pa.Array:
        """Pseudonyms of a whole column: of the people, or of what stands in its cells."""
        name = partial(self.pseudonyms.of_all, kind_name)
        if not by_person(kind_name, Treatment.PSEUDONYM, personal=personal):
            return cells.map_all(lambda texts: name(spelled(kind_name, texts)))
        names = people.map_all(name)
        if kind_name == "person_id":
            return names
        filled = pc.not_equal(cells.indices, len(cells.distinct) - 1)
        return pc.if_else(filled, names, pa.scalar(None, pa.string()))

    def _shifted(self, cells: Encoded, people: Encoded) -> pa.Array:
        """Dates moved by the days of their person; empty where there is none, or it would leave the calendar."""
        dates = cells.map(lambda cell: _on_date(cell, date.toordinal), pa.int32())
        days = people.map_all(lambda ids: pa.array(self.pseudonyms.days_of_all(ids, within=_SHIFT_DAYS)))
        moved = pc.add(dates, days)
        inside = pc.and_(
            pc.greater_equal(moved, date.min.toordinal()), pc.less_equal(moved, date.max.toordinal())
        )
        since_epoch = pc.subtract(moved, pa.scalar(_EPOCH, pa.int32()))
        return pc.if_else(inside, since_epoch, pa.scalar(None, pa.int32())).cast(pa.date32())

    def of_cell(
        self, kind_name: str, treatment: Treatment, *, personal: bool
    ) -> Callable[[str | None, str], Any]:
        """What becomes of one cell, given its text and the id of whose it is."""
        kind = self.fields.kinds[kind_name]
        match treatment:
            case Treatment.KEEP:
                return _kept(kind)
            case Treatment.WITHHOLD | Treatment.DROP:
                return lambda cell, who: None
            case Treatment.TOKEN:
                token = f"[{kind_name.upper()}]"
                # An empty cell gets the token too: which cells are empty can tell people apart.
                return lambda cell, who: token
            case Treatment.PSEUDONYM:
                return self._pseudonym(kind_name, personal=personal)
            case Treatment.YEAR:
                return lambda cell, who: None if cell is None else parse_year(cell)
            case Treatment.QUARTER:
                return lambda cell, who: _on_date(cell, quarter_of)
            case Treatment.MONTH:
                return lambda cell, who: _on_date(cell, lambda day: f"{day.year:04d}-{day.month:02d}")
            case Treatment.AGE_BAND:
                of_birth = kind.parser == "date"
                return lambda cell, who: age_band(_born(cell) if of_birth else cell, self.as_of)
            case Treatment.STATE:
                return lambda cell, who: state_in(cell)
            case Treatment.REGION:
                return lambda cell, who: region_of(cell)
            case Treatment.BROAD:
                classes = kind.classes
                return lambda cell, who: None if cell is None or classes is None else classes.of(cell)
            case Treatment.ROUND:
                step = kind.step
                return lambda cell, who: None if cell is None or step is None else rounded(cell, step)
            case Treatment.SHIFT:
                return self._shift
            case Treatment.SCRUB:
                raise ValueError("narratives are scrubbed in bulk, not cell by cell")

    def _pseudonym(self, kind_name: str, *, personal: bool) -> Callable[[str | None, str], str | None]:
        pseudonym = self.pseudonyms.of_kind(kind_name)
        if kind_name == "person_id":
            return lambda cell, who: pseudonym(who)
        if personal:
            return lambda cell, who: None if cell is None else pseudonym(who)
        return lambda cell, who: None if cell is None else pseudonym(canonical(kind_name, cell) or cell)

    def _shift(self, cell: str | None, who: str) -> date | None:
        days = timedelta(days=self.pseudonyms.days(who, within=_SHIFT_DAYS))
        shifted: date | None = _on_date(cell, lambda day: day + days)
        return shifted


def is_constant(treatment: Treatment) -> bool:
    """Whether every cell becomes the same, so that the column need not be read."""
    return treatment in (Treatment.WITHHOLD, Treatment.DROP, Treatment.TOKEN)


def by_person(kind_name: str, treatment: Treatment, *, personal: bool) -> bool:
    """Whether what becomes of a cell depends on whose it is."""
    if treatment is Treatment.PSEUDONYM:
        return personal or kind_name == "person_id"
    return treatment is Treatment.SHIFT


def released_type(kind: FieldKind, treatment: Treatment) -> pa.DataType:
    """Type of a released column; it depends on kind and treatment only, never on content."""
    if treatment is Treatment.YEAR:
        return pa.int32()
    if treatment is Treatment.SHIFT or (treatment is Treatment.KEEP and kind.parser == "date"):
        return pa.date32()
    if treatment is Treatment.ROUND or (treatment is Treatment.KEEP and kind.parser == "number"):
        return pa.int64()
    return pa.string()


def age_band(cell: str | None, as_of: date) -> str | None:
    """The band of an age, or of the age a date of birth gives on *as_of*."""
    if cell is None:
        return None
    if (whole := parse_number(cell)) is not None:
        age = whole
    elif birth := parse_day(cell):
        age = as_of.year - birth.year - ((as_of.month, as_of.day) < (birth.month, birth.day))
    else:
        return None
    return next((band for top, band in AGE_BANDS if 0 <= age <= top), None)


def _born(cell: str | None) -> str | None:
    """A date of birth; for a year that stands by itself the middle of it."""
    year = parse_year(cell) if cell else None
    return f"{year}-07-01" if year is not None and parse_day(cell or "") is None else cell


def quarter_of(day: date) -> str:
    """The quarter of a year, such as ``2024-Q2``."""
    return f"{day.year:04d}-Q{(day.month + 2) // 3}"


def rounded(cell: str, step: int) -> int | None:
    """A whole number to the nearest multiple of *step*, halves upwards; ``None`` for anything else."""
    number = parse_number(cell)
    return None if number is None else (number + step // 2) // step * step


def state_in(cell: str | None) -> str | None:
    """The last two-letter state code in a text such as ``SEATTLE, WA, DOCKET CONTROL OFFICE``."""
    words = _WORD.findall(cell.upper()) if cell else []
    return next((word for word in reversed(words) if word in STATES), None)


def region_of(cell: str | None) -> str | None:
    """The UN M49 sub-region of a country, or the census region of a US state or a place in one."""
    if cell is None:
        return None
    name = cell.strip().upper()
    state = name if name in STATES else state_in(cell)
    return SUBREGIONS.get(name) or CENSUS_REGIONS.get(state or "", OTHER_REGION)


def _on_date(cell: str | None, use: Callable[[date], Any]) -> Any:
    day = parse_day(cell) if cell else None
    if day is None:
        return None
    try:
        return use(day)
    except OverflowError:
        return None  # a shift past the calendar's end


def _kept(kind: FieldKind) -> Callable[[str | None, str], Any]:
    """What is not of its kind does not go: under the name of a state may stand whatever a clerk typed there."""
    reader, check = _READERS.get(kind.parser), kind.valid

    def kept(cell: str | None, who: str) -> Any:
        if cell is None or (check and not fits(check, cell)):
            return None
        return reader(cell) if reader else cell

    return kept


_READERS: dict[str, Callable[[str], Any]] = {"date": parse_day, "number": parse_number}
