"""Approval by people: what is asked, what was answered, and whether the answers carry this release.

A green task proves nothing, and a cleared one shows its reviewer the old request: an answer counts for the bytes
whose code was given with it, and is looked at again in the moment of publication.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from shield1367.config.loading import ConfigModel
from shield1367.config.recipient.terms import Approval
from shield1367.errors import TerminalError
from shield1367.release.signing import Signer
from shield1367.storage import read_json, write_json

REQUEST = "approval.json"
ANSWERS = "answers"
# As many hex digits of the digest as somebody copies without a mistake, and nobody hits by chance.
_CODE = 12


class WaitingForApprovalError(TerminalError):
    """Error raised when too few of those who may have approved a release; it waits in its work folder."""

    code = "E710"


class RejectedError(TerminalError):
    """Error raised when somebody has rejected a release, or nobody answered in time."""

    code = "E711"

    def __init__(self, message: str, *, mend: str, by_somebody: bool = True) -> None:
        super().__init__(message, mend=mend)
        self.by_somebody = by_somebody


class AnswerRefusedError(TerminalError):
    """Error raised for an answer that cannot count; it is not recorded."""

    code = "E712"


class Verdict(StrEnum):
    """What somebody answered."""

    APPROVE = "approve"
    REJECT = "reject"


class Request(ConfigModel):
    """``work/<recipient>/<release_id>/approval.json``: what is asked.

    Attributes:
        digest: of the package that was checked; *code* is its beginning, to be given with the answer.
        prepared_by: who started the run; may not approve it.
        until: after that no answer counts. Times are ISO 8601 in UTC.
    """

    release_id: str
    recipient: str
    digest: str
    prepared_by: str
    asked_at: str
    until: str

    @property
    def code(self) -> str:
        """What tells these bytes from any others."""
        return self.digest[:_CODE]


class Answer(ConfigModel):
    """One answer. The reason is the reviewer's own words: it goes into the ledger, or with a held release, and into no
    log.
    """

    release_id: str
    verdict: Verdict
    by: str
    at: str
    code: str
    reason: str


def ask(work: Path, approval: Approval, *, release_id: str, recipient: str, digest: str, by: str) -> Request:
    """Write what is asked, unless the same is asked already; answers about other bytes fall away."""
    known = request_of(work)
    if known is not None and known.digest == digest:
        return known
    now = datetime.now(UTC).replace(microsecond=0)
    made = Request(
        release_id=release_id,
        recipient=recipient,
        digest=digest,
        prepared_by=by,
        asked_at=now.isoformat(),
        until=(now + approval.patience).isoformat(),
    )
    write_json(work / REQUEST, made.model_dump(mode="json"))
    return made


def request_of(work: Path) -> Request | None:
    """What is asked about the release in *work*; ``None`` when nothing is."""
    path = work / REQUEST
    return Request.model_validate(read_json(path)) if path.exists() else None


def answer(
    work: Path,
    approval: Approval,
    signer: Signer,
    *,
    by: str,
    verdict: Verdict,
    code: str,
    reason: str,
    at: datetime,
) -> Answer:
    """Record an answer, signed by the site; the later answer of a person replaces the earlier one.

    Raises:
        AnswerRefusedError: nothing is asked, or this person, at this time, cannot answer it so.
    """
    asked = request_of(work)
    if asked is None:
        raise AnswerRefusedError(
            "nobody is asked about this release.", mend="look at what waits, and answer that."
        )
    made = Answer(
        release_id=asked.release_id,
        verdict=verdict,
        by=by,
        at=at.astimezone(UTC).isoformat(timespec="seconds"),
        code=code.strip().lower(),
        reason=" ".join(reason.split()),
    )
    if fault := _fault(made, asked, approval):
        raise AnswerRefusedError(
            f"the answer of {by} cannot count: {fault}.",
            mend="see to that and answer again, or let another approver.",
        )
    text = json.dumps(made.model_dump(mode="json"), sort_keys=True)
    signature = base64.b64encode(signer.sign(_message(text))).decode()
    name = base64.urlsafe_b64encode(by.encode()).decode().rstrip("=")
    write_json(
        work / ANSWERS / f"{name}.json", {"answer": text, "key": signer.key_id, "signature": signature}
    )
    return made


def require_approved(
    work: Path, approval: Approval, signer: Signer, *, digest: str, now: datetime | None = None
) -> tuple[Answer, ...]:
    """The approvals that carry a release; none where none are asked for.

    Raises:
        RejectedError: somebody rejected it, or the time is over.
        WaitingForApprovalError: too few have approved these bytes.
    """
    if not approval.required:
        return ()
    asked = request_of(work)
    if asked is None or asked.digest != digest:
        raise WaitingForApprovalError(
            "nobody was asked about this release as it is now.", mend="run the export again; it asks anew."
        )
    answers = [a for a in answers_of(work, signer) if _fault(a, asked, approval) is None]
    if rejected := [a for a in answers if a.verdict is Verdict.REJECT]:
        raise RejectedError(
            f"release {asked.release_id} was rejected by {', '.join(sorted(a.by for a in rejected))}.",
            mend="mend what was found; the next release gets a new id.",
        )
    approved = sorted((a for a in answers if a.verdict is Verdict.APPROVE), key=lambda a: (a.at, a.by))
    if len(approved) >= approval.needed:
        return tuple(approved)
    if (now or datetime.now(UTC)) > datetime.fromisoformat(asked.until):
        raise RejectedError(
            f"release {asked.release_id} was not approved by {asked.until[:16]} UTC: no answer is a no.",
            mend="run the export again when somebody has time to look.",
            by_somebody=False,
        )
    raise WaitingForApprovalError(
        f"release {asked.release_id} waits for {approval.needed - len(approved)} more approval(s), until"
        f" {asked.until[:16]} UTC.",
        mend=f"one of {', '.join(approval.approvers)} reads its dossier and answers: in Airflow's required actions,"
        f" or by `shield1367 approve {asked.release_id}`.",
    )


def _fault(given: Answer, asked: Request, approval: Approval) -> str | None:
    if given.release_id != asked.release_id or given.code != asked.code:
        return f"its code is not that of the release as it is now ({asked.code})"
    if given.by not in approval.approvers:
        return "the profile does not name this approver"
    if given.by == asked.prepared_by:
        return "whoever prepared a release does not approve it"
    if not given.reason:
        return "it gives no reason"
    if not asked.asked_at <= given.at <= asked.until:
        return f"it was not given between {asked.asked_at} and {asked.until}"
    return None


def answers_of(work: Path, signer: Signer) -> list[Answer]:
    """The answers that the site signed; whatever else lies there counts for nothing."""
    found = []
    for path in sorted((work / ANSWERS).glob("*.json")):
        content = read_json(path)
        try:
            text, key = str(content["answer"]), str(content["key"])
            signature = base64.b64decode(content["signature"], validate=True)
        except (binascii.Error, ValueError, KeyError, TypeError):
            continue
        if signer.holds(key, _message(text), signature):
            found.append(Answer.model_validate_json(text))
    return found


def _message(text: str) -> bytes:
    return b"shield1367 answer\n" + text.encode()
