"""Rows of the source ``court``: cases, applications for relief, and who rides on whose case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from shield1367.testing.draws import pick
from shield1367.testing.filings import AS_OF
from shield1367.testing.limbs import Status
from shield1367.testing.mess import plain, write_a_number, write_date, write_name
from shield1367.testing.names import american, draw_name, draw_surnames
from shield1367.testing.people import Person
from shield1367.testing.places import COURT_CITIES, FACILITIES
from shield1367.testing.rates import RATES
from shield1367.testing.rows import Context, Row, Table

CASES = Table(
    source="court",
    dataset="cases",
    header=(
        "IDNCASE", "ALIEN_NBR", "ALIEN_LAST_NAME", "ALIEN_FIRST_NAME", "ALIEN_CITY", "ALIEN_STATE",
        "ALIEN_ZIPCODE", "NAT", "LANG", "CUSTODY", "CASE_TYPE", "C_BIRTHDATE", "SEX", "DATE_OF_ENTRY",
        "OSC_DATE", "LATEST_HEARING", "BASE_CITY_CODE", "ATTY_NAME", "DETENTION_LOCATION",
        "DATE_DETAINED", "DATE_RELEASED", "LPR", "CASEPRIORITY_CODE",
    ),
    key=(0,), fresh=0, dated=11, named=2,
)  # fmt: skip
COURT_APPLICATIONS = Table(
    source="court",
    dataset="applications",
    header=("IDNPROCEEDINGAPPLN", "IDNPROCEEDING", "IDNCASE", "APPL_CODE", "APPL_RECD_DATE", "APPL_DEC"),
    key=(0,), fresh=0, dated=4, named=3,
)  # fmt: skip
LEAD_RIDER = Table(
    source="court",
    dataset="lead_rider",
    header=("idnLeadRider", "idnLeadCase", "idnRiderCase"),
    key=(0,), fresh=0, dated=0, named=0,
)  # fmt: skip
_ORDINARY = ("ASYL", "ASYW", "WCAT", "VD", "")
_DECISIONS = ("", "", "", "D", "G", "F", "W", "A", "O")


def court_rows(context: Context) -> Iterator[Row]:
    """The court cases of the household; a unit that is heard together is linked by lead and rider."""
    unit = context.household.unit
    linked = [member for member in unit[1:] if not member.filings and not member.court_application]
    in_court = []
    for person in context.household.people:
        needed = bool(person.court_application) or person in linked or (person is unit[0] and linked)
        if needed or context.rng.random() < RATES.court:
            in_court.append(person)
            yield from _case(context, person)
    if in_court and in_court[0] is unit[0]:
        for rider in in_court[1:]:
            if rider in unit:
                key = context.record(rider, 5)
                cells = (key, _idn(context, unit[0]), _idn(context, rider))
                yield Row(LEAD_RIDER, cells, [(unit[0], "lead"), (rider, "rider")])


def _case(context: Context, person: Person) -> Iterator[Row]:
    rng, case = context.rng, _idn(context, person)
    name = write_name(person.name, rng, upper=True)
    detained = rng.random() < 0.2
    started = _after(person.entered, context)
    lawyer = ""
    if rng.random() < 0.5:
        origin = american()
        lawyer = draw_name(
            origin, female=rng.random() < 0.5, surnames=draw_surnames(origin, rng), rng=rng
        ).full
    # Quotes mean nothing in these files; one that never closes swallows rows of a reader that thinks so.
    given = f'{name.given} "{name.given[:3]}' if rng.random() < RATES.open_quote_in_court else name.given
    cells = (
        case,
        write_a_number(
            person.a_number,
            rng,
            missing=context.rates.a_number_missing_in_court,
            slip=context.rates.a_number_typo,
        ),
        name.family,
        given,
        plain(person.address.city).upper(),
        person.address.state,
        person.address.zip,
        person.country.nationality,
        person.country.language,
        "D" if detained else pick(rng, "NR"),
        pick(rng, ("RMV", "RMV", "RMV", "WHO", "AOC")),
        _stamp(write_date(person.born, rng)),
        "F" if person.female else "M",
        _stamp(person.entered),
        _stamp(started),
        _stamp(_after(started, context)),
        pick(rng, COURT_CITIES),
        lawyer,
        pick(rng, FACILITIES) if detained else "",
        _stamp(started) if detained else "",
        "",
        "1" if person.entry.code in ("LPR", "IR6", "IR1") else "0",
        pick(rng, ("", "", "FAMU", "DET", "UC")),
    )
    yield Row(CASES, cells, [(person, "subject")])
    code = person.court_application or (
        pick(rng, _ORDINARY) if person.status is not Status.INDETERMINATE else ""
    )
    if code:
        application = (
            context.record(person, 3),
            context.record(person, 4),
            case,
            code,
            _stamp(_after(started, context)),
            pick(rng, _DECISIONS),
        )
        yield Row(COURT_APPLICATIONS, application, [(person, "subject")])


def _idn(context: Context, person: Person) -> str:
    return str(context.identifiers.case(person.number))


def _after(day: date, context: Context) -> date:
    return min(day + timedelta(days=int(context.rng.random() * 900)), AS_OF)


def _stamp(day: date) -> str:
    # EOIR's own notation.
    return f"{day.isoformat()} 00:00:00.000"
