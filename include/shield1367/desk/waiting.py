"""A release that people are asked about: what, who has answered, and how it stands. Nobody answers here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from shield1367.desk.errors import NotOnThisServerError
from shield1367.desk.evidence import Evidence
from shield1367.desk.listing import ReleaseState
from shield1367.desk.site import DeskSite
from shield1367.errors import StorageError
from shield1367.release.approval import (
    Answer,
    RejectedError,
    Request,
    WaitingForApprovalError,
    answers_of,
    request_of,
    require_approved,
)
from shield1367.release.signing import Signer


@dataclass(frozen=True, slots=True)
class Waits:
    """What a release waits for.

    Attributes:
        approvers: who may answer by the profile of today, *needed* of whom have to approve.
        answers: those that the site signed; their reasons stand in the ledger, when it is released.
        outlook: in words, what would become of it now.
    """

    request: Request
    approvers: tuple[str, ...]
    needed: int
    answers: tuple[Answer, ...]
    outlook: str


def read_request(evidence: Evidence) -> Request | None:
    """What is asked about a release; ``None`` when nothing is, or it cannot be read."""
    try:
        # What is still asked about lies in the home, never in a store.
        folder = evidence.folder
        return request_of(folder) if evidence.is_there and isinstance(folder, Path) else None
    except (StorageError, ValidationError):
        return None


def waits_of(site: DeskSite, evidence: Evidence) -> Waits | None:
    """How a release that waits stands; ``None`` for any other.

    Raises:
        KeyMissingError: the answers cannot be checked without the key they were signed with.
    """
    asked = read_request(evidence) if evidence.listed.state is ReleaseState.WAITING else None
    profile = site.load_project().recipients.get(asked.recipient) if asked else None
    folder = evidence.folder
    if asked is None or profile is None or not isinstance(folder, Path):
        return None
    answers: list[Answer] = []
    try:
        signer = Signer.of(site.home, site.load_keys(site.home))
        answers = answers_of(folder, signer)
        require_approved(folder, profile.approval, signer, digest=asked.digest)
        outlook = "Enough have approved; the export goes on from here."
    except (RejectedError, WaitingForApprovalError) as error:
        outlook = error.message
    except NotOnThisServerError:
        # Answers may have been given that cannot be told from forged ones here: none is shown.
        outlook = "This server cannot check who has answered; Airflow's required actions say."
    return Waits(
        asked, profile.approval.approvers, profile.approval.needed, tuple(sorted(answers, key=_time)), outlook
    )


def answers_to(site: DeskSite, evidence: Evidence) -> tuple[Answer, ...]:
    """What was answered about a release that is held, in order of time; empty for any other, and without the key."""
    folder = evidence.folder
    if evidence.listed.state is not ReleaseState.HELD or not isinstance(folder, Path):
        return ()
    try:
        signer = Signer.of(site.home, site.load_keys(site.home))
        return tuple(sorted(answers_of(folder, signer), key=_time))
    except (NotOnThisServerError, StorageError, ValidationError):
        # They cannot be told from forged ones, or not be read: that it was rejected stands among the reasons.
        return ()


def _time(answer: Answer) -> str:
    return answer.at
