"""The data dictionary that goes with a release."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from shield1367.config.fields import FieldVocabulary
from shield1367.disclosure.plan import ColumnPlan, ReleasePlan
from shield1367.reporting.words import TREATMENTS
from shield1367.storage import write_text

DICTIONARY = "data_dictionary.csv"
HEADER = ("dataset", "column", "meaning", "kind", "category", "treatment")


def dictionary_rows(plan: ReleasePlan, fields: FieldVocabulary) -> list[tuple[str, ...]]:
    """One row a released column."""
    return [
        (
            dataset.name,
            column.name,
            column.title,
            column.kind or "",
            fields.kinds[column.kind].category if column.kind else "",
            treatment_words(column),
        )
        for dataset in plan.datasets
        for column in dataset.released_columns
    ]


def treatment_words(column: ColumnPlan) -> str:
    """What a column underwent, in words."""
    if column.json_keys is None:
        return TREATMENTS[column.treatment]
    return "; ".join(f"{key}: {TREATMENTS[treatment]}" for key, (_, treatment) in column.json_keys.items())


def write_dictionary(package: Path, plan: ReleasePlan, fields: FieldVocabulary) -> Path:
    """Write ``data_dictionary.csv`` into the package."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(dictionary_rows(plan, fields))
    return write_text(package / DICTIONARY, stream.getvalue())
