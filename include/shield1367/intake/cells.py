"""What can be checked of a row's cells, given the field kinds of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shield1367.config.contract import Dataset
from shield1367.config.fields import FieldVocabulary
from shield1367.identifiers import is_of_shape
from shield1367.intake.objects import holds_objects
from shield1367.intake.values import fits, year_in_full
from shield1367.intake.zones import zones_of

Cells = Mapping[str, str | None]
Zones = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class CellChecks:
    """The checks of one dataset.

    Attributes:
        values: column → its check of :func:`shield1367.intake.values.fits`.
        identifiers: column → kind of identifier, which has a shape or has none.
        json: columns that hold JSON.
        dates: columns of dates.
    """

    values: Mapping[str, str]
    identifiers: Mapping[str, str]
    json: tuple[str, ...]
    dates: tuple[str, ...]

    @classmethod
    def of(cls, dataset: Dataset, fields: FieldVocabulary) -> CellChecks:
        """The checks that the kinds of *dataset*'s columns ask for."""
        kinds = {name: fields.kinds[c.kind] for name, c in dataset.columns.items() if c.kind}
        return cls(
            values={name: check for name, kind in kinds.items() if (check := kind.check)},
            identifiers={
                name: dataset.columns[name].kind or ""
                for name, kind in kinds.items()
                if kind.parser == "identifier"
            },
            json=tuple(name for name, column in dataset.columns.items() if column.json_keys is not None),
            dates=tuple(name for name, kind in kinds.items() if kind.parser == "date"),
        )

    def with_full_years(self, cells: Cells, first: int) -> dict[str, str | None]:
        """The cells, dates with two digits of a year in full."""
        return {
            name: year_in_full(cell, first) if cell and name in self.dates else cell
            for name, cell in cells.items()
        }

    def misfits(self, cells: Cells) -> list[str]:
        """Columns whose cell is not what their kind says; several in one row mean that its cells have moved."""
        return [
            name for name, check in self.values.items() if (cell := cells[name]) and not fits(check, cell)
        ]

    def strangers(self, cells: Cells) -> list[str]:
        """Columns whose cell is of no shape that their kind has, which may well happen to one number or another."""
        found = [
            name
            for name, kind in self.identifiers.items()
            if (cell := cells[name]) and not is_of_shape(kind, cell)
        ]
        return found + [name for name in self.json if (cell := cells[name]) and not holds_objects(cell)]

    def narrow(self, zones: Zones, cells: Cells) -> None:
        """Keep of *zones*, by column, those that also the timestamps of this row may be in."""
        for name in self.dates:
            if (cell := cells[name]) and (found := zones_of(cell)) is not None:
                zones[name] = zones.get(name, found) & found
