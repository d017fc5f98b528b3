"""What is to be released, decided before anything is redacted."""

from __future__ import annotations

from shield1367.disclosure.planning import make_plan
from shield1367.lookback.freeze import require_not_frozen
from shield1367.pipeline.outcomes import Planned, State
from shield1367.pipeline.protection import look_back
from shield1367.pipeline.site import Site
from shield1367.release.refusals import refusals_recorded
from shield1367.storage import is_published


def plan(site: Site, recipient: str) -> Planned:
    """Plan a release and write the plan into its work folder.

    Raises:
        RecipientFrozenError: somebody in an earlier release of the recipient has become shielded, or it
            would be made otherwise today, and nobody has decided what becomes of it.
    """
    from shield1367.protection.registry.store import Registry
    from shield1367.redaction.planned import planned_snapshot
    from shield1367.release.differences import with_cover
    from shield1367.release.manifest import MANIFEST
    from shield1367.release.publish import require_not_rejected

    with refusals_recorded(site.home, recipient, "plan"):
        # The change of the registry that starts this export may be what an earlier release is in question for.
        look_back(site, everything=False)
        require_not_frozen(site.home, recipient)
        made = make_plan(site.home, site.keys, site.project, recipient)
        work = site.home.work / recipient / made.release_id
        require_not_rejected(site.home, recipient, made.release_id)
        if is_published(site.home.released / recipient / made.release_id, last=MANIFEST):
            return Planned(release_id=made.release_id, work=work, parts=(), state=State.UNCHANGED)
        # Once for all that ask it: of a million people it takes half a minute.
        snapshot = planned_snapshot(Registry(site.home, site.keys), made)
        made = with_cover(site.home, site.keys, site.project, made, snapshot=snapshot)
        if site.project.recipients[recipient].risk is not None:
            from shield1367.redaction.classes.survey import generalise

            made = generalise(site.home, site.keys, site.project, made, work, snapshot=snapshot)
        from shield1367.redaction.canaries import gather

        made = gather(site.home, site.keys, site.project, made, work)
        from shield1367.redaction.handover import write_handover
        from shield1367.redaction.known_people import seal_index, seal_planned

        seal_planned(site.home, site.keys, made, snapshot=snapshot)
        # The answers of a million people take half a gigabyte, which their index has need of.
        del snapshot
        seal_index(site.home, site.keys, made)
        write_handover(site.home, site.keys, site.project, made)
        made.write(work)
        parts = (*made.parts(), *made.canaries())
        return Planned(release_id=made.release_id, work=work, parts=tuple(part.index for _, part in parts))
