"""The canaries of a release: gathered when it is planned, redacted like every row, looked for in what came of it.

All planted rows of a dataset are one partition, so that they cost one task however many batches there are. What
comes of it lies beside the partitions of the release and is put into no package.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shield1367.canaries.person import Canary
from shield1367.canaries.rows import canaries_of, canary_rows
from shield1367.canaries.traces import TraceSearch
from shield1367.config.project import Project
from shield1367.config.recipient import Membership
from shield1367.disclosure.plan import DatasetPlan, PartPlan, PartResult, ReleasePlan
from shield1367.home import Home
from shield1367.intake.planting import CANARY_FILE
from shield1367.intake.receipt import read_receipt
from shield1367.intake.stage import FILE
from shield1367.keys import Keys
from shield1367.protection.links import RowLink, write_links
from shield1367.protection.safeguards.worklists import batch_of
from shield1367.redaction.handover import handed_over
from shield1367.redaction.known_people import known_people
from shield1367.redaction.partition import Redaction
from shield1367.storage import read_json, readable, sha256, write_atomically, write_json

CANARIES = "canaries"


def gather(home: Home, keys: Keys, project: Project, plan: ReleasePlan, work: Path) -> ReleasePlan:
    """The plan with the planted rows of all its batches; tabulations have none, since no row of theirs goes.

    A batch without canaries leaves a gap, which :func:`failures` finds.

    Raises:
        StorageError: they cannot be read or written.
    """
    if plan.tables is not None:
        return plan
    index = 1 + max((part.index for _, part in plan.parts()), default=-1)
    datasets = []
    for number, dataset in enumerate(plan.datasets):
        tables, links = list[pa.Table](), list[RowLink]()
        for batch in batches_in(dataset):
            receipt = read_receipt(home, dataset.source, batch)
            planted = receipt.canaries.get(dataset.dataset) if receipt else None
            if planted is None:
                continue
            people = _people(keys, project, dataset, batch)
            start = sum(table.num_rows for table in tables)
            tables.append(pq.read_table(readable(home.named(planted.path))))
            links += [
                RowLink(position, role, canary.person_id, "canary")
                for position in range(start, start + tables[-1].num_rows)
                for role, canary in people.items()
            ]
        datasets.append(
            dataset.model_copy(
                update={"canaries": _write(home, work, dataset, index + number, tables, links)}
            )
            if tables
            else dataset
        )
    return plan.model_copy(update={"datasets": tuple(datasets)})


def redact_canaries(home: Home, keys: Keys, project: Project, work: Path, index: int) -> PartResult:
    """Redact the planted rows of one dataset, as :func:`redact_part` does any others; finished ones stay.

    Raises:
        StaleRegistryError: the registry is not the one the release was planned with.
        StagedPartChangedError: the planted rows are not the planned ones.
    """
    plan = ReleasePlan.read(work)
    dataset, part = next(pair for pair in plan.canaries() if pair[1].index == index)
    target = _redacted(work, dataset)
    done = target.with_suffix(".json")
    if done.exists():
        return PartResult.model_validate(read_json(done))
    known = known_people(home, keys, plan)
    handed = handed_over(home, keys, project, plan)
    also = [canary.identity for canary in canaries_in(handed.keys, project, plan, dataset)]
    redaction = Redaction(home, handed.keys, project, plan, dataset, known, None, also=also)
    table, result, _ = redaction.run(part)
    write_atomically(target, lambda temporary: pq.write_table(table, temporary, compression="zstd"))
    write_json(done, result.model_dump(mode="json"))
    return result


def failures(home: Home, keys: Keys, project: Project, plan: ReleasePlan, work: Path) -> Iterator[str]:
    """What the canaries show to be wrong: one that never got in, or one that got through."""
    if plan.tables is not None:
        return
    for dataset in plan.datasets:
        if not dataset.parts:
            continue
        expected = {batch: _expected(keys, project, dataset, batch) for batch in batches_in(dataset)}
        planted = _planted(home, dataset)
        if missing := [batch for batch, rows in expected.items() if planted.get(batch) != rows]:
            yield f"{len(missing)} batch(es) of {dataset.name} have no canary, or another one; run intake again"
            continue
        result = _redacted(work, dataset).with_suffix(".json")
        if not result.exists():
            yield f"the canaries of {dataset.name} were not redacted"
            continue
        counts = PartResult.model_validate(read_json(result))
        rows = sum(map(len, expected.values()))
        goes = not plan.scope and plan.membership is not Membership.WITHHELD
        if (counts.rows_in, counts.released) != (rows, rows if goes else 0):
            yield f"the canaries of {dataset.name} were not treated as rows about protected people are"
        if plan.outside and _through(keys, project, plan, dataset, work):
            yield f"a canary of {dataset.name} got through redaction"


def canaries_in(
    keys: Keys, project: Project, plan: ReleasePlan, dataset: DatasetPlan | None = None
) -> list[Canary]:
    """Every canary of the batches of a release, or of one of its datasets."""
    found = {
        canary.person_id: canary
        for each in ([dataset] if dataset else plan.datasets)
        for batch in batches_in(each)
        for canary in _people(keys, project, each, batch).values()
    }
    return [found[person] for person in sorted(found)]


def _through(keys: Keys, project: Project, plan: ReleasePlan, dataset: DatasetPlan, work: Path) -> bool:
    canaries = canaries_in(keys, project, plan, dataset)
    if TraceSearch(canaries).in_file(_redacted(work, dataset)):
        return True
    # Words that are a name here, and could be anything elsewhere.
    table = pq.read_table(_redacted(work, dataset))
    texts = "\n".join(
        cell
        for column in table.columns
        if pa.types.is_string(column.type)
        for cell in column.to_pylist()
        if cell
    ).lower()
    return any(canary.values["alias"] in texts for canary in canaries)


def _expected(keys: Keys, project: Project, dataset: DatasetPlan, batch: str) -> list[dict[str, str | None]]:
    contract = project.contracts[dataset.source].datasets[dataset.dataset]
    return [row.cells for row in canary_rows(keys, project.fields, dataset.source, batch, contract)]


def _planted(home: Home, dataset: DatasetPlan) -> dict[str, list[dict[str, str | None]]]:
    """What was really planted, by batch: the cells of the contract's columns."""
    if dataset.canaries is None:
        return {}
    table = pq.read_table(readable(home.named(dataset.canaries.staged)))
    found = {}
    for batch in batches_in(dataset):
        rows = table.filter(pc.equal(table.column(FILE), f"{CANARY_FILE} {batch}"))
        names = [name for name in rows.column_names if not name.startswith("_")]
        found[batch] = rows.select(names).to_pylist()
    return found


def _people(keys: Keys, project: Project, dataset: DatasetPlan, batch: str) -> dict[str, Canary]:
    contract = project.contracts[dataset.source].datasets[dataset.dataset]
    return canaries_of(keys, dataset.source, batch, contract)


def batches_in(dataset: DatasetPlan) -> list[str]:
    """The batches that a dataset of a release is made from."""
    return list(dict.fromkeys(batch_of(part.staged) for part in dataset.parts))


def _write(
    home: Home, work: Path, dataset: DatasetPlan, index: int, tables: list[pa.Table], links: list[RowLink]
) -> PartPlan:
    table = pa.concat_tables(tables, promote_options="default")
    path = work / CANARIES / dataset.name / "planted.parquet"
    write_atomically(path, lambda temporary: pq.write_table(table, temporary, compression="zstd"))
    staged = path.relative_to(home.root).as_posix()
    told = write_links(path.with_name("links.parquet"), links).relative_to(home.root).as_posix()
    return PartPlan(index=index, staged=staged, links=told, rows=table.num_rows, sha256=sha256(path))


def _redacted(work: Path, dataset: DatasetPlan) -> Path:
    return work / CANARIES / dataset.name / "redacted.parquet"
