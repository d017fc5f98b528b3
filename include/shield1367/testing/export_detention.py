"""Rows of the source ``detention``: the roster."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from shield1367.testing.draws import pick
from shield1367.testing.filings import AS_OF
from shield1367.testing.limbs import Status
from shield1367.testing.mess import write_a_number, write_date, write_name
from shield1367.testing.narratives import Register, write_narrative
from shield1367.testing.people import Person
from shield1367.testing.places import FACILITIES
from shield1367.testing.rates import RATES
from shield1367.testing.rows import Cell, Context, Row, Table, admission

ROSTER = Table(
    source="detention",
    dataset="roster",
    header=(
        "Detention ID", "Name", "A-Number", "FIN", "DOB", "Gender", "Citizenship", "Entry Status", "Facility",
        "Book In", "Book Out", "Special Vulnerability", "Comments",
    ),
    key=(0,), fresh=0, dated=4, named=1,
)  # fmt: skip
_SHAPES = ("A-{a}-{b}-{c}", "A{n}", "{n}", "{s}", "{a} {b} {c}", "A {a} {b} {c}")
_ORDINARY = ("Mental health", "None")
# Each is a reason to believe that somebody is protected: it is not said of people who truly are clear.
_OF_VICTIMS = ("Victim of abuse", "Victim of trafficking", "Victim of violent crime")
_COMMENT = 0.9


def detention_rows(context: Context, encountered: frozenset[str]) -> Iterator[Row]:
    """Stays in detention of those whom officers encountered, by person id."""
    for person in context.household.people:
        met = person.adult and person.person_id in encountered
        if met and context.rng.random() < RATES.detained_after_encounter:
            yield _stay(context, person)


def _stay(context: Context, person: Person) -> Row:
    rng = context.rng
    name = write_name(person.name, rng, upper=rng.random() < 0.9)
    full = f"{name.family}, {name.given}" + (f" {name.middle}" if name.middle else "")
    booked = AS_OF - timedelta(days=int(rng.random() * 900) + 1)
    out = booked + timedelta(days=int(rng.random() * 200))
    comment = (
        write_narrative(person, context.household, Register.COMMENT, rng) if rng.random() < _COMMENT else None
    )
    often = 0.5 if person.status is Status.PROTECTED else 0.05
    vulnerabilities = _ORDINARY if person.status is Status.CLEAR else (*_OF_VICTIMS, *_ORDINARY)
    cells: tuple[Cell, ...] = (
        "D" + context.record(person, 2),
        full,
        write_a_number(
            person.a_number,
            rng,
            missing=context.rates.a_number_missing,
            slip=context.rates.a_number_typo,
            shape=pick(rng, _SHAPES),
        ),
        person.fin if rng.random() < 0.7 else "",
        write_date(person.born, rng),
        "Female" if person.female else "Male",
        person.country.name,
        admission(person, rng).code,
        pick(rng, FACILITIES),
        booked,
        out if out < AS_OF else "",
        pick(rng, vulnerabilities) if rng.random() < often else "",
        comment.text if comment else "",
    )
    row = Row(ROSTER, cells, [(person, "subject")])
    if comment:
        row.narrate("Comments", comment, context.household)
    return row
