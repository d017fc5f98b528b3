"""What every exception of § 1367(b) has in common (R-18): who authorised what, for whom, about whom, until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from shield1367.config.evidence import Document
from shield1367.config.fields import Category
from shield1367.config.loading import ConfigModel
from shield1367.config.organizations import OrganizationType
from shield1367.config.purposes import Purpose

# A keyed fingerprint of an identifier, as `shield1367 policy person` prints it: a file of configuration must not
# say who is protected.
PersonReference = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
# No wildcard in any scope.
DatasetName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
KindName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Official(StrEnum):
    """Who may authorise. The statute names the first three; each paragraph says which of them."""

    SECRETARY_DHS = "secretary_dhs"
    ATTORNEY_GENERAL = "attorney_general"
    SECRETARY_STATE = "secretary_state"
    COUNSEL = "counsel"
    ADJUDICATOR = "adjudicator"


class Consequence(StrEnum):
    """What an exception means for the rows of a release.

    ``AGGREGATES``: no row at all, only tabulations. ``NAMED_PEOPLE``: rows in which everybody protected is in
    the authority's scope, and no other row. ``CLOSED_CASES``: rows of closed cases, without personal or
    locational columns.
    """

    AGGREGATES = "aggregates"
    NAMED_PEOPLE = "named_people"
    CLOSED_CASES = "closed_cases"


class Authorization(Document):
    """The decision of the official; its reference is the authorization id.

    Attributes:
        delegation: reference of the delegation, when somebody else signed for the official.
    """

    official: Official
    delegation: str | None = None


class Exception1367(ConfigModel):
    """One use of an exception: a decision for one recipient, checked here and never made here.

    Attributes:
        recipient: the profile it is for, and no other.
        datasets: the datasets it speaks of; no wildcard.
        fields: the field kinds that may go as they are; every other kind keeps the treatment of the profile.
        begins: the first day it holds; *expires* is the last.
        revoked: the day it was taken back.
    """

    NAME: ClassVar[str]
    CONSEQUENCE: ClassVar[Consequence]
    RECIPIENTS: ClassVar[frozenset[OrganizationType]] = frozenset(OrganizationType)
    OFFICIALS: ClassVar[frozenset[Official]]
    # free text never goes outside as it is, whatever the exception.
    CLOSED_TO: ClassVar[frozenset[Category]] = frozenset({Category.NARRATIVE})

    purpose: Purpose
    recipient: Slug
    authorization: Authorization
    datasets: Annotated[tuple[DatasetName, ...], Field(min_length=1)]
    fields: tuple[KindName, ...] = ()
    begins: date
    expires: date
    revoked: date | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Exception1367:
        if wrong := list(self.contradictions()):
            raise ValueError("; ".join(wrong))
        return self

    def contradictions(self) -> Iterator[str]:
        """What is wrong with it whatever the day and the recipient."""
        if self.expires < self.begins:
            yield "expires before it begins"
        if self.authorization.official not in self.OFFICIALS:
            allowed = ", ".join(sorted(self.OFFICIALS))
            yield f"authorization.official: {self.authorization.official} cannot authorise it; allowed: {allowed}"

    @property
    def people(self) -> tuple[PersonReference, ...]:
        """References of the people it covers; empty where it is not about named people."""
        return ()

    def documents(self) -> Mapping[str, Document]:
        """Key → every paper that has to hold on the day of a release."""
        return {"authorization": self.authorization}

    def lacking(self, on: date) -> Iterator[tuple[str, str]]:
        """Item and reason for whatever else is missing on a day."""
        yield from ()


class NamedPeople(Exception1367):
    """An exception that covers people one by one.

    Attributes:
        persons: references of the people it covers, as ``shield1367 policy person`` prints them.
    """

    CONSEQUENCE = Consequence.NAMED_PEOPLE

    persons: Annotated[tuple[PersonReference, ...], Field(min_length=1)]

    @property
    def people(self) -> tuple[PersonReference, ...]:
        """References of the people it covers."""
        return self.persons
