"""The site of a pipeline: where it runs, with which keys, by which configuration."""

from __future__ import annotations

from dataclasses import dataclass

from shield1367.config.contract import SourceContract
from shield1367.config.key_file import LimitedKeys
from shield1367.config.project import Project
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.redaction.terms import in_force


class UnknownBatchError(TerminalError):
    """Error raised when a batch is asked for that the landing zone does not hold."""

    code = "E304"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a pipeline runs: its folders, its keys and its configuration, with the terms of the home in force."""

    home: Home
    keys: Keys
    project: Project

    def __post_init__(self) -> None:
        # Terms are for who scrubs. With a key for redaction alone they come with the release: pipeline/redaction.py.
        if not isinstance(self.keys, LimitedKeys):
            object.__setattr__(self, "project", in_force(self.home, self.keys, self.project))


def contract_of(site: Site, source: str) -> SourceContract:
    """The contract of a source.

    Raises:
        UnknownBatchError: there is none.
    """
    if source not in site.project.contracts:
        raise UnknownBatchError(
            f"there is no contract for source {source!r}.",
            mend=f"use one of {', '.join(sorted(site.project.contracts))}.",
        )
    return site.project.contracts[source]
