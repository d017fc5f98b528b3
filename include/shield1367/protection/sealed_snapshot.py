"""A snapshot in a sealed file: how the registry reaches whoever redacts, without its database.

Written once when a release is planned. Neither writing nor reading holds more than a few thousand people at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any

from shield1367.garbage import uncollected
from shield1367.identities import Identity
from shield1367.keys import Keys
from shield1367.protection.sealed_lines import TEXT, SealedLines
from shield1367.protection.snapshot import Snapshot
from shield1367.protection.status import Status

SNAPSHOT = "registry.sealed"
SNAPSHOT_PURPOSE = "snapshot"
_AT_ONCE = 5_000
_JSON = json.JSONEncoder(separators=(",", ":"))

Record = list[Any]


def write_snapshot(
    path: Path, keys: Keys, snapshot: Snapshot, identities: Iterable[Identity], *, release_id: str
) -> Path:
    """Seal a snapshot, and who the people in it are, into a file.

    Args:
        identities: everybody whom narratives are searched for; nobody, where there are none.

    Raises:
        StorageError: it cannot be written.
    """
    lines = SealedLines(path, keys.cipher(SNAPSHOT_PURPOSE), of=release_id)

    def told() -> Iterator[tuple[str, bytes]]:
        for sort, records in chain(_answers(snapshot), (("people", _people(identities)),)):
            rest = iter(records)
            while some := list(islice(rest, _AT_ONCE)):
                # One JSON text a line: json escapes every line break inside.
                yield sort, "\n".join(map(_JSON.encode, some)).encode()

    with uncollected():
        return lines.write(told(), level=TEXT)


class SealedSnapshot:
    """A snapshot in a file, read with the keys of the home."""

    def __init__(self, path: Path, keys: Keys, *, release_id: str) -> None:
        self._lines = SealedLines(path, keys.cipher(SNAPSHOT_PURPOSE), of=release_id)

    def snapshot(self) -> Snapshot:
        """The answers.

        Raises:
            SnapshotBrokenError: the file is not that of the release, or not whole.
            StorageError: it cannot be read.
        """
        found: dict[str, list[Record]] = {}
        for sort, said in self._lines:
            if sort != "people":
                found.setdefault(sort, []).extend(map(json.loads, said.splitlines()))
        (head,) = found["head"]
        as_of, digest = head
        known = {status.value: status for status in Status}
        return Snapshot(
            as_of=date.fromisoformat(as_of),
            statuses={person: known[status] for person, status in found.get("statuses", ())},
            merges=dict(found.get("merges", ())),
            whole_names=frozenset(name for (name,) in found.get("whole_names", ())),
            whole_if_part=frozenset(name for (name,) in found.get("whole_if_part", ())),
            short_names=frozenset(name for (name,) in found.get("short_names", ())),
            digest=digest,
        )

    def identities(self) -> Iterator[Identity]:
        """The people, in the order they were sealed in, a few thousand of them in memory at a time.

        Raises:
            SnapshotBrokenError: the file is not that of the release, or not whole.
            StorageError: it cannot be read.
        """
        for sort, said in self._lines:
            if sort == "people":
                for person, protected, values in map(json.loads, said.splitlines()):
                    told = {kind: tuple(of_kind) for kind, of_kind in values.items()}
                    yield Identity(person, told, protected)


def _answers(snapshot: Snapshot) -> Iterator[tuple[str, Iterable[Record]]]:
    yield "head", [[snapshot.as_of.isoformat(), snapshot.digest]]
    yield "statuses", ([person, status] for person, status in snapshot.statuses.items())
    yield "merges", ([person, into] for person, into in snapshot.merges.items())
    for sort in ("whole_names", "whole_if_part", "short_names"):
        yield sort, ([name] for name in sorted(getattr(snapshot, sort)))


def _people(identities: Iterable[Identity]) -> Iterator[Record]:
    for person in identities:
        yield [person.person_id, person.protected, person.values]
