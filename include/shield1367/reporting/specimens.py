"""Made-up values of every field kind, to show what becomes of a column. They are nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shield1367.config.fields import FieldKind
from shield1367.identities import Identity

# Three people: a visitor, somebody whom § 1367 protects, her child.
SPECIMENS: Final[Mapping[str, tuple[str, str, str]]] = {
    "record_id": ("900001", "900002", "900003"),
    "a_number": ("A200-000-001", "A200000002", "200000003"),
    "receipt_number": ("EAC2390000001", "EAC2390000002", "EAC2390000003"),
    "ssn": ("900-00-0001", "900-00-0002", "900-00-0003"),
    "fin": ("1000000001", "1000000002", "1000000003"),
    "sevis_id": ("N0000000101", "N0000000102", "N0000000103"),
    "i94_number": ("10000000011", "10000000012", "10000000013"),
    "passport_number": ("X0000011", "X0000012", "X0000013"),
    "eoir_case_id": ("7000001", "7000002", "7000003"),
    "eid_id": ("30000001", "30000002", "30000003"),
    "person_pseudonym": ("5f2ab1", "90cc07", "e1d4b8"),
    "family_name": ("SAMPLE", "SPECIMEN LOPEZ", "SPECIMEN"),
    "given_name": ("PETER", "MARISOL", "LUZ"),
    "middle_name": ("J", "ESTELA", ""),
    "full_name": ("SAMPLE, PETER J", "Marisol Specimen Lopez", "Luz Specimen"),
    "alias": ("PETE", "MARY LOPEZ", ""),
    "officer_name": ("DOE, A", "ROE, B", "DOE, A"),
    "phone": ("(555) 010-0001", "555-010-0002", "+1 555 010 0003"),
    "email": ("peter@example.org", "marisol@example.org", ""),
    "street_address": ("1 Sample St", "22 Specimen Ave Apt 3", "22 Specimen Ave Apt 3"),
    "city": ("SPRINGFIELD, IL", "YAKIMA, WA", "YAKIMA, WA"),
    "postal_code": ("62701", "98901", "98901"),
    "state": ("IL", "WA", "WA"),
    "office": ("CHICAGO, IL, DOCKET CONTROL OFFICE", "SEATTLE, WA, DOCKET CONTROL OFFICE", "YAKIMA, WA, SUB OFFICE"),
    "facility": ("SAMPLE COUNTY JAIL, IL", "SPECIMEN CENTER, WA", ""),
    "landmark": ("BUS STATION", "COUNTY COURTHOUSE", ""),
    "port_of_entry": ("MIAMI, FL", "SAN YSIDRO, CA", "SAN YSIDRO, CA"),
    "country": ("CANADA", "GUATEMALA", "GUATEMALA"),
    "date_of_birth": ("1961-03-09", "1990-07-24", "2012-11-02"),
    "event_date": ("2024-02-11", "2024-05-30", "2024-05-30"),
    "entry_date": ("2019-06-01", "2016-01-15", "2016-01-15"),
    "filing_date": ("2023-01-05", "2023-02-20", "2023-02-20"),
    "status_date": ("2024-01-05", "2024-03-09", "2024-03-09"),
    "age": ("63", "34", "11"),
    "gender": ("M", "F", "F"),
    "marital_status": ("MARRIED", "SEPARATED", "SINGLE"),
    "class_of_admission": ("B2", "U1", "U3"),
    "admission_description": ("VISITOR FOR PLEASURE", "U NONIMMIGRANT", "U NONIMMIGRANT"),
    "form_type": ("I-539", "I-918", "I-918A"),
    "filing_basis": ("OTHER", "U1", "U3"),
    "ead_category": ("C09", "A19", "A20"),
    "confidentiality_flag": ("", "384", "384"),
    "court_application_code": ("ASYL", "42B", ""),
    "application_status": ("APPROVED", "PENDING", "PENDING"),
    "language": ("ENGLISH", "SPANISH", "SPANISH"),
    "occupation": ("CARPENTER", "CLEANER", ""),
    "disposition": ("RELEASED", "NOTICE TO APPEAR", "NOTICE TO APPEAR"),
    "relationship": ("SELF", "SELF", "CHILD"),
    "children": ("0", "1", "0"),
    "count": ("1", "2", "1"),
    "narrative": (
        "Peter Sample was met at the bus station on 02/11/2024.",
        "Marisol SPECIMEN (A200 000 002, 555-010-0002) said she fears her husband. Her daughter Luz is with her.",
        "Child of A-200000002, born 2 November 2012, lives at 22 Specimen Avenue #3.",
    ),
}  # fmt: skip
_OF_PARSER: Final[Mapping[str, tuple[str, str, str]]] = {
    "text": ("SAMPLE TEXT", "SPECIMEN TEXT", ""),
    "code": ("01", "02", "02"),
    "date": ("2024-02-11", "2024-05-30", "2024-05-30"),
    "identifier": ("800001", "800002", "800003"),
    "number": ("1", "2", "1"),
    "narrative": SPECIMENS["narrative"],
}
PEOPLE: Final = ("specimen-1", "specimen-2", "specimen-3")
# What the scrubber knows of them, as it knows the people of a registry.
_KNOWN: Final = ("a_number", "family_name", "given_name", "phone", "date_of_birth", "street_address", "email")


def specimens(name: str, kind: FieldKind) -> tuple[str | None, str | None, str | None]:
    """Three cells of a field kind, one a person; ``None`` where the cell is empty."""
    one, two, three = SPECIMENS.get(name, _OF_PARSER[kind.parser])
    return one or None, two or None, three or None


def identities() -> list[Identity]:
    """The three people as the scrubber is told of them; the second and third are protected."""
    return [
        Identity(
            person,
            {kind: (SPECIMENS[kind][at],) for kind in _KNOWN if SPECIMENS[kind][at]},
            protected=at > 0,
        )
        for at, person in enumerate(PEOPLE)
    ]
