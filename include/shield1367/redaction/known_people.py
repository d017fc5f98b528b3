"""Whom a release knows: the answers of the registry it was planned with, and the scrubber that looks for everybody.

Both are the same for all partitions, and take a gigabyte where there are a million people. They are worked out once,
when a release is planned; a process reads them once, and processes forked from it share them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from shield1367.config.text import Strictness, TextSettings
from shield1367.disclosure.plan import ReleasePlan
from shield1367.disclosure.planning import StaleRegistryError
from shield1367.home import Home
from shield1367.identities import Identity
from shield1367.keys import Keys
from shield1367.protection.registry.store import Registry
from shield1367.protection.sealed_snapshot import SNAPSHOT, SealedSnapshot, write_snapshot
from shield1367.protection.snapshot import Snapshot
from shield1367.redaction.planned import planned_snapshot, require_as_planned

if TYPE_CHECKING:
    from shield1367.redaction.text.people import People
    from shield1367.redaction.text.scrub import Scrubber


class KnownPeople:
    """The registry's answers, and who is who.

    Attributes:
        identities: gives everybody the registry knows, each time anew.

    Args:
        index: gives the index of them where it has been made; by default it is made of *identities*.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        identities: Callable[[], Iterable[Identity]],
        index: Callable[[], People] | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.identities = identities
        self._index = index or identities
        self._scrubbers: dict[tuple[str, Strictness], Scrubber] = {}

    def scrubber(self, settings: TextSettings, strictness: Strictness) -> Scrubber:
        """The scrubber that knows everybody; made when it is first asked for."""
        from shield1367.redaction.text.scrub import Scrubber

        wanted = (settings.content_hash(), strictness)
        if wanted not in self._scrubbers:
            self._scrubbers[wanted] = Scrubber(self._index(), settings=settings, strictness=strictness)
        return self._scrubbers[wanted]


@dataclass(frozen=True, slots=True)
class _File:
    """A snapshot's file as it was read: another one under its name is another file."""

    path: Path
    release_id: str
    inode: int
    size: int
    changed: int


# The one that this process works with; the next release takes its place.
_KEPT: dict[_File, KnownPeople] = {}


def snapshot_path(home: Home, plan: ReleasePlan) -> Path:
    """Where the sealed snapshot of a release in the making lies."""
    return home.work / plan.recipient / plan.release_id / SNAPSHOT


def seal_planned(home: Home, keys: Keys, plan: ReleasePlan, *, snapshot: Snapshot | None = None) -> Path:
    """Write the snapshot that *plan* was made with into its work folder, for whoever redacts.

    Who people are goes along only where narratives are searched for them.

    Args:
        snapshot: the registry's answers for the day of the plan, where they are read already.

    Raises:
        StaleRegistryError: the registry has changed since.
        StorageError: it cannot be written.
    """
    registry = Registry(home, keys)
    if snapshot is None:
        snapshot = planned_snapshot(registry, plan)
    else:
        # Whom it knows is read now, what it says of them was read before.
        require_as_planned(registry, plan)
    identities = registry.everybody(snapshot.statuses) if plan.scrubs else ()
    return write_snapshot(snapshot_path(home, plan), keys, snapshot, identities, release_id=plan.release_id)


def seal_index(home: Home, keys: Keys, plan: ReleasePlan) -> None:
    """Write the index of whoever the narratives of *plan* are searched for beside its sealed snapshot.

    Raises:
        SnapshotBrokenError: the snapshot does not open.
        StorageError: the index cannot be written.
    """
    from shield1367.redaction.sealed_index import write_index

    path, release_id = snapshot_path(home, plan), plan.release_id
    if plan.scrubs:
        everybody = SealedSnapshot(path, keys, release_id=release_id).identities()
        write_index(_index_path(path), keys, everybody, release_id=release_id)


def known_people(home: Home, keys: Keys, plan: ReleasePlan) -> KnownPeople:
    """Whom *plan* knows: of its sealed snapshot, or of the registry where it has none.

    What a snapshot says is kept for as long as the process works on its release.

    Raises:
        StaleRegistryError: they are not the answers the release was planned with.
        SnapshotBrokenError: the snapshot does not open.
    """
    path = snapshot_path(home, plan)
    if not path.exists():
        # A plan that was made by an earlier version.
        registry = Registry(home, keys)
        snapshot = planned_snapshot(registry, plan)
        return KnownPeople(snapshot, lambda: registry.everybody(snapshot.statuses))
    state = path.stat()
    file = _File(path, plan.release_id, state.st_ino, state.st_size, state.st_mtime_ns)
    if file not in _KEPT:
        # First out with the other one: the memory of two is not there.
        _KEPT.clear()
        sealed = SealedSnapshot(path, keys, release_id=plan.release_id)
        snapshot = sealed.snapshot()
        if snapshot.digest != plan.hashes.registry:
            raise StaleRegistryError(
                f"the snapshot of release {plan.release_id} is of another registry than it was planned with.",
                mend="plan the release again; the new plan gets a new id.",
            )
        _KEPT[file] = KnownPeople(snapshot, sealed.identities, _index_of(path, keys, plan))
    return _KEPT[file]


def _index_of(path: Path, keys: Keys, plan: ReleasePlan) -> Callable[[], People] | None:
    """What reads the index beside a snapshot; ``None`` where nobody is searched for, or an earlier version made it."""
    from shield1367.redaction.sealed_index import read_index

    index = _index_path(path)
    return partial(read_index, index, keys, release_id=plan.release_id) if index.exists() else None


def _index_path(snapshot: Path) -> Path:
    return snapshot.with_name("index.sealed")
