"""Small hand-written deliveries: one source with two datasets, and a manifest that fits."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from shield1367.config.contract import SourceContract
from shield1367.config.fields import load_fields
from shield1367.home import Home
from shield1367.intake.batches import Batch, find_batches
from shield1367.intake.receipt import BatchReceipt
from shield1367.intake.stage import stage_batch
from shield1367.keys import Keys

FIELDS = load_fields()
KEYS = Keys(b"k" * 32)
HEADER = ("id", "a_number", "name", "dob", "hearing", "state", "note")
COLUMNS = {
    "id": "record_id",
    "a_number": "a_number",
    "name": "full_name",
    "dob": "date_of_birth",
    "hearing": "event_date",
    "state": "state",
    "note": "narrative",
}
Cells = Sequence[str | None]


def contract(**changes: Any) -> SourceContract:
    """The contract of source ``cases``; keyword arguments replace its keys."""
    content: dict[str, Any] = {
        "source": "cases",
        "origin_agency": "dhs",
        "format": {"type": "csv"},
        "datasets": {
            "people": {"files": "people*", "key": ["id"], "columns": COLUMNS},
            "visits": {"files": "visits*", "key": [], "columns": {"place": "office", "day": "event_date"}},
        },
    }
    return SourceContract.model_validate(content | changes)


def good(number: int, **changes: str | None) -> tuple[str | None, ...]:
    """The cells of one good row of ``people``; keyword arguments replace some."""
    cells: dict[str, str | None] = {
        "id": f"R{number}",
        "a_number": f"A20{number:07d}",
        "name": f"QUERALT ZABALETA{number}",
        "dob": "1990-02-03",
        "hearing": "2024-05-06",
        "state": "CA",
        "note": "seen at the office",
    }
    return tuple((cells | changes)[name] for name in HEADER)


def as_csv(rows: Iterable[Cells], header: Sequence[str] = HEADER, delimiter: str = ",") -> bytes:
    """Rows as a delimited file. Lone surrogates become the bytes that they stand for."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogateescape")


def deliver(
    home: Home,
    files: Mapping[str, bytes],
    *,
    batch: str = "b1",
    rows: Mapping[str, int] | None = None,
    datasets: Mapping[str, str] | None = None,
    manifest: Mapping[str, Any] | None = None,
) -> Path:
    """Write a batch of source ``cases`` into the landing zone; returns its folder."""
    folder = home.landing / "cases" / batch
    folder.mkdir(parents=True, exist_ok=True)
    listed = []
    for name, content in files.items():
        (folder / name).write_bytes(content)
        entry: dict[str, Any] = {
            "name": name,
            "dataset": (datasets or {}).get(name, name.split(".")[0].split("-")[0]),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        if rows and name in rows:
            entry["rows"] = rows[name]
        listed.append(entry)
    content = {"source": "cases", "batch": batch, "created": "2026-01-02T03:04:05Z", "files": listed}
    (folder / "manifest.json").write_text(json.dumps(content | dict(manifest or {})))
    return folder


def only_batch(home: Home, of: SourceContract | None = None) -> Batch:
    """The one batch that waits in the landing zone."""
    batches, waiting = find_batches(home, of or contract())
    assert not waiting
    assert len(batches) == 1
    return batches[0]


def take_in(home: Home, of: SourceContract | None = None, **options: int) -> BatchReceipt:
    """Stage the one batch that waits."""
    of = of or contract()
    receipt, staged_now = stage_batch(home, KEYS, of, FIELDS, only_batch(home, of), **options)
    assert staged_now
    return receipt


def staged_rows(home: Home, receipt: BatchReceipt, dataset: str = "people") -> list[dict[str, Any]]:
    """Every staged row of a dataset, in order."""
    import pyarrow.parquet as pq

    return [
        row
        for part in receipt.parts.get(dataset, ())
        for row in pq.ParquetFile(home.root / part.path).read().to_pylist()
    ]
