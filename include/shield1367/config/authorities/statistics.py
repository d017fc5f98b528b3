"""§ 1367(b)(1) and (b)(6): disclosures that show nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shield1367.config.authorities.exception import Consequence, DatasetName, Exception1367, Official
from shield1367.config.evidence import Document
from shield1367.config.fields import Category
from shield1367.config.loading import ConfigModel
from shield1367.config.organizations import OrganizationType
from shield1367.config.purposes import Purpose


class Statistics(Exception1367):
    """(b)(1): in the manner and circumstances of 13 U.S.C. § 8: tabulations that identify nobody.

    Attributes:
        disclosure_review: the disclosure review board's approval (R-17).
    """

    NAME = "§ 1367(b)(1)"
    CONSEQUENCE = Consequence.AGGREGATES
    OFFICIALS = frozenset({Official.SECRETARY_DHS, Official.ATTORNEY_GENERAL})

    paragraph: Literal["b1"]
    purpose: Literal[Purpose.STATISTICS]
    disclosure_review: Document

    def contradictions(self) -> Iterator[str]:
        """No field goes as it is: there are no rows."""
        yield from super().contradictions()
        if self.fields:
            yield "fields: tabulations have none; remove them"

    def documents(self) -> Mapping[str, Document]:
        """The decision and the board's approval."""
        return {**super().documents(), "disclosure_review": self.disclosure_review}


class Office(StrEnum):
    """The four offices of (b)(6); other members and committees are ordinary outside parties."""

    HOUSE_CHAIR = "house_judiciary_chair"
    HOUSE_RANKING_MEMBER = "house_judiciary_ranking_member"
    SENATE_CHAIR = "senate_judiciary_chair"
    SENATE_RANKING_MEMBER = "senate_judiciary_ranking_member"


class ClosedWhen(ConfigModel):
    """How a row says that its case is closed: one of these values in this column."""

    column: str
    values: Annotated[tuple[str, ...], Field(min_length=1)]


class Oversight(Exception1367):
    """(b)(6): closed cases, without personally identifiable or locational information.

    Attributes:
        office: whose request it is.
        closed: dataset → how a row says that its case is closed; any other row stays.
        request: the written request of the office.
    """

    NAME = "§ 1367(b)(6)"
    CONSEQUENCE = Consequence.CLOSED_CASES
    RECIPIENTS = frozenset({OrganizationType.JUDICIARY_COMMITTEE})
    OFFICIALS = frozenset({Official.SECRETARY_DHS, Official.ATTORNEY_GENERAL})
    CLOSED_TO = frozenset(
        {
            Category.DIRECT_IDENTIFIER,
            Category.CONTACT,
            Category.LOCATION,
            Category.FAMILY,
            Category.NARRATIVE,
        }
    )

    paragraph: Literal["b6"]
    purpose: Literal[Purpose.CONGRESSIONAL_OVERSIGHT]
    office: Office
    closed: Annotated[dict[DatasetName, ClosedWhen], Field(min_length=1)]
    request: Document

    def contradictions(self) -> Iterator[str]:
        """Every dataset must say when a case is closed."""
        yield from super().contradictions()
        for name in self.datasets:
            if name not in self.closed:
                yield f"closed.{name} is missing: only closed cases may go"
        for name in self.closed:
            if name not in self.datasets:
                yield f"closed.{name} is not among the datasets"

    def documents(self) -> Mapping[str, Document]:
        """The decision and the request."""
        return {**super().documents(), "request": self.request}
