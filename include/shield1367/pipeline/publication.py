"""A release that passed everything: published, recorded, delivered."""

from __future__ import annotations

from pathlib import Path

from shield1367.disclosure.gate import require_open_gate
from shield1367.disclosure.plan import PLAN, ReleasePlan
from shield1367.disclosure.planning import profile_of
from shield1367.lookback.freeze import require_not_frozen
from shield1367.pipeline.site import Site
from shield1367.release.refusals import refusals_recorded
from shield1367.storage import Location, locked


def release(site: Site, work: Path) -> Location:
    """Publish, record and deliver a release that passed everything; returns its folder.

    Raises:
        ReleaseHeldError: a check failed; the release waits under ``held/`` with the reason.
        RefusedError: what it was planned under holds no longer; likewise UnsignedPolicyError,
            AuthorityRefusedError and PolicyChangedError.
        StaleRegistryError: somebody's protection has changed since it was planned.
    """
    from shield1367.redaction.tables.history import require_latest
    from shield1367.release.deliver import deliver
    from shield1367.release.publish import publish

    recipient = work.parent.name
    with refusals_recorded(site.home, recipient, "release"):
        profile = profile_of(site.project, recipient)
        # One at a time: tables must not overtake one another between the last look and the ledger.
        with locked(site.home.ledger.parent / "publish.lock"):
            if (work / PLAN).exists():
                plan = ReleasePlan.read(work)
                require_open_gate(site.home, site.keys, site.project, plan)
                require_not_frozen(site.home, recipient)
                if plan.tables is not None:
                    require_latest(site.home, work)
                # What an audit in a year holds the release against; the work folder goes with the publication.
                plan.write(site.home.plans / recipient / plan.release_id)
            folder = publish(site.home, site.keys, work, profile)
        deliver(folder, profile)
        return folder
