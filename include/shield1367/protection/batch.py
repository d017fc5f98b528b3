"""Reading one staged batch into the registry: people, what they are called, evidence and family."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import combinations
from typing import Any

import sqlalchemy as sa

from shield1367.config.project import Project
from shield1367.home import Home
from shield1367.intake.quarantine import IDENTIFIER_PURPOSE
from shield1367.intake.receipt import BatchReceipt, StagedPart
from shield1367.intake.stage import FILE, INVALID, ROW
from shield1367.keys import Keys
from shield1367.protection.evidence.rows import Finding, RowReader
from shield1367.protection.identity.mention import Mention, MentionReader
from shield1367.protection.identity.resolve import Link, LinkReason
from shield1367.protection.known import Known, look_up
from shield1367.protection.links import RowLink, links_path, write_links
from shield1367.protection.progress import forget_parts, note_part, parts_read
from shield1367.protection.registry import tables
from shield1367.protection.registry.database import chunks, select_in
from shield1367.protection.registry.neighbours import Neighbours
from shield1367.protection.registry.store import Registry
from shield1367.protection.rules import Rule
from shield1367.protection.suspects import suspects_of
from shield1367.storage import readable, reported

# Rows that are looked up, resolved and written together; memory grows with this, not with a batch.
_ROWS_AT_ONCE = 5_000

_Found = dict[str, tuple[Mention, tuple[Link, ...]]]


class BatchReader:
    """Reads batches one after the other; what tells people apart is looked up as it is needed."""

    def __init__(self, home: Home, keys: Keys, registry: Registry, project: Project, now: datetime) -> None:
        self.home = home
        self.registry = registry
        self.project = project
        self.now = now
        self.identifiers = keys.fingerprint(IDENTIFIER_PURPOSE)
        self.namesakes = project.linkage.namesakes
        self.evidence = keys.fingerprint("evidence")
        self.values = keys.fingerprint("value")
        self._keys = keys
        self._people = keys.fingerprint("person")

    def new_id(self, first: str) -> str:
        """Opaque id of a person first seen by the fingerprint *first*."""
        return self._people.of("person", first)

    def read(self, receipt: BatchReceipt, policy: str) -> int | None:
        """Put one batch's people and evidence into the registry, part by part: a run that is killed is gone on with.

        The batch counts as read with its last part. Several processes may read it at once, each its next part.

        Args:
            policy: hash of the tables and the contract it is read with.

        Returns:
            Its rows, or ``None`` when another process has read it in the meantime.
        """
        while True:
            with self.registry.transaction() as connection:
                before = self.registry.evaluated(connection).get((receipt.source, receipt.batch))
                if before == policy:
                    return None
                known = parts_read(connection, receipt, policy)
                waiting = [place for place in _parts_of(receipt) if place[1].path not in known]
                rows = self._read_part(connection, receipt, *waiting[0], policy) if waiting else 0
                if len(waiting) <= 1:
                    self._finish(connection, receipt, policy, again=before is not None)
                    return rows + sum(known.values())
                note_part(connection, receipt, waiting[0][1], policy, rows)

    def _read_part(
        self, connection: sa.Connection, receipt: BatchReceipt, dataset: str, part: StagedPart, policy: str
    ) -> int:
        missing = frozenset(receipt.missing_columns.get(dataset, ()))
        sink = _PartReader(self, connection, receipt, dataset, policy)
        rows = sink.read_part(part.path, missing)
        self._add_undecided(connection, sink.touched | Neighbours(connection).bearers(sink.told_apart))
        return rows

    def _finish(self, connection: sa.Connection, receipt: BatchReceipt, policy: str, *, again: bool) -> None:
        touched = self._add_suspects(connection, receipt)
        if again:
            # What the older tables found may count no more, whoever the rows are linked to now.
            touched |= _with_evidence(connection, receipt)
        self._add_undecided(connection, touched)
        forget_parts(connection, receipt)
        batch = {"source": receipt.source, "batch": receipt.batch}
        self.registry.put(connection, tables.BATCH, batch | {"policy": policy, "evaluated_at": self.now})

    def _add_undecided(self, connection: sa.Connection, people: Collection[str]) -> None:
        self.registry.add(connection, tables.UNDECIDED, [{"person_id": person} for person in sorted(people)])

    def _add_suspects(self, connection: sa.Connection, receipt: BatchReceipt) -> set[str]:
        """Note whom the batch's refused rows name; returns those whom the registry knows, or knew by these rows."""
        suspects = suspects_of(self.home, self._keys, self.project, receipt)
        # Whoever was named in a row that has been released since is judged by that row now.
        table = tables.SUSPECT
        of_batch = sa.and_(table.c.source == receipt.source, table.c.batch == receipt.batch)
        before = {row.fingerprint for row in connection.execute(sa.select(table).where(of_batch))}
        connection.execute(sa.delete(table).where(of_batch))
        self.registry.add(
            connection,
            tables.SUSPECT,
            [
                {"fingerprint": fp, "source": receipt.source, "batch": receipt.batch}
                for fp in sorted(suspects)
            ],
        )
        named = (
            (tables.IDENTIFIER, sa.select(tables.IDENTIFIER.c.person_id)),
            (tables.MARK, sa.select(tables.MARK.c.person_id).where(tables.LOOKED_FOR)),
        )
        return {
            row.person_id
            for table, wanted in named
            for row in select_in(connection, wanted, table.c.fingerprint, suspects | before)
        }


def _parts_of(receipt: BatchReceipt) -> list[tuple[str, StagedPart]]:
    return [(dataset, part) for dataset, parts in receipt.parts.items() for part in parts]


def _with_evidence(connection: sa.Connection, receipt: BatchReceipt) -> set[str]:
    evidence = tables.EVIDENCE.c
    wanted = sa.select(evidence.person_id).where(
        evidence.source == receipt.source, evidence.batch == receipt.batch
    )
    return {row.person_id for row in connection.execute(wanted.distinct())}


class _PartReader:
    """Collects what one partition adds to the registry.

    Attributes:
        touched: ids of everybody about whom there is something new.
        told_apart: those who have a date of birth only now, or were found to be one: they are like fewer
            people than before.
    """

    def __init__(
        self,
        reader: BatchReader,
        connection: sa.Connection,
        receipt: BatchReceipt,
        dataset: str,
        policy: str,
    ) -> None:
        self.touched: set[str] = set()
        self.told_apart: set[str] = set()
        self._reader = reader
        self._connection = connection
        self._receipt = receipt
        self._dataset_name = dataset
        self._dataset = reader.project.contracts[receipt.source].datasets[dataset]
        self._policy_hash = policy
        self._values = {
            kind: reader.values.after(kind) for columns in self._dataset.people.values() for kind in columns
        }
        self._rows: dict[sa.Table, list[dict[str, Any]]] = {
            table: []
            for table in (tables.IDENTIFIER, tables.MARK, tables.VALUE, tables.EVIDENCE, tables.FAMILY)
        }

    def read_part(self, path: str, missing: frozenset[str]) -> int:
        """Read one partition, write its links, and add to the registry; returns its rows."""
        reader = self._reader
        row_reader = RowReader(self._dataset, reader.project, missing, learned=reader.now.date())
        mentions = {
            role: MentionReader(columns, reader.project.fields, reader.identifiers)
            for role, columns in self._dataset.people.items()
        }
        links: list[RowLink] = []
        position = 0
        for rows in chunks(_staged_rows(reader.home, path), _ROWS_AT_ONCE):
            named = [
                {role: mention for role, of in mentions.items() if (mention := of.read(row))} for row in rows
            ]
            known = look_up(
                self._connection,
                # Somebody known by a name alone is not told apart from others of that name.
                (m for row in named for m in row.values() if m.strong or m.exact),
                reader.new_id,
                namesakes=reader.namesakes,
            )
            for row, people in zip(rows, named, strict=True):
                found = self._people_of(row, people, known)
                for role, (mention, linked) in found.items():
                    links += _row_links(position, role, mention, linked)
                if about := found.get(self._dataset.about):
                    self._add_evidence(row, about[1], list(row_reader.findings(row, row[INVALID])))
                self._add_family(found)
                position += 1
            self._write(known)
        write_links(reader.home.root / links_path(path), links)
        return position

    def _write(self, known: Known) -> None:
        reader, connection = self._reader, self._connection
        for table, rows in self._rows.items():
            self.touched.update(row["person_id"] for row in rows if table is not tables.VALUE)
            reader.registry.add(connection, table, rows)
            rows.clear()
        merges = known.index.merged.items() - known.merged.items()
        reader.registry.add(
            connection, tables.MERGE, [{"person_id": one, "into_id": into} for one, into in sorted(merges)]
        )
        for merge in merges:
            self.touched.update(merge)
            self.told_apart.add(known.index.root(merge[0]))

    def _people_of(self, row: Mapping[str, Any], mentions: Mapping[str, Mention], known: Known) -> _Found:
        found = {}
        for role, mention in mentions.items():
            linked = known.index.resolve(mention) if mention.strong or mention.exact else ()
            found[role] = (mention, linked)
            for link in linked:
                self._remember(row, mention, link, known)
        return found

    def _remember(self, row: Mapping[str, Any], mention: Mention, link: Link, known: Known) -> None:
        person = link.person_id
        if link.reason in (LinkReason.IDENTIFIER, LinkReason.FIRST_SEEN):
            new = mention.strong.keys() - known.identifiers
            known.identifiers |= new
            self._rows[tables.IDENTIFIER] += [{"fingerprint": fp, "person_id": person} for fp in sorted(new)]
        if link.reason is LinkReason.CONTRADICTION:
            self._rows[tables.EVIDENCE].append(
                self._evidence_row(person, Finding(Rule.CONTRADICTION, "identity"), row)
            )
        marks = {("loose", fp) for fp in mention.loose}
        marks |= {("name", mention.full_name)} if mention.full_name else set()
        marks |= {("whole", fp) for fp in mention.whole_names - {mention.full_name}}
        marks |= {("short", fp) for fp in mention.short_names}
        if link.fits:
            # What tells people apart is not learned from a row that contradicts it.
            marks |= {("token", fp) for fp in mention.tokens}
            marks |= {("birth", mention.birth)} if mention.birth else set()
            marks |= {("exact", mention.exact)} if mention.exact else set()
            if mention.birth and known.undated(person):
                self.told_apart.add(person)
        new_marks = marks - known.marks[person]
        known.marks[person] |= new_marks
        self._rows[tables.MARK] += [
            {"person_id": person, "sort": sort, "fingerprint": fp} for sort, fp in sorted(new_marks)
        ]
        # What a contradictory row calls this person may be another's, but is searched for all the same.
        for kind, text in mention.values.items():
            fingerprint = self._values[kind](text)
            if (kind, fingerprint) in known.values[person]:
                continue
            known.values[person].add((kind, fingerprint))
            self._rows[tables.VALUE].append(
                {
                    "person_id": person,
                    "kind": kind,
                    "fingerprint": fingerprint,
                    "sealed": self._reader.registry.seal(text),
                }
            )

    def _add_evidence(
        self, row: Mapping[str, Any], linked: tuple[Link, ...], findings: list[Finding]
    ) -> None:
        self._rows[tables.EVIDENCE] += [
            self._evidence_row(link.person_id, finding, row) for link in linked for finding in findings
        ]

    def _evidence_row(self, person: str, finding: Finding, row: Mapping[str, Any]) -> dict[str, Any]:
        reader = self._reader
        application = finding.application and reader.identifiers.of("receipt_number", finding.application)
        place = (str(row[FILE]), int(row[ROW]))
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
            "evidence_id": reader.evidence.of(*parts),
            "person_id": person,
            "rule": finding.rule,
            "kind": finding.kind,
            "sealed_code": reader.registry.seal(finding.code) if finding.code else None,
            "application": application,
            "on_date": finding.on,
            "ends": finding.ends,
            "state": finding.state,
            "source": self._receipt.source,
            "dataset": self._dataset_name,
            "batch": self._receipt.batch,
            "file": place[0],
            "row": place[1],
            "column": finding.column,
            "start": finding.start,
            "stop": finding.stop,
            "policy": self._policy_hash,
            "learned_at": reader.now,
        }

    def _add_family(self, found: _Found) -> None:
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
        return [RowLink(position, role, None, "known by name only", None, *names)]
    return [RowLink(position, role, link.person_id, link.reason, link.score) for link in linked]


def _staged_rows(home: Home, path: str) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    full = home.named(path)
    with reported(full, "read"):
        for batch in pq.ParquetFile(readable(full)).iter_batches(batch_size=5_000):
            yield from batch.to_pylist()
