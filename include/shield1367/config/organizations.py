"""What a recipient can be: a closed list, so that nobody is received under a word nobody thought about."""

from __future__ import annotations

from enum import StrEnum


class OrganizationType(StrEnum):
    """Sorts of recipient, each with its own rules (the recipient matrix of docs/architecture.md)."""

    DEPARTMENT = "department"
    FEDERAL_AGENCY = "federal_agency"
    STATE_OR_LOCAL_AGENCY = "state_or_local_agency"
    LAW_ENFORCEMENT = "law_enforcement"
    NATIONAL_SECURITY = "national_security"
    BENEFIT_AGENCY = "benefit_agency"
    STATISTICAL_AGENCY = "statistical_agency"
    COURT_OR_PARTY = "court_or_party"
    JUDICIARY_COMMITTEE = "judiciary_committee"
    CONGRESS = "congress"
    VICTIM_SERVICE_PROVIDER = "victim_service_provider"
    RESEARCH = "research"
    CONTRACTOR = "contractor"
    PRIVATE_PERSON = "private_person"
    # The hard-deny list: named, so that a profile which says so is refused by name.
    FOREIGN_GOVERNMENT = "foreign_government"
    ABUSER_OR_COUNSEL = "abuser_or_counsel"
    PUBLIC = "public"
    AI_SERVICE = "ai_service"
    COMMERCIAL_SERVICE = "commercial_service"
