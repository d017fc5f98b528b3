"""Planting the canaries of a batch beside its rows: one small partition for each dataset that has any."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from shield1367.canaries.rows import canary_rows
from shield1367.config.contract import SourceContract
from shield1367.config.fields import FieldVocabulary
from shield1367.home import Home
from shield1367.intake.receipt import StagedPart
from shield1367.intake.stage import FILE, INVALID, KEY, ROW, staged_schema
from shield1367.keys import Keys
from shield1367.storage import sha256, write_atomically

# What stands, with the batch, where the name of a landed file would.
CANARY_FILE = "(canary)"


def shape(contract: SourceContract, fields: FieldVocabulary) -> str:
    """Hash of what shapes the canaries of a source."""
    return hashlib.sha256(f"{contract.content_hash()} {fields.content_hash()}".encode()).hexdigest()


def plant(
    home: Home, keys: Keys, fields: FieldVocabulary, contract: SourceContract, batch: str, datasets: list[str]
) -> dict[str, StagedPart]:
    """Write the canaries of a batch under ``staged/<source>/_canaries/<batch>/``; the same ones every time.

    Raises:
        StorageError: the folder cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    planted = {}
    for name in datasets:
        dataset = contract.datasets[name]
        rows: list[dict[str, Any]] = [
            row.cells
            | {
                ROW: number,
                FILE: f"{CANARY_FILE} {batch}",
                KEY: "|".join(row.cells[column] or "" for column in dataset.key) or f"{batch}#{number}",
                INVALID: None,
            }
            for number, row in enumerate(canary_rows(keys, fields, contract.source, batch, dataset), start=1)
        ]
        table = pa.Table.from_pylist(rows, schema=staged_schema(dataset))
        path = home.staged / contract.source / "_canaries" / batch / f"{name}.parquet"
        write_atomically(path, partial(pq.write_table, table, compression="zstd"))
        planted[name] = StagedPart(path=home.name_of(path), rows=table.num_rows, sha256=sha256(path))
    return planted
