"""Small exports in the shapes that agencies publish, made up; and the kinds their columns have."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

# Header as published → the kinds that are right for it, and how a made-up cell comes about.
Shape = dict[str, tuple[frozenset[str], Callable[[Random], str]]]

_COUNTRIES = ["MEXICO", "GUATEMALA", "HONDURAS", "HAITI", "INDIA", "CHINA, PEOPLES REPUBLIC OF"]


def _date(rng: Random) -> str:
    return f"{rng.randint(2015, 2025)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"


def _time(rng: Random) -> str:
    return f"{_date(rng)} {rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:00"


def _country(rng: Random) -> str:
    return rng.choice(_COUNTRIES)


def _hex(rng: Random) -> str:
    return f"{rng.getrandbits(160):040x}"


def _of(*values: str) -> Callable[[Random], str]:
    return lambda rng: rng.choice(values)


def _kinds(*names: str) -> frozenset[str]:
    return frozenset(names)


# Detention stints, as released to the public under FOIA.
DETENTIONS: Shape = {
    "Stay Book In Date Time": (_kinds("event_date"), _time),
    "Detention Book Out Date Time": (_kinds("event_date"), _time),
    "Detention Facility": (_kinds("facility"), _of("ADAMS COUNTY DET CENTER", "BROWARD TRANSITIONAL CENTER")),
    "Detention Facility Code": (_kinds("facility"), _of("ADAMSMS", "BTV", "STWRTGA")),
    "Docket Control Office": (
        _kinds("office"),
        _of("NEW ORLEANS, LA, DOCKET CONTROL OFFICE", "MIA, FL, DCO"),
    ),
    "Apprehension Method": (_kinds("disposition"), _of("CAP Local Incarceration", "Located", "Probation")),
    "Final Order Date": (_kinds("event_date"), _date),
    "Departed Date": (_kinds("event_date"), _date),
    "Departure Country": (_kinds("country"), _country),
    "Release Reason": (_kinds("disposition"), _of("Bonded Out", "Paroled", "Order of Supervision")),
    "Case Status": (_kinds("application_status"), _of("ACTIVE", "8-Excluded/Removed", "6-Deported")),
    "MSC Charge": (_kinds("charge", "narrative"), _of("Illegal Entry", "Driving Under Influence", "Assault")),
    "Birth Year": (_kinds("date_of_birth"), lambda rng: str(rng.randint(1950, 2005))),
    "Citizenship Country": (_kinds("country"), _country),
    "Gender": (_kinds("gender"), _of("Male", "Female")),
    "Ethnicity": (_kinds("disposition", "narrative"), _of("Hispanic Origin", "Not of Hispanic Origin")),
    "Entry Status": (
        _kinds("class_of_admission"),
        _of("Present Without Admission", "B-2", "Expedited Removal"),
    ),
    "Unique Identifier": (_kinds("person_pseudonym"), _hex),
}
# A court's case table, tab-delimited, names of a database.
COURT: Shape = {
    "IDNCASE": (_kinds("eoir_case_id"), lambda rng: str(rng.randint(2_000_000, 9_999_999))),
    "ALIEN_CITY": (_kinds("city"), _of("HOUSTON", "MIAMI", "LOS ANGELES")),
    "ALIEN_STATE": (_kinds("state"), _of("TX", "FL", "CA")),
    "ALIEN_ZIPCODE": (_kinds("postal_code"), _of("77002", "33101", "90012")),
    "NAT": (_kinds("country"), _of("MX", "GT", "HO", "HA")),
    "LANG": (_kinds("language"), _of("SP", "ENG", "MAM", "CRE")),
    "ATTY_NBR": (_kinds("representative"), _of("1", "2", "")),
    "OSC_DATE": (_kinds("event_date"), _date),
    "BASE_CITY_CODE": (_kinds("office"), _of("HOU", "MIA", "LOS")),
    "DETENTION_FACILITY_TYPE": (_kinds("facility"), _of("D", "N", "R")),
    "DATE_OF_ENTRY": (_kinds("entry_date"), _date),
    "C_BIRTHDATE": (_kinds("date_of_birth"), lambda rng: f"{rng.randint(1, 12)}/{rng.randint(1950, 2005)}"),
    "Sex": (_kinds("gender"), _of("M", "F")),
}
# A county's jail bookings, with names.
BOOKINGS: Shape = {
    "BookingNumber": (_kinds("record_id"), lambda rng: f"{rng.randint(10_000_000, 99_999_999)}"),
    "LastName": (_kinds("family_name"), _of("OKONKWO", "RAMIREZ", "NGUYEN", "SINGH", "DIALLO")),
    "FirstName": (_kinds("given_name"), _of("ADAEZE", "MARISOL", "LINH", "GURPREET", "FATOU")),
    "DOB": (_kinds("date_of_birth"), _date),
    "HomeAddress": (_kinds("street_address"), lambda rng: f"{rng.randint(1, 9999)} Maple Street"),
    "Phone": (_kinds("phone"), lambda rng: f"(555) 01{rng.randint(0, 9)}-{rng.randint(1000, 9999)}"),
    "ArrestingOfficerName": (_kinds("officer_name"), _of("SMITH, J", "LEE, K", "BROWN, A")),
    "ArrestLocation": (_kinds("landmark"), _of("5TH AND PINE", "COUNTY COURTHOUSE", "I-5 MP 163")),
    "ChargeDescription": (_kinds("charge"), _of("DUI", "ASSAULT 4", "THEFT 3", "NO VALID LICENSE")),
    "Notes": (
        _kinds("narrative"),
        lambda rng: (
            f"Subject {rng.randint(1, 9)} was taken to the jail after the traffic stop and refused to give a statement."
        ),
    ),
}
# Petitions by spreadsheet, with Spanish headers.
PETICIONES: Shape = {
    "Número de recibo": (_kinds("receipt_number"), lambda rng: f"EAC{rng.randint(10**9, 10**10 - 1)}"),
    "Apellidos": (_kinds("family_name"), _of("GARCÍA LÓPEZ", "TORRES", "VÁSQUEZ")),
    "Nombre": (_kinds("given_name"), _of("ANA", "LUCÍA", "JORGE")),
    "Fecha de nacimiento": (_kinds("date_of_birth"), _date),
    "País": (_kinds("country"), _country),
    "Sexo": (_kinds("gender"), _of("M", "F")),
    "Teléfono": (_kinds("phone"), lambda rng: f"555-01{rng.randint(0, 9)}-{rng.randint(1000, 9999)}"),
    "Form": (_kinds("form_type"), _of("I-918", "I-914", "I-360", "I-589")),
    "Observaciones": (
        _kinds("narrative"),
        lambda rng: (
            f"La solicitante indicó en la entrevista número {rng.randint(1, 99)} que su esposo no sabe de la petición."
        ),
    ),
}
# Tips, whose columns are called nothing: the cells have to speak.
UNNAMED: Shape = {
    "F1": (_kinds("a_number"), lambda rng: f"A{rng.randint(200_000_000, 220_000_000)}"),
    "F2": (_kinds("email"), lambda rng: f"someone{rng.randint(1, 999)}@example.org"),
    "F3": (
        _kinds("narrative"),
        lambda rng: (
            f"Caller number {rng.randint(1, 99)} said that the family lives behind the church on Pine Street."
        ),
    ),
    "F4": (
        _kinds("class_of_admission", "ead_category", "narrative"),
        _of("T1", "U1", "U2", "B2", "F1", "T3"),
    ),
    "F5": (_kinds("narrative"), _of("x1", "x2", "x3")),
}
SHAPES: dict[str, Shape] = {
    "detentions": DETENTIONS,
    "court": COURT,
    "bookings": BOOKINGS,
    "peticiones": PETICIONES,
    "unnamed": UNNAMED,
}


def rows_of(shape: Shape, count: int = 120, seed: int = 1) -> list[list[str]]:
    """*count* made-up rows."""
    rng = Random(seed)
    return [[make(rng) for _, make in shape.values()] for _ in range(count)]
