"""The stages in the order the data flows, each safe to run again; called by the DAGs and by ``run``.

Every function takes and returns names, paths and counts. Imports of the heavier packages are inside
the functions: a stage loads what it needs and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from shield1367.config.contract import SourceContract
from shield1367.config.loading import ConfigModel
from shield1367.config.project import Project
from shield1367.disclosure.engine import Engine, engine
from shield1367.disclosure.gate import PolicyChangedError, require_open_gate, require_unchanged
from shield1367.disclosure.partitions import Sizing, tasks_of
from shield1367.disclosure.plan import PLAN, PartResult, ReleasePlan
from shield1367.disclosure.planning import StaleRegistryError, make_plan, profile_of
from shield1367.errors import StorageError, TerminalError
from shield1367.home import Home
from shield1367.identities import Identity
from shield1367.intake.batches import Batch, Waiting, find_batches
from shield1367.intake.receipt import BatchReceipt, list_receipts
from shield1367.intake.stage import is_staged, stage_batch
from shield1367.keys import Keys
from shield1367.lookback.freeze import require_not_frozen
from shield1367.protection.evaluate import EvaluationResult, evaluate
from shield1367.protection.registry.questions import asking_user
from shield1367.redaction.terms import in_force
from shield1367.release.refusals import refusals_recorded
from shield1367.storage import (
    TEMPORARY_PREFIX,
    Location,
    is_published,
    locked,
    read_json,
    remove_folder,
    reported,
)

if TYPE_CHECKING:
    from shield1367.accounting.month import Month
    from shield1367.canaries.traces import Trace
    from shield1367.lookback.look import Looked
    from shield1367.release.approval import Answer, Request, Verdict
    from shield1367.validation.audit import AuditReport
    from shield1367.validation.joins import Common, Pair
    from shield1367.validation.recall import MeasuredRecall


class UnknownBatchError(TerminalError):
    """Error raised when a batch is asked for that the landing zone does not hold."""

    code = "E304"


class State(StrEnum):
    """How an export ended."""

    RELEASED = "released"
    UNCHANGED = "unchanged"
    HELD = "held"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a pipeline runs: its folders, its keys and its configuration, with the terms of the home in force."""

    home: Home
    keys: Keys
    project: Project

    def __post_init__(self) -> None:
        object.__setattr__(self, "project", in_force(self.home, self.keys, self.project))


class ExportOutcome(ConfigModel):
    """What became of one recipient's export.

    Attributes:
        reason: why it was held or refused; ``None`` otherwise.
    """

    recipient: str
    state: State
    release_id: str | None
    folder: str | None
    reason: str | None = None


class Planned(ConfigModel):
    """A release on its way; *parts* are the indexes to redact, none when it is out already."""

    release_id: str
    work: Path
    parts: tuple[int, ...]
    state: State | None = None


def waiting_batches(site: Site, source: str) -> tuple[list[Batch], list[Waiting]]:
    """Batches in the landing zone, staged or not, and the folders that are not ready."""
    return find_batches(site.home, _contract(site, source))


def new_batches(site: Site, source: str) -> tuple[list[Batch], list[Waiting]]:
    """Likewise, without the batches of which everything is staged already as it lies there."""
    batches, waiting = waiting_batches(site, source)
    receipts = {receipt.batch: receipt for receipt in list_receipts(site.home, source)}
    contract, fields = _contract(site, source), site.project.fields
    return [b for b in batches if not is_staged(contract, fields, b, receipts.get(b.batch))], waiting


def stage(site: Site, source: str, batch_id: str) -> tuple[BatchReceipt, bool]:
    """Take in one batch by its id; returns its receipt and whether anything was staged.

    Raises:
        UnknownBatchError: there is no such batch.
        BatchChangedError: it was staged before with other content.
    """
    batches, _ = waiting_batches(site, source)
    for batch in batches:
        if batch.batch == batch_id:
            return stage_batch(site.home, site.keys, _contract(site, source), site.project.fields, batch)
    raise UnknownBatchError(
        f"batch {batch_id} of {source} is not in {site.home.landing / source}.",
        mend="check the landing zone; the manifest has to be there for a batch to count.",
    )


def release_from_quarantine(site: Site, source: str, batch_id: str, *, by: str, why: str) -> BatchReceipt:
    """Stage what holds today of what waits of a batch; its people are judged by the next `protect`.

    Raises:
        NothingWaitsError: nothing does.
        NothingHoldsError: all of it is refused again.
    """
    from shield1367.intake.mending import release_rows

    contract = _contract(site, source)
    batches, _ = waiting_batches(site, source)
    landed = next((batch for batch in batches if batch.batch == batch_id), None)
    return release_rows(site.home, site.keys, contract, site.project.fields, batch_id, landed, by=by, why=why)


def mend(site: Site, source: str, batch_id: str, lines: Iterable[str]) -> int:
    """Keep mended rows, as JSON lines, for what waits of a batch; returns how many rows are mended now.

    Raises:
        NothingWaitsError: nothing does.
        MendedRefusedError: a line is no row that waits; then none is kept.
    """
    from shield1367.intake.mended import Mended, read_lines
    from shield1367.intake.mending import mending, waits_of

    contract = _contract(site, source)
    with mending(site.home, source, batch_id):
        waits = waits_of(site.home, site.keys, source, batch_id)
        handed_in = read_lines(lines, waits.rows, contract)
        kept = Mended(site.home, site.keys, source, batch_id)
        rows = {place: row for place, row in kept.rows().items() if place in waits.rows}
        rows |= {(row.file, row.row): row for row in handed_in}
        kept.keep_rows(rows.values())
    return len(rows)


def mend_file(site: Site, source: str, batch_id: str, name: str, path: Path) -> None:
    """Keep *path* instead of a file of a batch that was refused as a whole.

    Raises:
        NothingWaitsError: nothing of the batch waits.
        MendedRefusedError: it has no refused file of that name, or *path* is too large.
    """
    from shield1367.intake.mended import Mended, MendedRefusedError
    from shield1367.intake.mending import mending, waits_of

    _contract(site, source)
    with mending(site.home, source, batch_id):
        waits = waits_of(site.home, site.keys, source, batch_id)
        if name not in waits.files:
            raise MendedRefusedError(f"no file {name!r} of batch {batch_id} was refused as a whole.")
        Mended(site.home, site.keys, source, batch_id).keep_file(name, path)


def protect(site: Site) -> EvaluationResult:
    """Bring the registry up to date with everything staged."""
    return evaluate(site.home, site.keys, site.project)


def look_back(site: Site, *, everything: bool = True) -> Looked:
    """Find the earlier releases that would be made otherwise today, and open or extend a case of each recipient.

    Args:
        everything: also what changed in policies and scrubber; without it, only who is newly shielded.
    """
    from shield1367.config.lookback import load_lookback
    from shield1367.lookback.look import look_back as look

    return look(site.home, site.keys, site.project, load_lookback(), everything=everything)


def report(site: Site, month: Month) -> tuple[Path, Path]:
    """Write the account of a month for compliance; returns page and table."""
    from shield1367.accounting.account import account
    from shield1367.accounting.report import write_report
    from shield1367.config.lookback import load_lookback

    return write_report(site.home, account(site.home, site.keys, site.project, load_lookback(), month))


def plan(site: Site, recipient: str) -> Planned:
    """Plan a release and write the plan into its work folder.

    Raises:
        RecipientFrozenError: somebody in an earlier release of the recipient has become shielded, or it
            would be made otherwise today, and nobody has decided what becomes of it.
    """
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
        made = with_cover(site.home, site.keys, site.project, made)
        if site.project.recipients[recipient].risk is not None:
            from shield1367.redaction.classes.survey import generalise

            made = generalise(site.home, site.keys, site.project, made, work)
        from shield1367.redaction.canaries import gather

        made = gather(site.home, site.keys, site.project, made, work)
        from shield1367.redaction.known_people import seal_planned

        seal_planned(site.home, site.keys, made)
        made.write(work)
        parts = (*made.parts(), *made.canaries())
        return Planned(release_id=made.release_id, work=work, parts=tuple(part.index for _, part in parts))


def redact(site: Site, work: Path, index: int) -> PartResult:
    """Redact one partition of a planned release, or count it where tables go instead of rows."""
    from shield1367.redaction.canaries import redact_canaries
    from shield1367.redaction.partition import redact_part
    from shield1367.redaction.tables.counting import count_part

    plan = ReleasePlan.read(work)
    require_unchanged(site.project, plan)
    if plan.tables is not None:
        return count_part(site.home, site.keys, site.project, work, index)
    if any(part.index == index for _, part in plan.canaries()):
        return redact_canaries(site.home, site.keys, site.project, work, index)
    return redact_part(site.home, site.keys, site.project, work, index)


def redacting_tasks(work: Path) -> int:
    """How many tasks a planned release is redacted in, as the environment of whoever plans it says.

    On Spark it is one, which hands the partitions on.
    """
    if engine() is Engine.SPARK:
        return 1
    return len(tasks_of(ReleasePlan.read(work), Sizing.from_environment().tasks))


def redact_task(site: Site, work: Path, task: int, of: int) -> list[PartResult]:
    """Redact the partitions of one task of *of*; those that are finished are left as they are."""
    return redact_parts(site, work, tasks_of(ReleasePlan.read(work), of)[task])


def redact_parts(
    site: Site, work: Path, indexes: Sequence[int], *, progress: Callable[[str], None] = lambda step: None
) -> list[PartResult]:
    """Redact some partitions of a planned release, here or wherever the engine has workers."""
    if engine() is Engine.SPARK:
        from shield1367_spark.redact import redact_parts as on_spark

        progress(f"redact {len(indexes)} on Spark")
        return on_spark(site, work, indexes)
    results = []
    for position, index in enumerate(indexes, start=1):
        progress(f"redact {position} of {len(indexes)}")
        results.append(redact(site, work, index))
    return results


def validate(site: Site, work: Path) -> bool:
    """Put the package together and hold it against its expectations; the report is written."""
    from shield1367.redaction.dealing import deal
    from shield1367.redaction.partition import read_results
    from shield1367.release.package import assemble, assemble_tables, require_complete
    from shield1367.release.sealing import seal
    from shield1367.reporting.dictionary import write_dictionary
    from shield1367.validation.feeds import feeds_of
    from shield1367.validation.validate import validate_release

    plan = ReleasePlan.read(work)
    profile = profile_of(site.project, plan.recipient)
    feeds = feeds_of(site.home, plan, site.project.contracts)
    if plan.tables is not None:
        from shield1367.redaction.tables.tabulate import tabulate
        from shield1367.validation.tables import validate_tables

        require_complete(work, plan)
        package = assemble_tables(work, plan, profile, tabulate(site.home, site.keys, plan, work))
        report = validate_tables(package, plan, read_results(work), released=site.home.released, feeds=feeds)
    else:
        require_complete(work, plan)
        deal(work, site.keys, plan)
        package = assemble(work, profile)
        report = validate_release(
            package,
            plan,
            read_results(work),
            fields=site.project.fields,
            feeds=feeds,
            common=_people_in_common(site, plan, work),
        )
    seal(site.keys, report.write(work))
    write_dictionary(package, plan, site.project.fields)
    return report.passed


def audit(site: Site, work: Path) -> bool:
    """Search the package, as bytes and by other code, for everybody shielded; the report is written."""
    from shield1367.release.package import PACKAGE
    from shield1367.release.sealing import seal
    from shield1367.validation.audit import audit_package

    plan = ReleasePlan.read(work)
    _remove_documents(work / PACKAGE)
    report = audit_package(
        work / PACKAGE,
        chain(_shielded(site, plan), _canaries(site, plan)),
        outside=plan.outside,
        fingerprint=_fingerprint(site),
        plan=plan,
    )
    recall = _measured_recall(site, plan)
    seal(site.keys, report.write(work), recall.write(work))
    return report.passed and recall.passed


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
    from shield1367.validation.completeness import gaps
    from shield1367.validation.outcomes import VALIDATION, ValidationReport
    from shield1367.validation.recall import RECALL, MeasuredRecall

    plan = ReleasePlan.read(work)
    profile = profile_of(site.project, plan.recipient)
    package, results = work / PACKAGE, read_results(work)
    _remove_documents(package)
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
        recall=(recall.trials, recall.found),
    )  # fmt: skip
    # As it will be but for who approves: it is written last, and searched all the same.
    manifest = manifest_of(plan, profile, proof, results, files, site.keys).write(package)
    try:
        of_documents = audit_files(
            package,
            [*documents, manifest],
            _shielded(site),
            outside=plan.outside,
            fingerprint=_fingerprint(site),
        )
    finally:
        manifest.unlink()
    failures = [
        *(
            f"validation: {outcome.dataset}: {outcome.meaning.rstrip('.')} ({outcome.expectation})"
            for outcome in validation.failures
            if outcome.blocks
        ),
        *(
            f"audit: {finding.kind} in {finding.file}"
            for finding in (*leaks.findings, *of_documents.findings)
        ),
    ]
    failures += [
        f"completeness: {gap}" for gap in gaps(validation, plan, site.project.fields, site.project.contracts)
    ]
    failures += [f"canary: {failure}" for failure in _canary_failures(site, plan, work)]
    if not recall.passed:
        failures.append(
            f"recall: {recall.found} of {recall.trials} planted identifiers were masked,"
            f" {recall.at_least:.1%} are demanded; with 95 % confidence that is {recall.lower:.2%} at least,"
            f" and {recall.lower_at_least:.2%} are demanded"
        )
    if not (validation.passed and leaks.passed and of_documents.passed) and not failures:
        failures.append("the checks could not be evaluated")
    proof.model_copy(
        update={
            "audit": f"{leaks.findings_total + of_documents.findings_total} findings in {leaks.files} files",
            "failures": tuple(dict.fromkeys(failures)),
        }
    ).write(work, site.keys)
    return not failures


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


def audit_release(site: Site, folder: Path) -> AuditReport:
    """Search a finished release for everybody the registry shields today.

    A folder that is, byte for byte, what the ledger holds is audited by the plan it was made from, so that
    nobody whom its exception covers is a finding. Any other is searched for everybody.
    """
    from shield1367.validation.audit import audit_finished, audit_package

    plan = _plan_of(site, folder)
    if plan is None:
        return audit_finished(folder, _shielded(site), fingerprint=_fingerprint(site))
    return audit_package(
        folder, _shielded(site, plan), outside=plan.outside, fingerprint=_fingerprint(site), plan=plan
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


def _people_in_common(site: Site, plan: ReleasePlan, work: Path) -> dict[Pair, Common]:
    """How many people each two tables of a release must have in common."""
    from shield1367.redaction.known_people import known_people
    from shield1367.redaction.partition import is_of_part
    from shield1367.validation.joins import people_in_common

    return people_in_common(
        site.home,
        site.keys,
        plan,
        known_people(site.home, site.keys, plan).snapshot,
        {
            dataset.name: _contract(site, dataset.source).datasets[dataset.dataset].about
            for dataset in plan.datasets
        },
        lambda dataset, part: is_of_part(site.keys, work, dataset, part),
    )


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


def search_traces(site: Site, paths: Sequence[Path], database: str | None) -> tuple[list[Trace], int]:
    """Search the home, *paths* and a database for the canaries of everything staged.

    Returns:
        The traces, and how many canaries were searched for.
    """
    from shield1367.canaries.database import search_database
    from shield1367.canaries.places import places
    from shield1367.canaries.rows import canaries_of
    from shield1367.canaries.traces import TraceSearch, search

    found = {
        canary.person_id: canary
        for receipt in list_receipts(site.home)
        for name in receipt.parts
        for canary in canaries_of(
            site.keys, receipt.source, receipt.batch, _contract(site, receipt.source).datasets[name]
        ).values()
    }
    traces = search(site.home, found.values(), [*places(site.home, since=0.0), *paths])
    if database is not None:
        traces += search_database(database, TraceSearch(found.values()))
    return traces, len(found)


def _canary_failures(site: Site, plan: ReleasePlan, work: Path) -> list[str]:
    """A canary that never got in, one that got through, and every trace of one in what the run left behind."""
    from shield1367.canaries.metadata import search_metadata
    from shield1367.canaries.places import places
    from shield1367.canaries.traces import search
    from shield1367.intake.receipt import taken_in
    from shield1367.redaction.canaries import batches_in, canaries_in, failures

    found = list(failures(site.home, site.keys, site.project, plan, work))
    canaries = canaries_in(site.keys, site.project, plan)
    traces = search(site.home, canaries, places(site.home, since=(work / PLAN).stat().st_mtime))
    batches = {(dataset.source, batch) for dataset in plan.datasets for batch in batches_in(dataset)}
    traces += search_metadata(site.home, canaries, sorted(batches), taken_in=partial(taken_in, site.home))
    return found + [f"a trace in {place}" for place in dict.fromkeys(trace.place for trace in traces)]


def _remove_documents(package: Path) -> None:
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


def _contract(site: Site, source: str) -> SourceContract:
    if source not in site.project.contracts:
        raise UnknownBatchError(
            f"there is no contract for source {source!r}.",
            mend=f"use one of {', '.join(sorted(site.project.contracts))}.",
        )
    return site.project.contracts[source]


def _shielded(site: Site, plan: ReleasePlan | None = None) -> Iterator[Identity]:
    """Everybody shielded today; with a plan, but for those whom its exception covers."""
    from shield1367.protection.registry.store import Registry
    from shield1367.protection.snapshot import take_snapshot

    registry = Registry(site.home, site.keys)
    snapshot = take_snapshot(registry, datetime.now(UTC).date())
    covered = frozenset(plan.scope.persons) if plan and plan.scope else frozenset[str]()
    return (
        person
        for person in registry.everybody(snapshot.statuses, shielded=True)
        if person.person_id not in covered
    )


def _canaries(site: Site, plan: ReleasePlan) -> Iterator[Identity]:
    """The canaries of a release, which are in no registry, and may be in no package."""
    from shield1367.redaction.canaries import canaries_in

    return (canary.identity for canary in canaries_in(site.keys, site.project, plan))


def _fingerprint(site: Site) -> Callable[[str], str]:
    return site.keys.fingerprint("audit").of
