"""What a recipient could tell by subtracting a release without protected rows from an earlier one.

Rows of somebody who has become protected in between are missing in the later one: whoever sees one to ten people go
knows, or nearly knows, who they are (R-17: fewer than eleven is a small cell). So others go with them:
complementary suppression, of people instead of cells. Those stay out for good, else their return would single out
the rest. So does everybody else whose rows were left out of an earlier release: whoever comes back when a protection
ends, or a doubt is settled, comes back alone, and had something to be left out for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from shield1367.config.recipient import Membership
from shield1367.config.recipient.risk import SMALLEST
from shield1367.disclosure.plan import PLAN, DatasetPlan, PartPlan, ReleasePlan
from shield1367.home import Home
from shield1367.keys import Fingerprint, Keys
from shield1367.protection.linked import LinkedPart
from shield1367.protection.registry.store import Registry, root_of
from shield1367.protection.snapshot import Snapshot, take_snapshot
from shield1367.redaction.planned import LEDGER_PURPOSE
from shield1367.release.ledger import Ledger

_PURPOSE = "cover"


def with_cover(home: Home, keys: Keys, plan: ReleasePlan) -> ReleasePlan:
    """The plan with the people who are left out so that no difference shows fewer than eleven going.

    Nothing is added where every row goes, where rows go by an exception, and where nothing went before.

    Raises:
        LedgerBrokenError: the ledger does not hold.
    """
    if plan.membership is not Membership.WITHHELD or plan.scope is not None or plan.tables is not None:
        return plan
    ledger = Ledger(home)
    if not (earlier := ledger.of_recipient(plan.recipient)):
        return plan
    kept = {entry.release_id: home.plans / plan.recipient / entry.release_id for entry in earlier}
    plans = {name: ReleasePlan.read(folder) for name, folder in kept.items() if (folder / PLAN).exists()}
    registry = Registry(home, keys)
    snapshot = take_snapshot(registry, date.fromisoformat(plan.as_of))
    known = _people(registry, keys, snapshot)
    held: list[frozenset[str]] = [
        frozenset(known[one] for one in ledger.people_of(entry.release_id) if one in known)
        for entry in earlier
    ]
    gone = {person for person, status in snapshot.statuses.items() if status.is_shielded}
    before = {root_of(person, snapshot.merges) for old in plans.values() for person in old.cover}
    staged = _staged(home, plan, snapshot)
    for entry, people in zip(earlier, held, strict=True):
        before |= returning(staged, _batches(plans.get(entry.release_id)), people)
    cover = covering(held, gone, before, keys.fingerprint(f"{_PURPOSE}/{plan.recipient}"))
    return plan.model_copy(update={"cover": tuple(sorted(cover))})


def covering(
    held: Sequence[frozenset[str]], gone: Iterable[str], before: Iterable[str], rank: Fingerprint
) -> set[str]:
    """Who is left out besides those who have to be.

    Args:
        held: people of each earlier release, oldest first.
        gone: people who are left out because they are shielded.
        before: people who were left out besides, in earlier releases; they stay so.
        rank: draws whom; nobody without the key can tell.

    Returns:
        People such that of every earlier release nobody is missing, or eleven and more, or all.
    """
    out = set(gone)
    cover = set(before) - out
    for people in held:
        missing = people & (out | cover)
        if not missing or len(missing) >= SMALLEST:
            continue
        others = sorted(people - missing, key=rank.of)
        cover |= set(others[: SMALLEST - len(missing)])
    # Whom a later choice left out may be one of few missing in a release that was looked at before.
    return (
        cover
        if all(_is_safe(people & (out | cover), people) for people in held)
        else covering(held, out, cover, rank)
    )


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


def _staged(home: Home, plan: ReleasePlan, snapshot: Snapshot) -> dict[str, frozenset[str]]:
    """Batch of a table → everybody in its rows, whatever they are there."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for dataset, part in plan.parts():
        linked = LinkedPart(home.root / part.links, part.rows, snapshot, first=part.first)
        found[_batch(dataset, part)] |= linked.everybody(np.ones(part.rows, np.bool_))
    return {batch: frozenset(people) for batch, people in found.items()}


def _batches(earlier: ReleasePlan | None) -> frozenset[str] | None:
    """The batches a release of rows was made of; of tabulations, or of what an exception covers, none were whole."""
    if earlier is None:
        return None
    if earlier.tables is not None or earlier.scope is not None:
        return frozenset()
    return frozenset(_batch(dataset, part) for dataset, part in earlier.parts())


def _batch(dataset: DatasetPlan, part: PartPlan) -> str:
    return f"{dataset.name} {Path(part.staged).parent.as_posix()}"


def _is_safe(missing: frozenset[str], people: frozenset[str]) -> bool:
    return not missing or len(missing) >= SMALLEST or missing == people


def _people(registry: Registry, keys: Keys, snapshot: Snapshot) -> Mapping[str, str]:
    """The ledger's fingerprint of everybody, by every id → the id they go by now."""
    fingerprint = keys.fingerprint(LEDGER_PURPOSE)
    ids = {*snapshot.statuses, *snapshot.merges}
    return {fingerprint.of(person): root_of(person, snapshot.merges) for person in ids}
