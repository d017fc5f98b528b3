"""Redacting one partition: decide each row, treat each column, scrub the narratives, write it.

The function is the unit of work of a mapped Airflow task; running it again gives the same file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from shield1367.config.project import Project
from shield1367.disclosure.banner import BANNER
from shield1367.disclosure.decision import Decision, Outcome, People, Terms, decide, people_of
from shield1367.disclosure.notices import safeguards_hash
from shield1367.disclosure.plan import ColumnPlan, DatasetPlan, PartPlan, PartResult, ReleasePlan
from shield1367.disclosure.planning import (
    BANNER_COLUMN,
    NOTICE_COLUMN,
    PERSON,
    STATUS,
    StaleRegistryError,
)
from shield1367.home import Home
from shield1367.identities import Identity
from shield1367.intake.stage import FILE, ROW
from shield1367.keys import Keys
from shield1367.protection.linked import STATUSES, LinkedPart
from shield1367.protection.links import RowLink
from shield1367.protection.registry.store import root_of
from shield1367.protection.safeguards.verifications import last_link
from shield1367.protection.status import Status
from shield1367.redaction.classes.survey import suppress_rare
from shield1367.redaction.columns import is_constant
from shield1367.redaction.encoding import Encoded
from shield1367.redaction.handover import handed_over
from shield1367.redaction.kept_out import RowNames
from shield1367.redaction.known_people import KnownPeople, known_people
from shield1367.redaction.narratives import Narratives
from shield1367.redaction.notices import RowNotices
from shield1367.redaction.order import ranked, sort_keys
from shield1367.redaction.planned import (
    LEDGER_PURPOSE,
    people_in,
    planned_part,
    pseudonyms_of,
    treater_of,
    write_people,
)
from shield1367.redaction.staged import StagedPart
from shield1367.storage import read_json, write_atomically, write_json

if TYPE_CHECKING:
    from shield1367.redaction.text.replacement import Rewriter


SHIELDED = np.array([status.is_shielded for status in STATUSES], np.bool_)


@dataclass(frozen=True, slots=True)
class _Row:
    """What is known about one row before its cells are treated."""

    position: int
    cells: Mapping[str, Any]
    status: Status
    decision: Decision
    links: tuple[RowLink, ...]
    order: str
    notice: str | None


def redact_part(home: Home, keys: Keys, project: Project, work: Path, index: int) -> PartResult:
    """Redact partition *index* of the plan in *work*; one that is finished is left as it is.

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
    known = known_people(home, keys, plan)
    handed = handed_over(home, keys, project, plan)
    if plan.hashes.safeguards not in (None, safeguards_hash(project.safeguards, last_link(home))):
        raise StaleRegistryError(
            f"verifications of sources have been recorded since release {plan.release_id} was planned.",
            mend="plan the release again; the new plan gets a new id.",
        )
    notices = RowNotices(home, project, plan, dataset, handed.verified)
    redaction = Redaction(home, handed.keys, project, plan, dataset, known, notices)
    table, result, people = redaction.run(part)
    table = suppress_rare(table, plan, dataset, work, handed.keys)
    write_atomically(target, lambda temporary: pq.write_table(table, temporary, compression="zstd"))
    write_people(target, handed.keys, plan, people)
    write_json(done, result.model_dump(mode="json"))
    return result


def part_path(work: Path, dataset: DatasetPlan, part: PartPlan) -> Path:
    """Where a redacted partition lies until the package is put together."""
    return work / "parts" / dataset.name / f"part-{part.index:05d}.parquet"


def read_results(work: Path) -> list[PartResult]:
    """Results of all partitions redacted so far, by index."""
    found = [PartResult.model_validate(read_json(path)) for path in work.glob("parts/*/part-*.json")]
    return sorted(found, key=lambda result: result.index)


def read_people(work: Path, keys: Keys, plan: ReleasePlan) -> set[str]:
    """Fingerprints, keyed for the ledger, of everybody the release holds."""
    return {person for path in work.glob("parts/*/part-*.people") for person in people_in(path, keys, plan)}


def is_of_part(
    keys: Keys, work: Path, plan: ReleasePlan, dataset: DatasetPlan, part: PartPlan
) -> Callable[[str], bool]:
    """Whether somebody, by id, is in a released row of one partition.

    Raises:
        StorageError: it has not been redacted.
        PeopleUnreadableError: the record of whom it holds is not what redaction wrote.
    """
    ledger = keys.fingerprint(LEDGER_PURPOSE)
    people = people_in(part_path(work, dataset, part), keys, plan)
    return lambda person: ledger.of(person) in people


class Redaction:
    """Redacts partitions of one dataset of one release."""

    def __init__(
        self,
        home: Home,
        keys: Keys,
        project: Project,
        plan: ReleasePlan,
        dataset: DatasetPlan,
        known: KnownPeople,
        notices: RowNotices | None,
        *,
        also: Sequence[Identity] = (),
    ) -> None:
        self._home = home
        self._notices = notices
        self._also = also
        self._project = project
        self._plan = plan
        self._dataset = dataset
        self._contract = project.contracts[dataset.source].datasets[dataset.dataset]
        self._known = known
        self._snapshot = known.snapshot
        self._pseudonyms = pseudonyms_of(keys, plan)
        self._treater = treater_of(project.fields, keys, plan)
        self._row_names = RowNames(keys, plan.recipient)
        self._terms = Terms(outside=plan.outside, membership=plan.membership, scope=plan.scope)

    def run(self, part: PartPlan) -> tuple[pa.Table, PartResult, set[str]]:
        """The redacted table of one partition, what was done, and whom it holds."""
        staged = self._open(part)
        linked = self._linked(part)
        keys = self._sort_keys(part, staged)
        statuses = linked.statuses(self._contract.about)
        columns = self._dataset.released_columns
        scrubs = [column for column in columns if column.scrubs]
        marks = [column for column in columns if _is_mark(column)]
        rows: list[_Row] = []
        if self._plan.scope or scrubs or marks:
            rows = self._rows(part, staged, linked, keys)
            is_released = np.array([row.decision.is_released for row in rows], np.bool_)
        else:
            # Without an exception a row's status is all that decides.
            answers = [decide(People(status), self._terms).is_released for status in STATUSES]
            is_released = np.array(answers, np.bool_)[statuses]
        covers = np.zeros(len(staged), np.bool_)
        if self._plan.cover or self._dataset.kept_out:
            covers = is_released & linked.holding(frozenset(self._plan.cover))
            covers |= self._row_names.kept_out(self._dataset, part, staged, is_released & ~covers)
            is_released = is_released & ~covers
        order = ranked(keys)
        order = order[is_released[order]]
        released = [rows[position] for position in order] if rows else []
        narratives = self._narratives(released) if scrubs else None
        arrays = {c.name: pa.array([_mark(c.name, row) for row in released], pa.string()) for c in marks}
        people: dict[str, Encoded] = {}
        drift: dict[str, int] = {}
        positions = pa.array(order, pa.int64())
        for column in columns:
            if column.name in arrays:
                continue
            role = column.role or self._contract.about
            if role not in people:
                people[role] = _people(role, linked, keys).take(positions)
            if column.name == PERSON or is_constant(column.treatment):
                cells = Encoded.of((), pa.array(np.zeros(len(order), np.int32)))
            else:
                cells = staged.encoded(column.name).take(positions)
            if column.json_keys is not None:
                arrays[column.name], drift[column.name] = self._treater.treat_json(
                    column.json_keys, cells, people[role], narratives.scrub if narratives else None
                )
            elif column.scrubs and narratives:
                arrays[column.name] = narratives.of_column(cells)
            else:
                arrays[column.name] = self._treater.treat(column, cells, people[role])
        table = pa.table({column.name: arrays[column.name] for column in columns})
        withheld = len(staged) - len(order)
        unfit = staged.unfit(positions)
        result = PartResult(
            index=part.index,
            dataset=self._dataset.name,
            rows_in=len(staged),
            released=len(order),
            withheld=withheld,
            protected_rows=int(np.count_nonzero(SHIELDED[statuses])),
            not_covered=withheld if self._plan.scope else 0,
            for_cover=int(np.count_nonzero(covers)),
            spans=dict(sorted(narratives.spans.items())) if narratives else {},
            texts=narratives.texts if narratives else 0,
            texts_withheld=narratives.withheld if narratives else 0,
            unfit={column.name: unfit[column.name] for column in columns if unfit[column.name]},
            drift={name: count for name, count in drift.items() if count},
        )
        return table, result, linked.everybody(is_released)

    def read(self, part: PartPlan) -> list[_Row]:
        """The rows of a partition with the people in them and what is decided about them."""
        staged = self._open(part)
        linked = self._linked(part)
        return self._rows(part, staged, linked, self._sort_keys(part, staged))

    def _open(self, part: PartPlan) -> StagedPart:
        return StagedPart(planned_part(self._home, part), first=part.first, rows=part.rows)

    def _linked(self, part: PartPlan) -> LinkedPart:
        return LinkedPart(self._home.root / part.links, part.rows, self._snapshot, first=part.first)

    def _sort_keys(self, part: PartPlan, staged: StagedPart) -> npt.NDArray[np.void]:
        return sort_keys(self._pseudonyms.order(part.staged), staged.encoded(FILE), staged.array(ROW))

    def _rows(
        self, part: PartPlan, staged: StagedPart, linked: LinkedPart, keys: npt.NDArray[np.void]
    ) -> list[_Row]:
        """Row by row, for what needs a whole row: narratives, exceptions, marks."""
        links = linked.by_row()
        rows = []
        for position in range(len(staged)):
            cells = staged.row(position)
            of_row = tuple(links.get(position, ()))
            people = people_of(of_row, self._contract.about, self._snapshot, self._plan.scope)
            rows.append(
                _Row(
                    position=position,
                    cells=cells,
                    status=people.status,
                    decision=decide(people, self._terms, dataset=self._dataset.name, cells=cells),
                    links=of_row,
                    order=keys[position].tobytes().hex(),
                    notice=self._notices.of(part.staged, cells) if self._notices else None,
                )
            )
        return rows

    def _person(self, row: _Row, role: str) -> str:
        """Whom a column is about; a row whose person cannot be told stands for itself."""
        found = sorted(
            root_of(link.person_id, self._snapshot.merges)
            for link in row.links
            if link.role == role and link.person_id
        )
        return found[0] if found else _row_itself(role, row.order)

    def _narratives(self, rows: Sequence[_Row]) -> Narratives:
        """What scrubs the narratives of *rows*: all by the same rules."""
        local = [self.named_only(row) for row in rows]
        people = [
            [*self.linked(row), *(identity.person_id for identity in of_row)]
            for row, of_row in zip(rows, local, strict=True)
        ]
        return Narratives(self.rewriter([identity for of_row in local for identity in of_row]), people)

    def rewriter(self, named_only: Sequence[Identity]) -> Rewriter:
        """The scrubber of this release, told of everybody the registry knows and of *named_only*."""
        from shield1367.redaction.text.replacement import Rewriter

        profile = self._project.recipients[self._plan.recipient]
        everybody = self._known.scrubber(self._project.text, profile.strictness)
        scrubber = everybody.knowing([*self._also, *named_only])
        return Rewriter(scrubber, self._pseudonyms, profile.replacements)

    def linked(self, row: _Row) -> list[str]:
        """Ids of whom a row is linked to, first whom it is about."""
        ids = (root_of(link.person_id, self._snapshot.merges) for link in row.links if link.person_id)
        return [self._person(row, self._contract.about), *ids]

    def named_only(self, row: _Row) -> list[Identity]:
        """People of a row whom the registry does not know: a spouse, a witness, known by name only."""
        return [
            Identity(
                person_id=f"row-{row.position}-{link.role}",
                values={
                    kind: (row.cells[column],)
                    for kind, column in self._contract.people[link.role].items()
                    if row.cells[column]
                },
                protected=False,
            )
            for link in row.links
            if link.person_id is None
        ]


def _people(role: str, linked: LinkedPart, keys: npt.NDArray[np.void]) -> Encoded:
    """Whom a column is about; a row whose person cannot be told stands for itself."""
    known = linked.people(role)
    alone = np.flatnonzero(known.rows < 0)
    places = known.rows.copy()
    places[alone] = len(known.ids) + np.arange(len(alone))
    themselves = [_row_itself(role, keys[position].tobytes().hex()) for position in alone]
    return Encoded.of([*known.ids, *themselves], pa.array(places))


def _row_itself(role: str, order: str) -> str:
    return f"row|{role}|{order}"


def _is_mark(column: ColumnPlan) -> bool:
    """Whether a column is added by the release: no source has it."""
    return column.kind is None and column.json_keys is None


def _mark(column: str, row: _Row) -> str | None:
    if column == STATUS:
        return row.status
    if column == NOTICE_COLUMN:
        return row.notice
    if column == BANNER_COLUMN:
        return BANNER if row.decision.outcome is Outcome.FULL_WITH_BANNER else None
    raise ValueError(f"no rule fills column {column}")
