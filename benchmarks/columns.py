"""Structured columns treated, against the time pandas takes to read and write the same files.

``python -m benchmarks.columns [--size small|full] [--json]``

Thirty columns without narratives, partition by partition, on one core: rows read with the people in them, decided, put
in their keyed order, treated, written. Seconds are of the processor, for pandas as well.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measures import Measure, report
from shield1367.config.contract import SourceContract
from shield1367.config.project import Project, load_project
from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.plan import DatasetPlan, PartPlan, PolicyHashes, ReleasePlan
from shield1367.disclosure.planning import plan_columns
from shield1367.home import Home
from shield1367.intake.stage import FILE, ROW
from shield1367.keys import Keys
from shield1367.protection.links import RowLink, links_path, write_links
from shield1367.protection.registry.store import Registry
from shield1367.protection.safeguards.verifications import Verifications
from shield1367.protection.snapshot import take_snapshot
from shield1367.redaction.known_people import KnownPeople
from shield1367.redaction.notices import RowNotices
from shield1367.redaction.partition import Redaction
from shield1367.storage import sha256

SIZES = {"small": 40_000, "full": 1_000_000}
PART = 100_000
SOURCE, DATASET, RECIPIENT = "wide", "rows", "state-university-research"
# Column → field kind: as many of each sort as an enforcement export has.
COLUMNS = {
    "row_id": "record_id", "a_number": "a_number", "last_name": "family_name", "first_name": "given_name",
    "birth": "date_of_birth", "street": "street_address", "city": "city", "state": "state", "zip": "postal_code",
    "phone": "phone", "office": "office", "aor": "operational_code", "doc_type": "operational_code",
    "completed": "event_date", "disposition": "disposition", "citizenship": "country", "gender": "gender",
    "age": "age", "birth_country": "country", "marital": "marital_status", "occupation": "occupation",
    "arrested": "event_date", "method": "disposition", "entered": "entry_date", "port": "port_of_entry",
    "admission": "class_of_admission", "mother_country": "country", "father_country": "country",
    "week": "event_date", "children": "count",
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.columns", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-columns-") as folder:
        measures = measured(Path(folder), SIZES[options.size])
    return report(measures, as_json=options.json)


def measured(folder: Path, rows: int) -> list[Measure]:
    """Everything this benchmark measures, in *folder*."""
    _apart(prepare, folder, rows)
    pandas_seconds, _ = _apart(with_pandas, folder)
    seconds, memory = _apart(redacted, folder)
    return [
        Measure("columns.cost", seconds / pandas_seconds, "x pandas", 3, "lower"),
        Measure("columns.rows", rows / seconds, "rows/s", rival=rows / pandas_seconds),
        Measure("columns.memory", memory, "MiB"),
    ]


def _apart(work: object, *arguments: object) -> tuple[float, float]:
    """Run in a process of its own, so that neither has the other's memory or what it has loaded."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        answer: tuple[float, float] = pool.submit(work, *arguments).result()  # type: ignore[arg-type]
        return answer


def prepare(folder: Path, rows: int) -> tuple[float, float]:
    """Staged partitions and their links, as intake and protect leave them."""
    home = Home(root=folder)
    rng = Random(1367)  # noqa: S311
    for number, first in enumerate(range(0, rows, PART)):
        count = min(PART, rows - first)
        staged = f"staged/{SOURCE}/{DATASET}/batch=b{number}/part-0000.parquet"
        path = home.root / staged
        path.parent.mkdir(parents=True)
        pq.write_table(_table(rng, first, count), path, compression="zstd")
        links = [RowLink(i, "subject", f"p{(first + i) // 3}", "a_number", 1.0) for i in range(count)]
        write_links(home.root / links_path(staged), links)
    return 0.0, 0.0


def _table(rng: Random, first: int, count: int) -> pa.Table:
    def some(*values: str) -> list[str]:
        return rng.choices(values, k=count)

    def day(since: int) -> list[str]:
        begin = date(since, 1, 1)
        return [(begin + timedelta(days=rng.randrange(9000))).isoformat() for _ in range(count)]

    number = [f"{first + i:09d}" for i in range(count)]
    countries = ("MEXICO", "GUATEMALA", "HONDURAS", "HAITI", "INDIA", "EL SALVADOR", "VENEZUELA", "CUBA")
    made = {
        "row_id": number,
        "a_number": [f"A2{n[1:]}" for n in number],
        "last_name": [f"NAME{rng.randrange(20_000)}" for _ in range(count)],
        "first_name": [f"GIVEN{rng.randrange(3_000)}" for _ in range(count)],
        "birth": day(1960),
        "street": [f"{rng.randrange(9999)} Sample Street" for _ in range(count)],
        "zip": [f"{rng.randrange(99999):05d}" for _ in range(count)],
        "phone": [f"555-010-{rng.randrange(9999):04d}" for _ in range(count)],
        "state": some("TX", "WA", "CA", "FL", "NY"),
        "age": [str(rng.randrange(90)) for _ in range(count)],
        "completed": day(2000),
        "arrested": day(2000),
        "entered": day(2000),
        "week": day(2000),
        "children": [str(rng.randrange(6)) for _ in range(count)],
        "admission": some("B2", "F1", "U1", "T1", "LPR", "EWI"),
        **{
            name: some(*countries)
            for name in ("citizenship", "birth_country", "mother_country", "father_country")
        },
    }
    columns = {
        name: made.get(name) or some("ONE", "TWO, WA", "THREE", "FOUR, TX", "FIVE") for name in COLUMNS
    }
    intake = {FILE: ["export.csv"] * count, ROW: list(range(1, count + 1))}
    return pa.table(columns | intake)


def with_pandas(folder: Path) -> tuple[float, float]:
    """Seconds pandas takes to read the partitions and write them again."""
    import pandas as pd

    paths = sorted(folder.glob("staged/*/*/*/*.parquet"))
    started = time.process_time()
    for path in paths:
        pd.read_parquet(path).to_parquet(path.with_suffix(".pandas"), compression="zstd")
    return time.process_time() - started, 0.0


def redacted(folder: Path) -> tuple[float, float]:
    """Seconds the redaction of all partitions takes, and the process's most memory in MiB."""
    home, keys, project = Home(root=folder), Keys(b"k" * 32), _project()
    profile = project.recipients[RECIPIENT]
    dataset = project.contracts[SOURCE].datasets[DATASET]
    parts = tuple(
        PartPlan(
            index=index,
            staged=staged,
            links=links_path(staged),
            rows=pq.read_metadata(path).num_rows,
            sha256=sha256(path),
        )
        for index, path in enumerate(sorted(folder.glob("staged/*/*/*/*.parquet")))
        for staged in [path.relative_to(folder).as_posix()]
    )
    planned = DatasetPlan(
        source=SOURCE,
        dataset=DATASET,
        title="",
        columns=plan_columns(project, profile, dataset),
        key=("row_id",),
        parts=parts,
    )
    registry = Registry(home, keys)
    snapshot = take_snapshot(registry, datetime.now(UTC).date())
    known = KnownPeople(snapshot, lambda: registry.everybody(snapshot.statuses))
    plan = ReleasePlan(
        release_id="r-benchmark",
        recipient=RECIPIENT,
        membership=profile.membership,
        outside=True,
        as_of="2026-09-01",
        library_version="",
        hashes=PolicyHashes(
            profile="", fields="", benefits="", contracts={}, text="", registry=snapshot.digest
        ),
        datasets=(planned,),
    )
    notices = RowNotices(home, project, plan, planned, Verifications(home, keys))
    started = time.process_time()
    for part in parts:
        redaction = Redaction(home, keys, project, plan, planned, known, notices)
        table, _, _ = redaction.run(part)
        pq.write_table(table, folder / f"out-{part.index}.parquet", compression="zstd")
    return time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _project() -> Project:
    project = load_project()
    contract = SourceContract.model_validate(
        {
            "source": SOURCE,
            "origin_agency": "dhs",
            "format": {"type": "parquet"},
            "datasets": {
                DATASET: {
                    "files": "*",
                    "key": ["row_id"],
                    "people": {"subject": {"a_number": "a_number"}},
                    "columns": COLUMNS,
                }
            },
        }
    )
    content = project.recipients[RECIPIENT].model_dump(mode="json")
    # What goes is what costs: as much as possible of it.
    content |= {
        "datasets": [f"{SOURCE}.{DATASET}"],
        "treatments": {
            "a_number": "pseudonym",
            "family_name": "pseudonym",
            "given_name": "token",
            "date_of_birth": "year",
            "street_address": "withhold",
            "city": "region",
            "office": "state",
            "event_date": "month",
            "entry_date": "shift",
            "class_of_admission": "broad",
            "marital_status": "keep",
            "occupation": "keep",
            "count": "round",
            "phone": "token",
            "postal_code": "withhold",
            "port_of_entry": "state",
        },
    }
    profile = RecipientProfile.model_validate(content)
    return replace(
        project,
        contracts={**project.contracts, SOURCE: contract},
        recipients={**project.recipients, RECIPIENT: profile},
    )


if __name__ == "__main__":
    sys.exit(main())
