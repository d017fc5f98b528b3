"""The registry as of one day: who is shielded, for the decision about each row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from shield1367.protection import registry as tables
from shield1367.protection.decide import status_at
from shield1367.protection.links import RowLink
from shield1367.protection.registry import Registry, root_of
from shield1367.protection.status import Status, strongest


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Answers about one day.

    Attributes:
        statuses: root person id → status.
        merges: person id → id it was merged into.
        whole_names: fingerprints of the whole names of everybody shielded.
        short_names: fingerprints of their short names: one given name, one of several surnames.
        digest: hex SHA-256 of all of it.
    """

    as_of: date
    statuses: dict[str, Status]
    merges: dict[str, str]
    whole_names: frozenset[str]
    short_names: frozenset[str]
    digest: str

    def status_of(self, person_id: str) -> Status:
        """The answer for one person; somebody unknown is INDETERMINATE."""
        return self.statuses.get(root_of(person_id, self.merges), Status.INDETERMINATE)

    def status_of_row(self, links: Iterable[RowLink], about: str | None) -> Status:
        """The answer for one row: the most protective over everybody in it.

        A row whose subject cannot be told is INDETERMINATE (R-03: CLEAR needs a resolved identity).
        Others known by name only count when the name is one of somebody shielded, also with a middle
        name or one of two surnames left out.
        """
        answers, resolved = [], False
        for link in links:
            if link.person_id is not None:
                answers.append(self.status_of(link.person_id))
                resolved = resolved or link.role == about
            elif self.may_be_shielded(link):
                answers.append(Status.INDETERMINATE)
        if not resolved:
            answers.append(Status.INDETERMINATE)
        return strongest(answers)

    def may_be_shielded(self, link: RowLink) -> bool:
        """Whether somebody known by name only has the name of somebody shielded."""
        whole, short = self.whole_names, self.short_names
        return any(name in whole or name in short for name in link.whole_names) or not whole.isdisjoint(
            link.short_names
        )


def take_snapshot(registry: Registry, as_of: date, *, known_at: datetime | None = None) -> Snapshot:
    """Read the registry for one day.

    Args:
        known_at: as it answered at that time; by default as it answers now. Who is who is always as known now.
    """
    merges = registry.merges()
    statuses = {
        person: status_at(protections, as_of)
        for person, protections in registry.protections(known_at=known_at).items()
    }
    names: dict[str, set[str]] = {"name": set(), "whole": set(), "short": set()}
    for row in registry.rows(sa.select(tables.MARK).where(tables.MARK.c.sort.in_(names))):
        if statuses.get(root_of(row.person_id, merges), Status.INDETERMINATE).is_shielded:
            names[row.sort].add(row.fingerprint)
    hasher = hashlib.sha256((registry.state("decided") or "").encode())
    for person, status in sorted(statuses.items()):
        hasher.update(f"{person} {status}\n".encode())
    return Snapshot(
        as_of=as_of,
        statuses=statuses,
        merges=merges,
        whole_names=frozenset(names["name"] | names["whole"]),
        short_names=frozenset(names["short"]),
        digest=hasher.hexdigest(),
    )
