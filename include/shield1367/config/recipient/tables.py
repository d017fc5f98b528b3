"""What a recipient of tabulations gets, and nothing else: 13 U.S.C. § 8 by way of § 1367(b)(1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from shield1367.config.contract import SourceContract
from shield1367.config.fields import Category, FieldKind, FieldVocabulary, Treatment
from shield1367.config.loading import ConfigModel
from shield1367.config.recipient.membership import Membership
from shield1367.config.recipient.risk import SMALLEST

if TYPE_CHECKING:
    from shield1367.config.recipient.profile import RecipientProfile

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]

ROWS, PEOPLE, CELL = "rows", "people", "cell"
_GROUPING = frozenset(
    {
        Treatment.KEEP,
        Treatment.MONTH,
        Treatment.QUARTER,
        Treatment.YEAR,
        Treatment.AGE_BAND,
        Treatment.STATE,
        Treatment.REGION,
    }
)
_COUNTABLE = frozenset({Category.QUASI_IDENTIFIER, Category.LOCATION, Category.OPERATIONAL})
_SUMMED = frozenset({Category.QUASI_IDENTIFIER, Category.OPERATIONAL})


class Dimension(ConfigModel):
    """One way a table is divided: a column, and how coarse its values are."""

    column: str
    treatment: Treatment

    @property
    def key(self) -> str:
        """What makes it the same dimension in two tables."""
        return f"{self.column}:{self.treatment}"


class Measure(ConfigModel):
    """What stands in the cells: rows, different people, or the sum or mean of a number."""

    of: Literal["rows", "people", "sum", "mean"]
    column: str | None = None

    @model_validator(mode="after")
    def _has_its_column(self) -> Measure:
        if (self.column is not None) != (self.of in ("sum", "mean")):
            raise ValueError("sum and mean are of a column; rows and people of none")
        return self

    @property
    def name(self) -> str:
        """Its column in the table."""
        return f"{self.of}_{self.column}" if self.column else self.of


class Table(ConfigModel):
    """One table, published with all its margins.

    Attributes:
        telling: columns that all contributors of a cell must not have in common.
    """

    title: str = ""
    dataset: str
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=1, max_length=4)]
    measures: Annotated[tuple[Measure, ...], Field(min_length=1)] = (Measure(of="rows"),)
    telling: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Table:
        if wrong := list(self._contradictions()):
            raise ValueError("; ".join(wrong))
        return self

    def _contradictions(self) -> Iterator[str]:
        names = [dimension.column for dimension in self.dimensions]
        if len({*names}) < len(names):
            yield "dimensions names a column twice"
        if both := sorted({*names} & {*self.telling}):
            yield f"telling: {', '.join(both)} cannot be a dimension as well"
        measured = [measure.name for measure in self.measures]
        if len({*measured}) < len(measured):
            yield "measures names one twice"
        if ROWS not in measured:
            yield "measures: rows is missing; without it nobody could check the others"
        if taken := sorted({*names} & {*measured, CELL}):
            yield f"dimensions: {', '.join(taken)} is the name of another column of the table"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file, in order."""
        measures = (measure.name for measure in self.measures)
        return (*(dimension.column for dimension in self.dimensions), CELL, *measures)


class Tabulations(ConfigModel):
    """The tables of a profile.

    Attributes:
        smallest: people in the smallest cell that is shown; upwards only.
    """

    smallest: Annotated[int, Field(ge=SMALLEST)] = SMALLEST
    tables: Annotated[dict[Name, Table], Field(min_length=1)]


def table_faults(
    profile: RecipientProfile, fields: FieldVocabulary, contracts: Mapping[str, SourceContract]
) -> Iterator[tuple[str, str]]:
    """Key and message for what of a profile's ``tables`` does not fit it, the contracts or the floor."""
    if profile.tables is None:
        return
    if profile.authority is None:
        yield "authority", "is missing: tables need an exception under § 1367(b)(1) and its disclosure review"
    if profile.membership is not Membership.HIDDEN:
        yield "membership", "tables count everybody; allowed: hidden"
    if profile.risk is not None:
        yield "risk", "is for rows; a profile with tables has none, remove it"
    if profile.treatments:
        yield "treatments", "are for rows; the dimensions of tables have their own, remove them"
    for name, table in profile.tables.tables.items():
        key = f"tables.tables.{name}"
        if table.dataset not in profile.datasets:
            yield f"{key}.dataset", f"{table.dataset} is not among the datasets of the profile"
            continue
        yield from ((f"{key}.{at}", fault) for at, fault in _column_faults(table, fields, contracts))


def _column_faults(
    table: Table, fields: FieldVocabulary, contracts: Mapping[str, SourceContract]
) -> Iterator[tuple[str, str]]:
    source, _, dataset = table.dataset.partition(".")
    columns = contracts[source].datasets[dataset].columns if source in contracts else {}

    def kind_of(name: str) -> FieldKind | None:
        return fields.kinds.get(columns[name].kind or "") if name in columns else None

    for dimension in table.dimensions:
        kind = kind_of(dimension.column)
        if kind is None:
            yield "dimensions", f"{dimension.column} is no plain column of {table.dataset}"
        elif kind.category not in _COUNTABLE or dimension.treatment not in _GROUPING:
            yield "dimensions", f"nothing is counted by {dimension.column} ({dimension.treatment})"
        elif not kind.permits_outside(dimension.treatment):
            yield "dimensions", f"{dimension.treatment} of {dimension.column} is looser than the floor"
    for measure in table.measures:
        kind = kind_of(measure.column) if measure.column else None
        if measure.column and (kind is None or kind.parser != "number" or kind.category not in _SUMMED):
            yield "measures", f"{measure.column} is no number that may be added up"
    for name in table.telling:
        if kind_of(name) is None:
            yield "telling", f"{name} is no plain column of {table.dataset}"
