"""The package, searched as bytes for what must not be in it."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from shield1367.disclosure.plan import PLAN, ReleasePlan
from shield1367.disclosure.planning import profile_of
from shield1367.errors import StorageError
from shield1367.pipeline import searched
from shield1367.pipeline.documents import remove_documents
from shield1367.pipeline.site import Site
from shield1367.storage import read_json

if TYPE_CHECKING:
    from shield1367.validation.audit import AuditReport
    from shield1367.validation.recall import MeasuredRecall


def audit(site: Site, work: Path) -> bool:
    """Search the package, as bytes and by other code, for everybody shielded; the report is written."""
    from shield1367.release.package import PACKAGE
    from shield1367.release.sealing import seal
    from shield1367.validation.audit import audit_package

    plan = ReleasePlan.read(work)
    remove_documents(work / PACKAGE)
    report = audit_package(
        work / PACKAGE,
        chain(searched.shielded(site, plan), searched.canaries_of_release(site, plan)),
        outside=plan.outside,
        fingerprint=searched.fingerprint(site),
        plan=plan,
    )
    recall = _measured_recall(site, plan)
    seal(site.keys, report.write(work), recall.write(work))
    return report.passed and recall.passed


def audit_release(site: Site, folder: Path) -> AuditReport:
    """Search a finished release for everybody the registry shields today.

    A folder that is, byte for byte, what the ledger holds is audited by the plan it was made from, so that
    nobody whom its exception covers is a finding. Any other is searched for everybody.
    """
    from shield1367.validation.audit import audit_finished, audit_package

    plan = _plan_of(site, folder)
    if plan is None:
        return audit_finished(folder, searched.shielded(site), fingerprint=searched.fingerprint(site))
    return audit_package(
        folder,
        searched.shielded(site, plan),
        outside=plan.outside,
        fingerprint=searched.fingerprint(site),
        plan=plan,
    )


def _plan_of(site: Site, folder: Path) -> ReleasePlan | None:
    """The plan of the recorded release that *folder* is, or ``None`` when it is not plainly one."""
    from shield1367.release.ledger import Ledger
    from shield1367.release.manifest import MANIFEST, ReleaseManifest, content_digest, hash_files

    try:
        manifest = ReleaseManifest.model_validate(read_json(folder / MANIFEST))
    except (StorageError, ValidationError):
        # Not a release of this version: no claim of its own makes the search narrower.
        return None
    recorded = Ledger(site.home).find(manifest.release_id)
    if recorded is None or recorded.content_digest != content_digest(manifest, hash_files(folder, {})):
        return None
    kept = site.home.plans / recorded.recipient / recorded.release_id
    return ReleasePlan.read(kept) if (kept / PLAN).exists() else None


def _measured_recall(site: Site, plan: ReleasePlan) -> MeasuredRecall:
    """Mutated identifiers planted in a sample of the release's own narratives, and scrubbed like these."""
    from random import Random

    from shield1367.redaction.again import Again
    from shield1367.validation.recall import measured, plant, planted

    wanted = profile_of(site.project, plan.recipient).recall
    if not plan.scrubs:
        return measured([], lambda _: [], narratives=0, wanted=wanted)
    keyed = site.keys.fingerprint(f"recall/{plan.release_id}")
    again = Again(site.home, site.keys, site.project, plan)
    sample, narratives = again.sample(wanted.sample, lambda place: keyed.of("rank", place))
    trials = planted(
        again.with_stand_ins(sample),
        lambda narrative, number: plant(
            narrative.text,
            again.people_of(narrative),
            # A draw for a test of ours, from a secret seed; no cryptography.
            Random(keyed.of("seed", narrative.place, str(number))),  # noqa: S311
        ),
        wanted=wanted.sample,
    )
    people = [narrative for narrative, _ in trials]
    return measured(
        [trial for _, trial in trials],
        lambda texts: again.scrub(texts, people) if texts else [],
        narratives=narratives,
        wanted=wanted,
    )
