"""All configuration of a project together, read once and handed down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from shield1367.config.authorities import Authorities, Authority, load_authorities
from shield1367.config.authorities.reading import FILE as AUTHORITIES
from shield1367.config.benefits import Benefits, load_benefits
from shield1367.config.contract import SourceContract, load_contract
from shield1367.config.fields import FieldVocabulary, load_fields
from shield1367.config.indicators import Indicators, load_indicators
from shield1367.config.linkage import LinkageSettings, load_linkage_settings
from shield1367.config.loading import config_folder, load
from shield1367.config.recipient import RecipientProfile, load_recipient
from shield1367.config.reviews import Review
from shield1367.config.safeguards import Safeguards, load_safeguards
from shield1367.config.signatures import FLOOR, Seals, load_seals, subject_of
from shield1367.config.text import TextSettings, load_text_settings
from shield1367.errors import ConfigError, Problem

Loaded = TypeVar("Loaded")


@dataclass(frozen=True, slots=True)
class Project:
    """Field kinds, tables by which people are judged, contracts, profiles, the text engine.

    Attributes:
        authorities: the exceptions of § 1367(b) in use.
        seals: who signed the floor and the profiles.
    """

    fields: FieldVocabulary
    benefits: Benefits
    indicators: Indicators
    contracts: dict[str, SourceContract]
    recipients: dict[str, RecipientProfile]
    text: TextSettings
    safeguards: Safeguards
    linkage: LinkageSettings

    def reviews(self) -> tuple[Review, ...]:
        """When each table by which people are judged was last compared with its source."""
        return tuple(
            review
            for table in (self.benefits, self.indicators, self.safeguards, self.linkage)
            for review in table.reviews()
        )

    authorities: Authorities = field(default_factory=Authorities)
    seals: Seals = field(default_factory=Seals)

    def authority_of(self, profile: RecipientProfile) -> Authority | None:
        """The exception a profile cites; ``None`` when it cites none."""
        return self.authorities.authorities[profile.authority] if profile.authority else None

    def policy_hash(self, profile: RecipientProfile) -> str:
        """What is signed under a profile: its settings and those of the authority it cites."""
        authority = self.authority_of(profile)
        if authority is None:
            return profile.content_hash()
        both = f"{profile.content_hash()} {authority.content_hash()}"
        return hashlib.sha256(both.encode()).hexdigest()


def load_project(
    folder: Path | None = None,
    *,
    sources: Iterable[str] | None = None,
    recipients: Iterable[str] | None = None,
) -> Project:
    """Read what is under ``include/config``.

    Args:
        sources: the contracts that are needed; all when not given. A fault in another one then does
            not stop whoever does not need it.
        recipients: the profiles that are needed, likewise.

    Raises:
        ConfigError: the problems of all these files together.
    """
    folder = folder or config_folder()
    problems: list[Problem] = []

    def read(load: Callable[[], Loaded]) -> Loaded | None:
        try:
            return load()
        except ConfigError as error:
            problems.extend(error.problems)
            return None

    fields = read(lambda: load_fields(folder))
    benefits = read(lambda: load_benefits(folder))
    indicators = read(lambda: load_indicators(folder))
    text = read(lambda: load_text_settings(folder))
    safeguards = read(lambda: load_safeguards(folder))
    linkage = read(lambda: load_linkage_settings(folder))
    if fields is not None and benefits is not None:
        tables = ", ".join(sorted(benefits.tables))
        problems += [
            Problem(
                str(folder / "fields.yaml"),
                f"kinds.{name}.trigger",
                f"names code table {kind.trigger!r}, which benefits.yaml does not have; it has: {tables}",
            )
            for name, kind in fields.kinds.items()
            if kind.trigger is not None and kind.trigger not in benefits.tables
        ]
    contracts: dict[str, SourceContract] = {}
    profiles: dict[str, RecipientProfile] = {}
    authorities = read(lambda: load_authorities(folder, fields))
    if fields is not None:
        for name in sources if sources is not None else source_names(folder):
            path = folder / "sources" / f"{name}.yaml"
            if contract := read(partial(load_contract, path, fields)):
                contracts[name] = contract
        known = not problems
        if known and sources is None and authorities is not None:
            problems += _unknown_scopes(folder / AUTHORITIES, authorities, contracts)
        for name in recipients if recipients is not None else recipient_names(folder):
            path = folder / "recipients" / f"{name}.yaml"
            # Without its contract a dataset looks unknown: report the contract, not its echo.
            loader = (
                partial(load_recipient, path, fields, contracts, authorities)
                if known
                else partial(load, RecipientProfile, path)
            )
            if profile := read(loader):
                profiles[name] = profile
    seals = read(lambda: load_seals([FLOOR, *map(subject_of, profiles)], folder))
    if not (fields and benefits and indicators and text and safeguards and linkage and authorities and seals):
        raise ConfigError(problems)
    if problems:
        raise ConfigError(problems)
    return Project(
        fields, benefits, indicators, contracts, profiles, text, safeguards, linkage, authorities, seals
    )


def _unknown_scopes(
    path: Path, authorities: Authorities, contracts: Mapping[str, SourceContract]
) -> Iterator[Problem]:
    """Datasets of authorities that no contract describes; whoever cites one would wonder why it covers nothing."""
    known = sorted(f"{source}.{name}" for source, contract in contracts.items() for name in contract.datasets)
    for name, authority in authorities.authorities.items():
        for dataset in authority.datasets:
            if dataset not in known:
                yield Problem(
                    str(path),
                    f"authorities.{name}.datasets",
                    f"{authority.NAME}: unknown dataset {dataset!r}; known: {', '.join(known)}",
                )


def source_names(folder: Path | None = None) -> list[str]:
    """Names of the contracts there are, readable or not."""
    return sorted(path.stem for path in ((folder or config_folder()) / "sources").glob("*.yaml"))


def recipient_names(folder: Path | None = None) -> list[str]:
    """Names of the profiles there are, readable or not."""
    return sorted(path.stem for path in ((folder or config_folder()) / "recipients").glob("*.yaml"))
