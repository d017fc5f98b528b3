"""Approvals that wait: of which somebody is to be reminded, which are to be escalated, and who was told already.

Nothing waits here. Whoever looks, every few minutes, finds what is due, tells it, and notes whom it told: each place
is told once of each, and one that could not be told is told by the next look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from pydantic import Field, ValidationError

from shield1367.config.loading import ConfigModel
from shield1367.config.project import Project
from shield1367.config.recipient.terms import Approval, span
from shield1367.errors import StorageError, TerminalError
from shield1367.home import Home
from shield1367.release.approval import (
    RejectedError,
    Request,
    WaitingForApprovalError,
    request_of,
    require_approved,
)
from shield1367.release.signing import Signer
from shield1367.storage import read_json, write_json

TOLD = "reminders.json"


class RequestUnreadableError(TerminalError):
    """Error raised when what is asked about a release cannot be read, so that nobody is reminded of it."""

    code = "E714"

    def __init__(self, release_id: str) -> None:
        super().__init__(
            f"what is asked about release {release_id}, or who was told of it, cannot be read.",
            mend="run the export again: it asks anew.",
        )


class Step(StrEnum):
    """What somebody is told of an approval that waits."""

    REMIND = "remind"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be told now.

    Attributes:
        waited: since the question; *until* when an answer counts, ISO 8601 in UTC.
        escalate_to: mail addresses the profile names, for an escalation.
        told: places that know already.
    """

    work: Path
    request: Request
    step: Step
    waited: timedelta
    escalate_to: tuple[str, ...]
    told: frozenset[str]

    def note(self, place: str) -> None:
        """Keep that a place was told: never again of this step, of these bytes."""
        kept = _told(self.work)
        if kept.digest != self.request.digest:
            kept = Told(digest=self.request.digest)
        places = sorted({*kept.steps.get(self.step, ()), place})
        made = kept.model_copy(update={"steps": {**kept.steps, self.step: tuple(places)}})
        write_json(self.work / TOLD, made.model_dump(mode="json"))


class Told(ConfigModel):
    """``work/<recipient>/<release_id>/reminders.json``: which places were told of which step about which bytes."""

    digest: str
    steps: dict[Step, tuple[str, ...]] = Field(default_factory=dict)


def due(
    home: Home, project: Project, signer: Signer, *, now: datetime
) -> tuple[list[Due], list[RequestUnreadableError]]:
    """What is due of all that waits, and what could not be read; a step that all know of is due, with them in *told*.

    Nothing is due about a release that was answered for, rejected, or is too late.
    """
    found: list[Due] = []
    unreadable: list[RequestUnreadableError] = []
    for recipient, profile in sorted(project.recipients.items()):
        approval = profile.approval
        if not (approval.remind_after or approval.escalate_after):
            continue
        for work in sorted((home.work / recipient).glob("*")):
            try:
                found += _due(work, approval, signer, now)
            except (StorageError, ValidationError):
                unreadable.append(RequestUnreadableError(work.name))
    return found, unreadable


def _due(work: Path, approval: Approval, signer: Signer, now: datetime) -> Iterator[Due]:
    request = request_of(work)
    if request is None:
        return
    try:
        require_approved(work, approval, signer, digest=request.digest, now=now)
    except RejectedError:
        return
    except WaitingForApprovalError:
        pass  # the one case in which somebody is to be told
    else:
        return
    waited = now - datetime.fromisoformat(request.asked_at)
    kept = _told(work) if (work / TOLD).exists() else Told(digest=request.digest)
    known = kept.steps if kept.digest == request.digest else {}
    for step, after, to in (
        (Step.REMIND, approval.remind_after, ()),
        (Step.ESCALATE, approval.escalate_after, approval.escalate_to),
    ):
        if after and waited >= span(after):
            yield Due(work, request, step, waited, to, frozenset(known.get(step, ())))


def _told(work: Path) -> Told:
    path = work / TOLD
    return Told.model_validate(read_json(path)) if path.exists() else Told(digest="")
