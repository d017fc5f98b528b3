"""What the cells of one column look like: shares and lengths, never a cell."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from shield1367.config.benefits import Benefits, Meaning
from shield1367.config.contract import FileFormat, numbered, spelling
from shield1367.config.places import STATES, SUBREGIONS
from shield1367.identifiers import canonical
from shield1367.intake.rows import BadRow
from shield1367.intake.tables import open_table
from shield1367.intake.values import fits, parse_date, year_in_full
from shield1367.intake.zones import zones_of
from shield1367.onboarding.sniff import UnknownFormatError

ROWS: Final = 5_000
# Of the hundred years that are proposed for two digits: events of today and births of most people alive.
FIRST_YEAR: Final = 1940
# Distinct values a column may have for its tests to look at; more of them tell nothing new.
_MOST_VALUES: Final = 2_000
# Keys of JSON that a column may have.
_MOST_KEYS: Final = 100
_WHOLE: Final = re.compile(r"-?\d{1,12}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_PHONE: Final = re.compile(r"\+?1?[-. ]?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}")
_A_NUMBER: Final = re.compile(r"[Aa][-#: ]?\d{2,3}[- ]?\d{3}[- ]?\d{3}")
_SSN: Final = re.compile(r"\d{3}-\d{2}-\d{4}")
_STREET: Final = re.compile(r"\d{1,6}[A-Za-z]? [A-Za-z0-9.'-]+(?: [A-Za-z0-9.#'-]+)*")
_SENTENCE: Final = re.compile(r"\w+(?:\W+\w+){5,}")
_GENDERS: Final = frozenset(
    {"M", "F", "X", "U", "MALE", "FEMALE", "UNKNOWN", "NON-BINARY", "MASCULINO", "FEMENINO"}
)
_MARITAL: Final = frozenset(
    ["SINGLE", "MARRIED", "DIVORCED", "WIDOWED", "SEPARATED", "UNKNOWN", "COMMON LAW", "SOLTERO", "CASADO"]
)


def _is_shape(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


_YES_NO: Final = frozenset({"yes", "no", "y", "n", "true", "false", "sí", "si", "unknown", "unclear"})
# Field kind → whether one value has its shape. Only shapes that say something by themselves.
TESTS: Final[Mapping[str, Callable[[str], bool]]] = {
    "a_number": _is_shape(_A_NUMBER),
    "receipt_number": lambda text: canonical("receipt_number", text) is not None,
    "sevis_id": lambda text: canonical("sevis_id", text) is not None,
    "ssn": _is_shape(_SSN),
    "email": _is_shape(_EMAIL),
    "phone": _is_shape(_PHONE),
    "street_address": _is_shape(_STREET),
    "date": lambda text: not _WHOLE.fullmatch(text) and parse_date(text) is not None,
    "month_year": _is_shape(re.compile(r"\d{1,2}/\d{4}")),
    "number": _is_shape(_WHOLE),
    "age": lambda text: fits("age", text),
    "state": lambda text: text.upper() in STATES,
    "country": lambda text: text.upper() in SUBREGIONS,
    "gender": lambda text: text.upper() in _GENDERS,
    "marital_status": lambda text: text.upper() in _MARITAL,
    "yes_no": lambda text: text.casefold() in _YES_NO,
    "short_code": lambda text: len(text) <= 3 and text.isalpha(),
    "narrative": lambda text: len(text) > 60 and _SENTENCE.search(text) is not None,
}


@dataclass(frozen=True, slots=True)
class Observed:
    """One column of a sample.

    Attributes:
        rows: rows of the sample; *filled* of them have a value, *distinct* different ones.
        longest: characters of the longest value; *mean* of all.
        shares: name of a test → share of the distinct values that pass it.
        codes: code table → share of the distinct values that it knows.
        telling: code table → how many of its revealing codes occur.
        json_keys: keys of the objects, when the cells hold JSON; with what stands under each.
        sample: some values, for tests that need more time. Not shown.
    """

    name: str
    rows: int
    filled: int
    distinct: int
    longest: int
    mean: float
    shares: Mapping[str, float]
    codes: Mapping[str, float]
    telling: Mapping[str, int]
    json_keys: Mapping[str, Observed] = field(default_factory=dict)
    sample: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own, but for a few that were sent twice."""
        return self.rows > 1 and self.filled == self.rows and self.distinct >= 0.99 * self.rows

    def share(self, test: str) -> float:
        """Share of the distinct values that pass a test."""
        return self.shares.get(test, 0.0)


@dataclass(frozen=True, slots=True)
class Table:
    """A sample of one file.

    Attributes:
        bad: rows of the sample that could not be read.
        repeated: columns whose name comes more than once, be it in other spellings; told apart by their places.
        mixed: columns whose times are in different zones, or of which only some name one.
    """

    path: Path
    file_format: FileFormat
    columns: tuple[Observed, ...]
    rows: int
    bad: int
    repeated: frozenset[str] = frozenset()
    mixed: frozenset[str] = frozenset()


def observe(path: Path, file_format: FileFormat, benefits: Benefits, *, rows: int = ROWS) -> Table:
    """Read the first *rows* of a file.

    Raises:
        UnreadableFileError: it is not what its format says.
        UnknownFormatError: it has no rows, or no header.
    """
    with open_table(path, file_format) as (header, lines):
        read = list(islice(lines, rows))
    good = [row.cells for row in read if not isinstance(row, BadRow)]
    _require_header(path, header)
    if not good:
        raise UnknownFormatError(
            f"{path.name} has a header and no row that can be read.", mend="onboard from a file with rows."
        )
    cells_of = [[cells[position] for cells in good] for position in range(len(header))]
    if any(map(_are_short_dates, cells_of)):
        file_format = file_format.model_copy(update={"two_digit_years": FIRST_YEAR})
        cells_of = [[cell and year_in_full(cell, FIRST_YEAR) for cell in cells] for cells in cells_of]
    columns = [
        observe_column(name, cells, benefits) for name, cells in zip(numbered(header), cells_of, strict=True)
    ]
    times = Counter(map(spelling, header))
    repeated = frozenset(c.name for c, name in zip(columns, header, strict=True) if times[spelling(name)] > 1)
    mixed = frozenset(c.name for c, cells in zip(columns, cells_of, strict=True) if _are_of_many_zones(cells))
    return Table(path, file_format, tuple(columns), len(good), len(read) - len(good), repeated, mixed)


def observe_column(name: str, cells: Sequence[str | None], benefits: Benefits) -> Observed:
    """What one column's cells look like."""
    texts = [cell.strip() for cell in cells if cell and cell.strip()]
    counts = Counter(texts)
    values = list(islice(counts, _MOST_VALUES))
    said = {
        name: [benefits.table(name).meaning(value) for value in values] for name in benefits.tables if values
    }
    return Observed(
        name=name,
        rows=len(cells),
        filled=len(texts),
        distinct=len(counts),
        longest=max(map(len, counts), default=0),
        mean=sum(map(len, texts)) / max(len(texts), 1),
        shares={test: _share(passes, values) for test, passes in TESTS.items()},
        codes={
            name: 1 - _count(meanings, Meaning.UNKNOWN) / len(meanings) for name, meanings in said.items()
        },
        telling={name: _count(meanings, Meaning.REVEALS) for name, meanings in said.items()},
        json_keys=_inside(texts, benefits),
        sample=tuple(values[:40]),
    )


def _are_short_dates(cells: Sequence[str | None]) -> bool:
    """Whether most of a column's cells are dates once their years are written in full."""
    filled = [cell.strip() for cell in cells if cell and cell.strip()]
    short = [
        cell for cell in filled if parse_date(cell) is None and parse_date(year_in_full(cell, FIRST_YEAR))
    ]
    return len(short) > len(filled) / 2


def _count(meanings: Sequence[Meaning], wanted: Meaning) -> int:
    return sum(meaning is wanted for meaning in meanings)


def _share(passes: Callable[[str], bool], values: Sequence[str]) -> float:
    return sum(map(passes, values)) / len(values) if values else 0.0


def _inside(texts: Sequence[str], benefits: Benefits) -> dict[str, Observed]:
    """The keys of JSON objects in the cells, when that is what all of them hold."""
    if not texts or not all(text[0] in "[{" for text in texts[:200]):
        return {}
    found: dict[str, list[str | None]] = {}
    for text in texts[:1000]:
        try:
            records = json.loads(text)
            for record in records if isinstance(records, list) else [records]:
                if not isinstance(record, dict):
                    return {}
                _gather(record, "", found)
        except (ValueError, RecursionError):
            return {}
    if len(found) > _MOST_KEYS or not all(map(_is_name, found)):
        # Objects under the numbers or names of people: their keys are data, and are not shown.
        return {}
    # What is a value in one cell and an object in another can be one of them only.
    leaves = {key for key in found if not any(other.startswith(f"{key}.") for other in found)}
    return {key: observe_column(key, values, benefits) for key, values in found.items() if key in leaves}


def _gather(record: Mapping[str, Any], at: str, found: dict[str, list[str | None]]) -> None:
    """What stands under each key, ``contact.phone`` for one inside an object or a list of objects."""
    for key, value in record.items():
        if not key or "." in key:
            continue  # no contract can name it
        path = f"{at}{key}"
        inner: list[Any] = value if isinstance(value, list) else [value]
        if inner and all(isinstance(item, dict) for item in inner):
            for item in inner:
                _gather(item, f"{path}.", found)
        else:
            found.setdefault(path, []).append(None if value is None else str(value))


def _are_of_many_zones(cells: Sequence[str | None]) -> bool:
    """Whether no zone is left that all times of a column can have been written in, as intake looks at dates."""
    left: frozenset[str] | None = None
    for cell in cells:
        if cell and (zones := zones_of(cell)) is not None:
            left = zones if left is None else left & zones
    return left is not None and not left


def _is_name(name: str) -> bool:
    """Whether a header or a key may be a name; with more than four digits it may be somebody's data."""
    return re.fullmatch(r"[\w .,/()#&'?%:+-]{1,80}", name) is not None and sum(map(str.isdigit, name)) <= 4


def _require_header(path: Path, header: Iterable[str]) -> None:
    names = list(header)
    odd = [name for name in names if not _is_name(name)]
    if len(odd) > len(names) / 3:
        raise UnknownFormatError(
            f"{path.name} seems to have no header: {len(odd)} of {len(names)} cells of its first row cannot be names.",
            mend="put a header row before the data, or write the contract by hand.",
        )
