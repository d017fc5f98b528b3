"""Reading ``authorities.yaml``, and holding each authority against the profile that cites it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from shield1367.config.authorities.consents import VictimServices, WaivedByAll
from shield1367.config.authorities.exception import Consequence, Slug
from shield1367.config.authorities.officials import (
    BenefitEligibility,
    JudicialReview,
    LawEnforcement,
    NationalSecurity,
)
from shield1367.config.authorities.statistics import Oversight, Statistics
from shield1367.config.fields import FieldVocabulary
from shield1367.config.loading import ConfigModel, config_folder, read_yaml, validate
from shield1367.errors import ConfigError, Problem

if TYPE_CHECKING:
    from shield1367.config.recipient.profile import RecipientProfile

FILE = "authorities.yaml"
Authority = Annotated[
    Statistics
    | LawEnforcement
    | JudicialReview
    | WaivedByAll
    | BenefitEligibility
    | Oversight
    | VictimServices
    | NationalSecurity,
    Field(discriminator="paragraph"),
]
_TAGS = {f"b{number}": f"§ 1367(b)({number})" for number in range(1, 9)}


class Authorities(ConfigModel):
    """``authorities.yaml``: every exception in use, by the name profiles cite it by."""

    authorities: dict[Slug, Authority] = Field(default_factory=dict)

    def faults(self, profile: RecipientProfile) -> Iterator[tuple[str, str]]:
        """Key and message for whatever keeps *profile* from using the authority it cites."""
        if profile.authority is None:
            return
        found = self.authorities.get(profile.authority)
        if found is None:
            known = ", ".join(sorted(self.authorities)) or "none"
            yield "authority", f"{profile.authority!r} is not in {FILE}; known: {known}"
            return
        name, kind = found.NAME, profile.organization.type
        if found.recipient != profile.recipient:
            yield "authority", f"{name}: {profile.authority!r} is for recipient {found.recipient!r} only"
        if kind not in found.RECIPIENTS:
            allowed = ", ".join(sorted(found.RECIPIENTS))
            yield "organization.type", f"{name} does not reach {kind}; it reaches: {allowed}"
        if profile.purpose != found.purpose:
            yield "purpose", f"{name} permits {found.purpose} solely"
        for dataset in profile.datasets:
            if dataset not in found.datasets:
                yield "datasets", f"{name}: {dataset} is outside the scope of {profile.authority!r}"
        if (profile.tables is not None) != (found.CONSEQUENCE is Consequence.AGGREGATES):
            yield (
                "tables",
                (
                    f"{name} permits rows, no tables; remove them"
                    if profile.tables is not None
                    else f"{name} permits tabulations only; declare them"
                ),
            )
        if isinstance(found, VictimServices):
            for number, consent in enumerate(found.consents):
                if consent.provider != profile.organization.name:
                    yield (
                        "organization.name",
                        f"{name}: consents.{number} of {profile.authority!r} names another provider",
                    )


def load_authorities(folder: Path | None = None, fields: FieldVocabulary | None = None) -> Authorities:
    """Read ``authorities.yaml``; without the file no exception is in use.

    Args:
        fields: the vocabulary its field scopes are held against.

    Raises:
        ConfigError: missing evidence, a field no exception lets go; each problem names its paragraph.
    """
    path = (folder or config_folder()) / FILE
    if not path.exists():
        return Authorities()
    try:
        found = validate(Authorities, read_yaml(path), path)
    except ConfigError as error:
        raise ConfigError([_with_paragraph(problem) for problem in error.problems]) from None
    problems = [
        Problem(str(path), key, message)
        for name, authority in found.authorities.items()
        for key, message in _scope_faults(name, authority, fields)
    ]
    if problems:
        raise ConfigError(problems)
    return found


def _scope_faults(
    name: str, authority: Authority, fields: FieldVocabulary | None
) -> Iterator[tuple[str, str]]:
    for kind in authority.fields if fields else ():
        key = f"authorities.{name}.fields"
        known = fields.kinds.get(kind) if fields else None
        if known is None:
            yield key, f"{authority.NAME}: unknown field kind {kind!r}"
        elif known.category in authority.CLOSED_TO:
            yield key, f"{authority.NAME}: {kind} ({known.category}) may not go as it is under this exception"


def _with_paragraph(problem: Problem) -> Problem:
    """The paragraph stands in pydantic's path as the union's tag; it belongs into the message."""
    parts = problem.key.split(".")
    if len(parts) > 2 and parts[2] in _TAGS:
        tag = _TAGS[parts[2]]
        return Problem(problem.file, ".".join(parts[:2] + parts[3:]), f"{tag}: {problem.message}")
    return problem
