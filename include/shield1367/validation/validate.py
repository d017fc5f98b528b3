"""Validate a finished package against the plan it was made from and the counts redaction reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from shield1367.config.fields import FieldVocabulary, load_fields
from shield1367.disclosure.files import file_rows
from shield1367.disclosure.plan import DatasetPlan, PartPlan, PartResult, ReleasePlan
from shield1367.validation.classes import Classes
from shield1367.validation.engine import open_validator
from shield1367.validation.feeds import Feed, judge_feeds
from shield1367.validation.formats import ColumnType
from shield1367.validation.joins import Common, Joins, Pair
from shield1367.validation.outcomes import Outcome, ValidationReport
from shield1367.validation.projection import Verdict, outcome_of
from shield1367.validation.reading import Part, UnreadablePartError, read_part
from shield1367.validation.suites import (
    DRIFT,
    TYPE_OF,
    UNFIT,
    cell_suite,
    figures_suite,
    format_of,
    is_person,
    release_suite,
)

if TYPE_CHECKING:
    import pandas as pd

    from shield1367.validation.expectations import Validator

DATA = "data"
RELEASE = "release"
_SUFFIXES = frozenset({".parquet", ".csv"})
_PSEUDONYM_FORM = re.compile(r"^([a-z]+)-[0-9a-f]{20}$")

Figures = dict[str, int | str]


@dataclass
class _Findings:
    """What reading the parts of a package adds up to, over all datasets."""

    joins: Joins
    outcomes: list[Outcome] = field(default_factory=list)
    person_forms: set[str] = field(default_factory=set)
    rows: int = 0
    files: int = 0


def validate_release(
    package: Path,
    plan: ReleasePlan,
    results: Sequence[PartResult],
    *,
    fields: FieldVocabulary | None = None,
    feeds: Mapping[str, Feed] = MappingProxyType({}),
    common: Mapping[Pair, Common] = MappingProxyType({}),
) -> ValidationReport:
    """Hold every partition of *package* against its plan; memory is bounded by one partition.

    A file that is missing, surplus or unreadable, a result that is missing or surplus, and an
    expectation that cannot be evaluated are failed outcomes, never exceptions.

    Args:
        package: folder with ``data/<source>.<dataset>/part-NNNNN.parquet`` (or ``.csv``).
        plan: what the package was made from.
        results: what redaction reported, one for each planned partition.
        fields: the vocabulary; read from the configuration when not given.
        feeds: the deliveries that each table is made of, by its name.
        common: how many people each two tables must have in common; two that have people and are not in it fail.
    """
    validator = open_validator()
    vocabulary = fields or load_fields()
    reported = {result.index: result for result in results}
    found = _Findings(joins=Joins(common))
    for dataset in plan.datasets:
        # A table without a staged partition has nothing to hold; a file of it would be unexpected.
        if not dataset.parts:
            continue
        _validate_dataset(validator, package, dataset, plan, vocabulary, reported, found)
    found.outcomes += judge_feeds(validator, feeds, datetime.now(UTC))
    figures: Figures = {
        "none": 0,
        "unexpected_files": _unexpected_files(package, plan, results),
        "surplus_results": _surplus_results(plan, results),
        "surplus_person_forms": max(len(found.person_forms) - 1, 0),
        "broken_joins": found.joins.broken(),
    }
    suite = release_suite()
    verdicts = validator.run(RELEASE, suite, _frame([figures]))
    found.outcomes += [outcome_of(RELEASE, check, [v]) for check, v in zip(suite, verdicts, strict=True)]
    return ValidationReport(
        release_id=plan.release_id,
        recipient=plan.recipient,
        rows=found.rows,
        files=found.files,
        outcomes=tuple(found.outcomes),
        suites=validator.version,
    )


def _validate_dataset(
    validator: Validator,
    package: Path,
    dataset: DatasetPlan,
    plan: ReleasePlan,
    fields: FieldVocabulary,
    reported: dict[int, PartResult],
    found: _Findings,
) -> None:
    suite = cell_suite(dataset, plan, fields)
    classes = Classes.of(dataset, plan)
    verdicts: list[tuple[Verdict, ...]] = []
    figures: list[Figures] = []
    files = _data_files(package / DATA / dataset.name)
    lengths = _lengths(dataset, reported.values())
    parts = sorted(dataset.parts, key=lambda part: part.index)
    for position in range(max(len(lengths), len(parts))):
        of_file, of_part = _no_file(dataset, fields), _no_part(dataset)
        if position < len(lengths):
            part = None
            if position < len(files):
                found.files += 1
                part = _read(files[position], position)
            if part is not None:
                found.rows += len(part.frame)
                found.person_forms |= _person_forms(part, dataset)
                found.joins.add(dataset, part.frame)
                if classes is not None:
                    classes.add(part.frame)
                verdicts.append(validator.run(dataset.name, suite, part.frame))
            of_file = _file_figures(part, lengths[position], dataset, fields)
        if position < len(parts):
            planned = parts[position]
            of_part = _part_figures(
                planned, reported.get(planned.index), dataset, covers=bool(plan.cover or dataset.kept_out)
            )
        figures.append({"none": 0} | of_file | of_part)
    for position, check in enumerate(suite):
        found.outcomes.append(outcome_of(dataset.name, check, [verdict[position] for verdict in verdicts]))
    counts = figures_suite(dataset, plan, fields)
    for check, verdict in zip(counts, validator.run(dataset.name, counts, _frame(figures)), strict=True):
        found.outcomes.append(outcome_of(dataset.name, check, [verdict]))
    if classes is not None:
        together = classes.suite()
        counted = validator.run(dataset.name, together, _frame([classes.figures()]))
        found.outcomes += [
            outcome_of(dataset.name, check, [verdict])
            for check, verdict in zip(together, counted, strict=True)
        ]


def _read(path: Path, index: int) -> Part | None:
    file_format: Literal["parquet", "csv"] = "csv" if path.suffix == ".csv" else "parquet"
    try:
        return read_part(path, index, file_format)
    except UnreadablePartError:
        # Has no count of rows then, which fails the release by name.
        return None


def _lengths(dataset: DatasetPlan, results: Iterable[PartResult]) -> tuple[int, ...]:
    """Rows that each file of a table has to have, by what redaction reported of its partitions."""
    planned = {part.index for part in dataset.parts}
    return file_rows(sum(result.released for result in results if result.index in planned))


def _no_file(dataset: DatasetPlan, fields: FieldVocabulary) -> Figures:
    """There are more partitions than files: nothing of a file that need not be."""
    figures: Figures = {"rows": 0, "released": 0}
    for column in dataset.released_columns:
        kept = ColumnType.TEXT if column.json_keys is not None else format_of(column, fields).type
        figures[TYPE_OF + column.name] = str(kept)
    return figures


def _file_figures(part: Part | None, length: int, dataset: DatasetPlan, fields: FieldVocabulary) -> Figures:
    # -1 equals no count: what is missing cannot reconcile by chance.
    figures: Figures = {"rows": len(part.frame) if part else -1, "released": length}
    for column in dataset.released_columns:
        stored = part.types.get(column.name, ColumnType.OTHER) if part else ColumnType.OTHER
        if part and part.is_untyped and stored is ColumnType.TEXT and column.json_keys is None:
            stored = format_of(column, fields).type
        figures[TYPE_OF + column.name] = str(stored)
    return figures


def _no_part(dataset: DatasetPlan) -> Figures:
    """There are more files than partitions: no rows went in."""
    counts = ("planned", "rows_in", "accounted", "withheld", "protected_rows", "not_covered")
    names = [mark + column.name for column in dataset.released_columns for mark in (UNFIT, DRIFT)]
    return dict.fromkeys((*counts, *names), 0)


def _part_figures(
    planned: PartPlan, result: PartResult | None, dataset: DatasetPlan, *, covers: bool
) -> Figures:
    # -1 and -2 equal no count and not each other: what is missing cannot reconcile by chance.
    figures: Figures = {
        "planned": planned.rows,
        "rows_in": result.rows_in if result else -1,
        "accounted": result.released + result.withheld if result else -2,
        "withheld": result.withheld if result else -1,
        # Rows that cover for others are left out by the plan; where it names nobody there are none.
        "protected_rows": result.protected_rows + (result.for_cover if covers else 0) if result else -2,
        "not_covered": result.not_covered if result else -2,
    }
    for column in dataset.released_columns:
        figures[UNFIT + column.name] = result.unfit.get(column.name, 0) if result else -1
        figures[DRIFT + column.name] = result.drift.get(column.name, 0) if result else -1
    return figures


def _person_forms(part: Part, dataset: DatasetPlan) -> set[str]:
    """The prefixes of person pseudonyms in *part*; anything that is no pseudonym is a form of its own."""
    forms = set()
    for column in dataset.released_columns:
        if is_person(column) and column.name in part.frame:
            for cell in part.frame[column.name].dropna().unique():
                match = _PSEUDONYM_FORM.match(str(cell))
                forms.add(match[1] if match else "?")
    return forms


def _data_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.name.startswith("part-")
        and path.suffix in _SUFFIXES
        and path.is_file()
        and not path.is_symlink()
    )


def _unexpected_files(package: Path, plan: ReleasePlan, results: Sequence[PartResult]) -> int:
    """Entries below ``data/`` that no plan explains: surplus parts, foreign names, links, folders."""
    folder = package / DATA
    if not folder.is_dir():
        return 0
    known = {d.name: len(_lengths(d, results)) if d.parts else 0 for d in plan.datasets}
    surplus = 0
    for entry in folder.iterdir():
        if entry.name not in known or not entry.is_dir() or entry.is_symlink():
            surplus += 1
            continue
        inside = list(entry.iterdir())
        parts = _data_files(entry)
        surplus += len(inside) - len(parts) + max(len(parts) - known[entry.name], 0)
        surplus += len({path.suffix for path in parts}) > 1
    return surplus


def _surplus_results(plan: ReleasePlan, results: Sequence[PartResult]) -> int:
    planned = {part.index for dataset in plan.datasets for part in dataset.parts}
    indexes = [result.index for result in results]
    strangers = sum(index not in planned for index in indexes)
    return strangers + len(indexes) - len(set(indexes)) + len(planned - set(indexes))


def _frame(figures: list[Figures]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(figures)
