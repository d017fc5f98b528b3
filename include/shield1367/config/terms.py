"""Words that reviewers had masked, or left, in every narrative: part of the scrubber's settings, and of no file.

The words themselves are protected. They lie encrypted in a home; what is hashed, logged and written into plans is a
version and a keyed mark.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from shield1367.config.loading import ConfigModel


class TermKind(StrEnum):
    """What a word to be masked stands for, as the reader of a scrubbed narrative is told."""

    PERSON = "PERSON"
    PLACE = "PLACE"
    ORGANIZATION = "ORGANIZATION"
    ID = "ID"


class DeniedTerm(ConfigModel):
    """A word, or several, that is always masked."""

    text: str = Field(repr=False)
    kind: TermKind = TermKind.PERSON


class Terms(ConfigModel):
    """The words in force.

    Attributes:
        version: counts the changes that two reviewers made.
        mark: keyed fingerprint of the words; equal for equal words, and telling nothing about them.
        deny: always masked; *allow* taken for no name, unless it is one that is known.
    """

    version: int
    mark: str
    deny: tuple[DeniedTerm, ...] = Field(default=(), exclude=True, repr=False)
    allow: tuple[str, ...] = Field(default=(), exclude=True, repr=False)
