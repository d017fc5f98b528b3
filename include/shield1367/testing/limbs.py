"""The limbs of the law a case can fall under, and the evidence each leaves in the sources."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import yaml

_FILE = Path(__file__).with_name("limbs.yaml")


class Status(StrEnum):
    """What a correct reader of all the evidence must answer about a person."""

    PROTECTED = "PROTECTED"
    INDETERMINATE = "INDETERMINATE"
    CLEAR = "CLEAR"


class Outcome(StrEnum):
    """How an application stands at the end of its status history."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    DENIED = "DENIED"
    DENIED_UNDER_APPEAL = "DENIED_UNDER_APPEAL"
    DENIED_OTHER = "DENIED_OTHER"
    DENIED_FINAL = "DENIED_FINAL"
    WITHDRAWN = "WITHDRAWN"
    REVOKED = "REVOKED"
    REJECTED = "REJECTED"
    ADMIN_CLOSED = "ADMIN_CLOSED"


@dataclass(frozen=True, slots=True)
class AdmissionClass:
    """A class of admission: the code, and its words in the I-213 export."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class MemberForm:
    """The application of a derivative; ``ead`` and ``admission`` may be empty."""

    form: str
    basis: str
    admission: str
    ead: str


@dataclass(frozen=True, slots=True)
class Limb:
    """One entry of ``limbs.yaml``; the file's head says what each key means."""

    name: str
    status: Status
    weight: float
    form: str
    bases: tuple[str, ...]
    ead: tuple[str, ...]
    own_ead: tuple[str, ...]
    flag: str
    granted: AdmissionClass | None
    always: bool
    entry: AdmissionClass | None
    members: dict[str, MemberForm]
    court: str
    abuser: bool
    minor: bool
    elder: bool
    country: str

    @property
    def files(self) -> bool:
        """Whether the limb shows in a benefit application at all."""
        return bool(self.form)


@lru_cache(maxsize=1)
def limbs() -> dict[Status, tuple[tuple[Limb, ...], tuple[float, ...]]]:
    """All limbs by status, each with cumulative weights."""
    content = _content()
    table = {}
    for status in Status:
        entries = tuple(_limb(name, status, entry) for name, entry in content[status.lower()].items())
        table[status] = (entries, tuple(accumulate(limb.weight for limb in entries)))
    return table


def draw_limb(status: Status, rng: Random) -> Limb:
    """One limb of a status by weight."""
    entries, cumulative = limbs()[status]
    return entries[bisect(cumulative, rng.random() * cumulative[-1])]


@lru_cache(maxsize=1)
def _entries() -> tuple[tuple[AdmissionClass, ...], tuple[float, ...]]:
    rows = _content()["entries"]
    return tuple(AdmissionClass(row[1], row[2]) for row in rows), tuple(accumulate(row[0] for row in rows))


def draw_entry(rng: Random) -> AdmissionClass:
    """A harmless class of admission at entry, by weight."""
    classes, cumulative = _entries()
    return classes[bisect(cumulative, rng.random() * cumulative[-1])]


@lru_cache(maxsize=1)
def _content() -> Any:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


def _limb(name: str, status: Status, entry: dict[str, Any]) -> Limb:
    def several(key: str) -> tuple[str, ...]:
        value = entry.get(key, ())
        return (value,) if isinstance(value, str) else tuple(value)

    def admission(key: str) -> AdmissionClass | None:
        return AdmissionClass(*entry[key]) if key in entry else None

    return Limb(
        name=name,
        status=status,
        weight=entry["weight"],
        form=entry.get("form", ""),
        bases=several("basis"),
        ead=several("ead"),
        own_ead=several("own_ead"),
        flag=entry.get("flag", ""),
        granted=admission("class"),
        always=entry.get("always", False),
        entry=admission("entry"),
        members={relation: MemberForm(*row) for relation, row in entry.get("members", {}).items()},
        court=entry.get("court", ""),
        abuser=entry.get("abuser", False),
        minor=entry.get("minor", False),
        elder=entry.get("elder", False),
        country=entry.get("country", ""),
    )
