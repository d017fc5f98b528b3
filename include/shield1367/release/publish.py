"""Publication: the gate, the ledger entry, then one rename; in an object store, the manifest last.

The gate trusts no green task: it reads the reports again, recomputes the package's digest and
compares it with what was validated and audited. The ledger is written before that, so that nothing
can be released without being recorded; a task killed in between finishes on its next try.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from shield1367.config.loading import ConfigModel
from shield1367.config.recipient import Membership, RecipientProfile
from shield1367.disclosure.banner import BANNER
from shield1367.disclosure.plan import PartResult, ReleasePlan
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.redaction.partition import read_people, read_results
from shield1367.redaction.tables.history import remember
from shield1367.release.approval import ANSWERS, Answer, RejectedError, require_approved
from shield1367.release.ledger import Disclosure, Ledger, digest_of_people, now, verify_growth
from shield1367.release.manifest import (
    MANIFEST,
    SCHEMA_VERSION,
    ReleasedColumn,
    ReleasedFile,
    ReleaseManifest,
    content_digest,
    hash_files,
)
from shield1367.release.package import PACKAGE, rows_by_file
from shield1367.release.sealing import require_sealed, seal
from shield1367.release.signing import Signer, publish_keys
from shield1367.release.statement import write_statement
from shield1367.storage import (
    Location,
    is_published,
    move_folder,
    publish_folder,
    read_json,
    remove_folder,
    sha256,
    write_json,
)

PROOF = "proof.json"
HELD = "held.json"
REJECTED, UNANSWERED = "rejected: ", "approval: "


class ReleaseHeldError(TerminalError):
    """Error raised when a release did not pass; it waits under ``held/`` with the reason."""

    code = "E702"


class Proof(ConfigModel):
    """``proof.json`` in the work folder: what was found, and of which bytes.

    Attributes:
        digest: content digest of the package when it was validated and audited.
        failures: names of the checks that did not hold; empty when all did.
        recall: identifiers planted in the release's narratives, and how many of them were masked.
        suites: version of the suites that were run; in proofs of earlier versions *validation* names it.
    """

    digest: str
    validation: str
    audit: str
    failures: tuple[str, ...]
    recall: tuple[int, int] = (0, 0)
    suites: str = ""

    def write(self, work: Path, keys: Keys) -> Path:
        """Write the proof into the work folder, and seal it."""
        path = write_json(work / PROOF, self.model_dump(mode="json"))
        seal(keys, path)
        return path

    @classmethod
    def read(cls, work: Path) -> Proof:
        """Read the proof from the work folder."""
        return cls.model_validate(read_json(work / PROOF))


def hold(home: Home, work: Path, plan: ReleasePlan, failures: tuple[str, ...]) -> Path:
    """Set a failed release aside with its reports; a later try starts afresh and replaces it.

    Nothing of the work folder is kept: the cause may have been mended in a rule, and partitions that
    were redacted before would carry it on.
    """
    target = home.held / plan.recipient / plan.release_id
    remove_folder(target)
    package = work / PACKAGE
    write_json(package / HELD, {"release_id": plan.release_id, "failures": failures})
    for report in sorted(work.glob("*.json")):
        report.replace(package / report.name)
    if (answers := work / ANSWERS).exists():
        # Whoever has to mend it reads why it was rejected.
        answers.replace(package / ANSWERS)
    move_folder(package, target)
    target.chmod(0o700)
    remove_folder(work)
    return target


def require_not_rejected(home: Home, recipient: str, release_id: str) -> None:
    """Check that nobody has rejected this very release: after a rejection something has to change.

    Raises:
        RejectedError: somebody has.
    """
    path = home.held / recipient / release_id / HELD
    failures = read_json(path)["failures"] if path.exists() else []
    if rejected := [line for line in failures if line.startswith(REJECTED)]:
        raise RejectedError(
            f"{rejected[0].removeprefix(REJECTED)} Nothing has changed since.",
            mend="mend what was found; a release of changed data or policy has a new id, and is asked about anew.",
        )


def publish(home: Home, keys: Keys, work: Path, profile: RecipientProfile) -> Location:
    """Check, record and release the package in *work*; a release that is out already is left as it is.

    A second call answers the same, though *work* is gone: the task may have been killed, or delivery
    be tried again.

    Raises:
        ReleaseHeldError: a check failed, or the package is not the one that was checked.
        BrokenSealError: the proof is not the one that was written.
        LedgerBrokenError: the ledger does not hold; the release waits in its work folder.
        WaitingForApprovalError: people have to approve it who have not yet; likewise.
        StoreUnavailableError: the store of the releases does not answer; another try finishes what this one
            began. Likewise its other errors.
    """
    recipient, release_id = work.parent.name, work.name
    target, held = home.released / recipient / release_id, home.held / recipient / release_id
    if is_published(target, last=MANIFEST):
        remove_folder(work)
        return target
    if held.exists() and not (work / PACKAGE).exists():
        remove_folder(work)
        raise _refusal(release_id, held, read_json(held / HELD)["failures"])
    plan = ReleasePlan.read(work)
    require_sealed(keys, work / PROOF)
    proof = Proof.read(work)
    package = work / PACKAGE
    results = read_results(work)
    files = hash_files(package, rows_by_file(plan, results, profile.delivery.format))
    failures = proof.failures
    digest = content_digest(plan, files)
    if proof.digest != digest:
        failures = (*failures, "gate: the package changed after it was checked")
    signer = Signer.of(home, keys)
    try:
        approved = require_approved(work, profile.approval, signer, digest=digest) if not failures else ()
    except RejectedError as error:
        approved, failures = (
            (),
            (*failures, f"{REJECTED if error.by_somebody else UNANSWERED}{error.message}"),
        )
    # No entry behind one that does not hold: the next disclosure must not hide that an earlier one was changed.
    verify_growth(home, signer)
    recorded = Ledger(home).find(release_id)
    if recorded and recorded.content_digest != digest:
        failures = (*failures, "gate: the ledger holds this release with other content")
    if failures:
        raise _refusal(release_id, hold(home, work, plan, failures), failures)
    manifest = manifest_of(plan, profile, proof, results, files, keys, approved)
    manifest.write(package)
    write_statement(package, manifest, signer)
    publish_keys(home, signer)
    people = read_people(work, keys, plan)
    # Before the ledger: nothing may go out that a later release could be subtracted from unnoticed.
    remember(home, work)
    Ledger(home).record(
        _entry(plan, profile, proof, results, files, people, sha256(package / MANIFEST), approved),
        people,
        signer,
    )
    publish_folder(package, target, last=MANIFEST)
    remove_folder(work)
    return target


def _refusal(release_id: str, held: Path, failures: Sequence[str]) -> ReleaseHeldError:
    return ReleaseHeldError(
        f"release {release_id} did not pass: {'; '.join(failures[:5])}.",
        mend=f"read {held / 'validation.html'}, correct the cause, and plan the release again.",
    )


def manifest_of(
    plan: ReleasePlan,
    profile: RecipientProfile,
    proof: Proof,
    results: list[PartResult],
    files: tuple[ReleasedFile, ...],
    keys: Keys,
    approved: tuple[Answer, ...] = (),
) -> ReleaseManifest:
    """The manifest of a package that is proven; until people have answered for it, without them."""
    fingerprint = keys.fingerprint("lineage")
    rows: Counter[str] = Counter()
    for result in results:
        rows[result.dataset] += result.released
    return ReleaseManifest(
        schema_version=SCHEMA_VERSION,
        release_id=plan.release_id,
        recipient=plan.recipient,
        organization=profile.organization.name,
        purpose=profile.purpose_words,
        agreement=profile.agreement.reference,
        membership=plan.membership,
        as_of=plan.as_of,
        library_version=plan.library_version,
        policy=plan.hashes,
        approval=plan.approval,
        approved=tuple(f"{given.by}, {given.at}" for given in approved),
        authority=plan.scope.words if plan.scope else None,
        retention=profile.retention,
        tables={
            dataset.name: tuple(
                ReleasedColumn(name=column.name, kind=column.kind, treatment=column.treatment)
                for column in dataset.released_columns
            )
            # Of a tabulated dataset no column is released; the dictionary tells of the tables.
            for dataset in (plan.datasets if plan.tables is None else ())
        },
        inputs={
            # One for all its parts: how many there are can tell how many rows were left out.
            dataset.name: (fingerprint.of(plan.release_id, *sorted(part.sha256 for part in dataset.parts)),)
            for dataset in plan.datasets
        },
        rows=dict(sorted(rows.items())),
        validation=f"{proof.validation}; suites {proof.suites}" if proof.suites else proof.validation,
        audit=proof.audit,
        banner=BANNER if plan.membership is Membership.MARKED else None,
        files=files,
    )


def _entry(
    plan: ReleasePlan,
    profile: RecipientProfile,
    proof: Proof,
    results: list[PartResult],
    files: tuple[ReleasedFile, ...],
    people: set[str],
    manifest: str,
    approved: tuple[Answer, ...],
) -> Disclosure:
    spans: Counter[str] = Counter()
    for result in results:
        spans.update(result.spans)
    return Disclosure(
        release_id=plan.release_id,
        recorded_at=now(),
        recipient=plan.recipient,
        organization=profile.organization.name,
        address=profile.organization.address,
        authority=_authority(plan, profile),
        purpose=profile.purpose_words,
        agreement=profile.agreement.reference,
        nature=json.dumps([dataset.name for dataset in plan.datasets])
        + (" with scrubbed narratives" if plan.scrubs else "")
        + (" as tabulations, no row" if plan.tables else ""),
        content_digest=content_digest(plan, files),
        rows_in=sum(result.rows_in for result in results),
        rows_released=sum(result.released for result in results),
        rows_withheld=sum(result.withheld for result in results),
        narratives=sum(result.texts for result in results),
        spans=dict(sorted(spans.items())),
        validation=proof.validation,
        audit=proof.audit,
        people=digest_of_people(people),
        manifest=manifest,
        approved_by=tuple(
            sorted({*plan.approval.profile_signed_by, *plan.approval.floor_signed_by})
            if plan.approval
            else ()
        ),
        known_at=plan.known_at.isoformat() if plan.known_at else "",
        recall=proof.recall,
        approvals=tuple(f"{given.by}, {given.at}: {given.reason}" for given in approved),
        suites=proof.suites,
    )


def _authority(plan: ReleasePlan, profile: RecipientProfile) -> str:
    if plan.scope:
        return plan.scope.words
    if profile.is_outside:
        return "none needed: nothing that relates to a protected person is disclosed"
    return "8 U.S.C. § 1367(a)(2): sworn officers and employees of the Departments"
