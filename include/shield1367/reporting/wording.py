"""Plain words for what configuration and checks call by short names."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from shield1367.config.fields import Treatment
from shield1367.config.recipient import Membership, RecipientProfile
from shield1367.disclosure.plan import ColumnPlan
from shield1367.validation.outcomes import Severity

DEPARTMENTS: Mapping[str, str] = {
    "dhs": "the Department of Homeland Security",
    "dos": "the Department of State",
    "doj": "the Department of Justice",
}

SEVERITIES: Mapping[Severity, str] = {
    Severity.CRITICAL: "holds the release back",
    Severity.WARNING: "noted only",
    Severity.INFO: "for information",
}

_TREATMENTS: Mapping[Treatment, str] = {
    Treatment.KEEP: "given as in the source",
    Treatment.DROP: "left out; the column is not in the release",
    Treatment.WITHHOLD: "emptied; the column is there, every cell is empty",
    Treatment.YEAR: "reduced to the year",
    Treatment.MONTH: "reduced to year and month",
    Treatment.AGE_BAND: "reduced to an age band",
    Treatment.STATE: "reduced to the US state",
    Treatment.REGION: "reduced to a region of the world or of the US",
    Treatment.SHIFT: "moved by a secret number of days, the same for all dates of a person",
    Treatment.SCRUB: "names, numbers, dates and places in the text replaced by tokens such as [PERSON]",
}
_PSEUDONYMS: Mapping[str, str] = {
    "person_id": "keyed pseudonym; the same person has the same one in all tables of this release, and in no other",
    "record_id": "keyed pseudonym of the record; means nothing outside this release",
}

_ENTITIES: Mapping[str, str] = {
    "PERSON": "Names of people",
    "PLACE": "Places",
    "ADDRESS": "Street addresses",
    "DATE": "Dates",
    "AGE": "Ages",
    "A_NUMBER": "A-Numbers",
    "RECEIPT": "Receipt numbers",
    "SSN": "Social Security numbers",
    "PASSPORT": "Passport numbers",
    "ID": "Other id numbers",
    "PHONE": "Telephone numbers",
    "EMAIL": "E-mail addresses",
    "URL": "Web addresses",
    "IP": "Network addresses",
    "GPS": "Coordinates",
    "LICENSE": "Driver's licenses",
    "PLATE": "License plates",
    "ACCOUNT": "Account numbers",
    "ORGANIZATION": "Organizations",
    "BENEFIT": "Immigration benefits",
    "WITHHELD": "Whole narratives",
}

_FINDINGS: Mapping[str, str] = {
    "full_name": "full name of somebody shielded",
    "single_name": "name of somebody shielded, standing alone",
    "date_of_birth": "date of birth of somebody shielded",
    "street_address": "street address of somebody shielded",
    "trigger_phrase": "words that reveal a protected benefit",
    "marker": "a mark that tells protected rows from others",
    "unreadable_file": "the file cannot be read as what its name says",
    "no_regular_file": "a link or device instead of a file",
    "no_data": "the package holds no data file",
    "nothing_to_search": "people are shielded, but nothing is known to search for",
    "unplanned_columns": "columns that the plan does not have",
    "no_banner": "a row about somebody shielded carries no banner",
    "no_banner_column": "the table has no column for status or banner",
}


class Fate(StrEnum):
    """What became of a column, in one word; the reader of a table looks for this first."""

    KEPT = "as in the source"
    CHANGED = "changed"
    EMPTIED = "emptied"
    LEFT_OUT = "left out"
    ADDED = "added"


def fate_of(column: ColumnPlan) -> Fate:
    """What became of *column*."""
    if column.treatment is Treatment.DROP:
        return Fate.LEFT_OUT
    if column.treatment is Treatment.WITHHOLD:
        return Fate.EMPTIED
    if column.json_keys is not None:
        kept = all(treatment is Treatment.KEEP for _, treatment in column.json_keys.values())
        return Fate.KEPT if kept else Fate.CHANGED
    if column.kind is None:
        return Fate.ADDED
    return Fate.KEPT if column.treatment is Treatment.KEEP else Fate.CHANGED


def treatment_words(treatment: Treatment, kind: str | None) -> str:
    """What happens to a cell of *kind* under *treatment*."""
    if treatment is Treatment.TOKEN:
        return f"every filled cell replaced by [{(kind or 'value').upper()}]"
    if treatment is Treatment.PSEUDONYM:
        return _PSEUDONYMS.get(kind or "", "keyed pseudonym; joins inside this release only")
    return _TREATMENTS[treatment]


def column_words(column: ColumnPlan) -> str:
    """What happened to *column*; for lists of records, to each key inside it."""
    if column.json_keys is None or column.treatment is Treatment.DROP:
        if fate_of(column) is Fate.ADDED:
            return "added by the release"
        return treatment_words(column.treatment, column.kind)
    kept = [
        f"{key}: {treatment_words(treatment, kind)}"
        for key, (kind, treatment) in sorted(column.json_keys.items())
        if treatment is not Treatment.DROP
    ]
    return "; ".join([*kept, "all other keys removed"])


def authority_words(profile: RecipientProfile) -> str:
    """Why the recipient may have what it gets."""
    if profile.is_outside:
        return (
            "The recipient is outside the Departments of Homeland Security, State and Justice. It may receive"
            " nothing that relates to a person protected by 8 U.S.C. § 1367(a)(2), and no exception of § 1367(b)"
            " is used: what would point at anybody is removed or made coarser."
        )
    department = DEPARTMENTS[profile.organization.inside or ""]
    return (
        f"The recipient belongs to {department}, and those who receive are its sworn officers or employees."
        " 8 U.S.C. § 1367(a)(2) lets them have information about protected people for legitimate agency purposes,"
        " and for these only."
    )


def membership_words(membership: Membership) -> str:
    """How the release keeps "this person is protected" from being readable, or marks it."""
    match membership:
        case Membership.HIDDEN:
            return (
                "Every row, whomever it is about, went through the same treatment, so no row tells whether its"
                " person is protected. No row was left out."
            )
        case Membership.WITHHELD:
            return (
                "Rows about anybody who is, or may be, protected are left out. How many is recorded in the"
                " agency's ledger and not here, since the number itself would tell."
            )
        case Membership.MARKED:
            return "Rows about anybody who is, or may be, protected carry the handling banner."


def entity_words(entity: str) -> str:
    """What was replaced in a narrative, as the label of a bar."""
    return _ENTITIES.get(entity, entity.replace("_", " ").capitalize())


def finding_words(kind: str) -> str:
    """What an audit found."""
    if kind in _FINDINGS:
        return _FINDINGS[kind]
    shape = kind.removeprefix("pattern_")
    words = shape.replace("_", " ").replace("a number", "A-Number").replace("ssn", "Social Security number")
    return f"text of the shape: {words}" if shape != kind else f"{words} of somebody shielded"
