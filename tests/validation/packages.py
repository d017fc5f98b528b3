"""A small package with its plan: an outside release of one table with people and one without."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shield1367.config.fields import Treatment, load_fields
from shield1367.config.recipient import Membership
from shield1367.disclosure.plan import (
    ColumnPlan,
    DatasetPlan,
    PartPlan,
    PartResult,
    PolicyHashes,
    ReleasePlan,
)
from shield1367.validation.outcomes import ValidationReport
from shield1367.validation.validate import validate_release

ROWS = 4
SCHEMA = pa.schema(
    [
        ("person", pa.string()),
        ("encounter_id", pa.string()),
        ("last_name", pa.string()),
        ("dob", pa.int64()),
        ("age", pa.string()),
        ("gender", pa.string()),
        ("country", pa.string()),
        ("event", pa.date32()),
        ("coa", pa.string()),
        ("narrative", pa.string()),
        ("charges", pa.string()),
    ]
)


def column(name: str, kind: str | None, treatment: Treatment, **more: Any) -> ColumnPlan:
    category = load_fields().kinds[kind].category if kind else None
    return ColumnPlan(name=name, kind=kind, category=category, title=name, treatment=treatment, **more)


COLUMNS = (
    column("person", "person_id", Treatment.PSEUDONYM),
    column("encounter_id", "record_id", Treatment.PSEUDONYM),
    column("last_name", "family_name", Treatment.TOKEN),
    column("a_number", "a_number", Treatment.DROP),
    column("dob", "date_of_birth", Treatment.YEAR),
    column("age", "age", Treatment.AGE_BAND),
    column("gender", "gender", Treatment.KEEP),
    column("country", "country", Treatment.REGION),
    column("event", "event_date", Treatment.SHIFT),
    column("coa", "class_of_admission", Treatment.WITHHOLD),
    column("narrative", "narrative", Treatment.SCRUB),
    column(
        "charges",
        None,
        Treatment.KEEP,
        json_keys={
            "DATE": ("event_date", Treatment.YEAR),
            "CODE": ("operational_code", Treatment.KEEP),
            "TEXT": ("charge", Treatment.DROP),
        },
    ),
)


def rows(start: int = 0, count: int = ROWS) -> list[dict[str, Any]]:
    """Rows as redaction leaves them."""
    return [
        {
            "person": f"person-{number:020x}",
            "encounter_id": f"record-{number:020x}",
            "last_name": "[FAMILY_NAME]" if number % 3 else None,
            "dob": 1980 + number % 30,
            "age": "25-34",
            "gender": "F",
            "country": "Caribbean",
            "event": datetime.date(2021, 3, 4),
            "coa": None,
            "narrative": "The subject, [PERSON], was served with [A_NUMBER] and claims good health.",
            "charges": '[{"DATE": 2021, "CODE": "A1"}, {"DATE": null, "CODE": "B2"}]' if number % 2 else None,
        }
        for number in range(start, start + count)
    ]


def plan_of(**changes: Any) -> ReleasePlan:
    dataset = DatasetPlan(
        source="enforcement",
        dataset="encounters",
        title="encounters",
        key=("encounter_id",),
        columns=COLUMNS,
        parts=tuple(PartPlan(index=i, staged="s", links="l", rows=ROWS, sha256="0" * 64) for i in range(2)),
    )
    plan = ReleasePlan(
        release_id="r1",
        recipient="university",
        membership=Membership.HIDDEN,
        outside=True,
        as_of="2026-01-01",
        library_version="0",
        hashes=PolicyHashes(profile="p", fields="f", benefits="b", contracts={}, text="t", registry="r"),
        datasets=(dataset,),
    )
    return plan.model_copy(update=changes)


def results_of(**changes: Any) -> list[PartResult]:
    first = {
        "dataset": "enforcement.encounters",
        "rows_in": ROWS,
        "released": ROWS,
        "withheld": 0,
        "protected_rows": 1,
        "spans": {"PERSON": 4},
        "texts": ROWS,
        "texts_withheld": 0,
    }
    return [PartResult(index=0, **(first | changes)), PartResult(index=1, **first)]


@dataclass(frozen=True)
class Release:
    """A package on disk with what it is held against; change it, then :meth:`validate`."""

    package: Path
    plan: ReleasePlan
    results: list[PartResult]

    def part(self, index: int = 0) -> Path:
        return self.package / "data" / "enforcement.encounters" / f"part-{index:05d}.parquet"

    def write(self, content: list[dict[str, Any]], index: int = 0, schema: pa.Schema = SCHEMA) -> None:
        pq.write_table(pa.Table.from_pylist(content, schema=schema), self.part(index))

    def change(self, name: str, value: Any, row: int = 0, index: int = 0) -> None:
        """Set one cell of one part."""
        content = rows(start=index * ROWS)
        content[row][name] = value
        self.write(content, index)

    def with_plan(self, **changes: Any) -> Release:
        return replace(self, plan=self.plan.model_copy(update=changes))

    def validate(self) -> ValidationReport:
        return validate_release(self.package, self.plan, self.results)
