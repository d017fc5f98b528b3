"""Tabulations as documents tell of them: what is counted by what, and how much of it is suppressed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from shield1367.config.recipient.tables import CELL, Measure
from shield1367.disclosure.plan import ReleasePlan
from shield1367.reporting.charts import bar_chart
from shield1367.reporting.words import TREATMENTS
from shield1367.validation.published import SHOWN, read_table
from shield1367.validation.reading import UnreadablePartError

_MEASURES = {
    "rows": "number of rows",
    "people": "number of different people",
    "sum": "sum of {}",
    "mean": "mean of {}, over the rows that give it",
}


@dataclass(frozen=True, slots=True)
class TableFacts:
    """One table: cells that are shown and suppressed, margins included."""

    name: str
    title: str
    dataset: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    shown: int
    suppressed: int

    @property
    def chart(self) -> Markup:
        """How much of it can be read."""
        return bar_chart(
            {"shown": self.shown, "suppressed": self.suppressed}, title=f"Cells and totals of {self.name}"
        )


def table_facts(package: Path, plan: ReleasePlan) -> tuple[TableFacts, ...]:
    """The tables of a package; none of a release of rows, nor one that cannot be read: that fails by itself."""
    return tuple(_facts(package, plan)) if plan.tables else ()


def _facts(package: Path, plan: ReleasePlan) -> Iterator[TableFacts]:
    for name, table in plan.tables.tables.items() if plan.tables else ():
        try:
            cells = read_table(package, name)[CELL]
        except (UnreadablePartError, KeyError):
            # Its own expectation has failed; the documents claim nothing of it.
            continue
        yield TableFacts(
            name=name,
            title=table.title,
            dataset=table.dataset,
            dimensions=tuple(f"{d.column} ({d.treatment.replace('_', ' ')})" for d in table.dimensions),
            measures=tuple(measure_words(measure) for measure in table.measures),
            shown=int((cells == SHOWN).sum()),
            suppressed=int((cells != SHOWN).sum()),
        )


def measure_words(measure: Measure) -> str:
    """A measure for the reader."""
    return _MEASURES[measure.of].format(measure.column)


def table_entries(plan: ReleasePlan) -> Iterator[tuple[str, str, str, str, str]]:
    """Table, column, meaning, type and treatment of every column, for the data dictionary."""
    for name, table in plan.tables.tables.items() if plan.tables else ():
        for dimension in table.dimensions:
            meaning = f"{dimension.column} of {table.dataset}; All: the total, unknown: not given"
            yield name, dimension.column, meaning, "text", TREATMENTS[dimension.treatment]
        smallest = plan.tables.smallest if plan.tables else 0
        rule = f"counts of 1 to {smallest - 1} and whatever would give them away are suppressed"
        yield name, CELL, "shown or suppressed; what is in no row is zero", "text", rule
        for measure in table.measures:
            kind = "number" if measure.of == "mean" else "whole number"
            yield name, measure.name, measure_words(measure), kind, "empty where the cell is suppressed"
