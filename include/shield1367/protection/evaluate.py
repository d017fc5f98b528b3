"""The protect stage: evidence and people of every new batch into the registry, then the decision."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from shield1367.config.linkage import LinkageSettings
from shield1367.config.loading import ConfigModel
from shield1367.config.project import Project
from shield1367.config.reviews import require_fresh
from shield1367.errors import TerminalError
from shield1367.garbage import uncollected
from shield1367.home import Home
from shield1367.intake.receipt import BatchReceipt, list_receipts
from shield1367.keys import Keys
from shield1367.protection.batch import BatchReader
from shield1367.protection.doubles import link_doubles
from shield1367.protection.judge import DECIDING, Protections, judge_all, judge_around
from shield1367.protection.progress import forget_others, is_any_half_read
from shield1367.protection.registry import tables
from shield1367.protection.registry.counts import (
    UnknownCodes,
    count_rules,
    count_statuses,
    count_unknown_codes,
)
from shield1367.protection.registry.neighbours import Ids, Overview
from shield1367.protection.registry.store import Registry
from shield1367.protection.status import Status

# Raise when evidence is read differently, so that every batch is read again.
_READING = "4"
# Names in the registry's state: the batches and tables decided on, and the way of deciding.
_DECIDED = "decided"
_DECIDING = "deciding"
# When everything staged was last found judged, whether or not anything was new.
_JUDGED_AT = "judged_at"
# The time from which on what was decided last is known.
_DECIDED_AT = "decided_at"


class EvaluationResult(ConfigModel):
    """What the protect stage did: counts only."""

    batches: int
    rows: int
    people: int
    protected: int
    indeterminate: int
    clear: int
    changed: bool
    rules: dict[str, int]
    unknown_codes: tuple[UnknownCodes, ...]


class UnknownSourceError(TerminalError):
    """Error raised when staged data has no contract any more, so that it cannot be judged."""

    code = "E401"


def reading_hash(project: Project, receipt: BatchReceipt) -> str:
    """Hash of everything that shapes how the evidence of one batch is read, and of what was added to it since."""
    parts = [
        _READING,
        project.contracts[receipt.source].content_hash(),
        project.fields.content_hash(),
        project.benefits.content_hash(),
        project.indicators.content_hash(),
        project.safeguards.content_hash(),
        *(addition.content_hash() for addition in receipt.additions),
    ]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def evaluate(home: Home, keys: Keys, project: Project, *, now: datetime | None = None) -> EvaluationResult:
    """Bring the registry up to date with everything staged; a second call changes nothing.

    Args:
        now: the time evidence counts as learned; by default the present, in UTC.

    Raises:
        UnknownSourceError: a staged source has no contract.
        TransientError: the registry does not answer.
    """
    now = now or datetime.now(UTC)
    require_fresh(project.reviews(), now.date())
    registry = Registry(home, keys)
    pending = _pending(list_receipts(home), registry, project)
    with registry.transaction() as connection:
        forget_others(connection, pending)
    reader = BatchReader(home, keys, registry, project, now)
    with uncollected():
        read = [reader.read(receipt, reading_hash(project, receipt)) for receipt in pending]
        changed = _decide(registry, keys, project.linkage, now)
    rows = [count for count in read if count is not None]
    with registry.transaction() as connection:
        # The clock's time, whatever day the evidence counts as learned on.
        registry.put(connection, tables.STATE, {"name": _JUDGED_AT, "value": datetime.now(UTC).isoformat()})
    return _result(registry, len(rows), sum(rows), now.date(), changed=changed)


def _decide(registry: Registry, keys: Keys, settings: LinkageSettings, now: datetime) -> bool:
    """Decide anew about whoever the batches since the last decision may have changed; whether any did."""
    way = _way_of_deciding(settings)
    with registry.transaction() as connection:
        evaluated = registry.evaluated(connection)
        decided = _digest(evaluated, way)
        # An empty registry has nothing to decide, and nothing that a release could be planned on.
        if not evaluated or registry.state(_DECIDED, connection) == decided:
            return False
        # Whoever decided before has committed by now: the times of decisions follow one another, whatever
        # the clock says, so that it can be told which of them a release knew.
        if (before := decided_at(registry, connection)) and before >= now:
            now = before + timedelta(microseconds=1)
        fresh: set[str] | None = None
        overview: Overview | None = None
        if registry.state(_DECIDING, connection) == way:
            touched = {row.person_id for row in connection.execute(sa.select(tables.UNDECIDED))}
            judged = judge_around(registry, connection, touched)
            fresh = Ids(connection).roots(touched.union(*_keep(registry, connection, judged, now)))
        else:
            for table in (tables.LIKENESS, tables.BLOCK):
                connection.execute(sa.delete(table))
            overview = Overview.of(connection)
            _finish(_keep(registry, connection, judge_all(registry, connection, overview), now))
        # Who may be a double shows only when it is known who is shielded.
        doubled = link_doubles(registry, connection, keys, settings, fresh=fresh, now=now)
        around = judge_around(registry, connection, doubled, overview=overview)
        _finish(_keep(registry, connection, around, now))
        # Whoever stands in a batch that somebody is still reading is decided again with all of it.
        if not is_any_half_read(connection):
            connection.execute(sa.delete(tables.UNDECIDED))
        registry.put(connection, tables.STATE, {"name": _DECIDING, "value": way})
        registry.put(connection, tables.STATE, {"name": _DECIDED, "value": decided})
        registry.put(connection, tables.STATE, {"name": _DECIDED_AT, "value": now.isoformat()})
    return True


def _keep(
    registry: Registry, connection: sa.Connection, judged: Iterable[Protections], now: datetime
) -> Iterator[set[str]]:
    """Let what was judged hold from now on, part by part; gives whose protections are others than before."""
    for protections in judged:
        of = Ids(connection).all_of(protections.keys())
        yield registry.replace_protections(connection, protections, of=of, now=now)


def _finish(parts: Iterable[set[str]]) -> None:
    """Go through to the end, keeping nothing: those of everybody would fill the memory."""
    deque(parts, maxlen=0)


def _way_of_deciding(settings: LinkageSettings) -> str:
    return f"{DECIDING} {settings.content_hash()}"


def evidence_digest(registry: Registry) -> str | None:
    """Hash of the batches and tables behind the present decision; ``None`` before the first one."""
    return registry.state(_DECIDED)


def judged_at(registry: Registry) -> datetime | None:
    """When the protect stage last found everything staged judged; ``None`` before it ever did."""
    found = registry.state(_JUDGED_AT)
    return datetime.fromisoformat(found) if found else None


def decided_at(registry: Registry, connection: sa.Connection | None = None) -> datetime | None:
    """From when on the present decision is known; ``None`` before the first one.

    Each is later than the one before: what a release knew is what was known from its own on or earlier.
    """
    found = registry.state(_DECIDED_AT, connection)
    return datetime.fromisoformat(found) if found else None


def unevaluated(home: Home, registry: Registry, project: Project) -> list[str]:
    """Staged batches that the registry has not judged with the present tables.

    All of them after a run that ended between reading and deciding: nobody can say whose answer is old.
    """
    receipts = list_receipts(home)
    pending = _pending(receipts, registry, project)
    evaluated, way = registry.evaluated(), _way_of_deciding(project.linkage)
    undecided = evaluated and registry.state(_DECIDED) != _digest(evaluated, way)
    return [f"{r.source}/{r.batch}" for r in (receipts if undecided else pending)]


def _pending(receipts: list[BatchReceipt], registry: Registry, project: Project) -> list[BatchReceipt]:
    if unknown := sorted({receipt.source for receipt in receipts} - project.contracts.keys()):
        raise UnknownSourceError(
            f"staged data of {', '.join(unknown)} has no contract.",
            mend="put the contract back under include/config/sources, or move the staged folder away.",
        )
    evaluated = registry.evaluated()
    return [r for r in receipts if evaluated.get((r.source, r.batch)) != reading_hash(project, r)]


def _digest(evaluated: Mapping[tuple[str, str], str], way: str) -> str:
    batches = sorted([source, batch, policy] for (source, batch), policy in evaluated.items())
    return hashlib.sha256(json.dumps([way, *batches]).encode()).hexdigest()


def _result(registry: Registry, batches: int, rows: int, today: date, *, changed: bool) -> EvaluationResult:
    with registry.reading() as connection:
        counts = count_statuses(connection, today)
        rules = count_rules(connection)
    return EvaluationResult(
        batches=batches,
        rows=rows,
        people=counts.total(),
        protected=counts[Status.PROTECTED],
        indeterminate=counts[Status.INDETERMINATE],
        clear=counts[Status.CLEAR],
        changed=changed,
        rules=rules,
        unknown_codes=count_unknown_codes(registry),
    )
