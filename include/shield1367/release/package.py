"""Putting a package together from redacted partitions: data in the profile's format, and nothing else."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.files import file_rows
from shield1367.disclosure.plan import DatasetPlan, PartResult, ReleasePlan
from shield1367.errors import TerminalError
from shield1367.redaction.dealing import package_files
from shield1367.redaction.partition import read_results
from shield1367.storage import remove_folder, reported, write_atomically, write_json

PACKAGE = "package"
DATA = "data"
# What the tables of a package are tables of; later releases are held against it.
DEFINITION = "tables.json"
# A cell that a spreadsheet would run as a formula gets an apostrophe (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class IncompleteError(TerminalError):
    """Error raised when a partition of the plan has not been redacted."""

    code = "E701"


def assemble(work: Path, profile: RecipientProfile) -> Path:
    """Copy the dealt files of every table into ``<work>/package/data``; a second call starts it afresh.

    Raises:
        IncompleteError: a partition is missing; nothing is left out in silence.
    """
    plan = ReleasePlan.read(work)
    require_complete(work, plan)
    package = work / PACKAGE
    remove_folder(package)
    for dataset in plan.datasets:
        for number, source in enumerate(package_files(work, dataset)):
            target = package / released_path(dataset, number, profile.delivery.format)
            target.parent.mkdir(parents=True, exist_ok=True)
            if profile.delivery.format == "csv":
                write_csv(pq.read_table(source), target)
            else:
                with reported(target, "write"):
                    shutil.copyfile(source, target)
    return package


def assemble_tables(
    work: Path, plan: ReleasePlan, profile: RecipientProfile, tables: Mapping[str, pa.Table]
) -> Path:
    """Write tabulations into ``<work>/package/data`` and what they are beside it; a second call starts afresh."""
    package = work / PACKAGE
    remove_folder(package)
    for name, table in tables.items():
        target = package / DATA / f"{name}.{profile.delivery.format}"
        if profile.delivery.format == "csv":
            write_csv(table, target)
        else:
            write_parquet(table, target)
    if plan.tables is not None:
        write_json(package / DEFINITION, plan.tables.model_dump(mode="json"))
    return package


def require_complete(work: Path, plan: ReleasePlan) -> None:
    """Check that every partition of the plan is there.

    Raises:
        IncompleteError: one is not.
    """
    finished = {result.index for result in read_results(work)}
    if missing := [part.index for _, part in plan.parts() if part.index not in finished]:
        raise IncompleteError(
            f"{len(missing)} partition(s) of release {plan.release_id} are not redacted.",
            mend="clear the failed redact tasks and run them again.",
        )


def released_path(dataset: DatasetPlan, number: int, file_format: str) -> str:
    """Path below the package of a table's file *number*; counted from 0, so that no gap shows."""
    return f"{DATA}/{dataset.name}/part-{number:05d}.{file_format}"


def rows_by_file(plan: ReleasePlan, results: list[PartResult], file_format: str) -> dict[str, int]:
    """Path below the package → data rows."""
    if plan.tables is not None:
        return {}
    return {
        released_path(dataset, number, file_format): rows
        for dataset in plan.datasets
        if dataset.parts
        for number, rows in enumerate(
            file_rows(sum(result.released for result in results if result.dataset == dataset.name))
        )
    }


def write_parquet(table: pa.Table, target: Path) -> Path:
    """Write a table as Parquet."""
    return write_atomically(target, lambda temporary: pq.write_table(table, temporary, compression="zstd"))


def write_csv(table: pa.Table, target: Path) -> Path:
    """Write a table as UTF-8 CSV that no spreadsheet takes for formulas."""

    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as stream:
            # CRLF as in RFC 4180; it also makes Python quote a cell that holds a lone CR.
            writer = csv.writer(stream, lineterminator="\r\n")
            writer.writerow(table.column_names)
            for batch in table.to_batches(max_chunksize=10_000):
                columns = [column.to_pylist() for column in batch.columns]
                writer.writerows([_safe(cell) for cell in row] for row in zip(*columns, strict=True))

    return write_atomically(target, write)


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
