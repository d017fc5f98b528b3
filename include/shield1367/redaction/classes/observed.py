"""Who shares which quasi-identifiers, at every level they may be generalised to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

# The cell of one column at each level of its hierarchy; as text, as it is compared.
Cell = str | None
Key = tuple[tuple[Cell, ...], ...]


@dataclass
class Observed:
    """The rows of one table, added up over its partitions: what grows is the number of combinations.

    Attributes:
        columns: released column → its kind.
        telling: released columns whose value must not follow from a class.
        keys: combination of cells, each at all its levels → its number. Levels need not lie within one another: a
            year of birth may fall into two bands of age.
        people: (combination, person); *values* (column of *telling*, combination, value).
    """

    dataset: str
    columns: dict[str, str]
    telling: tuple[str, ...]
    keys: dict[Key, int] = field(default_factory=dict)
    rows: Counter[int] = field(default_factory=Counter)
    people: set[tuple[int, int]] = field(default_factory=set)
    values: set[tuple[int, int, Cell]] = field(default_factory=set)
    _numbers: dict[str, int] = field(default_factory=dict)

    def add(self, key: Key, person: str, telling: Sequence[Cell]) -> None:
        """One row.

        Args:
            person: whom it is about; a row whose person cannot be told stands for itself.
        """
        number = self.keys.setdefault(key, len(self.keys))
        self.rows[number] += 1
        self.people.add((number, self._numbers.setdefault(person, len(self._numbers))))
        self.values.update((column, number, value) for column, value in enumerate(telling))
