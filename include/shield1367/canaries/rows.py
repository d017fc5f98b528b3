"""The rows of a canary: every identifier that a dataset has a column for, and narratives in every form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shield1367.canaries.person import Canary, canary_of
from shield1367.config.contract import Column, Dataset
from shield1367.config.fields import Category, FieldVocabulary
from shield1367.keys import Keys

# How clerks write of somebody; one row each.
_FORMS = (
    "Spoke with {given_name} {family_name}, {a_number}, born {date_of_birth}, who can be reached at {phone}.",
    "SUBJECT {UPPER_FAMILY}, {UPPER_GIVEN} WAS SEEN AGAIN. SSN {ssn}, RECEIPT {receipt_number}.",
    "wrote to {email} about {lower_given} {lower_family}, passport {passport_number}.",
    "a message was left, and {alias} was seen at the door.",
    "Mr. {family_name} lives at {street_address}; file A {spaced_a_number}, FIN {fin}.",
)
# Who a row is about where its dataset names nobody.
_ALONE = "subject"


@dataclass(frozen=True, slots=True)
class CanaryRow:
    """One planted row: a cell for each column of the contract, and who is in it, by role."""

    cells: dict[str, str | None]
    people: dict[str, Canary]

    def __repr__(self) -> str:
        return f"CanaryRow({len(self.cells)} cells)"


def canaries_of(keys: Keys, source: str, batch: str, dataset: Dataset) -> dict[str, Canary]:
    """The canaries of one dataset of a batch, by role."""
    roles = dataset.people or {_ALONE: {}}
    return {role: canary_of(keys, source, batch, role) for role in roles}


def canary_rows(
    keys: Keys, fields: FieldVocabulary, source: str, batch: str, dataset: Dataset
) -> Iterator[CanaryRow]:
    """The rows to be planted in one dataset of a batch; always the same ones."""
    people = canaries_of(keys, source, batch, dataset)
    about = people[dataset.about or next(iter(people))]
    owners = {column: role for role, columns in dataset.people.items() for column in columns.values()}
    for number, form in enumerate(_FORMS, start=1):
        cells: dict[str, str | None] = {}
        for name, column in dataset.columns.items():
            owner = people[owners[name]] if name in owners else about
            if column.kind is None:
                cells[name] = _inside(column, fields, form.format(**_words(about)))
            elif fields.kinds[column.kind].category is Category.NARRATIVE:
                cells[name] = form.format(**_words(about))
            elif name in owners or column.kind in about.values:
                cells[name] = owner.values.get(column.kind)
            else:
                cells[name] = None
        for name in dataset.key:
            cells[name] = cells[name] or f"{about.person_id[:12]}{number}"
        yield CanaryRow(cells, people)


def _inside(column: Column, fields: FieldVocabulary, text: str) -> str | None:
    """JSON with *text* in place of every narrative that it may hold; ``None`` where it holds none."""
    content: dict[str, Any] = {}
    for path, kind in (column.json_keys or {}).items():
        if fields.kinds[kind].category is Category.NARRATIVE:
            *above, last = path.split(".")
            inner = content
            for key in above:
                inner = inner.setdefault(key, {})
            inner[last] = text
    return json.dumps(content) if content else None


def _words(canary: Canary) -> dict[str, str]:
    of = canary.values
    digits = of["a_number"][1:]
    return of | {
        "UPPER_FAMILY": of["family_name"].upper(),
        "UPPER_GIVEN": of["given_name"].upper(),
        "lower_family": of["family_name"].lower(),
        "lower_given": of["given_name"].lower(),
        "spaced_a_number": f"{digits[:3]} {digits[3:6]} {digits[6:]}",
    }
