"""How far the last look back came, kept in the registry's state. Lost, the next look sees everything again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime

import shield1367
from shield1367.config.project import Project
from shield1367.disclosure.standing import is_signed
from shield1367.protection.registry.store import Registry
from shield1367.protection.registry.tables import STATE

_LOOKED = "looked_back"
_COMPARED = "looked_back_under"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a look came.

    Attributes:
        decided: from when on the decision about everybody is known that it saw.
        sequence: number of the last entry of the ledger that it saw.
        day: the day it was.
    """

    decided: datetime | None = None
    sequence: int = 0
    day: date | None = None


def last_mark(registry: Registry) -> Mark:
    """Where the last look ended."""
    found = registry.state(_LOOKED)
    if found is None:
        return Mark()
    decided, sequence, day = json.loads(found)
    return Mark(datetime.fromisoformat(decided) if decided else None, sequence, date.fromisoformat(day))


def rules_of(project: Project, today: date) -> str:
    """Hash of everything by which an earlier release is compared with what it would be today."""
    rules = {
        "version": shield1367.__version__,
        "fields": project.fields.content_hash(),
        "text": project.text.content_hash(),
        "contracts": {name: contract.content_hash() for name, contract in project.contracts.items()},
        "profiles": {
            name: [project.policy_hash(profile), is_signed(project, profile, today)]
            for name, profile in project.recipients.items()
        },
    }
    return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()


def compared_under(registry: Registry) -> str | None:
    """The rules all earlier releases were last compared under."""
    return registry.state(_COMPARED)


def set_mark(registry: Registry, mark: Mark, *, rules: str | None) -> None:
    """Keep where a look ended and, where it compared all earlier releases, under which rules."""
    with registry.transaction() as connection:
        if mark.day is not None:
            value = json.dumps(
                [mark.decided and mark.decided.isoformat(), mark.sequence, mark.day.isoformat()]
            )
            registry.put(connection, STATE, {"name": _LOOKED, "value": value})
        if rules is not None:
            registry.put(connection, STATE, {"name": _COMPARED, "value": rules})
