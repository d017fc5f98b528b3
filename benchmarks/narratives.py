"""Narratives with the truth about them: generated, or read from a file of the same shape."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from shield1367.identities import Identity
from shield1367.testing.identifiers import Identifiers
from shield1367.testing.limbs import Status
from shield1367.testing.narratives import Register, write_narrative
from shield1367.testing.people import Person, draw_household

NAME_KINDS = frozenset({"full_name", "family_name", "given_name", "officer_name", "alias", "PERSON"})


@dataclass(frozen=True, slots=True)
class Truth:
    """One identifier in a text; ``person`` is its person's id, when they are of the data."""

    start: int
    end: int
    kind: str
    person: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, its identifiers, and the people linked to its row."""

    text: str
    truth: tuple[Truth, ...]
    people: tuple[str, ...]


def generated(characters: int, *, seed: int) -> tuple[list[Sample], list[Identity]]:
    """At least *characters* of narratives about generated households, and everybody in them."""
    identifiers = Identifiers(seed)
    samples: list[Sample] = []
    identities: list[Identity] = []
    size = index = first = 0
    while size < characters:
        household = draw_household(index, first=first, limit=99, seed=seed, identifiers=identifiers)
        index, first = index + 1, first + len(household.people)
        identities += [identity(person) for person in household.people]
        for person in household.people:
            narrative = write_narrative(person, household, Register.ENCOUNTER, household.rng)
            truth = tuple(Truth(s.start, s.end, s.kind, s.person_id) for s in narrative.spans)
            row = household.unit if person in household.unit else [person]
            samples.append(Sample(narrative.text, truth, tuple(member.person_id for member in row)))
            size += len(narrative.text)
    return samples, identities


def identity(person: Person) -> Identity:
    """What the registry would know of a generated person."""
    receipts = tuple(filing.receipt for filing in person.filings)
    return Identity(
        person.person_id,
        {
            "given_name": (person.name.given,),
            "middle_name": (person.name.middle,),
            "family_name": (person.name.family,),
            "alias": person.aliases,
            "date_of_birth": (person.born.isoformat(),),
            "a_number": (person.a_number,),
            "ssn": (person.ssn,),
            "fin": (person.fin,),
            "eid_id": (person.eid,),
            "i94_number": (person.i94,),
            "passport_number": (person.passport,),
            "phone": (person.phone,),
            "email": (person.email,),
            "street_address": (person.address.street,),
            "city": (person.address.city,),
            "receipt_number": receipts,
        },
        protected=person.status is not Status.CLEAR,
    )


def read(path: Path) -> tuple[list[Sample], list[Identity]]:
    """Narratives of a JSON file: a list of ``{"id", "text", "spans": [{"start", "end", "type"}],
    "known": [[given, family]]}``; the known people are linked to their text.
    """
    samples, identities = [], []
    for record in json.loads(path.read_text(encoding="utf-8")):
        people = []
        for number, (given, family) in enumerate(record.get("known", [])):
            people.append(f"{record['id']}-{number}")
            identities.append(Identity(people[-1], {"given_name": (given,), "family_name": (family,)}))
        truth = tuple(
            Truth(s["start"], s["end"], s["type"], None)
            for s in record["spans"]
            if not s["type"].startswith("N_")
        )
        samples.append(Sample(record["text"], truth, tuple(people)))
    return samples, identities
