"""Writing batches into a landing zone: bounded parts, then the manifest last."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from shield1367.intake.manifest import MANIFEST
from shield1367.storage import sha256, write_bytes, write_json
from shield1367.testing.encode import encode_csv, encode_pipe_gzip, encode_tsv, encode_xlsx
from shield1367.testing.export_benefits import APPLICATIONS, STATUS_HISTORY
from shield1367.testing.export_court import CASES, COURT_APPLICATIONS, LEAD_RIDER
from shield1367.testing.export_detention import ROSTER
from shield1367.testing.export_enforcement import ENCOUNTERS
from shield1367.testing.faults import Fault, FaultPlan, damage
from shield1367.testing.filings import AS_OF
from shield1367.testing.rows import Cell, Row, Table

TABLES = (APPLICATIONS, STATUS_HISTORY, CASES, COURT_APPLICATIONS, LEAD_RIDER, ENCOUNTERS, ROSTER)
# Rows a file holds at most: what bounds the memory of a run, whatever the number of people.
PART_ROWS = 20_000
_FORMATS = {
    "benefits": (".csv", encode_csv),
    "court": (".csv", encode_tsv),
    "enforcement": (".csv.gz", encode_pipe_gzip),
    "detention": (".xlsx", encode_xlsx),
}

Refused = Callable[[Row, Fault, str, str, int], None]


def batch_id(source: str, index: int) -> str:
    """An opaque name, the same for every run."""
    return "b" + hashlib.sha256(f"{source}/{index}".encode()).hexdigest()[:12]


@dataclass(slots=True)
class _Part:
    table: Table
    plan: FaultPlan
    number: int = 1
    good: int = 0
    rows: list[Sequence[Cell]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.table.dataset}_{self.number:04d}{_FORMATS[self.table.source][0]}"


class Batch:
    """One batch of every source, open for rows.

    Attributes:
        rows: rows written so far, by table.
        files: paths written so far.
    """

    def __init__(
        self, landing: Path, *, index: int, seed: int, refused: Refused, part_rows: int = PART_ROWS
    ) -> None:
        self.rows: dict[str, int] = {}
        self.files: list[Path] = []
        self._landing = landing
        self._index = index
        self._refused = refused
        self._part_rows = part_rows
        self._damaged = 0
        self._listed: dict[str, list[dict[str, str | int]]] = {}
        self._parts = {
            (table.source, table.dataset): _Part(table, FaultPlan.of(table, batch=index, seed=seed))
            for table in TABLES
        }

    def add(self, row: Row) -> None:
        """Append a row, and a damaged copy where the plan of its dataset says so."""
        part = self._parts[row.table.source, row.table.dataset]
        part.rows.append(row.cells)
        part.good += 1
        if fault := part.plan.after.get(part.good):
            self._damaged += 1
            part.rows.append(damage(row, fault, fresh=self._fresh(row.table)))
            source = row.table.source
            self._refused(row, fault, batch_id(source, self._index), part.name, len(part.rows))
        if len(part.rows) >= self._part_rows:
            self._flush(part)

    def close(self) -> None:
        """Write what is left, and every source's manifest."""
        for part in self._parts.values():
            if part.rows or part.number == 1:
                self._flush(part)
        created = AS_OF + timedelta(days=self._index)
        for source, files in self._listed.items():
            batch = batch_id(source, self._index)
            path = self._landing / source / batch / MANIFEST
            write_json(
                path,
                {
                    "source": source,
                    "batch": batch,
                    "created": f"{created.isoformat()}T06:00:00+00:00",
                    "files": files,
                },
            )
            self.files.append(path)

    def _fresh(self, table: Table) -> str:
        # Longer than any key of a good row, so it is nobody's.
        prefix = {"receipt_number": "IOE9", "encounter_id": "E", "Detention ID": "D"}.get(
            table.header[table.fresh], ""
        )
        return f"{prefix}9{self._index:04d}{self._damaged:05d}"

    def _flush(self, part: _Part) -> None:
        table = part.table
        path = self._landing / table.source / batch_id(table.source, self._index) / part.name
        encode = _FORMATS[table.source][1]
        write_bytes(path, encode(table.header, part.rows))
        self._listed.setdefault(table.source, []).append(
            {"name": path.name, "dataset": table.dataset, "sha256": sha256(path), "rows": len(part.rows)}
        )
        self.files.append(path)
        name = f"{table.source}.{table.dataset}"
        self.rows[name] = self.rows.get(name, 0) + len(part.rows)
        part.rows = []
        part.number += 1
