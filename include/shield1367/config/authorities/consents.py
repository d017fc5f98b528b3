"""§ 1367(b)(4) and (b)(7): disclosures that the people concerned have agreed to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shield1367.config.authorities.exception import (
    Consequence,
    Exception1367,
    Official,
    PersonReference,
    Slug,
)
from shield1367.config.evidence import Document, Reference
from shield1367.config.organizations import OrganizationType
from shield1367.config.purposes import Purpose

_ADULT = 18


class Waiver(Document):
    """One battered adult's waiver.

    Attributes:
        recipient: the profile it names.
        age_at_signature: in whole years, as established by the paper; only adults can waive.
    """

    person: PersonReference
    recipient: Slug
    age_at_signature: Annotated[int, Field(ge=0, le=130)]


class WaivedByAll(Exception1367):
    """(b)(4): every battered individual in the case is an adult, and all have waived.

    Attributes:
        battered: references of *all* battered individuals in the case; *established* says where that is on file.
    """

    NAME = "§ 1367(b)(4)"
    CONSEQUENCE = Consequence.NAMED_PEOPLE
    OFFICIALS = frozenset({Official.SECRETARY_DHS, Official.ATTORNEY_GENERAL, Official.COUNSEL})

    paragraph: Literal["b4"]
    purpose: Literal[Purpose.WAIVED]
    battered: Annotated[tuple[PersonReference, ...], Field(min_length=1)]
    established: Document
    waivers: Annotated[tuple[Waiver, ...], Field(min_length=1)]

    def contradictions(self) -> Iterator[str]:
        """Everybody, adults only, this recipient only."""
        yield from super().contradictions()
        signed = {waiver.person for waiver in self.waivers}
        if missing := len(set(self.battered) - signed):
            yield f"waivers: {missing} of {len(set(self.battered))} battered individuals have not waived; all must"
        if signed - set(self.battered):
            yield "waivers: one is of somebody who is not among the battered individuals"
        if len(signed) < len(self.waivers):
            yield "waivers: somebody is in it twice"
        for number, waiver in enumerate(self.waivers):
            if waiver.age_at_signature < _ADULT:
                yield f"waivers.{number}.age_at_signature: under {_ADULT}; only adults can waive"
            if waiver.recipient != self.recipient:
                yield f"waivers.{number}.recipient: names another recipient than the authority"

    @property
    def people(self) -> tuple[PersonReference, ...]:
        """Everybody who waived."""
        return tuple(waiver.person for waiver in self.waivers)

    def documents(self) -> Mapping[str, Document]:
        """The decision, the finding who is battered, and every waiver: one revoked ends it for all."""
        waivers = {f"waivers.{number}": waiver for number, waiver in enumerate(self.waivers)}
        return {**super().documents(), "established": self.established, **waivers}


class Consent(Document):
    """One person's prior written consent to be referred.

    Attributes:
        provider: the organisation it names, as the profile's ``organization.name``.
    """

    person: PersonReference
    provider: Reference


class VictimServices(Exception1367):
    """(b)(7): to a nonprofit, nongovernmental provider, for the sole purpose of victim services.

    Attributes:
        consents: prior written consent of each person, dated before the release.
        acknowledgment: the provider's, that it is bound by § 1367.
        nonprofit: where its nonprofit, nongovernmental standing and its expertise are on file.
    """

    NAME = "§ 1367(b)(7)"
    CONSEQUENCE = Consequence.NAMED_PEOPLE
    RECIPIENTS = frozenset({OrganizationType.VICTIM_SERVICE_PROVIDER})
    OFFICIALS = frozenset({Official.ADJUDICATOR, Official.SECRETARY_DHS})

    paragraph: Literal["b7"]
    purpose: Literal[Purpose.VICTIM_SERVICES]
    consents: Annotated[tuple[Consent, ...], Field(min_length=1)]
    acknowledgment: Document
    nonprofit: Document

    def contradictions(self) -> Iterator[str]:
        """One consent a person."""
        yield from super().contradictions()
        if len({consent.person for consent in self.consents}) < len(self.consents):
            yield "consents: somebody is in it twice"

    @property
    def people(self) -> tuple[PersonReference, ...]:
        """Everybody who consented."""
        return tuple(consent.person for consent in self.consents)

    def documents(self) -> Mapping[str, Document]:
        """The decision, the provider's papers and every consent."""
        consents = {f"consents.{number}": consent for number, consent in enumerate(self.consents)}
        papers = {"acknowledgment": self.acknowledgment, "nonprofit": self.nonprofit}
        return {**super().documents(), **papers, **consents}

    def lacking(self, on: date) -> Iterator[tuple[str, str]]:
        """*Prior* consent: signed on a day before the release, not on it."""
        for number, consent in enumerate(self.consents):
            if consent.signed == on:
                yield f"consents.{number}", f"is signed on {on}, the day of the release; it has to be prior"
