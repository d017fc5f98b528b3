"""Approvers asked about a release, and their answers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from shield1367.disclosure.planning import profile_of
from shield1367.lookback.freeze import require_not_frozen
from shield1367.pipeline.publication import release
from shield1367.pipeline.site import Site

if TYPE_CHECKING:
    from shield1367.release.approval import Answer, Request, Verdict


def request_approval(site: Site, work: Path, *, prepared_by: str) -> Request | None:
    """Ask the profile's approvers about a release that passed its checks; ``None`` when it asks nobody.

    Args:
        prepared_by: who started the run; may not approve it.

    Raises:
        ReleaseHeldError: a check failed: nobody is asked about that.
    """
    from shield1367.release.approval import ask
    from shield1367.release.publish import Proof

    profile, proof = profile_of(site.project, work.parent.name), Proof.read(work)
    if not profile.approval.required:
        return None
    if proof.failures:
        # The gate sets it aside, and says why.
        release(site, work)
    return ask(
        work,
        profile.approval,
        release_id=work.name,
        recipient=profile.recipient,
        digest=proof.digest,
        by=prepared_by,
    )


def answer_request(
    site: Site, work: Path, *, by: str, verdict: Verdict, code: str, reason: str, at: datetime | None = None
) -> Answer:
    """Record what somebody answered about a release.

    Raises:
        AnswerRefusedError: nothing is asked, the dossier is gone, or the answer cannot count.
        RecipientFrozenError: an earlier release to the recipient was put in question while this one waited.
    """
    from shield1367.release.approval import AnswerRefusedError, Verdict, answer
    from shield1367.release.package import PACKAGE
    from shield1367.release.signing import Signer
    from shield1367.reporting.dossier import DOSSIER

    if verdict is Verdict.APPROVE:
        # Nobody can have read what is not there, and nothing more goes to whom something is recalled from.
        if (work / PACKAGE).is_dir() and not (work / PACKAGE / DOSSIER).is_file():
            raise AnswerRefusedError(
                f"the dossier of release {work.name} is gone.",
                mend="run the export again: it is made and asked about anew.",
            )
        require_not_frozen(site.home, work.parent.name)
    approval = profile_of(site.project, work.parent.name).approval
    signer = Signer.of(site.home, site.keys)
    return answer(
        work, approval, signer, by=by, verdict=verdict, code=code, reason=reason, at=at or datetime.now(UTC)
    )
