"""The ledger as one table, for an inspector."""

from __future__ import annotations

import json

import pyarrow as pa

from shield1367.release.ledger.book import Ledger
from shield1367.release.ledger.entries import kept_until

_COLUMNS = (
    "sequence", "entry", "recorded_at", "kept_until", "release_id", "recipient", "organization", "address",
    "authority", "purpose", "agreement", "nature", "approved_by", "rows_in", "rows_released", "rows_withheld",
    "narratives", "validation", "audit", "content_digest", "manifest", "about", "what", "by", "reference",
    "case", "step", "decision", "notice", "previous", "hash",
)  # fmt: skip


def export_rows(ledger: Ledger) -> pa.Table:
    """Every entry, disclosures and notices, oldest first, with its place in the chain."""
    columns: dict[str, list[str]] = {name: [] for name in _COLUMNS}
    for sequence, text, previous, link in ledger.raw():
        content = json.loads(text)
        row = content | {
            "sequence": sequence,
            "entry": content.get("kind", "disclosure"),
            "kept_until": kept_until(content["recorded_at"]),
            "approved_by": ", ".join(content.get("approved_by", ())),
            "previous": previous,
            "hash": link,
        }
        for name in _COLUMNS:
            columns[name].append(str(row.get(name, "")))
    return pa.table(columns, schema=pa.schema([(name, pa.string()) for name in _COLUMNS]))
