"""The ground truth of a generated folder: what is true of its people, rows, narratives and faults.

One JSON object a line, in ``DIR/truth/``, outside the landing zone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from shield1367.storage import reported
from shield1367.testing.faults import Fault
from shield1367.testing.grammar import Span
from shield1367.testing.limbs import Status
from shield1367.testing.people import Person
from shield1367.testing.rows import Row

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
PEOPLE, ROWS, SPANS, FAULTS = "people.jsonl", "rows.jsonl", "spans.jsonl", "faults.jsonl"
SAFEGUARDS = "safeguards.jsonl"


@dataclass(frozen=True, slots=True)
class TruePerson:
    """A person, and what a correct reader of all the evidence must answer about them.

    Attributes:
        begins: first day of protection; ``None`` for the clear, and where no filing dates it.
        ends: last day of protection, when it has ended.
        why: the limb and the role in it.
        family_id: equal for people whose protection is shared.
        identifiers: field kind → canonical values.
    """

    person_id: str
    status: Status
    begins: date | None
    ends: date | None
    why: str
    family_id: str
    identifiers: dict[str, tuple[str, ...]]

    def __repr__(self) -> str:
        return f"TruePerson({self.person_id}, {self.status})"


@dataclass(frozen=True, slots=True)
class TrueRow:
    """A row that intake takes in, and the people whom it concerns, with their role."""

    source: str
    dataset: str
    key: str
    people: tuple[tuple[str, str], ...]
    protected: bool


@dataclass(frozen=True, slots=True)
class TrueSpans:
    """The identifiers in one narrative cell; a cell with none has no entry."""

    source: str
    dataset: str
    key: str
    column: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class TrueFault:
    """A row that cannot be taken in; ``row`` counts the data rows of its file from 1."""

    source: str
    batch: str
    file: str
    dataset: str
    row: int
    reason: Fault
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrueSafeguards:
    """A row with a source or a place that compliance must see; ``SafeguardCells`` says what is what."""

    source: str
    dataset: str
    key: str
    source_class: str | None
    verified: bool
    place: str | None
    told: str | None
    certified: bool


def read_people(truth: Path) -> Iterator[TruePerson]:
    """All people, in the order of their ids."""
    for item in _lines(truth / PEOPLE):
        yield TruePerson(
            person_id=item["person_id"],
            status=Status(item["status"]),
            begins=_date(item["begins"]),
            ends=_date(item["ends"]),
            why=item["why"],
            family_id=item["family_id"],
            identifiers={kind: tuple(values) for kind, values in item["identifiers"].items()},
        )


def read_rows(truth: Path) -> Iterator[TrueRow]:
    """All rows that intake must take in."""
    for item in _lines(truth / ROWS):
        people = tuple((entry["person_id"], entry["role"]) for entry in item["people"])
        yield TrueRow(item["source"], item["dataset"], item["key"], people, item["protected"])


def read_spans(truth: Path) -> Iterator[TrueSpans]:
    """All narrative cells that hold an identifier."""
    for item in _lines(truth / SPANS):
        spans = tuple(
            Span(entry["start"], entry["end"], entry["kind"], entry["person_id"]) for entry in item["spans"]
        )
        yield TrueSpans(item["source"], item["dataset"], item["key"], item["column"], spans)


def read_safeguards(truth: Path) -> Iterator[TrueSafeguards]:
    """All rows that concern one of the two other safeguards."""
    for item in _lines(truth / SAFEGUARDS):
        yield TrueSafeguards(**item)


def read_faults(truth: Path) -> Iterator[TrueFault]:
    """All rows that intake must refuse."""
    for item in _lines(truth / FAULTS):
        reason, people = Fault(item["reason"]), tuple(item["people"])
        yield TrueFault(
            item["source"], item["batch"], item["file"], item["dataset"], item["row"], reason, people
        )


def person_line(person: Person, cases: tuple[str, ...]) -> bytes:
    """One line of ``people.jsonl``; *cases* are the person's EOIR case ids."""
    name = person.name
    identifiers = {
        "given_name": [name.given],
        "middle_name": [name.middle] if name.middle else [],
        "family_name": [name.family],
        "full_name": [name.full],
        "alias": list(person.aliases),
        "date_of_birth": [person.born.isoformat()],
        "a_number": [person.a_number],
        "ssn": [person.ssn],
        "fin": [person.fin],
        "eid_id": [person.eid],
        "i94_number": [person.i94],
        "passport_number": [person.passport],
        "receipt_number": [filing.receipt for filing in person.filings],
        "eoir_case_id": list(cases),
        "phone": [person.phone],
        "email": [person.email],
        "street_address": [person.address.street],
    }
    return _line(
        {
            "person_id": person.person_id,
            "status": person.status,
            "begins": person.begins.isoformat() if person.begins else None,
            "ends": person.ends.isoformat() if person.ends else None,
            "why": person.why,
            "family_id": person.family_id,
            "identifiers": {kind: values for kind, values in identifiers.items() if values},
        }
    )


def row_line(row: Row) -> bytes:
    """One line of ``rows.jsonl``."""
    return _line(
        {
            "source": row.table.source,
            "dataset": row.table.dataset,
            "key": row.table.key_of(row.cells),
            "people": [{"person_id": person.person_id, "role": role} for person, role in row.people],
            "protected": any(person.status is Status.PROTECTED for person, _ in row.people),
        }
    )


def span_lines(row: Row) -> Iterator[bytes]:
    """The lines of ``spans.jsonl`` for one row."""
    for column, spans in row.spans.items():
        yield _line(
            {
                "source": row.table.source,
                "dataset": row.table.dataset,
                "key": row.table.key_of(row.cells),
                "column": column,
                "spans": [span._asdict() for span in spans],
            }
        )


def safeguard_lines(row: Row) -> Iterator[bytes]:
    """The line of ``safeguards.jsonl`` for one row, where it has one."""
    cells = row.safeguards
    if cells is not None and cells.matters:
        yield _line(
            {
                "source": row.table.source,
                "dataset": row.table.dataset,
                "key": row.table.key_of(row.cells),
                "source_class": cells.source_class,
                "verified": cells.verified,
                "place": cells.place,
                "told": cells.told,
                "certified": cells.certified,
            }
        )


def fault_line(row: Row, fault: Fault, *, batch: str, file: str, number: int) -> bytes:
    """One line of ``faults.jsonl``."""
    return _line(
        {
            "source": row.table.source,
            "batch": batch,
            "file": file,
            "dataset": row.table.dataset,
            "row": number,
            "reason": fault,
            "people": [person.person_id for person, _ in row.people],
        }
    )


def _line(content: dict[str, Any]) -> bytes:
    return _ENCODER.encode(content).encode() + b"\n"


def _lines(path: Path) -> Iterator[Any]:
    with reported(path, "read"), path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
