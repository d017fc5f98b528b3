"""``data_dictionary.csv``: what each column of a release means and what it underwent."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from shield1367.config.fields import FieldVocabulary, Treatment
from shield1367.disclosure.plan import ColumnPlan, DatasetPlan, ReleasePlan
from shield1367.release.package import DATA
from shield1367.reporting.tabulations import table_entries
from shield1367.reporting.words import TREATMENTS, treatment_words
from shield1367.storage import write_text
from shield1367.validation.formats import ColumnType, cell_format

DICTIONARY = "data_dictionary.csv"
_TYPES = {
    ColumnType.TEXT: "text",
    ColumnType.INTEGER: "whole number",
    ColumnType.DATE: "date (YYYY-MM-DD)",
    ColumnType.EMPTY: "empty",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the dictionary.

    Attributes:
        column: name of the column; ``column.key`` for a field inside a JSON column.
        share_of_nulls: from 0 to 1, over all rows of the table; empty where it cannot be told.
    """

    dataset: str
    column: str
    meaning: str
    kind: str
    type: str
    treatment: str
    share_of_nulls: str


def entries(package: Path, plan: ReleasePlan, vocabulary: FieldVocabulary) -> list[Entry]:
    """The dictionary of a finished package: every released column, in order."""
    found = list(_tabulations(package, plan))
    for dataset in plan.datasets:
        shares = _shares(
            sorted((package / DATA / dataset.name).glob("part-*")),
            [column.name for column in dataset.released_columns],
        )
        for column in dataset.released_columns:
            found.append(_entry(dataset, column, vocabulary, shares[column.name]))
            found += _json_entries(dataset, column, vocabulary)
    return found


def write_dictionary(package: Path, plan: ReleasePlan, vocabulary: FieldVocabulary) -> Path:
    """Write ``data_dictionary.csv`` into the package."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, [field.name for field in fields(Entry)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(entry) for entry in entries(package, plan, vocabulary))
    return write_text(package / DICTIONARY, stream.getvalue())


def _tabulations(package: Path, plan: ReleasePlan) -> Iterator[Entry]:
    """Columns of tables that go in place of rows; of a measure, the nulls are its suppressed cells."""
    for table, described in groupby(table_entries(plan), key=itemgetter(0)):
        columns = list(described)
        shares = _shares(sorted((package / DATA).glob(f"{table}.*")), [column for _, column, *_ in columns])
        for _, column, meaning, kind, treatment in columns:
            yield Entry(table, column, meaning, "tabulation", kind, treatment, shares[column])


def _entry(dataset: DatasetPlan, column: ColumnPlan, vocabulary: FieldVocabulary, share: str) -> Entry:
    is_json = column.json_keys is not None
    return Entry(
        dataset=dataset.name,
        column=column.name,
        meaning=column.title,
        kind=column.kind or ("json" if is_json else "added"),
        type="json text" if is_json else _type(column.treatment, column.kind, vocabulary),
        treatment=treatment_words(column),
        share_of_nulls=share,
    )


def _json_entries(dataset: DatasetPlan, column: ColumnPlan, vocabulary: FieldVocabulary) -> Iterator[Entry]:
    for key, (kind, treatment) in (column.json_keys or {}).items():
        if treatment is not Treatment.DROP:
            known = vocabulary.kinds.get(kind)
            yield Entry(
                dataset=dataset.name,
                column=f"{column.name}.{key}",
                meaning=known.title if known else key,
                kind=kind,
                type=_type(treatment, kind, vocabulary),
                treatment=TREATMENTS[treatment],
                share_of_nulls="",
            )


def _type(treatment: Treatment, kind: str | None, vocabulary: FieldVocabulary) -> str:
    known = vocabulary.kinds.get(kind) if kind else None
    return _TYPES[cell_format(treatment, name=kind, kind=known).type]


def _shares(files: list[Path], names: list[str]) -> dict[str, str]:
    """Share of nulls by column, over all files of a table; empty when a file, or no row, does not say."""
    rows, nulls = 0, Counter[str]()
    for path in files:
        try:
            counted, empty = (
                _nulls_of_csv(path, names) if path.suffix == ".csv" else _nulls_of_parquet(path, names)
            )
        except (OSError, ValueError, KeyError):
            # A damaged file fails the release by its own expectation; the dictionary claims nothing of it.
            return dict.fromkeys(names, "")
        rows += counted
        nulls.update(empty)
    return {name: f"{nulls[name] / rows:.4f}" if rows else "" for name in names}


def _nulls_of_parquet(path: Path, names: list[str]) -> tuple[int, dict[str, int]]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    # One column at a time: a part's narratives need not be in memory to count what is empty.
    nulls = {name: file.read(columns=[name]).column(name).null_count for name in names}
    return file.metadata.num_rows, nulls


def _nulls_of_csv(path: Path, names: list[str]) -> tuple[int, dict[str, int]]:
    rows, nulls = 0, dict.fromkeys(names, 0)
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            rows += 1
            for name in names:
                nulls[name] += not row[name]
    return rows, nulls
