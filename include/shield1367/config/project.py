"""All configuration of a project together, read once and handed down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shield1367.config.benefits import Benefits, load_benefits
from shield1367.config.contract import SourceContract, load_contract, load_contracts
from shield1367.config.fields import FieldVocabulary, load_fields
from shield1367.config.loading import config_folder
from shield1367.config.recipient import RecipientProfile, load_recipient, load_recipients
from shield1367.config.text import TextSettings, load_text_settings
from shield1367.errors import ConfigError, Problem


@dataclass(frozen=True, slots=True)
class Project:
    """Field kinds, code tables, contracts, profiles and the settings of the text engine."""

    fields: FieldVocabulary
    benefits: Benefits
    contracts: dict[str, SourceContract]
    recipients: dict[str, RecipientProfile]
    text: TextSettings


def load_project(folder: Path | None = None) -> Project:
    """Read everything under ``include/config``.

    Raises:
        ConfigError: the problems of all files together.
    """
    folder = folder or config_folder()
    problems: list[Problem] = []
    loaders = (load_fields, load_benefits, load_contracts, load_recipients, load_text_settings)
    loaded = []
    for loader in loaders:
        try:
            loaded.append(loader(folder))
        except ConfigError as error:
            # A broken contract is reported by every profile that names it; once is enough.
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise ConfigError(problems)
    return Project(*loaded)  # type: ignore[arg-type]  # one loader a field, in order


def source_names(folder: Path | None = None) -> list[str]:
    """Names of the contracts there are, readable or not."""
    return sorted(path.stem for path in ((folder or config_folder()) / "sources").glob("*.yaml"))


def recipient_names(folder: Path | None = None) -> list[str]:
    """Names of the profiles there are, readable or not."""
    return sorted(path.stem for path in ((folder or config_folder()) / "recipients").glob("*.yaml"))


def load_source(name: str, folder: Path | None = None) -> SourceContract:
    """Read one contract alone, so that another's fault does not stop this source.

    Raises:
        ConfigError: the contract or the vocabulary does not hold.
    """
    folder = folder or config_folder()
    return load_contract(folder / "sources" / f"{name}.yaml", load_fields(folder))


def load_profile(name: str, folder: Path | None = None) -> RecipientProfile:
    """Read one profile with the contracts it names.

    Raises:
        ConfigError: the profile, a contract or the vocabulary does not hold.
    """
    folder = folder or config_folder()
    path = folder / "recipients" / f"{name}.yaml"
    return load_recipient(path, load_fields(folder), load_contracts(folder))
