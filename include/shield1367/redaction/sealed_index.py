"""The index of everybody a release's narratives are searched for, in a sealed file beside the snapshot."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from shield1367.garbage import uncollected
from shield1367.identities import Identity
from shield1367.keys import Keys
from shield1367.protection.sealed_lines import NUMBERS, SealedLines
from shield1367.protection.sealed_snapshot import SNAPSHOT_PURPOSE
from shield1367.redaction.text.lexicon import load_lexicon
from shield1367.redaction.text.people import People
from shield1367.redaction.text.stored_people import Part, StoredPeople, parts_of

# Of a part: items of a list, and numbers of an array, on one line.
_ITEMS: Final = 2**15
_NUMBERS: Final = 2**19


def write_index(path: Path, keys: Keys, identities: Iterable[Identity], *, release_id: str) -> Path:
    """Make the index of some people, and seal it into a file.

    Raises:
        StorageError: it cannot be written.
    """
    with uncollected():
        people = People(identities, load_lexicon())
        lines = (line for name, part in parts_of(people) for line in _lines(name, part))
        return _file(path, keys, release_id).write(lines, level=NUMBERS)


def read_index(path: Path, keys: Keys, *, release_id: str) -> People:
    """The index in a file, as it would be made of the same people now: a plan tells which rules it was made by.

    Raises:
        SnapshotBrokenError: the file is not that of the release, or not whole.
        StorageError: it cannot be read.
    """
    with uncollected():
        return StoredPeople(_parts(_file(path, keys, release_id)), load_lexicon())


def _file(path: Path, keys: Keys, release_id: str) -> SealedLines:
    return SealedLines(path, keys.cipher(SNAPSHOT_PURPOSE), of=f"{release_id}/index")


def _lines(name: str, part: Part) -> Iterator[tuple[str, bytes]]:
    """A part as lines, one at least: numbers say of which type they are."""
    if isinstance(part, np.ndarray):
        for at in range(0, max(len(part), 1), _NUMBERS):
            yield f"{name} {part.dtype.str}", part[at : at + _NUMBERS].tobytes()
    else:
        for at in range(0, max(len(part), 1), _ITEMS):
            yield name, json.dumps(part[at : at + _ITEMS], separators=(",", ":")).encode()


def _parts(lines: Iterable[tuple[str, bytes]]) -> dict[str, Part]:
    lists = defaultdict[str, list[Any]](list)
    numbers = defaultdict[tuple[str, str], bytearray](bytearray)
    for sort, said in lines:
        name, _, dtype = sort.partition(" ")
        if dtype:
            numbers[name, dtype] += said
        else:
            lists[name] += json.loads(said)
    arrays = {name: np.frombuffer(said, dtype) for (name, dtype), said in numbers.items()}
    return {**lists, **arrays}
