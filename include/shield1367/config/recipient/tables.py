"""What a recipient of tabulations gets, and nothing else: 13 U.S.C. § 8 by way of § 1367(b)(1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from shield1367.config.fields import Treatment
from shield1367.config.loading import ConfigModel
from shield1367.config.recipient.risk import SMALLEST

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]

ROWS, PEOPLE, CELL = "rows", "people", "cell"


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
