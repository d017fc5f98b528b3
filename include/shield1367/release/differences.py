"""What a recipient could tell by subtracting a release without protected rows from what is known of all rows.

Somebody who is protected is missing: against an earlier release, and against a total that is published elsewhere.
Whoever sees one to ten people missing knows, or nearly knows, who they are (R-17: fewer than eleven is a small cell).
So others go with them: complementary suppression, of people instead of cells, for every table, and for whatever came
in between two releases. Those stay out for good, else their return would single out the rest. So does everybody else
whose rows were left out of an earlier release: whoever comes back when a protection ends, or a doubt is settled, comes
back alone, and had something to be left out for. Of a row that was left out for somebody who could not be told, the
row is remembered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from shield1367.config.project import Project
from shield1367.config.recipient import Membership
from shield1367.config.recipient.risk import SMALLEST
from shield1367.disclosure.plan import PLAN, DatasetPlan, PartPlan, ReleasePlan
from shield1367.home import Home
from shield1367.keys import Fingerprint, Keys
from shield1367.protection.linked import STATUSES, LinkedPart
from shield1367.protection.registry.store import Registry, root_of
from shield1367.protection.snapshot import Snapshot, take_snapshot
from shield1367.redaction.kept_out import RowNames
from shield1367.redaction.planned import LEDGER_PURPOSE, planned_part
from shield1367.redaction.staged import StagedPart
from shield1367.release.ledger import Ledger

_PURPOSE = "cover"
_SHIELDED = np.array([status.is_shielded for status in STATUSES], np.bool_)


@dataclass(frozen=True, slots=True)
class Batch:
    """What was delivered of one table at one time.

    Attributes:
        people: everybody in its rows.
        unknown: names of the rows that are left out for somebody who cannot be told, or once were.
    """

    people: frozenset[str]
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Crowd:
    """People of whom a reader may know how many there are, or who they are.

    Attributes:
        unknown: whether rows of it are left out for somebody who cannot be told.
    """

    people: frozenset[str]
    unknown: bool = False

    def is_safe(self, out: Collection[str]) -> bool:
        """Whether nobody of it is missing, or eleven and more, or all."""
        missing = self.people.intersection(out)
        if not missing and not self.unknown:
            return True
        # How many people unknown rows are of nobody knows: they count for none.
        return len(missing) >= SMALLEST or missing == self.people


def with_cover(
    home: Home, keys: Keys, project: Project, plan: ReleasePlan, *, snapshot: Snapshot | None = None
) -> ReleasePlan:
    """The plan with whoever is left out so that no difference shows fewer than eleven missing.

    Nothing is added where every row goes, where rows go by an exception, and where nobody is missing.

    Args:
        snapshot: the registry's answers for the day of the plan, where they are read already.

    Raises:
        LedgerBrokenError: the ledger does not hold.
        StagedPartChangedError: a staged partition is not the planned one.
    """
    if plan.membership is not Membership.WITHHELD or plan.scope is not None or plan.tables is not None:
        return plan
    ledger = Ledger(home)
    earlier = ledger.of_recipient(plan.recipient)
    kept = {entry.release_id: home.plans / plan.recipient / entry.release_id for entry in earlier}
    plans = {name: ReleasePlan.read(folder) for name, folder in kept.items() if (folder / PLAN).exists()}
    registry = Registry(home, keys)
    snapshot = snapshot or take_snapshot(registry, date.fromisoformat(plan.as_of))
    known = _people(registry, keys, snapshot)
    held: list[frozenset[str]] = [
        frozenset(known[one] for one in ledger.people_of(entry.release_id) if one in known)
        for entry in earlier
    ]
    gone = {person for person, status in snapshot.statuses.items() if status.is_shielded}
    before = {root_of(person, snapshot.merges) for old in plans.values() for person in old.cover}
    plan = plan.model_copy(
        update={"datasets": tuple(_keeping_out(dataset, plans.values()) for dataset in plan.datasets)}
    )
    staged = _staged(home, keys, project, plan, snapshot, gone)
    made_of = [_batches(plans.get(entry.release_id)) for entry in earlier]
    for batches, people in zip(made_of, held, strict=True):
        before |= returning({name: batch.people for name, batch in staged.items()}, batches, people)
    crowds = [*(Crowd(people) for people in held), *crowds_of(staged, made_of, held)]
    cover = covering(crowds, gone, before, keys.fingerprint(f"{_PURPOSE}/{plan.recipient}"))
    datasets = tuple(_with_unknown(dataset, staged) for dataset in plan.datasets)
    out = gone | cover
    return plan.model_copy(
        update={
            "cover": tuple(sorted(cover)),
            "datasets": datasets,
            "withheld_whole": tuple(
                sorted(name for name, batch in staged.items() if batch.people and batch.people <= out)
            ),
        }
    )


def covering(
    crowds: Sequence[Crowd], gone: Iterable[str], before: Iterable[str], rank: Fingerprint
) -> set[str]:
    """Who is left out besides those who have to be.

    Args:
        crowds: of whom a reader may know.
        gone: people who are left out because they are shielded.
        before: people who were left out besides, in earlier releases; they stay so.
        rank: draws whom; nobody without the key can tell.

    Returns:
        People such that every crowd is safe.
    """
    out = set(gone)
    cover = set(before) - out
    # Small ones first: whoever is left out of them is missing in the large ones, too.
    by_size = sorted(crowds, key=lambda crowd: len(crowd.people))
    # Whom a later choice leaves out may be one of few missing in a crowd that was looked at before.
    while unsafe := next((crowd for crowd in by_size if not crowd.is_safe(out | cover)), None):
        missing = unsafe.people & (out | cover)
        others = sorted(unsafe.people - missing, key=rank.of)
        cover |= set(others[: SMALLEST - len(missing)])
    return cover


def crowds_of(
    staged: Mapping[str, Batch],
    made_of: Sequence[frozenset[str] | None],
    held: Sequence[frozenset[str]],
) -> list[Crowd]:
    """For each table: all its people, those an earlier release held, and those who came between two releases.

    Args:
        staged: batch of a table → who is in it.
        made_of: of each earlier release the batches, oldest first; ``None`` when that is not on record.
        held: of each the people it held.
    """
    tables: defaultdict[str, set[str]] = defaultdict(set)
    for name in staged:
        tables[_table(name)].add(name)
    found: list[Crowd] = []
    for batches in tables.values():
        found.append(_crowd(staged, batches))
        seen: set[str] = set()
        for of_release, people in zip(made_of, held, strict=True):
            of_table = batches if of_release is None else batches & of_release
            found.append(Crowd(_crowd(staged, of_table).people & people))
            if of_release is not None:
                found += _increment(staged, seen, of_table)
                seen |= of_table
        found += _increment(staged, seen, batches)
    return [crowd for crowd in found if crowd.people]


def _increment(staged: Mapping[str, Batch], seen: set[str], batches: set[str]) -> list[Crowd]:
    """What *batches* added: the people of the new rows, and those of them who are new."""
    if not (new := batches - seen):
        return []
    added = _crowd(staged, new)
    return [added, Crowd(added.people - _crowd(staged, seen).people)]


def _crowd(staged: Mapping[str, Batch], batches: Iterable[str]) -> Crowd:
    some = [staged[name] for name in batches]
    people = frozenset(person for batch in some for person in batch.people)
    return Crowd(people, unknown=any(batch.unknown for batch in some))


def _keeping_out(dataset: DatasetPlan, earlier: Iterable[ReleasePlan]) -> DatasetPlan:
    """A table with the rows that were once left out for somebody unknown."""
    before = (old.kept_out for plan in earlier for old in plan.datasets if old.name == dataset.name)
    return dataset.model_copy(update={"kept_out": tuple(sorted({name for some in before for name in some}))})


def _with_unknown(dataset: DatasetPlan, staged: Mapping[str, Batch]) -> DatasetPlan:
    """The same with those that are left out so now."""
    now = (batch.unknown for name, batch in staged.items() if _table(name) == dataset.name)
    return dataset.model_copy(update={"kept_out": tuple(sorted(set(dataset.kept_out).union(*now)))})


def returning(
    staged: Mapping[str, frozenset[str]], batches: frozenset[str] | None, held: frozenset[str]
) -> set[str]:
    """Who was left out of an earlier release, though rows of theirs were there to be released.

    Args:
        staged: batch → the people in its rows.
        batches: what the earlier release was made of; ``None`` when that is not on record, and may be anything.
        held: people it held.
    """
    there = (people for batch, people in staged.items() if batches is None or batch in batches)
    return {person for people in there for person in people} - held


def _staged(
    home: Home, keys: Keys, project: Project, plan: ReleasePlan, snapshot: Snapshot, gone: set[str]
) -> dict[str, Batch]:
    """Batch of a table → who is in its rows, whatever they are there, and which rows are left out for nobody known."""
    people: defaultdict[str, set[str]] = defaultdict(set)
    unknown: defaultdict[str, set[str]] = defaultdict(set)
    names = RowNames(keys, plan.recipient)
    for dataset, part in plan.parts():
        linked = LinkedPart(home.root / part.links, part.rows, snapshot, first=part.first)
        batch = _batch(dataset, part)
        people[batch] |= linked.everybody(np.ones(part.rows, np.bool_))
        about = project.contracts[dataset.source].datasets[dataset.dataset].about
        unclear = _SHIELDED[linked.statuses(about)] & ~linked.holding(gone)
        if unclear.any() or dataset.kept_out:
            opened = StagedPart(planned_part(home, part), first=part.first, rows=part.rows)
            unclear |= names.kept_out(dataset, part, opened, ~unclear)
            unknown[batch] |= set(names.of(dataset, part, opened, unclear))
    return {name: Batch(frozenset(some), frozenset(unknown[name])) for name, some in people.items()}


def _batches(earlier: ReleasePlan | None) -> frozenset[str] | None:
    """The batches a release of rows was made of; of tabulations, or of what an exception covers, none were whole."""
    if earlier is None:
        return None
    if earlier.tables is not None or earlier.scope is not None:
        return frozenset()
    return frozenset(_batch(dataset, part) for dataset, part in earlier.parts())


def _batch(dataset: DatasetPlan, part: PartPlan) -> str:
    return f"{dataset.name} {Path(part.staged).parent.as_posix()}"


def _table(batch: str) -> str:
    return batch.partition(" ")[0]


def _people(registry: Registry, keys: Keys, snapshot: Snapshot) -> Mapping[str, str]:
    """The ledger's fingerprint of everybody, by every id → the id they go by now."""
    fingerprint = keys.fingerprint(LEDGER_PURPOSE)
    ids = {*snapshot.statuses, *snapshot.merges}
    return {fingerprint.of(person): root_of(person, snapshot.merges) for person in ids}
