"""What a stage hands on of a release, and how an export ended."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from shield1367.config.loading import ConfigModel


class State(StrEnum):
    """How an export ended."""

    RELEASED = "released"
    UNCHANGED = "unchanged"
    HELD = "held"
    WAITING = "waiting"
    REFUSED = "refused"


class ExportOutcome(ConfigModel):
    """What became of one recipient's export.

    Attributes:
        reason: why it was held or refused; ``None`` otherwise.
    """

    recipient: str
    state: State
    release_id: str | None
    folder: str | None
    reason: str | None = None


class Planned(ConfigModel):
    """A release on its way; *parts* are the indexes to redact, none when it is out already."""

    release_id: str
    work: Path
    parts: tuple[int, ...]
    state: State | None = None
