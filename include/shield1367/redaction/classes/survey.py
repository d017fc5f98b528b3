"""Before anything is redacted: partition by partition, who shares which quasi-identifiers.

What is counted are the rows that will be released. Where every row is, protection has no say in the choice; where
protected rows are left out, the choice follows from the release itself, which its reader could count as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from shield1367.config.fields import Treatment
from shield1367.config.project import Project
from shield1367.config.recipient import RecipientProfile
from shield1367.config.recipient.generalisation import Levels, levels_from
from shield1367.config.recipient.risk import Risk
from shield1367.disclosure.classes import RARE, ClassesPlan, ClassFigures
from shield1367.disclosure.decision import Terms, decide, people_of
from shield1367.disclosure.plan import ColumnPlan, DatasetPlan, PartPlan, ReleasePlan
from shield1367.home import Home
from shield1367.keys import Fingerprint, Keys
from shield1367.protection.linked import LinkedPart
from shield1367.protection.links import links_by_row
from shield1367.protection.registry.store import Registry, root_of
from shield1367.protection.snapshot import Snapshot, take_snapshot
from shield1367.redaction.classes.observed import Cell, Observed
from shield1367.redaction.classes.search import Choice, choose
from shield1367.redaction.kept_out import RowNames
from shield1367.redaction.planned import planned_part, treater_of
from shield1367.redaction.staged import StagedPart
from shield1367.storage import read_json, readable, write_json


def generalise(
    home: Home,
    keys: Keys,
    project: Project,
    plan: ReleasePlan,
    work: Path,
    *,
    snapshot: Snapshot | None = None,
) -> ReleasePlan:
    """The plan with the levels that keep everybody among k others; a plan that asks for nothing as it is.

    Args:
        snapshot: the registry's answers for the day of the plan, where they are read already.

    Raises:
        UnreachableError: no levels do.
    """
    profile = project.recipients[plan.recipient]
    risk = profile.risk
    if risk is None:
        return plan
    hierarchies = {
        kind: levels_from(profile.treatment_of(kind, project.fields), kind, risk.hierarchies)
        for kind in risk.quasi_identifiers
    }
    snapshot = snapshot or take_snapshot(Registry(home, keys), date.fromisoformat(plan.as_of))
    survey = _Survey(home, keys, project, plan, hierarchies, snapshot)
    tables = [survey.of(dataset, risk) for dataset in plan.datasets]
    tables = [table for table in tables if table.columns]
    choice = choose(tables, hierarchies, k=risk.k, least=risk.l, at_most=risk.suppress_at_most)
    fingerprint = _fingerprint(keys, plan)
    write_json(
        work / RARE,
        {
            table.dataset: sorted(class_id(fingerprint, table.dataset, cells) for cells in found.rare)
            for table, found in zip(tables, choice.groupings, strict=True)
        },
    )
    return _chosen(plan, profile, risk, hierarchies, tables, choice)


def suppress_rare(
    table: pa.Table, plan: ReleasePlan, dataset: DatasetPlan, work: Path, keys: Keys
) -> pa.Table:
    """A redacted partition with the quasi-identifiers emptied in every row of a class that is too rare."""
    figures = plan.classes.of(dataset.name) if plan.classes else None
    if figures is None:
        return table
    rare = frozenset(read_json(work / RARE)[dataset.name])
    fingerprint = _fingerprint(keys, plan)
    cells = [_texts(table[name]) for name in figures.columns]
    known: dict[tuple[Cell, ...], bool] = {}
    keep = []
    for row in zip(*cells, strict=True):
        if row not in known:
            known[row] = class_id(fingerprint, dataset.name, row) not in rare
        keep.append(known[row])
    for name in figures.columns:
        kept = [cell if kept else None for cell, kept in zip(table[name].to_pylist(), keep, strict=True)]
        column = pa.array(kept, table[name].type)
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def class_id(fingerprint: Fingerprint, dataset: str, cells: Sequence[Cell]) -> str:
    """A class by a name that tells nothing of its cells."""
    return fingerprint.of(dataset, json.dumps(cells))


def classes_purpose(plan: ReleasePlan) -> str:
    """What the key of the names of a release's classes is derived for."""
    return f"classes/{plan.recipient}/{plan.release_id}"


class _Survey:
    """Reads the staged partitions of a plan and adds up what their released rows share."""

    def __init__(
        self,
        home: Home,
        keys: Keys,
        project: Project,
        plan: ReleasePlan,
        hierarchies: Mapping[str, Levels],
        snapshot: Snapshot,
    ) -> None:
        self._home = home
        self._project = project
        self._plan = plan
        self._hierarchies = hierarchies
        self._snapshot = snapshot
        self._row_names = RowNames(keys, plan.recipient)
        self._treater = treater_of(project.fields, keys, plan)
        # Each cell at all its levels once: of a million rows with a copy each they would be most of the memory.
        self._same: dict[tuple[Cell, ...], tuple[Cell, ...]] = {}

    def of(self, dataset: DatasetPlan, risk: Risk) -> Observed:
        """One table, over all its partitions."""
        columns = {
            column.name: column.kind or ""
            for column in dataset.released_columns
            if column.kind in risk.quasi_identifiers
            and not column.excepted
            # Nothing is left to generalise.
            and column.treatment is not Treatment.WITHHOLD
        }
        telling = tuple(c.name for c in dataset.released_columns if c.kind in risk.telling)
        observed = Observed(dataset.name, columns, telling)
        if columns:
            for part in dataset.parts:
                self._add(observed, dataset, part)
        return observed

    def _add(self, observed: Observed, dataset: DatasetPlan, part: PartPlan) -> None:
        closed = self._plan.scope.closed.get(dataset.name) if self._plan.scope else None
        needed = [*observed.columns, *observed.telling, *([closed.column] if closed else [])]
        table = pq.read_table(readable(self._home.named(part.staged)), columns=list(dict.fromkeys(needed)))
        table = table.slice(part.first, part.rows)
        planned = {column.name: column for column in dataset.columns}
        levels = [
            [
                self._same.setdefault(cells, cells)
                for cells in zip(*self._levels(planned[name], table[name]), strict=True)
            ]
            for name in observed.columns
        ]
        telling = [_texts(self._treat(planned[name], table[name])) for name in observed.telling]
        for position, person in self._released(dataset, part, table):
            key = tuple(column[position] for column in levels)
            observed.add(key, person, [column[position] for column in telling])

    def _released(self, dataset: DatasetPlan, part: PartPlan, table: pa.Table) -> list[tuple[int, str]]:
        """Position and person of every row that will be released."""
        about = self._project.contracts[dataset.source].datasets[dataset.dataset].about
        terms = Terms(outside=self._plan.outside, membership=self._plan.membership, scope=self._plan.scope)
        links = links_by_row(self._home.root / part.links, first=part.first, rows=part.rows)
        found = []
        out = self._left_out(dataset, part)
        for position, cells in enumerate(table.to_pylist()):
            if out[position]:
                continue
            of_row = links.get(position, [])
            people = people_of(of_row, about, self._snapshot, self._plan.scope)
            if decide(people, terms, dataset=dataset.name, cells=cells).is_released:
                ids = sorted(
                    root_of(link.person_id, self._snapshot.merges)
                    for link in of_row
                    if link.role == about and link.person_id
                )
                found.append((position, ids[0] if ids else f"row|{part.index}|{position}"))
        return found

    def _left_out(self, dataset: DatasetPlan, part: PartPlan) -> npt.NDArray[np.bool_]:
        """Rows that are left out for others: whoever is not there is no company."""
        linked = LinkedPart(self._home.root / part.links, part.rows, self._snapshot, first=part.first)
        out = linked.holding(frozenset(self._plan.cover))
        if dataset.kept_out:
            staged = StagedPart(planned_part(self._home, part), first=part.first, rows=part.rows)
            out |= self._row_names.kept_out(dataset, part, staged, ~out)
        return out

    def _levels(self, column: ColumnPlan, cells: pa.ChunkedArray) -> list[list[Cell]]:
        levels = self._hierarchies[column.kind or ""]
        return [
            _texts(self._treat(column.model_copy(update={"treatment": level}), cells)) for level in levels
        ]

    def _treat(self, column: ColumnPlan, cells: pa.ChunkedArray) -> pa.Array:
        if column.treatment is Treatment.WITHHOLD:
            return pa.nulls(len(cells), pa.string())
        return self._treater.treat(column, cells.to_pylist(), [""] * len(cells))


def _chosen(
    plan: ReleasePlan,
    profile: RecipientProfile,
    risk: Risk,
    hierarchies: Mapping[str, Levels],
    tables: Sequence[Observed],
    choice: Choice,
) -> ReleasePlan:
    """The plan with the chosen levels as treatments, and the figures."""
    levels = {kind: hierarchies[kind][step] for kind, step in choice.node.levels.items()}
    datasets = tuple(
        dataset.model_copy(update={"columns": tuple(_column(c, levels) for c in dataset.columns)})
        for dataset in plan.datasets
    )
    figures = tuple(
        ClassFigures(
            dataset=table.dataset,
            columns=tuple(table.columns),
            telling=table.telling,
            classes=len(found.sizes),
            smallest=min(found.sizes, default=0),
            variety=found.variety,
            sizes=_bins(found.sizes, risk.k),
            rows=found.rows,
            suppressed_rows=found.suppressed_rows,
        )
        for table, found in zip(tables, choice.groupings, strict=True)
    )
    chosen = ClassesPlan(k=risk.k, l=risk.l, levels=levels, loss=round(choice.node.loss, 4), tables=figures)
    return plan.model_copy(update={"datasets": datasets, "classes": chosen})


def _column(column: ColumnPlan, levels: Mapping[str, Treatment]) -> ColumnPlan:
    if column.json_keys is not None:
        # Inside JSON nothing can be counted: what would find people does not go.
        keys = {
            key: (
                kind,
                Treatment.WITHHOLD if kind in levels and treatment is not Treatment.DROP else treatment,
            )
            for key, (kind, treatment) in column.json_keys.items()
        }
        return column.model_copy(update={"json_keys": keys})
    if column.kind is None or column.kind not in levels or column.excepted or not column.is_released:
        return column
    return column.model_copy(update={"treatment": levels[column.kind]})


def _bins(sizes: Sequence[int], k: int) -> dict[str, int]:
    edges = [k, 2 * k, 5 * k, 10 * k, 50 * k]
    bins = {
        f"{low} to {high - 1} people": sum(low <= size < high for size in sizes)
        for low, high in pairwise(edges)
    }
    return bins | {f"{edges[-1]} people or more": sum(size >= edges[-1] for size in sizes)}


def _texts(cells: pa.Array | pa.ChunkedArray) -> list[Cell]:
    return [None if cell is None else str(cell) for cell in cells.to_pylist()]


def _fingerprint(keys: Keys, plan: ReleasePlan) -> Fingerprint:
    return keys.fingerprint(classes_purpose(plan))
