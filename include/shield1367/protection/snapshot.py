"""The registry as of one day: who is shielded, for the decision about each row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

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
        shielded_names: fingerprints of the full names of everybody shielded.
        digest: hex SHA-256 of all of it.
    """

    as_of: date
    statuses: dict[str, Status]
    merges: dict[str, str]
    shielded_names: frozenset[str]
    digest: str

    def status_of(self, person_id: str) -> Status:
        """The answer for one person; somebody unknown is INDETERMINATE."""
        return self.statuses.get(root_of(person_id, self.merges), Status.INDETERMINATE)

    def status_of_row(self, links: Iterable[RowLink], about: str | None) -> Status:
        """The answer for one row: the most protective over everybody in it.

        A row whose subject cannot be told is INDETERMINATE (R-03: CLEAR needs a resolved identity).
        Others known by name only count when the name is one of somebody shielded.
        """
        answers, resolved = [], False
        for link in links:
            if link.person_id is not None:
                answers.append(self.status_of(link.person_id))
                resolved = resolved or link.role == about
            elif link.name_key in self.shielded_names:
                answers.append(Status.INDETERMINATE)
        if not resolved:
            answers.append(Status.INDETERMINATE)
        return strongest(answers)


def take_snapshot(registry: Registry, as_of: date) -> Snapshot:
    """Read the registry for one day."""
    merges = registry.merges()
    statuses = {
        person: status_at(protections, as_of) for person, protections in registry.protections().items()
    }
    names = registry.rows(sa.select(tables.MARK).where(tables.MARK.c.sort == "name"))
    shielded = frozenset(
        row.fingerprint
        for row in names
        if statuses.get(root_of(row.person_id, merges), Status.INDETERMINATE).is_shielded
    )
    hasher = hashlib.sha256((registry.state("decided") or "").encode())
    for person, status in sorted(statuses.items()):
        hasher.update(f"{person} {status}\n".encode())
    return Snapshot(as_of, statuses, merges, shielded, hasher.hexdigest())
