"""One recipient's profile: a file of ``include/config/recipients``."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from shield1367.config.evidence import Document
from shield1367.config.fields import FieldVocabulary, Treatment
from shield1367.config.loading import ConfigModel
from shield1367.config.purposes import INSIDE_PURPOSES, OUTSIDE_PURPOSES, Purpose
from shield1367.config.recipient.membership import Membership
from shield1367.config.recipient.organization import Department, Organization
from shield1367.config.recipient.risk import Risk, Uncounted
from shield1367.config.recipient.tables import Tabulations
from shield1367.config.recipient.terms import (
    Agreement,
    Approval,
    Delivery,
    Effective,
    Recall,
    Retention,
    Schedule,
)
from shield1367.config.text import Replacements, Strictness

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]


class RecipientProfile(ConfigModel):
    """One file of ``include/config/recipients``.

    Attributes:
        version: counted up with every change that is signed.
        effective: the days the profile holds.
        authority: the entry of ``authorities.yaml`` that lets an outside recipient have more than the floor.
        purpose: from the closed list; *purpose_statement* says it in the recipient's words.
        third_agency: department → its consent, where an inside recipient gets another department's data (R-20).
        datasets: ``source.dataset`` names.
        treatments: field kind → treatment; kinds not named get the floor of ``fields.yaml``.
        pseudonym_series: releases of one series have the same pseudonyms, so that this recipient can follow a
            person through them; without one, each release has its own.
        strictness: how much evidence the narrative scrubber wants before it takes a word for a name.
        replacements: what stands for what the scrubber masks.
        tables: what a recipient of tabulations gets in place of rows; (b)(1) only.
        risk: what must not find anybody, taken together; ``None`` asks for nothing.
        uncounted: who accepted that kinds which may find somebody are no part of *risk*.
        recall: what the scrubbed narratives of a release must show by measurement, or it is held.
    """

    recipient: Slug
    version: Annotated[int, Field(ge=1)] = 1
    title: str = ""
    effective: Effective
    organization: Organization
    authority: Slug | None = None
    purpose: Purpose
    purpose_statement: str = ""
    agreement: Agreement
    third_agency: dict[Department, Document] = Field(default_factory=dict)
    membership: Membership = Membership.HIDDEN
    datasets: Annotated[tuple[str, ...], Field(min_length=1)]
    treatments: dict[str, Treatment] = Field(default_factory=dict)
    pseudonym_series: Slug | None = None
    strictness: Strictness = Strictness.STRICT
    replacements: Replacements = Replacements()
    tables: Tabulations | None = None
    risk: Risk | None = None
    uncounted: Uncounted | None = None
    recall: Recall = Recall()
    schedule: Schedule
    approval: Approval = Approval()
    delivery: Delivery = Delivery()
    retention: Retention

    @model_validator(mode="after")
    def _holds_together(self) -> RecipientProfile:
        if wrong := list(self._contradictions()):
            raise ValueError("; ".join(wrong))
        return self

    def _contradictions(self) -> list[str]:
        wrong = []
        if self.authority and self.organization.is_inside:
            wrong.append("authority is for the outside; § 1367(a)(2) is the ground inside, remove it")
        if self.membership is Membership.MARKED and self.is_outside and not self.authority:
            wrong.append(
                "membership: marked is refused for a recipient outside DHS, DOS and DOJ; allowed: hidden, withheld"
            )
        if self.purpose not in self._purposes():
            allowed = ", ".join(sorted(self._purposes()))
            wrong.append(f"purpose: {self.purpose} is none this recipient can have; allowed: {allowed}")
        if len(set(self.datasets)) < len(self.datasets):
            wrong.append("datasets names one twice")
        if self.third_agency and self.is_outside:
            wrong.append("third_agency is for the inside; remove it")
        return wrong

    @model_serializer(mode="wrap")
    def _without_what_is_unsaid(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = handler(self)
        # Came later than the rest: left unsaid it is no part of what was signed.
        return {name: value for name, value in content.items() if name != "uncounted" or value is not None}

    def _purposes(self) -> frozenset[Purpose]:
        if not self.is_outside:
            return INSIDE_PURPOSES
        # Which purpose goes with which exception is held against the authority itself.
        return frozenset(Purpose) if self.authority else OUTSIDE_PURPOSES

    @property
    def is_outside(self) -> bool:
        """Whether the floor of ``fields.yaml`` binds this profile."""
        return not self.organization.is_inside

    @property
    def loosens(self) -> bool:
        """Whether it gives anybody more than the floor, the plain reading of the statute, or one release at a time:
        two must sign.
        """
        return any((self.authority, self.organization.determination, self.pseudonym_series))

    @property
    def purpose_words(self) -> str:
        """The purpose for readers: its place in the closed list and, where there is one, the statement."""
        words = self.purpose.replace("_", " ")
        return f"{words}: {self.purpose_statement}" if self.purpose_statement else words

    def treatment_of(self, kind: str, fields: FieldVocabulary) -> Treatment:
        """What this recipient gets of a field kind, before any authority."""
        if kind in self.treatments:
            return self.treatments[kind]
        return fields.kinds[kind].outside if self.is_outside else Treatment.KEEP
