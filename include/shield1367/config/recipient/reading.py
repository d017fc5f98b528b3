"""Reading a profile, and holding it against the floor, the contracts and the authorities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from shield1367.config.authorities import Authorities, Oversight, load_authorities
from shield1367.config.contract import SourceContract, load_contracts, unknown_kind
from shield1367.config.fields import FieldVocabulary, Treatment, load_fields
from shield1367.config.loading import config_folder, read_yaml, validate
from shield1367.config.recipient.denied import endpoint_faults
from shield1367.config.recipient.faults import risk_faults, table_faults, uncounted_faults
from shield1367.config.recipient.organization import Organization
from shield1367.config.recipient.profile import RecipientProfile
from shield1367.errors import ConfigError, Problem


def load_recipient(
    path: Path,
    fields: FieldVocabulary,
    contracts: Mapping[str, SourceContract],
    authorities: Authorities | None = None,
) -> RecipientProfile:
    """Read one profile and hold it against the vocabulary's floor, the contracts and the authorities.

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
    problems += [
        Problem(str(path), key, message)
        for key, message in (
            *endpoint_faults(profile.delivery.url, profile.organization.endpoints),
            *_without_consent(profile, contracts),
            *risk_faults(profile, fields),
            *uncounted_faults(profile, fields),
            *table_faults(profile, fields, contracts),
            *(authorities or Authorities()).faults(profile),
            *_unknown_closing_columns(profile, contracts, authorities or Authorities()),
        )
    ]
    if problems:
        raise ConfigError(problems)
    return profile


def load_recipients(folder: Path | None = None) -> dict[str, RecipientProfile]:
    """Every profile under ``recipients/``, by recipient.

    Raises:
        ConfigError: the problems of all files together.
    """
    folder = folder or config_folder()
    fields, contracts = load_fields(folder), load_contracts(folder)
    authorities = load_authorities(folder, fields)
    profiles: dict[str, RecipientProfile] = {}
    problems: list[Problem] = []
    for path in sorted((folder / "recipients").glob("*.yaml")):
        try:
            profile = load_recipient(path, fields, contracts, authorities)
        except ConfigError as error:
            problems += error.problems
        else:
            profiles[profile.recipient] = profile
    if problems:
        raise ConfigError(problems)
    return profiles


def _unknown_datasets(
    path: Path, content: object, contracts: Mapping[str, SourceContract]
) -> Iterator[Problem]:
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


def _unknown_closing_columns(
    profile: RecipientProfile, contracts: Mapping[str, SourceContract], authorities: Authorities
) -> Iterator[tuple[str, str]]:
    """(b)(6): the column that says that a case is closed has to be one of the dataset's."""
    found = authorities.authorities.get(profile.authority or "")
    if not isinstance(found, Oversight):
        return
    for name, rule in found.closed.items():
        source, _, dataset = name.partition(".")
        described = contracts[source].datasets.get(dataset) if source in contracts else None
        if described is not None and rule.column not in described.columns:
            yield (
                "authority",
                f"{found.NAME}: closed.{name} names column {rule.column!r}, which it does not have",
            )


def _without_consent(
    profile: RecipientProfile, contracts: Mapping[str, SourceContract]
) -> Iterator[tuple[str, str]]:
    """Third-agency rule: another department's data needs that department's consent."""
    if profile.is_outside:
        return
    for name in profile.datasets:
        contract = contracts.get(name.partition(".")[0])
        agency = contract.origin_agency if contract else None
        if agency and agency != profile.organization.inside and agency not in profile.third_agency:
            yield (
                f"third_agency.{agency}",
                f"is missing: {name} belongs to {agency.upper()}; cite its consent (R-20)",
            )
