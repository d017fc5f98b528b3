"""Rows of the source ``enforcement``: encounters in the shape of the Form I-213 export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from shield1367.testing.draws import pick
from shield1367.testing.filings import AS_OF
from shield1367.testing.mess import WrittenName, plain, write_a_number, write_date, write_name
from shield1367.testing.names import american, draw_name, draw_surnames
from shield1367.testing.narratives import Register, write_narrative
from shield1367.testing.people import Person
from shield1367.testing.places import LANDMARKS, OFFICES
from shield1367.testing.rates import RATES
from shield1367.testing.rows import Context, Row, Table, admission
from shield1367.testing.safeguards import draw_safeguards

ENCOUNTERS = Table(
    source="enforcement",
    dataset="encounters",
    header=(
        "encounter_id", "eid_subject_id", "a_number", "fin", "last_name", "first_name", "middle_name",
        "date_of_birth", "phone", "street_address", "city", "state", "zip", "spouse_name", "officer_name",
        "class_of_admission", "site_code", "site_name", "area_of_responsibility_code",
        "area_of_responsibility_name", "document_type_descr", "doc_completion_date",
        "processing_disposition_descr", "citizenship_country_descr", "gender_code", "age",
        "birth_country_descr", "marital_status_descr", "occupation_text", "apprehension_date",
        "apprehension_method_descr", "apprehension_landmark_descr", "app_ldmk_other_comment_text",
        "entry_date", "entry_port_of_entry_code", "entry_port_of_entry_descr", "entry_admission_class_descr",
        "mother_citizenship_country_descr", "father_citizenship_country_descr",
        "spouse_citizenship_country_descr", "health_status_comment_text",
        "admin_charges", "criminal_charges", "child_count", "week",
        "information_source", "source_verification", "nta_1229e_certification", "narrative",
    ),
    key=(0,), fresh=0, dated=7, named=4,
)  # fmt: skip
_LANDMARK = ENCOUNTERS.header.index("apprehension_landmark_descr")
MARK = "(b)(6), (b)(7)(c)"
_DISPOSITIONS = (
    "Warrant of Arrest/Notice to Appear", "Warrant of Arrest/Notice to Appear",
    "Warrant of Arrest/Notice to Appear", "Other", "REINSTATEMENT OF DEPORT ORDER I-871",
    "Bag and Baggage", "Voluntary Return", "Notice to Appear Released (I-862)", "Not in Custody",
)  # fmt: skip
_METHODS = (
    "Non-Custodial Arrest", "Non-Custodial Arrest", "Located", "Other efforts",
    "CAP Federal Incarceration", "CAP Local Incarceration", "Custodial Arrest", "Worksite Enforcement",
    "Traffic Check", "Probation and Parole",
)  # fmt: skip
_HEALTH = (
    "The subject claims good health.", "The subject claims good health.",
    "The subject claims to be in good health.",
    "The subject does not claim good health. Please contact the local medical staff.",
    "The subject claims good health.\nTakes medication for high blood pressure.", "",
)  # fmt: skip
_JOBS = (
    "LABORER", "LABORER", "CONSTRUCTION", "COOK", "FARM WORKER", "CLEANER", "DRIVER", "NANNY", "NONE",
    "STUDENT", "HOME HEALTH AIDE", "PAINTER", "ROOFER", "MECHANIC", "SEAMSTRESS", "UNKNOWN",
)  # fmt: skip
_CHARGES = (
    ("212a6Ai", "ALIEN PRESENT WITHOUT ADMISSION OR PAROLE - (PWAs)"),
    ("212a7AiI", "IMMIGRANT WITHOUT AN IMMIGRANT VISA"),
    ("237a1B", "NONIMMIGRANT OVERSTAY"),
    ("212a9AiI", "ALIEN PREVIOUSLY REMOVED ONCE"),
)
_OFFENSES = (
    "Traffic Offense",
    "Assault",
    "Larceny",
    "Dangerous Drugs",
    "Obstructing Justice",
    "Family Offense",
)


def enforcement_rows(context: Context) -> Iterator[Row]:
    """The encounters of the household. Everybody with no other row that shows a code has one."""
    household, rng = context.household, context.rng
    for person in household.people:
        shown = bool(person.filings or person.court_application) and not person.shows_grant
        linked = person in household.unit[1:]
        chance = RATES.encounter if person.adult else RATES.encounter_of_child
        if person in household.outsiders or not (shown or linked) or rng.random() < chance:
            yield _encounter(context, person, 0)
            if rng.random() < RATES.second_encounter:
                yield _encounter(context, person, 1)


def _encounter(context: Context, person: Person, slot: int) -> Row:
    # Everything is drawn in the order it stands in here: another order is other data for every seed.
    rng = context.rng
    name = write_name(person.name, rng, upper=True)
    site = pick(rng, OFFICES)
    lived = (AS_OF - max(person.entered, AS_OF - timedelta(days=1500))).days
    seized = AS_OF - timedelta(days=int(rng.random() * max(lived, 1)))
    shown = admission(person, rng)
    narrative = write_narrative(person, context.household, Register.ENCOUNTER, rng)
    health = pick(rng, _HEALTH)
    children = pick(rng, (0, 0, 0, 1, 1, 2, 3))
    officer = _officer(rng)
    record = "E" + context.record(person, slot)
    cells = (
        record,
        *_identity(context, person, name),
        officer,
        shown.code,
        *site,
        *_paper(context, seized),
        *_description(context, person, seized),
        *_arrest(context, person, seized),
        person.entered.isoformat(),
        *person.port,
        shown.words,
        *_family_countries(context, person),
        _marked(health, context),
        *_charges(context, seized),
        _children(context, person, children),
        (seized - timedelta(days=seized.weekday())).isoformat(),
    )
    safeguards = draw_safeguards(
        person,
        context.household,
        record=record,
        seized=seized,
        landmark=cells[_LANDMARK],
        narrative=narrative.text,
    )
    told = (safeguards.source, safeguards.verification, safeguards.certification, narrative.text)
    people = [(person, "subject")]
    if person.spouse is not None:
        people.append((person.spouse, "spouse"))
    row = Row(ENCOUNTERS, (*cells, *told), people, safeguards=safeguards)
    row.narrate("narrative", narrative, context.household)
    return row


def _officer(rng: Random) -> str:
    origin = american()
    surnames = draw_surnames(origin, rng)
    officer = draw_name(origin, female=rng.random() < 0.3, surnames=surnames, rng=rng)
    return f"{officer.surnames[0].upper()}, {officer.given[0]}"


def _identity(context: Context, person: Person, name: WrittenName) -> tuple[str, ...]:
    """Who the subject is and where they live, with the name of the spouse."""
    rng, address = context.rng, person.address
    return (
        person.eid,
        write_a_number(
            person.a_number,
            rng,
            missing=context.rates.a_number_missing,
            slip=context.rates.a_number_typo,
            shape=pick(rng, ("{n}", "A{n}")),
        ),
        person.fin if rng.random() < 0.9 else "",
        name.family,
        name.given,
        name.middle,
        write_date(person.born, rng).isoformat(),
        person.phone if rng.random() < 0.7 else "",
        plain(address.street).upper(),
        plain(address.city).upper(),
        address.state,
        address.zip,
        plain(person.spouse.name.full).upper() if person.spouse is not None else "",
    )


def _paper(context: Context, seized: date) -> tuple[str, ...]:
    return (
        "I-213 (NEW 4/1/97) - Record of Deportable/Inadmissible Alien",
        f"{(seized + timedelta(days=1)).isoformat()}T00:00:00Z",
        _marked(pick(context.rng, _DISPOSITIONS), context),
    )


def _description(context: Context, person: Person, seized: date) -> tuple[str, ...]:
    rng, country = context.rng, person.country.name
    unmarried = ("Single", "Single", "Divorced", "Separated", "Unknown")
    return (
        country,
        "F" if person.female else "M",
        str(max((seized - person.born).days, 0) * 100 // 36525),
        country,
        "Married" if person.spouse is not None else pick(rng, unmarried),
        pick(rng, _JOBS) if person.adult else "STUDENT",
    )


def _arrest(context: Context, person: Person, seized: date) -> tuple[str, ...]:
    rng, address = context.rng, person.address
    return (
        seized.isoformat(),
        pick(rng, _METHODS),
        pick(rng, LANDMARKS),
        _marked("" if rng.random() < 0.6 else f"{plain(address.city).upper()}, {address.state}", context),
    )


def _family_countries(context: Context, person: Person) -> tuple[str, ...]:
    rng, country = context.rng, person.country.name
    return (
        country if rng.random() < 0.9 else "",
        country if rng.random() < 0.85 else "",
        person.spouse.country.name if person.spouse is not None else "",
    )


def _charges(context: Context, seized: date) -> tuple[str, ...]:
    return (
        _json([_admin_charge(seized, context)]),
        _json([_criminal_charge(seized, context)]) if context.rng.random() < 0.15 else "",
    )


def _children(context: Context, person: Person, count: int) -> str:
    if not count:
        return ""
    citizenship = pick(context.rng, ("UNITED STATES", person.country.name))
    return _json([{"CHILD_COUNT": count, "CITIZENSHIP": citizenship}])


def _admin_charge(day: date, context: Context) -> dict[str, Any]:
    section, words = pick(context.rng, _CHARGES)
    return {"OFFENSE_DATE": day.isoformat(), "CHARGE_SECTION_CODE": section, "CHARGE_DESCRIPTION": words}


def _criminal_charge(day: date, context: Context) -> dict[str, Any]:
    rng = context.rng
    charged = day - timedelta(days=int(rng.random() * 3000) + 1)
    status = pick(rng, ("Convicted", "Arrested", "Dismissed", "Pending"))
    return {
        "CHARGE_DATE": charged.isoformat(),
        "NCIC_CATEGORY": pick(rng, _OFFENSES),
        "CHARGE_STATUS": status,
    }


def _json(content: list[dict[str, Any]]) -> str:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def _marked(text: str, context: Context) -> str:
    # Never in a column that decides about protection: there it would be missing evidence.
    return MARK if context.rng.random() < RATES.redaction_mark else text
