"""Whether pseudonyms join as the people do: what two tables have in common, counted in the package and by the links.

A pseudonym of another key, of a spelling or of a row looks like any other; that fewer rows find their person in the
other table is all that shows. The links of the staged rows tell how many people there must be, whatever redaction did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from shield1367.config.recipient import Membership
from shield1367.disclosure.plan import DatasetPlan, PartPlan, ReleasePlan
from shield1367.disclosure.planning import PERSON
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.validation.suites import is_person

if TYPE_CHECKING:
    import pandas as pd

    from shield1367.protection.snapshot import Snapshot

# People and pseudonyms are kept as 64 bits each: of a million there are eight megabytes, and hardly two alike.
Marks = npt.NDArray[np.uint64]
_DIGITS = 16
Pair = tuple[str, str]
# Of a partition: whether somebody is in a row of it that was released.
Went = Callable[[DatasetPlan, PartPlan], Callable[[str], bool]]


@dataclass(frozen=True, slots=True)
class Common:
    """How many people two tables must have in common, at *least* and at *most*; a table with itself: its people."""

    least: int
    most: int

    def holds(self, found: int) -> bool:
        """Whether so many pseudonyms may be in both."""
        return self.least <= found <= self.most


def people_in_common(
    home: Home,
    keys: Keys,
    plan: ReleasePlan,
    snapshot: Snapshot,
    about: Mapping[str, str | None],
    went: Went,
) -> dict[Pair, Common]:
    """What each two tables of a plan must have in common, by the links of their staged rows.

    Where every row goes, this is exact. Where some are left out, it is a bound: who is in a row that went may
    be so for another's sake, while the row about them was left out.

    Args:
        about: table → the role that its rows are about.
        went: asked only where rows are left out.

    Raises:
        StorageError: the links of a batch are missing.
    """
    from shield1367.protection.linked import LinkedPart

    tables = [dataset for dataset in plan.datasets if dataset.parts and _has_person(dataset)]
    if not tables:
        return {}
    all_go = plan.membership is not Membership.WITHHELD and plan.scope is None and not plan.cover
    all_go = all_go and not any(dataset.kept_out for dataset in tables)
    mark = keys.fingerprint(f"joins/{plan.release_id}").of
    subjects: dict[str, Marks] = {}
    alone: dict[str, int] = {}
    for dataset in tables:
        found, alone[dataset.name] = [_NONE], 0
        for part in dataset.parts:
            linked = LinkedPart(home.root / part.links, part.rows, snapshot, first=part.first)
            people = linked.people(about[dataset.name] or "")
            ids = [people.ids[place] for place in np.unique(people.rows[people.rows >= 0])]
            alone[dataset.name] += int(np.count_nonzero(people.rows < 0))
            if not all_go:
                ids = list(filter(went(dataset, part), ids))
            found.append(np.array([int(mark(one)[-_DIGITS:], 16) for one in ids], np.uint64))
        subjects[dataset.name] = np.unique(np.concatenate(found))
    common = {}
    for one, other in combinations_with_replacement(subjects, 2):
        both = len(np.intersect1d(subjects[one], subjects[other], assume_unique=True))
        if one != other:
            common[one, other] = Common(both if all_go else both // 2, both)
        elif all_go:
            # A row whose person cannot be told has a pseudonym of its own.
            common[one, one] = Common(both + alone[one], both + alone[one])
    return common


class Joins:
    """The pseudonyms of the people whom the rows of each table are about."""

    def __init__(self, common: Mapping[Pair, Common]) -> None:
        self._common = common
        self._found: dict[str, Marks] = {}

    def add(self, dataset: DatasetPlan, frame: pd.DataFrame) -> None:
        """Count one file; what is no pseudonym is another check's to find."""
        for column in dataset.released_columns:
            if column.name == PERSON and is_person(column):
                cells = frame[column.name].dropna().unique() if column.name in frame else ()
                marks = np.array(
                    [number for cell in cells if (number := _number(cell)) is not None], np.uint64
                )
                self._found[dataset.name] = np.union1d(self._found.get(dataset.name, _NONE), marks)

    def broken(self) -> int:
        """How many pairs of tables have fewer or more people in common than they must, or are of no known pair."""
        pairs = {pair for pair in combinations_with_replacement(self._found, 2) if pair[0] != pair[1]}
        unknown = {pair for pair in pairs if pair not in self._common}
        wrong = {pair for pair, common in self._common.items() if not common.holds(self._in_both(*pair))}
        return len(unknown | wrong)

    def _in_both(self, one: str, other: str) -> int:
        first, second = (self._found.get(name, _NONE) for name in (one, other))
        return len(np.intersect1d(first, second, assume_unique=True))


_NONE: Marks = np.empty(0, np.uint64)


def _has_person(dataset: DatasetPlan) -> bool:
    return any(column.name == PERSON and is_person(column) for column in dataset.released_columns)


def _number(cell: object) -> int | None:
    try:
        return int(str(cell)[-_DIGITS:], 16)
    except ValueError:
        return None
