"""All stages of one recipient's export in one process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shield1367.disclosure.gate import PolicyChangedError
from shield1367.disclosure.planning import StaleRegistryError
from shield1367.pipeline.approval import request_approval
from shield1367.pipeline.auditing import audit
from shield1367.pipeline.documents import document
from shield1367.pipeline.outcomes import ExportOutcome, State
from shield1367.pipeline.planning import plan
from shield1367.pipeline.publication import release
from shield1367.pipeline.redaction import redact_parts
from shield1367.pipeline.site import Site
from shield1367.pipeline.validation import validate
from shield1367.protection.registry.questions import asking_user
from shield1367.storage import Location, remove_folder


def export(
    site: Site, recipient: str, *, progress: Callable[[str], None] = lambda step: None
) -> ExportOutcome:
    """All stages of one recipient's export in one process.

    A release that does not pass is an outcome, not an exception; everything else raises.
    """
    for work in _waiting(site, recipient):
        progress("release")
        if (ended := _released(site, work)) is not None:
            return ended
    progress("plan")
    planned = plan(site, recipient)
    target = site.home.released / recipient / planned.release_id
    if planned.state is State.UNCHANGED:
        return ExportOutcome(
            recipient=recipient, state=State.UNCHANGED, release_id=planned.release_id, folder=str(target)
        )
    redact_parts(site, planned.work, planned.parts, progress=progress)
    for step in (validate, audit, document):
        progress(step.__name__)
        step(site, planned.work)
    progress("release")
    ended = _released(site, planned.work, prepared_by=asking_user())
    if ended is None:
        raise StaleRegistryError(
            f"what release {planned.release_id} was planned under changed while it was made.",
            mend="run the export again.",
        )
    return ended


def _waiting(site: Site, recipient: str) -> list[Path]:
    """Releases of a recipient that somebody was asked about, and that are not out yet."""
    from shield1367.release.approval import request_of

    return [work for work in sorted((site.home.work / recipient).glob("*")) if request_of(work) is not None]


def _released(site: Site, work: Path, *, prepared_by: str | None = None) -> ExportOutcome | None:
    """Release what is in *work*, or say why not; ``None`` when it has to be planned again."""
    from shield1367.release.approval import WaitingForApprovalError
    from shield1367.release.publish import ReleaseHeldError

    recipient, release_id = work.parent.name, work.name
    state, reason = State.RELEASED, None
    folder: Location = work
    try:
        if prepared_by is not None:
            request_approval(site, work, prepared_by=prepared_by)
        folder = release(site, work)
    except WaitingForApprovalError as error:
        state, reason = State.WAITING, error.message
    except ReleaseHeldError as error:
        state, folder, reason = State.HELD, site.home.held / recipient / release_id, error.message
    except (StaleRegistryError, PolicyChangedError):
        # Whoever answered, answered for what would not be made so today.
        remove_folder(work)
        return None
    return ExportOutcome(
        recipient=recipient, state=state, release_id=release_id, folder=str(folder), reason=reason
    )
