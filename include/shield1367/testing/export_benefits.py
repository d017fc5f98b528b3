"""Rows of the source ``benefits``: applications and their status histories."""

from __future__ import annotations

from collections.abc import Iterator

from shield1367.testing.draws import pick
from shield1367.testing.filings import Filing
from shield1367.testing.limbs import Status
from shield1367.testing.mess import write_a_number, write_date, write_name
from shield1367.testing.names import draw_name, draw_origin, draw_surnames
from shield1367.testing.narratives import Register, write_narrative
from shield1367.testing.people import Person
from shield1367.testing.places import SERVICE_CENTERS
from shield1367.testing.rates import RATES
from shield1367.testing.rows import Cell, Context, Row, Table, admission

APPLICATIONS = Table(
    source="benefits",
    dataset="applications",
    header=(
        "receipt_number", "form_type", "filing_basis", "filed_date", "service_center", "a_number",
        "family_name", "given_name", "middle_name", "other_names", "date_of_birth", "gender",
        "country_of_birth", "ssn", "i94_number", "passport_number", "street_address", "city",
        "state", "zip", "phone", "email", "class_of_admission", "ead_category", "flag_384",
        "principal_receipt_number", "principal_a_number", "relationship_to_principal", "petitioner_name",
        "representative", "remarks",
    ),
    key=(0,), fresh=0, dated=10, named=6,
)  # fmt: skip
STATUS_HISTORY = Table(
    source="benefits",
    dataset="status_history",
    header=("receipt_number", "status", "status_date", "appeal_exhausted", "office"),
    key=(0, 1, 2), fresh=0, dated=2, named=4,
)  # fmt: skip
_EAD_SHAPES = ("{l}{n}", "{l}{n}", "({m})({d})", "{l}-{n}", "{m}{n}")
_RELATIONS = {
    "spouse": "SPOUSE",
    "child": "CHILD",
    "parent": "PARENT",
    "sibling": "SIBLING",
    "other": "NIECE/NEPHEW",
}
_NGOS = (
    "Casa Esperanza Legal Aid", "Harbor Immigrant Defense", "Second Step Advocates",
    "St. Brigid Migrant Ministry",
)  # fmt: skip
_PETITIONED = ("I-130", "I-360", "I-751")


def benefit_rows(context: Context) -> Iterator[Row]:
    """Every application of the household, each followed by its statuses."""
    holders = {id(filing): person for person in context.household.people for filing in person.filings}
    for person in context.household.people:
        for filing in person.filings:
            yield _application(context, person, filing, holders)
            office = pick(context.rng, SERVICE_CENTERS)
            for status, day, exhausted in filing.history:
                cells = (filing.receipt, status, day.isoformat(), exhausted, office)
                yield Row(STATUS_HISTORY, cells, [(person, "subject")])


def _application(context: Context, person: Person, filing: Filing, holders: dict[int, Person]) -> Row:
    rng, household = context.rng, context.household
    name = write_name(person.name, rng, upper=rng.random() < 0.1)
    people = [(person, "subject")]
    principal_receipt = principal_a_number = petitioner = ""
    if filing.principal is not None:
        principal = holders[id(filing.principal)]
        people.append((principal, "principal"))
        principal_receipt = filing.principal.receipt
        principal_a_number = write_a_number(principal.a_number, rng, missing=0.3, shape="A{n}")
    if filing.form in _PETITIONED:
        if person.spouse is not None:
            people.append((person.spouse, "petitioner"))
            petitioner = person.spouse.name.full
        else:
            origin = draw_origin(rng)
            surnames = draw_surnames(origin, rng)
            petitioner = draw_name(origin, female=rng.random() < 0.5, surnames=surnames, rng=rng).full
    remarks = write_narrative(person, household, Register.REMARK, rng) if _remarked(context) else None
    coa = admission(person, rng)
    cells: tuple[Cell, ...] = (
        filing.receipt,
        filing.form,
        filing.basis,
        filing.filed.isoformat(),
        pick(rng, SERVICE_CENTERS),
        write_a_number(
            person.a_number,
            rng,
            missing=context.rates.a_number_missing,
            slip=context.rates.a_number_typo,
            shape=pick(rng, ("A{n}", "{n}")),
        ),
        name.family,
        name.given,
        name.middle,
        person.aliases[0] if person.aliases else "",
        write_date(person.born, rng).isoformat(),
        "F" if person.female else "M",
        person.country.name,
        f"{person.ssn[:3]}-{person.ssn[3:5]}-{person.ssn[5:]}" if rng.random() < 0.45 else "",
        person.i94 if rng.random() < 0.5 else "",
        person.passport if rng.random() < 0.5 else "",
        person.address.street,
        person.address.city,
        person.address.state,
        person.address.zip,
        person.phone if rng.random() < 0.85 else "",
        person.email if rng.random() < 0.6 else "",
        coa.code,
        _ead(filing.ead, context),
        filing.flag or "NONE",
        principal_receipt,
        principal_a_number,
        _RELATIONS.get(filing.relation, ""),
        petitioner,
        _representative(person, context),
        remarks.text if remarks else "",
    )
    row = Row(APPLICATIONS, cells, people)
    if remarks:
        row.narrate("remarks", remarks, household)
    return row


def _remarked(context: Context) -> bool:
    return context.rng.random() < RATES.remarks_on_application


def _ead(category: str, context: Context) -> str:
    if not category:
        return ""
    letter, number = category[0], category[1:]
    shape = pick(context.rng, _EAD_SHAPES)
    return shape.format(l=letter, m=letter.lower(), n=number, d=number.lstrip("0"))


def _representative(person: Person, context: Context) -> str:
    rng = context.rng
    if rng.random() < 0.4:
        return ""
    if person.status is Status.PROTECTED and rng.random() < 0.5:
        return pick(rng, _NGOS)
    origin = draw_origin(rng)
    surnames = draw_surnames(origin, rng)
    return draw_name(origin, female=rng.random() < 0.5, surnames=surnames, rng=rng).full + ", Esq."
