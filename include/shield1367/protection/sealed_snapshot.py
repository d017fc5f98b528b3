"""A snapshot in a sealed file: how the registry reaches whoever redacts, without its database.

Written once when a release is planned. Lines are sealed one by one, so that neither writing nor reading holds more
than a few thousand people at a time, and nothing of it is ever plain on disk. Each says inside of which release and
which line it is, and the last one that it is the last: a file that was cut, mixed or put in the place of another
does not open.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any

from shield1367.errors import KeyMissingError, TerminalError
from shield1367.garbage import uncollected
from shield1367.identities import Identity
from shield1367.keys import Cipher, Keys
from shield1367.protection.snapshot import Snapshot
from shield1367.protection.status import Status
from shield1367.storage import reported, write_atomically

SNAPSHOT = "registry.sealed"
SNAPSHOT_PURPOSE = "snapshot"
_AT_ONCE = 5_000
# Level 1: the file is as good as read and written at the speed of sealing it.
_LEVEL = 1
_JSON = json.JSONEncoder(separators=(",", ":"))

Record = list[Any]


class SnapshotBrokenError(TerminalError):
    """Error raised when a sealed snapshot is not the one of its release, or not whole."""

    code = "E780"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is not the whole snapshot of its release.",
            mend=f"delete {path.parent} and plan the release again.",
        )


def write_snapshot(
    path: Path, keys: Keys, snapshot: Snapshot, identities: Iterable[Identity], *, release_id: str
) -> Path:
    """Seal a snapshot, and who the people in it are, into a file.

    Args:
        identities: everybody whom narratives are searched for; nobody, where there are none.

    Raises:
        StorageError: it cannot be written.
    """
    cipher = keys.cipher(SNAPSHOT_PURPOSE)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as stream, uncollected():
            number = 0
            for sort, records in chain(_answers(snapshot), (("people", _people(identities)),)):
                rest = iter(records)
                while some := list(islice(rest, _AT_ONCE)):
                    stream.write(_sealed(cipher, [release_id, number, sort], some))
                    number += 1
            stream.write(_sealed(cipher, [release_id, number, "end"], []))

    return write_atomically(path, write)


class SealedSnapshot:
    """A snapshot in a file, read with the keys of the home."""

    def __init__(self, path: Path, keys: Keys, *, release_id: str) -> None:
        self._path = path
        self._cipher = keys.cipher(SNAPSHOT_PURPOSE)
        self._release_id = release_id

    def snapshot(self) -> Snapshot:
        """The answers.

        Raises:
            SnapshotBrokenError: the file is not that of the release, or not whole.
            StorageError: it cannot be read.
        """
        found: dict[str, list[Record]] = {}
        for sort, records in self._lines():
            if sort != "people":
                found.setdefault(sort, []).extend(map(json.loads, records))
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
        for sort, records in self._lines():
            if sort == "people":
                for person, protected, values in map(json.loads, records):
                    told = {kind: tuple(of_kind) for kind, of_kind in values.items()}
                    yield Identity(person, told, protected)

    def _lines(self) -> Iterator[tuple[str, list[bytes]]]:
        with reported(self._path, "read"), self._path.open("rb") as stream:
            sort = ""
            for number, line in enumerate(stream):
                try:
                    opened = zlib.decompress(self._cipher.decrypt(line.rstrip(b"\n")))
                except (KeyMissingError, zlib.error):
                    raise SnapshotBrokenError(self._path) from None
                head, *records = opened.splitlines()
                release_id, place, sort = json.loads(head)
                if (release_id, place) != (self._release_id, number):
                    raise SnapshotBrokenError(self._path)
                if sort != "end":
                    yield sort, records
        if sort != "end":
            raise SnapshotBrokenError(self._path)


def _answers(snapshot: Snapshot) -> Iterator[tuple[str, Iterable[Record]]]:
    yield "head", [[snapshot.as_of.isoformat(), snapshot.digest]]
    yield "statuses", ([person, status] for person, status in snapshot.statuses.items())
    yield "merges", ([person, into] for person, into in snapshot.merges.items())
    for sort in ("whole_names", "whole_if_part", "short_names"):
        yield sort, ([name] for name in sorted(getattr(snapshot, sort)))


def _people(identities: Iterable[Identity]) -> Iterator[Record]:
    for person in identities:
        yield [person.person_id, person.protected, person.values]


def _sealed(cipher: Cipher, head: Record, records: list[Record]) -> bytes:
    # One JSON text a line: json escapes every line break inside.
    lines = "\n".join(map(_JSON.encode, (head, *records)))
    return cipher.encrypt(zlib.compress(lines.encode(), _LEVEL)) + b"\n"
