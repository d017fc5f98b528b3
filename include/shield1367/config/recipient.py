"""Recipient profiles: who receives what, under which authority, when and how."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from shield1367.config.contract import SourceContract, load_contracts, unknown_kind
from shield1367.config.cron import Cron
from shield1367.config.fields import FieldVocabulary, Treatment, load_fields
from shield1367.config.loading import ConfigModel, config_folder, read_yaml, validate
from shield1367.config.text import Replacements, Strictness
from shield1367.errors import ConfigError, Problem

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]


class Membership(StrEnum):
    """How a release keeps "this person is protected" from being readable in it.

    ``HIDDEN``: every row is treated alike. ``WITHHELD``: protected rows are left out and the others
    go as the profile says. ``MARKED``: protected rows stay, with the § 1367 banner; inside only.
    """

    HIDDEN = "hidden"
    WITHHELD = "withheld"
    MARKED = "marked"


class Organization(ConfigModel):
    """The receiving organisation.

    Attributes:
        inside: the department it belongs to, when its people are sworn officers or employees of
            DHS, DOS or DOJ (8 U.S.C. § 1367(a)(2)); ``null`` for everybody else, contractors included.
        address: where it is, for the accounting of disclosures (5 U.S.C. § 552a(c)(1)(B)).
    """

    name: str
    address: str
    inside: Literal["dhs", "dos", "doj"] | None = None
    employment: Literal["sworn_employee", "contractor", "task_force", "other"] = "other"

    @property
    def is_inside(self) -> bool:
        """Whether § 1367(a)(2) lets information about protected people reach it."""
        return self.inside is not None and self.employment == "sworn_employee"


class Agreement(ConfigModel):
    """The agreement the recipient signed; nothing is released after it expires."""

    reference: str
    expires: date


class Schedule(ConfigModel):
    """When a release is made: at a time, or whenever staged data has been evaluated."""

    cron: Cron | None = None
    on: Literal["staged data"] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Schedule:
        if (self.cron is None) == (self.on is None):
            raise ValueError("say either `cron: …` or `on: staged data`")
        return self


class Delivery(ConfigModel):
    """Where and in which format the package goes; without a URL it waits in the released folder."""

    format: Literal["parquet", "csv"] = "parquet"
    url: str | None = None


class Approval(ConfigModel):
    """Whether a person has to answer for a release before it goes out.

    Not built yet: a profile that asks for it is refused, rather than released without.
    """

    required: bool = False

    @model_validator(mode="after")
    def _is_built(self) -> Approval:
        if self.required:
            raise ValueError(
                "approval by people is not part of this version; a profile that needs it cannot release yet"
            )
        return self


class RecipientProfile(ConfigModel):
    """One file of ``include/config/recipients``.

    Attributes:
        datasets: ``source.dataset`` names.
        treatments: field kind → treatment; kinds not named get the floor of ``fields.yaml``.
        strictness: how much evidence the narrative scrubber wants before it takes a word for a name.
        replacements: what stands for what the scrubber masks.
    """

    recipient: Slug
    title: str = ""
    organization: Organization
    authority: None = None
    purpose: str
    agreement: Agreement
    membership: Membership = Membership.HIDDEN
    datasets: Annotated[tuple[str, ...], Field(min_length=1)]
    treatments: dict[str, Treatment] = Field(default_factory=dict)
    strictness: Strictness = Strictness.STRICT
    replacements: Replacements = Replacements()
    schedule: Schedule
    approval: Approval = Approval()
    delivery: Delivery = Delivery()

    @model_validator(mode="after")
    def _marked_is_inside(self) -> RecipientProfile:
        wrong = []
        if self.organization.inside and not self.organization.is_inside:
            wrong.append(
                "organization.inside needs employment: sworn_employee; contractors and task forces are outside"
                " (8 U.S.C. § 1367(a)(2) speaks of sworn officers and employees)"
            )
        if self.membership is Membership.MARKED and not self.organization.is_inside:
            wrong.append(
                "membership: marked is refused for a recipient outside DHS, DOS and DOJ; allowed: hidden, withheld"
            )
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @property
    def is_outside(self) -> bool:
        """Whether the floor of ``fields.yaml`` binds this profile."""
        return not self.organization.is_inside

    def treatment_of(self, kind: str, fields: FieldVocabulary) -> Treatment:
        """What this recipient gets of a field kind."""
        if kind in self.treatments:
            return self.treatments[kind]
        return fields.kinds[kind].outside if self.is_outside else Treatment.KEEP


def load_recipient(
    path: Path, fields: FieldVocabulary, contracts: dict[str, SourceContract]
) -> RecipientProfile:
    """Read one profile and hold it against the vocabulary's floor and the contracts.

    Raises:
        ConfigError: any key that does not hold, or a treatment looser than the floor; all are listed.
    """
    content = read_yaml(path)
    # Looked up in the file as it stands, so that they are reported beside whatever else is wrong.
    problems = [
        *_unknown_datasets(path, content, contracts),
        *_refused_treatments(path, content, fields),
    ]
    try:
        profile = validate(RecipientProfile, content, path)
    except ConfigError as error:
        raise ConfigError([*error.problems, *problems]) from None
    if profile.recipient != path.stem:
        problems.append(Problem(str(path), "recipient", f"must equal the file's name, {path.stem!r}"))
    if problems:
        raise ConfigError(problems)
    return profile


def _unknown_datasets(path: Path, content: object, contracts: dict[str, SourceContract]) -> Iterator[Problem]:
    names = content.get("datasets") if isinstance(content, dict) else None
    known = sorted(
        f"{contract.source}.{name}" for contract in contracts.values() for name in contract.datasets
    )
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str) and name not in known:
            yield Problem(str(path), "datasets", f"unknown dataset {name!r}; known: {', '.join(known)}")


def _refused_treatments(path: Path, content: object, fields: FieldVocabulary) -> Iterator[Problem]:
    """Treatments of unknown kinds, and for an outside recipient those looser than the floor."""
    treatments = content.get("treatments") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(treatments, dict):
        return
    try:
        outside = not Organization.model_validate(content.get("organization")).is_inside
    except ValidationError:
        outside = True
    for name, treatment in treatments.items():
        key = f"treatments.{name}"
        if name not in fields.kinds:
            yield Problem(str(path), key, unknown_kind(str(name), fields))
        elif outside and treatment in list(Treatment) and not fields.kinds[name].permits_outside(treatment):
            allowed = sorted({fields.kinds[name].outside, *fields.kinds[name].allows})
            yield Problem(
                str(path),
                key,
                f"{treatment} is looser than the floor for an outside recipient; allowed: {', '.join(allowed)}",
            )


def load_recipients(folder: Path | None = None) -> dict[str, RecipientProfile]:
    """Every profile under ``recipients/``, by recipient.

    Raises:
        ConfigError: the problems of all files together.
    """
    folder = folder or config_folder()
    fields, contracts = load_fields(folder), load_contracts(folder)
    profiles: dict[str, RecipientProfile] = {}
    problems: list[Problem] = []
    for path in sorted((folder / "recipients").glob("*.yaml")):
        try:
            profile = load_recipient(path, fields, contracts)
        except ConfigError as error:
            problems += error.problems
        else:
            profiles[profile.recipient] = profile
    if problems:
        raise ConfigError(problems)
    return profiles
