"""Why somebody is protected: the chain of evidence, rule by rule, with its citation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from shield1367.config.loading import ConfigModel
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.identifiers import canonical
from shield1367.intake.quarantine import IDENTIFIER_PURPOSE
from shield1367.intake.receipt import list_receipts
from shield1367.intake.stage import FILE, KEY, ROW
from shield1367.keys import Keys
from shield1367.protection.decision.decide import Protection
from shield1367.protection.links import RowLink, links_path, read_links
from shield1367.protection.registry import tables
from shield1367.protection.registry.store import Registry, root_of
from shield1367.protection.rules import RULES, Rule
from shield1367.protection.snapshot import take_snapshot
from shield1367.protection.status import Status
from shield1367.storage import readable

_NAMESAKE = "the same full name, and a date of birth is missing"


class UnknownPersonError(TerminalError):
    """Error raised when no person, or no row, answers to what was asked for."""

    code = "E402"


class ReasonLine(ConfigModel):
    """One protection, in words; ``holds`` says whether it does on the day asked for.

    ``via`` are the ids over whom an inherited one came, from whoever has it by own evidence. Of a
    possible match ``alike`` says how alike the two are.
    """

    status: Status
    rule: Rule
    words: str
    citation: str
    begins: date | None
    ends: date | None
    holds: bool
    via: tuple[str, ...]
    alike: str


class EvidenceLine(ConfigModel):
    """One piece of evidence with its place. ``code`` is shown to whoever may ask at all.

    Evidence of a narrative says where its sentence stands, ``column`` from ``start`` to ``stop``.
    """

    rule: Rule
    kind: str
    code: str | None
    on: date | None
    source: str
    dataset: str
    batch: str
    file: str
    row: int
    column: str | None
    start: int | None
    stop: int | None
    learned_at: datetime


class PersonExplanation(ConfigModel):
    """Everything behind the answer for one person."""

    person_id: str
    status: Status
    as_of: date
    known_at: datetime | None
    reasons: tuple[ReasonLine, ...]
    evidence: tuple[EvidenceLine, ...]


class LinkLine(ConfigModel):
    """Why a row is taken to hold a person, and how sure that is; no score where nobody can say."""

    role: str
    person_id: str | None
    reason: str
    score: float | None


class RowExplanation(ConfigModel):
    """Everything behind the answer for one row: whom it holds, and why each is linked to it."""

    source: str
    dataset: str
    file: str
    row: int
    status: Status
    links: tuple[LinkLine, ...]
    people: tuple[PersonExplanation, ...]


def find_person(registry: Registry, keys: Keys, kind: str, text: str) -> str:
    """Person id of whoever a strong identifier belongs to.

    Raises:
        UnknownPersonError: it is not of its kind's shape, or nobody has it.
    """
    value = canonical(kind, text)
    person = registry.person_of(keys.fingerprint(IDENTIFIER_PURPOSE).of(kind, value)) if value else None
    if person is None:
        raise UnknownPersonError(
            f"nobody with this {kind} is in the registry.",
            mend="check the number; a batch that holds it may not be evaluated yet.",
        )
    return person


def all_ids(registry: Registry, person_id: str) -> set[str]:
    """Every id a person has gone by, for fingerprints made before a merge."""
    merges = registry.merges()
    return {person_id} | {old for old in merges if root_of(old, merges) == person_id}


def explain_person(
    registry: Registry, person_id: str, as_of: date, *, known_at: datetime | None = None
) -> PersonExplanation:
    """The answer for one person on one day, and what it rests on.

    Args:
        known_at: as the registry knew it at that time, in UTC; by default as it knows now.
    """
    snapshot = take_snapshot(registry, as_of, known_at=known_at)
    ids = all_ids(registry, person_id)
    protections = registry.protections(known_at=known_at).get(person_id, ())
    of = tables.EVIDENCE.c
    wanted = sa.select(tables.EVIDENCE).where(of.person_id.in_(ids))
    if known_at:
        wanted = wanted.where(of.learned_at <= known_at)
    evidence = registry.rows(wanted.order_by(of.source, of.dataset, of.file, of.row, of.evidence_id))
    if not any(p.covers(as_of) for p in protections):
        # Before a dated protection begins nobody is known to be clear.
        protections = (*protections, Protection(Status.INDETERMINATE, Rule.NO_EVIDENCE))
    matches = _matches(registry, ids)
    return PersonExplanation(
        person_id=person_id,
        status=snapshot.status_of(person_id),
        as_of=as_of,
        known_at=known_at,
        reasons=tuple(_reason(p, as_of, matches) for p in protections),
        evidence=tuple(
            EvidenceLine(
                rule=Rule(row.rule),
                kind=row.kind,
                code=registry.unseal(row.sealed_code) if row.sealed_code else None,
                on=row.on_date,
                source=row.source,
                dataset=row.dataset,
                batch=row.batch,
                file=row.file,
                row=row.row,
                column=row.column,
                start=row.start,
                stop=row.stop,
                learned_at=row.learned_at,
            )
            for row in evidence
        ),
    )


def _matches(registry: Registry, ids: Collection[str]) -> dict[str, str]:
    """Possible double, by root id → how alike, as linkage found it; no value."""
    of, merges = tables.LIKENESS.c, registry.merges()
    wanted = sa.select(tables.LIKENESS).where(of.one_id.in_(ids) | of.other_id.in_(ids))
    return {
        root_of(row.other_id if row.one_id in ids else row.one_id, merges): f"{row.score:.2f}, {row.reason}"
        for row in registry.rows(wanted.order_by(of.score))
    }


def _reason(protection: Protection, as_of: date, matches: Mapping[str, str]) -> ReasonLine:
    words, citation = RULES[protection.rule]
    alike = matches.get(protection.via[-1], _NAMESAKE) if protection.rule is Rule.POSSIBLE_MATCH else ""
    return ReasonLine(
        status=protection.status,
        rule=protection.rule,
        words=words,
        citation=citation,
        begins=protection.begins,
        ends=protection.ends,
        holds=protection.covers(as_of),
        via=protection.via,
        alike=alike,
    )


def explain_row(
    home: Home,
    registry: Registry,
    *,
    source: str,
    dataset: str,
    key: str,
    about: str,
    as_of: date,
    known_at: datetime | None = None,
) -> RowExplanation:
    """The answer for one staged row, found by its key columns joined with ``|``.

    Raises:
        UnknownPersonError: no staged row has this key.
    """
    row = find_row(home, source, dataset, key, columns=(FILE, ROW))
    snapshot = take_snapshot(registry, as_of, known_at=known_at)
    people = sorted({root_of(link.person_id, snapshot.merges) for link in row.links if link.person_id})
    return RowExplanation(
        source=source,
        dataset=dataset,
        file=row.cells[FILE],
        row=row.cells[ROW],
        status=snapshot.status_of_row(row.links, about),
        links=tuple(LinkLine.model_validate(link, from_attributes=True) for link in row.links),
        people=tuple(explain_person(registry, person, as_of, known_at=known_at) for person in people),
    )


class StagedRow(NamedTuple):
    """One staged row: the cells asked for, and whom it holds."""

    cells: Mapping[str, Any]
    links: tuple[RowLink, ...]


def find_row(home: Home, source: str, dataset: str, key: str, *, columns: Iterable[str]) -> StagedRow:
    """The first staged row whose key columns, joined with ``|``, are *key*.

    Args:
        columns: what to read of it; nothing else of the row is.

    Raises:
        UnknownPersonError: no staged row has this key.
    """
    import pyarrow.parquet as pq

    for receipt in list_receipts(home, source):
        for part in receipt.parts.get(dataset, ()):
            rows = pq.read_table(readable(home.named(part.path)), columns=[KEY, *columns]).to_pylist()
            for position, cells in enumerate(rows):
                if cells[KEY] == key:
                    links = read_links(home.root / links_path(part.path))
                    return StagedRow(cells, tuple(link for link in links if link.position == position))
    raise UnknownPersonError(
        f"no staged row of {source}.{dataset} has this key.",
        mend="give the key columns of the contract in their order, joined with |.",
    )
