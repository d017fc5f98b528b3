"""§ 1367(b)(2), (b)(3), (b)(5) and (b)(8): disclosures to officials, about named people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Literal

from shield1367.config.authorities.exception import NamedPeople, Official
from shield1367.config.evidence import Document, Reference
from shield1367.config.fields import Category
from shield1367.config.organizations import OrganizationType
from shield1367.config.purposes import Purpose


class LawEnforcement(NamedPeople):
    """(b)(2): solely for a legitimate law enforcement purpose, in a manner that protects confidentiality.

    Attributes:
        case: the case it was authorised for; never standing access.
        confidentiality: the recipient's undertaking not to pass it on.
    """

    NAME = "§ 1367(b)(2)"
    RECIPIENTS = frozenset(
        {
            OrganizationType.LAW_ENFORCEMENT,
            OrganizationType.FEDERAL_AGENCY,
            OrganizationType.CONTRACTOR,
        }
    )
    OFFICIALS = frozenset({Official.SECRETARY_DHS, Official.ATTORNEY_GENERAL})
    # Minimum fields: no class of admission, form or flag (the recipient matrix).
    CLOSED_TO = frozenset({Category.NARRATIVE, Category.BENEFIT_REVEALING})

    paragraph: Literal["b2"]
    purpose: Literal[Purpose.LAW_ENFORCEMENT]
    case: Reference
    confidentiality: Document

    def documents(self) -> Mapping[str, Document]:
        """The decision and the undertaking."""
        return {**super().documents(), "confidentiality": self.confidentiality}


class JudicialReview(NamedPeople):
    """(b)(3): judicial review of an immigration determination, under seal.

    Attributes:
        court: where; *docket* under which number; *determination* is the decision under review.
        protective_order: the seal or protective order.
    """

    NAME = "§ 1367(b)(3)"
    RECIPIENTS = frozenset({OrganizationType.COURT_OR_PARTY})
    OFFICIALS = frozenset({Official.COUNSEL, Official.ATTORNEY_GENERAL})

    paragraph: Literal["b3"]
    purpose: Literal[Purpose.JUDICIAL_REVIEW]
    court: Reference
    docket: Reference
    determination: Reference
    protective_order: Document

    def documents(self) -> Mapping[str, Document]:
        """Counsel's decision and the order."""
        return {**super().documents(), "protective_order": self.protective_order}


class EligibilityBasis(StrEnum):
    """The limbs of 8 U.S.C. § 1641(c). A U petition alone is none of them."""

    BATTERED_SPOUSE = "1641c1_battered_spouse"
    CHILD_BATTERED = "1641c2_parent_of_battered_child"
    BATTERED_CHILD = "1641c3_battered_child"
    TRAFFICKING = "1641c4_t_status"


class BenefitEligibility(NamedPeople):
    """(b)(5): solely for eligibility under 8 U.S.C. § 1641(c); one person at a time, never bulk.

    Attributes:
        basis: the limb the agency asks about.
        request: the agency's request about this person.
    """

    NAME = "§ 1367(b)(5)"
    RECIPIENTS = frozenset({OrganizationType.BENEFIT_AGENCY})
    OFFICIALS = frozenset({Official.SECRETARY_DHS, Official.ATTORNEY_GENERAL})

    paragraph: Literal["b5"]
    purpose: Literal[Purpose.BENEFIT_ELIGIBILITY]
    basis: EligibilityBasis
    request: Document

    def contradictions(self) -> Iterator[str]:
        """One person, never a list."""
        yield from super().contradictions()
        if len(self.persons) != 1:
            yield f"persons: names {len(self.persons)}; one person at a time, never bulk"

    def documents(self) -> Mapping[str, Document]:
        """The decision and the agency's request."""
        return {**super().documents(), "request": self.request}


class NationalSecurity(NamedPeople):
    """(b)(8): national security officials, solely for that purpose, protecting confidentiality.

    Attributes:
        confidentiality: the recipient's undertaking not to pass it on.
    """

    NAME = "§ 1367(b)(8)"
    RECIPIENTS = frozenset({OrganizationType.NATIONAL_SECURITY})
    OFFICIALS = frozenset({Official.SECRETARY_DHS, Official.SECRETARY_STATE, Official.ATTORNEY_GENERAL})

    paragraph: Literal["b8"]
    purpose: Literal[Purpose.NATIONAL_SECURITY]
    confidentiality: Document

    def documents(self) -> Mapping[str, Document]:
        """The decision and the undertaking."""
        return {**super().documents(), "confidentiality": self.confidentiality}
