"""The receiving organisation, and on which side of § 1367(a)(2) its people stand."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import model_validator

from shield1367.config.evidence import Document
from shield1367.config.loading import ConfigModel
from shield1367.config.organizations import OrganizationType
from shield1367.config.recipient.denied import DENIED_TYPES

Department = Literal["dhs", "dos", "doj"]


class Employment(StrEnum):
    """What the people are who will read the data.

    8 U.S.C. § 1367(a)(2) speaks of sworn officers and employees. Contractors, task force and 287(g)
    officers and detailees are neither unless a determination of counsel says so (R-02).
    """

    SWORN_EMPLOYEE = "sworn_employee"
    CONTRACTOR = "contractor"
    TASK_FORCE = "task_force"
    OFFICER_287G = "287g"
    DETAILEE = "detailee"
    OTHER = "other"


class Determination(Document):
    """Counsel's written determination that people of another class count as officers or employees.

    Attributes:
        citation: the rule it rests on, as 8 CFR 245a.21(a) is one for the LIFE legalization.
    """

    counsel: str
    citation: str


class Attestation(Document):
    """That everybody who will read the data is sworn and needs to know it (R-20)."""

    by: str


class Organization(ConfigModel):
    """The receiving organisation.

    Attributes:
        type: what it is, from a closed list; the types of the hard-deny list are refused.
        inside: the department it belongs to, when its people are sworn officers or employees of
            DHS, DOS or DOJ (8 U.S.C. § 1367(a)(2)); ``null`` for everybody else, contractors included.
        address: where it is, for the accounting of disclosures (5 U.S.C. § 552a(c)(1)(B)).
        determination: counsel's, where people who are not sworn employees shall count as such.
        attestation: inside only: need to know and employment of the readers.
        endpoints: URLs below which it receives; a delivery anywhere else is refused.
    """

    name: str
    address: str
    type: OrganizationType
    inside: Department | None = None
    employment: Employment = Employment.OTHER
    determination: Determination | None = None
    attestation: Attestation | None = None
    endpoints: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Organization:
        if wrong := [*self._denied(), *self._contradictions()]:
            raise ValueError("; ".join(wrong))
        return self

    def _denied(self) -> list[str]:
        if why := DENIED_TYPES.get(self.type):
            return [f"type: {self.type} is on the hard-deny list, which nothing overrides: {why}"]
        return []

    def _contradictions(self) -> list[str]:
        wrong = []
        if self.inside and self.employment is not Employment.SWORN_EMPLOYEE and self.determination is None:
            wrong.append(
                "inside needs employment: sworn_employee; contractors, task forces, 287(g) officers and detailees"
                " are outside (8 U.S.C. § 1367(a)(2) speaks of sworn officers and employees) unless"
                " `determination:` cites one of counsel"
            )
        if self.inside and self.employment is Employment.OTHER:
            wrong.append("employment: other is never inside; say which class the readers belong to")
        if self.inside and self.attestation is None:
            wrong.append("inside needs `attestation:` that every reader is sworn and needs to know (R-20)")
        if bool(self.inside) != (self.type is OrganizationType.DEPARTMENT):
            wrong.append("type: department and inside go together; give both or neither")
        if self.determination and (not self.inside or self.employment is Employment.SWORN_EMPLOYEE):
            wrong.append("determination is for people of a department who are not sworn employees; remove it")
        if self.attestation and not self.inside:
            wrong.append("attestation is for the inside; remove it, or set inside")
        return wrong

    @property
    def is_inside(self) -> bool:
        """Whether § 1367(a)(2) lets information about protected people reach it."""
        sworn = self.employment is Employment.SWORN_EMPLOYEE or self.determination is not None
        return self.inside is not None and self.employment is not Employment.OTHER and sworn

    def lapsed(self, on: date) -> list[str]:
        """What no longer carries its standing on a day, in words."""
        papers = {
            "organization.determination": self.determination,
            "organization.attestation": self.attestation,
        }
        return [f"{key} {why}" for key, paper in papers.items() if paper and (why := paper.fault(on))]
