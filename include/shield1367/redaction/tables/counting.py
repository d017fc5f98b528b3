"""One partition of a tabulated dataset, brought to the dimensions of its tables; no cell of it is released.

It lies in the work folder until the tables are made, like redacted partitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shield1367.config.fields import Treatment
from shield1367.config.project import Project
from shield1367.config.recipient.tables import Dimension, Table, Tabulations
from shield1367.disclosure.plan import ColumnPlan, DatasetPlan, PartPlan, PartResult, ReleasePlan
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.links import RowLink, links_by_row
from shield1367.protection.registry.store import root_of
from shield1367.protection.snapshot import Snapshot
from shield1367.redaction.handover import handed_over
from shield1367.redaction.known_people import known_people
from shield1367.redaction.partition import part_path
from shield1367.redaction.planned import planned_part, treater_of, write_people
from shield1367.storage import read_json, write_atomically, write_json

WHO, SHIELDED = "person", "shielded"
# Value of a dimension that a row does not give.
UNKNOWN = "unknown"


def count_part(home: Home, keys: Keys, project: Project, work: Path, index: int) -> PartResult:
    """Bring partition *index* to the dimensions of its tables; one that is finished is left as it is.

    Everybody in a counted row is somebody the release holds: the ledger answers for cells as for rows.

    Raises:
        StaleRegistryError: the registry is not the one the release was planned with.
        StagedPartChangedError: the staged partition is not the planned one.
    """
    plan = ReleasePlan.read(work)
    dataset, part = next(pair for pair in plan.parts() if pair[1].index == index)
    target = part_path(work, dataset, part)
    done = target.with_suffix(".json")
    if done.exists():
        return PartResult.model_validate(read_json(done))
    snapshot = known_people(home, keys, plan).snapshot
    handed = handed_over(home, keys, project, plan)
    staged = pq.read_table(planned_part(home, part)).slice(part.first, part.rows)
    links = links_by_row(home.root / part.links, first=part.first, rows=part.rows)
    table = _brought(handed.keys, project, plan, dataset, part, staged, links, snapshot)
    write_atomically(target, lambda temporary: pq.write_table(table, temporary, compression="zstd"))
    people = {
        root_of(link.person_id, snapshot.merges)
        for of_row in links.values()
        for link in of_row
        if link.person_id
    }
    write_people(target, handed.keys, plan, people)
    result = PartResult(
        index=part.index,
        dataset=dataset.name,
        rows_in=len(table),
        released=0,
        withheld=len(table),
        protected_rows=sum(table[SHIELDED].to_pylist()),
        not_covered=len(table),
        spans={},
        texts=0,
        texts_withheld=0,
    )
    write_json(done, result.model_dump(mode="json"))
    return result


def tables_of(tabulations: Tabulations, dataset: str) -> list[tuple[str, Table]]:
    """The tables of one dataset, by name."""
    return [(name, table) for name, table in tabulations.tables.items() if table.dataset == dataset]


def _brought(
    keys: Keys,
    project: Project,
    plan: ReleasePlan,
    dataset: DatasetPlan,
    part: PartPlan,
    staged: pa.Table,
    links: dict[int, list[RowLink]],
    snapshot: Snapshot,
) -> pa.Table:
    contract = project.contracts[dataset.source].datasets[dataset.dataset]
    treater = treater_of(project.fields, keys, plan)

    def treated(column: str, treatment: Treatment) -> list[Any]:
        kind = contract.columns[column].kind
        planned = ColumnPlan(name=column, kind=kind, category=None, title="", treatment=treatment)
        cells: list[Any] = treater.treat(planned, staged[column].to_pylist(), [""] * len(staged)).to_pylist()
        return cells

    columns: dict[str, Any] = {}
    for dimension, telling, numbers in _needs(plan.tables, dataset.name):
        if dimension is not None:
            cells = treated(dimension.column, dimension.treatment)
            columns[dimension.key] = [UNKNOWN if cell is None else str(cell) for cell in cells]
        for column in telling:
            columns[f"telling:{column}"] = staged[column].cast(pa.string())
        for column in numbers:
            columns[f"number:{column}"] = pa.array(treated(column, Treatment.KEEP), pa.float64())
    people, shielded = [], []
    for position in range(len(staged)):
        of_row = links.get(position, [])
        shielded.append(snapshot.status_of_row(of_row, contract.about).is_shielded)
        found = sorted(
            root_of(link.person_id, snapshot.merges)
            for link in of_row
            if link.role == contract.about and link.person_id
        )
        people.append(_who(found, contract.about, part, position))
    return pa.table({**columns, WHO: pa.array(people, pa.string()), SHIELDED: pa.array(shielded, pa.bool_())})


def _who(found: list[str], about: str | None, part: PartPlan, position: int) -> str | None:
    if found:
        return found[0]
    # Rows about nobody count themselves. Those whose person cannot be told may all be about the same one.
    return None if about else f"row|{part.index}|{position}"


def _needs(
    tabulations: Tabulations | None, dataset: str
) -> Iterator[tuple[Dimension | None, tuple[str, ...], tuple[str, ...]]]:
    for _, table in tables_of(tabulations, dataset) if tabulations else ():
        yield None, table.telling, tuple(m.column for m in table.measures if m.column)
        for dimension in table.dimensions:
            yield dimension, (), ()
