"""The protect stage: evidence and people of every new batch into the registry, then the decision."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import combinations
from typing import Any

import sqlalchemy as sa

from shield1367.config.linkage import load_linkage_settings
from shield1367.config.loading import ConfigModel
from shield1367.config.project import Project
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.intake.quarantine import IDENTIFIER_PURPOSE
from shield1367.intake.receipt import BatchReceipt, list_receipts
from shield1367.intake.stage import FILE, INVALID, ROW
from shield1367.keys import Keys
from shield1367.protection import registry as tables
from shield1367.protection.evidence import Finding, RowReader
from shield1367.protection.judge import judge
from shield1367.protection.links import RowLink, write_links
from shield1367.protection.mention import Mention, MentionReader
from shield1367.protection.registry import Registry
from shield1367.protection.resolve import Link, LinkReason, PersonIndex
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status
from shield1367.protection.suspects import suspects_of
from shield1367.storage import reported

# Raise when evidence is read differently, so that every batch is read again.
_READING = "3"
_DECIDED = "decided"


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


class UnknownSourceError(TerminalError):
    """Error raised when staged data has no contract any more, so that it cannot be judged."""

    code = "E401"


def reading_hash(project: Project, source: str) -> str:
    """Hash of everything that shapes how the evidence of one source is read."""
    parts = [
        _READING,
        project.contracts[source].content_hash(),
        project.fields.content_hash(),
        project.benefits.content_hash(),
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
    registry = Registry(home, keys)
    pending = _pending(list_receipts(home), registry, project)
    reader = _BatchReader(home, keys, registry, project, now)
    rows = sum(reader.read(receipt) for receipt in pending)
    decided = _digest(registry)
    # An empty registry has nothing to decide, and nothing that a release could be planned on.
    changed = bool(registry.evaluated()) and registry.state(_DECIDED) != decided
    if changed:
        protections = judge(registry)
        with registry.transaction() as connection:
            registry.replace_protections(connection, protections)
            registry.put(connection, tables.STATE, {"name": _DECIDED, "value": decided})
    return _result(registry, len(pending), rows, now.date(), changed=changed)


def evidence_digest(registry: Registry) -> str | None:
    """Hash of the batches and tables behind the present decision; ``None`` before the first one."""
    return registry.state(_DECIDED)


def unevaluated(home: Home, registry: Registry, project: Project) -> list[str]:
    """Staged batches that the registry has not judged with the present tables.

    All of them after a run that ended between reading and deciding: nobody can say whose answer is old.
    """
    receipts = list_receipts(home)
    pending = _pending(receipts, registry, project)
    undecided = registry.evaluated() and registry.state(_DECIDED) != _digest(registry)
    return [f"{r.source}/{r.batch}" for r in (receipts if undecided else pending)]


def _pending(receipts: list[BatchReceipt], registry: Registry, project: Project) -> list[BatchReceipt]:
    if unknown := sorted({receipt.source for receipt in receipts} - project.contracts.keys()):
        raise UnknownSourceError(
            f"staged data of {', '.join(unknown)} has no contract.",
            mend="put the contract back under include/config/sources, or move the staged folder away.",
        )
    evaluated = registry.evaluated()
    return [r for r in receipts if evaluated.get((r.source, r.batch)) != reading_hash(project, r.source)]


def _digest(registry: Registry) -> str:
    evaluated = [[source, batch, policy] for (source, batch), policy in registry.evaluated().items()]
    linkage = load_linkage_settings().content_hash()
    return hashlib.sha256(json.dumps([sorted(evaluated), linkage]).encode()).hexdigest()


def _result(registry: Registry, batches: int, rows: int, today: date, *, changed: bool) -> EvaluationResult:
    from shield1367.protection.snapshot import take_snapshot

    snapshot = take_snapshot(registry, today)
    counts = Counter(snapshot.statuses.values())
    rules = Counter(
        protection.rule
        for protections in registry.protections().values()
        for protection in set(protections)
        if protection.status.is_shielded
    )
    return EvaluationResult(
        batches=batches,
        rows=rows,
        people=len(snapshot.statuses),
        protected=counts[Status.PROTECTED],
        indeterminate=counts[Status.INDETERMINATE],
        clear=counts[Status.CLEAR],
        changed=changed,
        rules=dict(sorted(rules.items())),
    )


class _BatchReader:
    """Reads batches one after the other, keeping what tells people apart in memory."""

    def __init__(self, home: Home, keys: Keys, registry: Registry, project: Project, now: datetime) -> None:
        self._home = home
        self._keys = keys
        self._registry = registry
        self._project = project
        self._now = now
        self._identifiers = keys.fingerprint(IDENTIFIER_PURPOSE)
        self._people = keys.fingerprint("person")
        self._evidence = keys.fingerprint("evidence")
        self._values = keys.fingerprint("value")
        self._index: PersonIndex | None = None

    def read(self, receipt: BatchReceipt) -> int:
        """Put one batch's people and evidence into the registry; all of it, or nothing."""
        index = self._index = self._index or self._load_index()
        merged_before = dict(index.merged)
        policy = reading_hash(self._project, receipt.source)
        rows = 0
        with self._registry.transaction() as connection:
            for dataset, parts in receipt.parts.items():
                missing = frozenset(receipt.missing_columns.get(dataset, ()))
                for part in parts:
                    sink = _Sink(self, connection, receipt, dataset, policy)
                    rows += sink.read_part(part.path, missing)
            suspects = suspects_of(self._home, self._keys, self._project, receipt)
            self._registry.add(
                connection,
                tables.SUSPECT,
                [
                    {"fingerprint": fp, "source": receipt.source, "batch": receipt.batch}
                    for fp in sorted(suspects)
                ],
            )
            for person, into in index.merged.items():
                if merged_before.get(person) != into:
                    self._registry.put(connection, tables.MERGE, {"person_id": person, "into_id": into})
            self._registry.put(
                connection,
                tables.BATCH,
                {
                    "source": receipt.source,
                    "batch": receipt.batch,
                    "policy": policy,
                    "evaluated_at": self._now,
                },
            )
        return rows

    def _load_index(self) -> PersonIndex:
        index = PersonIndex(new_id=lambda first: self._people.of("person", first))
        index.merged.update(self._registry.merges())
        for row in self._registry.rows(sa.select(tables.IDENTIFIER)):
            index.identifiers[row.fingerprint] = row.person_id
        wanted = tables.MARK.c.sort.in_(("token", "birth", "exact"))
        for row in self._registry.rows(sa.select(tables.MARK).where(wanted)):
            person = index.root(row.person_id)
            if row.sort == "exact":
                index.exact[row.fingerprint].add(person)
            else:
                index.marks[person].add(row.fingerprint)
        return index


class _Sink:
    """Collects what one partition adds to the registry."""

    def __init__(
        self,
        reader: _BatchReader,
        connection: sa.Connection,
        receipt: BatchReceipt,
        dataset: str,
        policy: str,
    ) -> None:
        self._reader = reader
        self._connection = connection
        self._receipt = receipt
        self._dataset_name = dataset
        self._dataset = reader._project.contracts[receipt.source].datasets[dataset]
        self._policy_hash = policy
        self._rows: dict[sa.Table, list[dict[str, Any]]] = {
            table: []
            for table in (tables.IDENTIFIER, tables.MARK, tables.VALUE, tables.EVIDENCE, tables.FAMILY)
        }

    def read_part(self, path: str, missing: frozenset[str]) -> int:
        """Read one partition, write its links, and add to the registry; returns its rows."""
        reader = self._reader
        row_reader = RowReader(self._dataset, reader._project.fields, reader._project.benefits, missing)
        mentions = {
            role: MentionReader(columns, reader._project.fields, reader._identifiers)
            for role, columns in self._dataset.people.items()
        }
        links: list[RowLink] = []
        position = -1
        for position, row in enumerate(_staged_rows(reader._home, path)):
            found = self._people_of(row, mentions)
            for role, (mention, linked) in found.items():
                links += _row_links(position, role, mention, linked)
            about = found.get(self._dataset.about)
            if about:
                findings = list(row_reader.findings(row, row[INVALID]))
                self._add_evidence(row, about[1], findings)
            self._add_family(found)
        write_links(reader._home, path, links)
        for table, rows in self._rows.items():
            reader._registry.add(self._connection, table, rows)
            rows.clear()
        return position + 1

    def _people_of(
        self, row: Mapping[str, Any], mentions: Mapping[str, MentionReader]
    ) -> dict[str, tuple[Mention, tuple[Link, ...]]]:
        index = self._reader._index
        assert index is not None  # noqa: S101  # read() loads it
        found = {}
        for role, reader in mentions.items():
            mention = reader.read(row)
            if mention is None:
                continue
            # Somebody known by a name alone is not told apart from others of that name.
            linked = index.resolve(mention) if mention.strong or mention.exact else ()
            found[role] = (mention, linked)
            for link in linked:
                self._remember(mention, link)
        return found

    def _remember(self, mention: Mention, link: Link) -> None:
        person = link.person_id
        if link.reason in (LinkReason.IDENTIFIER, LinkReason.FIRST_SEEN):
            self._rows[tables.IDENTIFIER] += [
                {"fingerprint": fp, "person_id": person} for fp in mention.strong
            ]
        if link.reason is LinkReason.CONTRADICTION:
            self._rows[tables.EVIDENCE].append(
                self._evidence_row(person, Finding(Rule.CONTRADICTION, "identity"), None)
            )
        marks = [("token", fp) for fp in mention.tokens] + [("loose", fp) for fp in mention.loose]
        marks += [("birth", mention.birth)] if mention.birth else []
        marks += [("exact", mention.exact)] if mention.exact else []
        marks += [("name", mention.full_name)] if mention.full_name else []
        marks += [("whole", fp) for fp in mention.whole_names - {mention.full_name}]
        marks += [("short", fp) for fp in mention.short_names]
        self._rows[tables.MARK] += [
            {"person_id": person, "sort": sort, "fingerprint": fp} for sort, fp in sorted(marks)
        ]
        # What a contradictory row calls this person may be another's, but is searched for all the same.
        self._rows[tables.VALUE] += [
            {
                "person_id": person,
                "kind": kind,
                "fingerprint": self._reader._values.of(kind, text),
                "sealed": self._reader._registry.seal(text),
            }
            for kind, text in mention.values.items()
        ]

    def _add_evidence(
        self, row: Mapping[str, Any], linked: tuple[Link, ...], findings: list[Finding]
    ) -> None:
        self._rows[tables.EVIDENCE] += [
            self._evidence_row(link.person_id, finding, row) for link in linked for finding in findings
        ]

    def _evidence_row(self, person: str, finding: Finding, row: Mapping[str, Any] | None) -> dict[str, Any]:
        reader = self._reader
        application = finding.application and reader._identifiers.of("receipt_number", finding.application)
        place = (str(row[FILE]), int(row[ROW])) if row else ("", 0)
        parts = (
            person,
            finding.rule,
            finding.kind,
            finding.code or "",
            application or "",
            str(finding.on),
            str(finding.ends),
            self._receipt.source,
            self._dataset_name,
            self._receipt.batch,
            *map(str, place),
            *((finding.column, str(finding.start), str(finding.stop)) if finding.column else ()),
            self._policy_hash,
        )
        return {
            "evidence_id": reader._evidence.of(*parts),
            "person_id": person,
            "rule": finding.rule,
            "kind": finding.kind,
            "sealed_code": reader._registry.seal(finding.code) if finding.code else None,
            "application": application,
            "on_date": finding.on,
            "ends": finding.ends,
            "source": self._receipt.source,
            "dataset": self._dataset_name,
            "batch": self._receipt.batch,
            "file": place[0],
            "row": place[1],
            "column": finding.column,
            "start": finding.start,
            "stop": finding.stop,
            "policy": self._policy_hash,
            "learned_at": reader._now,
        }

    def _add_family(self, found: Mapping[str, tuple[Mention, tuple[Link, ...]]]) -> None:
        roles = [
            [link.person_id for link in found[role][1]] for role in self._dataset.family if role in found
        ]
        # Across roles only: two people whom one contradictory cell may mean are no family.
        self._rows[tables.FAMILY] += [
            {
                "person_id": person,
                "relative_id": relative,
                "source": self._receipt.source,
                "dataset": self._dataset_name,
            }
            for one, other in combinations(roles, 2)
            for person in one
            for relative in other
            if relative != person
        ]


def _row_links(position: int, role: str, mention: Mention, linked: tuple[Link, ...]) -> list[RowLink]:
    if not linked:
        names = tuple(sorted(mention.whole_names)), tuple(sorted(mention.short_names))
        return [RowLink(position, role, None, "known by name only", *names)]
    return [RowLink(position, role, link.person_id, link.reason) for link in linked]


def _staged_rows(home: Home, path: str) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    full = home.root / path
    with reported(full, "read"):
        for batch in pq.ParquetFile(full).iter_batches(batch_size=5_000):
            yield from batch.to_pylist()
