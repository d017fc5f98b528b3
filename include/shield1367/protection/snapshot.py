"""The registry as of one day: who is shielded, for the decision about each row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from shield1367.garbage import uncollected
from shield1367.protection.links import RowLink
from shield1367.protection.registry import tables
from shield1367.protection.registry.counts import statuses_on
from shield1367.protection.registry.store import Registry, root_of
from shield1367.protection.status import Status, strongest

# A name alone, without identifier or date of birth, tells who is meant only while few people bear it. In a
# large registry everybody's name is somebody shielded's, and every row would be in doubt.
_MOST_NAMESAKES = 5
_MOST_NAMESAKES_OF_PART = 2


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Answers about one day.

    Attributes:
        statuses: root person id → status.
        merges: person id → id it was merged into.
        whole_names: fingerprints of whole names of shielded people that few people bear.
        whole_if_part: those of them that tell also when the name asked about is longer.
        short_names: fingerprints of their short names that fewer still bear: one given name, one of
            several surnames.
        digest: hex SHA-256 of all of it.
    """

    as_of: date
    statuses: dict[str, Status]
    merges: dict[str, str]
    whole_names: frozenset[str]
    whole_if_part: frozenset[str]
    short_names: frozenset[str]
    digest: str

    def status_of(self, person_id: str) -> Status:
        """The answer for one person; somebody unknown is INDETERMINATE."""
        return self.statuses.get(root_of(person_id, self.merges), Status.INDETERMINATE)

    def status_of_row(self, links: Iterable[RowLink], about: str | None) -> Status:
        """The answer for one row: the most protective over everybody in it.

        A row whose subject cannot be told is INDETERMINATE (R-03: CLEAR needs a resolved identity).
        Others known by name only count when the name is one of somebody shielded that tells who is
        meant, also with a middle name or one of two surnames left out. (Whatever a row says of them is
        scrubbed in any case.)
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
        return any(
            name in whole or name in short for name in link.whole_names
        ) or not self.whole_if_part.isdisjoint(link.short_names)


def take_snapshot(registry: Registry, as_of: date, *, known_at: datetime | None = None) -> Snapshot:
    """Read the registry for one day.

    Args:
        known_at: as it answered at that time; by default as it answers now. Who is who is always as known now.
    """
    with uncollected():
        merges = registry.merges()
        statuses = statuses_on(registry, as_of, known_at=known_at)
        names = _names(registry, statuses, merges)
    return Snapshot(
        as_of=as_of,
        statuses=statuses,
        merges=merges,
        whole_names=names.whole,
        whole_if_part=names.whole_if_part,
        short_names=names.short,
        digest=_digest(registry, statuses),
    )


def digest_of(registry: Registry, as_of: date) -> str:
    """The digest of the snapshot of one day, without the names that are in it: all that they are is in the answers."""
    with uncollected():
        return _digest(registry, statuses_on(registry, as_of))


def _digest(registry: Registry, statuses: Mapping[str, Status]) -> str:
    hasher = hashlib.sha256((registry.state("decided") or "").encode())
    for person, status in sorted(statuses.items()):
        hasher.update(f"{person} {status}\n".encode())
    return hasher.hexdigest()


class _Names(NamedTuple):
    whole: frozenset[str]
    whole_if_part: frozenset[str]
    short: frozenset[str]


def _names(registry: Registry, statuses: Mapping[str, Status], merges: dict[str, str]) -> _Names:
    """Names of shielded people that tell who is meant: of all the registry knows, few bear them.

    Everybody is gone through twice, so that nothing is kept of the names that nobody shielded bears.
    """
    # Somebody without an answer is INDETERMINATE.
    clear = {person for person, status in statuses.items() if not status.is_shielded}
    whole, short = set[str](), set[str]()
    for person, sort, fingerprint in _named(registry, merges):
        if person not in clear:
            (short if sort == "short" else whole).add(fingerprint)
    # Of most names a few bearers at most: a set of its own for each would be most of what a snapshot takes.
    bearers: dict[str, tuple[str, ...]] = dict.fromkeys(whole | short, ())
    for person, _, fingerprint in _named(registry, merges):
        bearing = bearers.get(fingerprint)
        if bearing is not None and len(bearing) <= _MOST_NAMESAKES and person not in bearing:
            bearers[fingerprint] = (*bearing, person)

    def few(names: set[str], most: int) -> frozenset[str]:
        return frozenset(name for name in names if len(bearers[name]) <= most)

    return _Names(
        whole=few(whole, _MOST_NAMESAKES),
        whole_if_part=few(whole, _MOST_NAMESAKES_OF_PART),
        short=few(short, _MOST_NAMESAKES_OF_PART),
    )


def _named(registry: Registry, merges: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Who, by root id, bears which name, by sort and fingerprint; a few thousand in memory at a time."""
    mark = tables.MARK.c
    wanted = sa.select(mark.person_id, mark.sort, mark.fingerprint)
    for person, sort, fingerprint in registry.stream(wanted.where(mark.sort.in_(("name", "whole", "short")))):
        yield root_of(person, merges), sort, fingerprint
