"""One whole authority for each paragraph of § 1367(b), and the profile that may cite it; synthetic throughout."""

from __future__ import annotations

import copy
from typing import Any

ONE, TWO = "1" * 32, "2" * 32
_COMMON: dict[str, Any] = {
    "recipient": "reader",
    "datasets": ["enforcement.encounters"],
    "begins": "2026-01-01",
    "expires": "2027-12-31",
}


def paper(number: int = 1, **more: Any) -> dict[str, Any]:
    """A paper that holds on the day tests judge for."""
    return {"reference": f"P-{number}", "signed": "2026-02-01", **more}


def authorization(official: str = "secretary_dhs") -> dict[str, Any]:
    """The decision of an official."""
    return paper(7, official=official)


def consent(person: str = ONE, **more: Any) -> dict[str, Any]:
    """Prior written consent."""
    return paper(3, person=person, provider="Readers", **more)


def waiver(person: str = ONE, **more: Any) -> dict[str, Any]:
    """A battered adult's waiver."""
    return {**paper(4, person=person, recipient="reader", age_at_signature=34), **more}


AUTHORITIES: dict[str, dict[str, Any]] = {
    "b1": {"purpose": "statistics", "disclosure_review": paper(2)},
    "b2": {
        "purpose": "law_enforcement", "persons": [ONE], "fields": ["given_name"], "case": "C-1",
        "confidentiality": paper(2),
    },
    "b3": {
        "purpose": "judicial_review", "persons": [ONE], "fields": ["given_name", "form_type"],
        "court": "A court", "docket": "1:26-cv-1", "determination": "D-1", "protective_order": paper(2),
        "authorization": authorization("counsel"),
    },
    "b4": {
        "purpose": "waived", "battered": [ONE, TWO], "established": paper(2), "fields": ["given_name"],
        "waivers": [waiver(ONE), waiver(TWO)],
    },
    "b5": {
        "purpose": "benefit_eligibility", "persons": [ONE], "basis": "1641c4_t_status", "request": paper(2),
        "fields": ["filing_basis"],
    },
    "b6": {
        "purpose": "congressional_oversight", "office": "house_judiciary_chair", "request": paper(2),
        "closed": {"enforcement.encounters": {"column": "processing_disposition_descr", "values": ["CLOSED"]}},
    },
    "b7": {
        "purpose": "victim_services", "consents": [consent()], "acknowledgment": paper(2),
        "nonprofit": paper(5), "fields": ["given_name", "family_name", "phone"],
        "authorization": authorization("adjudicator"),
    },
    "b8": {
        "purpose": "national_security", "persons": [ONE], "confidentiality": paper(2),
        "authorization": authorization("secretary_state"),
    },
}  # fmt: skip
TABLES: dict[str, Any] = {
    "tables": {
        "by_country": {
            "dataset": "enforcement.encounters",
            "dimensions": [
                {"column": "citizenship_country_descr", "treatment": "region"},
                {"column": "gender_code", "treatment": "keep"},
            ],
            "measures": [{"of": "rows"}, {"of": "people"}],
        }
    }
}
TYPES = {
    "b1": "statistical_agency", "b2": "law_enforcement", "b3": "court_or_party", "b4": "private_person",
    "b5": "benefit_agency", "b6": "judiciary_committee", "b7": "victim_service_provider",
    "b8": "national_security",
}  # fmt: skip


def authority_of(paragraph: str) -> dict[str, Any]:
    """A whole authority under one paragraph, free to be changed."""
    made = {
        "paragraph": paragraph,
        **_COMMON,
        "authorization": authorization(),
        **AUTHORITIES[paragraph],
    }
    return copy.deepcopy(made)


def profile_changes(paragraph: str) -> dict[str, Any]:
    """What of the sample profile is different when it cites that authority as ``judge``."""
    made = {
        "authority": "judge",
        "purpose": AUTHORITIES[paragraph]["purpose"],
        "organization.type": TYPES[paragraph],
    }
    return {**made, "tables": copy.deepcopy(TABLES)} if paragraph == "b1" else made
