"""Validate a package of tables from its files alone, and against every package of tables that is out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from shield1367.config.recipient.tables import Table, Tabulations
from shield1367.disclosure.plan import PartResult, ReleasePlan
from shield1367.errors import StorageError
from shield1367.storage import Location, folder_at_hand, is_published, read_json
from shield1367.validation.engine import open_validator
from shield1367.validation.feeds import Feed, judge_feeds
from shield1367.validation.formats import cell_format
from shield1367.validation.inference import differing, exposed, few_people
from shield1367.validation.outcomes import Outcome, ValidationReport
from shield1367.validation.projection import outcome_of
from shield1367.validation.published import ALL, DATA, Published, read_published, read_table, wrong_cells
from shield1367.validation.reading import UnreadablePartError
from shield1367.validation.suites import EQUAL, Check

DEFINITION = "tables.json"
# Value of a dimension that a row does not give.
UNKNOWN = "unknown"

Figures = dict[str, int]


def validate_tables(
    package: Path,
    plan: ReleasePlan,
    results: Sequence[PartResult],
    *,
    released: Location,
    feeds: Mapping[str, Feed] = MappingProxyType({}),
) -> ValidationReport:
    """Hold every table against the plan, the rules of suppression, and what was released before.

    Whatever cannot be read is a failed outcome, never an exception.

    Args:
        released: the folder of all releases, of all recipients.
        feeds: the deliveries that each dataset counted is made of, by its name.
    """
    if plan.tables is None:
        raise ValueError("a plan without tables has none to validate")
    validator = open_validator()
    outcomes: list[Outcome] = []
    cells = 0

    def hold(name: str, figures: Figures, meanings: Mapping[str, str]) -> None:
        import pandas as pd

        suite = tuple(
            Check(EQUAL, meaning, arguments={"column_A": figure, "column_B": "none"})
            for figure, meaning in meanings.items()
        )
        verdicts = validator.run(name, suite, pd.DataFrame([{"none": 0, **figures}]))
        outcomes.extend(
            outcome_of(name, check, [verdict]) for check, verdict in zip(suite, verdicts, strict=True)
        )

    for name, table in plan.tables.tables.items():
        figures = _table(package, name, table, plan.tables.smallest)
        cells += figures.pop("cells")
        hold(name, figures, _words(plan.tables.smallest))
    outcomes += judge_feeds(validator, feeds, datetime.now(UTC))
    hold("release", _together(package, plan, results, released), _RELEASE)
    return ValidationReport(
        release_id=plan.release_id,
        recipient=plan.recipient,
        rows=cells,
        files=len(plan.tables.tables),
        outcomes=tuple(outcomes),
        suites=validator.version,
    )


def _words(smallest: int) -> dict[str, str]:
    return {
        "unreadable": "The table is there as one readable file, with the planned columns in the planned order.",
        "misformed": "Every value of a dimension is as coarse as planned.",
        "state": "Every cell is either shown or suppressed.",
        "uncovered": "A suppressed cell holds nothing.",
        "small": f"No cell that is shown counts fewer than {smallest}.",
    }


_RELEASE = {
    "unexpected_files": "The package holds nothing but the planned tables.",
    "unread": "All tables can be read together.",
    "clashes": "No cell occurs twice, and what one table suppresses no other shows.",
    "margins": "Every total that cells add up to is in the table.",
    "exposed": "No suppressed cell can be worked out from what is shown (linear programming over all tables).",
    "few_people": "Where people are counted, no total minus what is shown leaves a small count of them.",
    "earlier_unread": "Every earlier release of tables can be read.",
    "differing": "Subtracting an earlier release, of any recipient, gives no small count.",
    "unaccounted": "Every row that went in is accounted for, and none is released as a row.",
}


def _table(package: Path, name: str, table: Table, smallest: int) -> Figures:
    figures = dict.fromkeys(("unreadable", "misformed", "state", "uncovered", "small", "cells"), 0)
    try:
        frame = read_table(package, name)
    except UnreadablePartError:
        return figures | {"unreadable": 1}
    if tuple(frame.columns) != table.columns or not len(frame):
        return figures | {"unreadable": 1}
    figures["cells"] = len(frame)
    for dimension in table.dimensions:
        shape = cell_format(dimension.treatment, name=None, kind=None)
        cells = frame[dimension.column]
        cells = cells[~cells.isin([ALL, UNKNOWN])]
        if shape.values is not None:
            figures["misformed"] += int((~cells.isin(list(shape.values))).sum())
        elif shape.regex is not None:
            figures["misformed"] += int((~cells.str.match(shape.regex, na=False)).sum())
    return figures | dict(Counter(wrong_cells(table, frame, smallest)))


def _together(package: Path, plan: ReleasePlan, results: Sequence[PartResult], released: Location) -> Figures:
    planned = {part.index: part.rows for _, part in plan.parts()}
    reported = {result.index: result for result in results}
    figures = dict.fromkeys(_RELEASE, 0)
    figures["unaccounted"] = sum(
        index not in reported
        or reported[index].rows_in != rows
        or reported[index].withheld != rows
        or reported[index].released != 0
        for index, rows in planned.items()
    )
    tables = plan.tables.tables if plan.tables else {}
    smallest = plan.tables.smallest if plan.tables else 0
    figures["unexpected_files"] = sum(
        path.stem not in tables or path.suffix not in (".csv", ".parquet") for path in _entries(package)
    )
    try:
        now = read_published(package, tables)
    except (UnreadablePartError, KeyError, ValueError):
        return figures | {"unread": 1}
    for published in now.values():
        figures["clashes"] += published.clashes
        figures["margins"] += published.missing_margins()
        figures["exposed"] += exposed(published, smallest)
        if published.counts_people:
            figures["few_people"] += few_people(published, smallest)
    for folder in sorted(path.parent for path in released.glob(f"*/*/{DEFINITION}")):
        if folder.name == plan.release_id or not is_published(folder, last="manifest.json"):
            continue
        before = _published_before(folder)
        if before is None:
            figures["earlier_unread"] += 1
            continue
        figures["differing"] += sum(
            differing(now[dataset], before[dataset], smallest) for dataset in now if dataset in before
        )
    return figures


def _published_before(folder: Location) -> dict[str, Published] | None:
    try:
        with folder_at_hand(folder) as package:
            tables = Tabulations.model_validate(read_json(package / DEFINITION)).tables
            return read_published(package, tables)
    except (StorageError, ValidationError, UnreadablePartError, KeyError, ValueError):
        # Counted, and fails the release: what cannot be read cannot be held against this one.
        return None


def _entries(package: Path) -> list[Path]:
    folder = package / DATA
    return sorted(folder.iterdir()) if folder.is_dir() else []
