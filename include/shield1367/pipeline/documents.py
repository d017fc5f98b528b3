"""Report, dossier and reader's guide of a release, and the proof bound to its bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shield1367.disclosure.plan import ReleasePlan
from shield1367.disclosure.planning import profile_of
from shield1367.pipeline import searched
from shield1367.pipeline.canaries import canary_failures
from shield1367.pipeline.site import Site
from shield1367.storage import TEMPORARY_PREFIX, reported

if TYPE_CHECKING:
    from shield1367.reporting.facts import ReleaseFacts
    from shield1367.validation.audit import AuditReport


def document(site: Site, work: Path) -> bool:
    """Write report, dossier and the reader's guide into the package, audit them too, and bind the proof to the bytes.

    Raises:
        BrokenSealError: a report of validation or audit is not what that step wrote.
    """
    from shield1367.config.lookback import load_lookback
    from shield1367.redaction.partition import read_results
    from shield1367.release.manifest import content_digest, hash_files
    from shield1367.release.package import PACKAGE, rows_by_file
    from shield1367.release.publish import Proof, manifest_of
    from shield1367.release.sealing import require_sealed
    from shield1367.reporting.dossier import write_dossier
    from shield1367.reporting.facts import ReleaseFacts
    from shield1367.reporting.readme import write_readme
    from shield1367.reporting.tabulations import table_facts
    from shield1367.reporting.validation_report import write_validation_report
    from shield1367.validation.audit import AuditReport, audit_files
    from shield1367.validation.audit.report import AUDIT
    from shield1367.validation.outcomes import VALIDATION, ValidationReport
    from shield1367.validation.recall import RECALL, MeasuredRecall

    plan = ReleasePlan.read(work)
    profile = profile_of(site.project, plan.recipient)
    package, results = work / PACKAGE, read_results(work)
    remove_documents(package)
    require_sealed(site.keys, *(work / name for name in (VALIDATION, AUDIT, RECALL)))
    validation, leaks = ValidationReport.read(work), AuditReport.read(work)
    recall = MeasuredRecall.read(work)
    rows = rows_by_file(plan, results, profile.delivery.format)
    facts = ReleaseFacts(
        plan=plan,
        profile=profile,
        results=tuple(results),
        validation=validation,
        audit=leaks,
        recall=recall,
        files=hash_files(package, rows),
        tables=table_facts(package, plan),
    )
    documents = [
        write_validation_report(package, facts),
        write_dossier(package, facts),
        write_readme(package, facts, load_lookback().office),
    ]
    files = hash_files(package, rows)
    found = f"{leaks.findings_total} findings in {leaks.files} files"
    proof = Proof(
        digest=content_digest(plan, files), validation=validation.words, audit=found, failures=(),
        recall=(recall.trials, recall.found), suites=validation.suites,
    )  # fmt: skip
    # As it will be but for who approves: it is written last, and searched all the same.
    manifest = manifest_of(plan, profile, proof, results, files, site.keys).write(package)
    try:
        of_documents = audit_files(
            package,
            [*documents, manifest],
            searched.shielded(site),
            outside=plan.outside,
            fingerprint=searched.fingerprint(site),
        )
    finally:
        manifest.unlink()
    failures = _failures(site, plan, work, facts, of_documents)
    proof.model_copy(
        update={
            "audit": f"{leaks.findings_total + of_documents.findings_total} findings in {leaks.files} files",
            "failures": failures,
        }
    ).write(work, site.keys)
    return not failures


def _failures(
    site: Site, plan: ReleasePlan, work: Path, facts: ReleaseFacts, of_documents: AuditReport
) -> tuple[str, ...]:
    """Everything that holds the release, by the name of the check; each once."""
    from shield1367.validation.completeness import gaps

    validation, leaks, recall = facts.validation, facts.audit, facts.recall
    failures = [
        f"validation: {outcome.dataset}: {outcome.meaning.rstrip('.')} ({outcome.expectation})"
        for outcome in validation.failures
        if outcome.blocks
    ]
    failures += [
        f"audit: {finding.kind} in {finding.file}" for finding in (*leaks.findings, *of_documents.findings)
    ]
    failures += [
        f"completeness: {gap}" for gap in gaps(validation, plan, site.project.fields, site.project.contracts)
    ]
    failures += [f"canary: {failure}" for failure in canary_failures(site, plan, work)]
    if not recall.passed:
        failures.append(
            f"recall: {recall.found} of {recall.trials} planted identifiers were masked,"
            f" {recall.at_least:.1%} are demanded; with 95 % confidence that is {recall.lower:.2%} at least,"
            f" and {recall.lower_at_least:.2%} are demanded"
        )
    if not (validation.passed and leaks.passed and of_documents.passed) and not failures:
        failures.append("the checks could not be evaluated")
    return tuple(dict.fromkeys(failures))


def remove_documents(package: Path) -> None:
    """Take out what an earlier try of ``document`` wrote: else the next one would count and list it."""
    from shield1367.release.manifest import MANIFEST
    from shield1367.reporting.dossier import DOSSIER
    from shield1367.reporting.readme import README
    from shield1367.reporting.validation_report import VALIDATION_REPORT

    for name in (DOSSIER, README, VALIDATION_REPORT, MANIFEST):
        with reported(package / name, "delete"):
            (package / name).unlink(missing_ok=True)
    # Of a try that was killed while it wrote one: it would be listed and hashed as a file of the release.
    for path in package.glob(f"{TEMPORARY_PREFIX}*"):
        with reported(path, "delete"):
            path.unlink(missing_ok=True)
