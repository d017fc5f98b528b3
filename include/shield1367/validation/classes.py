"""Whether k and l hold of the released files themselves: counted again, from nothing but what a reader gets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shield1367.disclosure.plan import DatasetPlan, ReleasePlan
from shield1367.validation.suites import EQUAL, Check, is_person

if TYPE_CHECKING:
    import pandas as pd

_MISSING = "<none>"


@dataclass
class Classes:
    """The classes of one table, over all its partitions.

    Attributes:
        columns: those that may find somebody together; *telling* those that must differ inside a class.
        person: column with the pseudonym of the person a row is about; without one, rows are counted.
    """

    k: int
    least: int
    columns: tuple[str, ...]
    telling: tuple[str, ...]
    person: str | None
    broken: int = 0
    _people: dict[tuple[str, ...], set[str]] = field(default_factory=lambda: defaultdict(set))
    _values: dict[tuple[str, ...], list[set[str]]] = field(default_factory=dict)
    _rows: int = 0

    @classmethod
    def of(cls, dataset: DatasetPlan, plan: ReleasePlan) -> Classes | None:
        """What to count of a table; ``None`` when the profile asks for nothing of it."""
        figures = plan.classes.of(dataset.name) if plan.classes else None
        if plan.classes is None or figures is None:
            return None
        return cls(
            k=plan.classes.k,
            least=plan.classes.l,
            columns=tuple(
                column.name
                for column in dataset.released_columns
                if column.kind in plan.classes.levels and not column.excepted
            ),
            telling=figures.telling,
            person=next((column.name for column in dataset.released_columns if is_person(column)), None),
        )

    def add(self, frame: pd.DataFrame) -> None:
        """Count one partition; one that lacks a column counts as broken."""
        wanted = [*self.columns, *self.telling, *([self.person] if self.person else [])]
        if not {*wanted} <= {*frame.columns}:
            self.broken += 1
            return
        wide = len(self.columns)
        for row in frame[wanted].fillna(_MISSING).itertuples(index=False, name=None):
            self._rows += 1
            cells = tuple(row[:wide])
            self._people[cells].add(row[-1] if self.person else str(self._rows))
            values = self._values.setdefault(cells, [set() for _ in self.telling])
            for seen, value in zip(values, row[wide:], strict=False):
                seen.add(value)

    def figures(self) -> dict[str, int | str]:
        """What the suite is about."""
        return {
            "none": 0,
            "uncounted": self.broken,
            "small_classes": sum(len(people) < self.k for people in self._people.values()),
            "even_classes": sum(
                any(len(seen) < self.least for seen in values) for values in self._values.values()
            ),
        }

    def suite(self) -> tuple[Check, ...]:
        """What has to hold of the figures."""
        columns = ", ".join(self.columns)
        checks = [
            _none("uncounted", "Every partition has the columns that the classes are counted by."),
            _none(
                "small_classes",
                f"k-anonymity: at least {self.k} people share each combination of {columns}.",
            ),
        ]
        if self.telling:
            told = ", ".join(self.telling)
            checks.append(
                _none(
                    "even_classes",
                    f"l-diversity: each combination has {self.least} values of {told} or more.",
                )
            )
        return tuple(checks)


def _none(figure: str, meaning: str) -> Check:
    return Check(EQUAL, meaning, arguments={"column_A": figure, "column_B": "none"})
