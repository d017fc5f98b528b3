"""What data may be used for: a closed list."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """What the data may be used for: a closed list. § 1367(b) says of several of these "solely"."""

    ADJUDICATION = "adjudication"
    ENFORCEMENT = "enforcement"
    OVERSIGHT = "oversight"
    AGENCY_OPERATIONS = "agency_operations"
    RESEARCH = "research"
    PUBLIC_ADMINISTRATION = "public_administration"
    STATISTICS = "statistics"
    LAW_ENFORCEMENT = "law_enforcement"
    JUDICIAL_REVIEW = "judicial_review"
    WAIVED = "waived"
    BENEFIT_ELIGIBILITY = "benefit_eligibility"
    CONGRESSIONAL_OVERSIGHT = "congressional_oversight"
    VICTIM_SERVICES = "victim_services"
    NATIONAL_SECURITY = "national_security"


# Purposes of the Departments themselves, § 1367(a)(2), and what needs no authority outside; the others are those
# of an exception and need one.
INSIDE_PURPOSES = frozenset(
    {
        Purpose.ADJUDICATION,
        Purpose.ENFORCEMENT,
        Purpose.OVERSIGHT,
        Purpose.AGENCY_OPERATIONS,
        Purpose.RESEARCH,
        Purpose.STATISTICS,
    }
)
OUTSIDE_PURPOSES = frozenset({Purpose.RESEARCH, Purpose.PUBLIC_ADMINISTRATION, Purpose.OVERSIGHT})
