"""Bodies of the tasks: open the site, call one stage of the pipeline, hand on ids and counts.

Paths are handed on relative to the home: it may be mounted elsewhere on another worker, and its own
path may hold what the XCom guard refuses, such as spaces.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shield1367.home import Home
from shield1367_airflow.metrics import count_redacted, count_staged, gauge_standing

if TYPE_CHECKING:
    from datetime import datetime

    from shield1367.config.project import Project
    from shield1367.pipeline import Site

log = logging.getLogger(__name__)


MOST_BATCHES = 1_000
"""Batches that one run takes in: Airflow maps no more than 1,024 tasks, and the next run takes the rest."""


def find_batches(source: str) -> list[str]:
    """Ids of the batches of a source in the landing zone that are not staged as they lie there."""
    from shield1367.pipeline import new_batches

    batches, waiting = new_batches(_intake_site(source), source)
    for folder in waiting:
        log.warning("batch %s is not ready: %s", folder.folder, folder.reason)
    if (left := len(batches) - MOST_BATCHES) > 0:
        log.warning("%d batches are left to the next run: one takes in %d", left, MOST_BATCHES)
    return [batch.batch for batch in batches[:MOST_BATCHES]]


def stage_batch(source: str, batch: str) -> dict[str, Any]:
    """Stage one batch."""
    from shield1367.pipeline import stage

    receipt, changed = stage(_intake_site(source), source, batch)
    if changed:
        count_staged(receipt)
    log.info(
        "batch %s: %d rows, %d staged, %d quarantined",
        batch,
        receipt.rows,
        receipt.staged,
        receipt.quarantined,
    )
    for reason, count in sorted(receipt.reasons().items()):
        log.warning("batch %s: quarantined %d for %s", batch, count, reason)
    return {
        "batch": batch,
        "rows": receipt.rows,
        "staged": receipt.staged,
        "quarantined": receipt.quarantined,
        "changed": changed,
    }


def protect() -> dict[str, Any]:
    """Evaluate everything new."""
    from shield1367.pipeline import protect as run

    result = run(site_of(recipients=[]))
    # How many are protected is itself protected: the log says what was done, not what was found.
    log.info("%d batches and %d rows evaluated", result.batches, result.rows)
    for codes in result.unknown_codes:
        place = f"{codes.source}.{codes.dataset}, {codes.kind}"
        log.warning("%d codes in %s that no table knows: review benefits.yaml", codes.count, place)
    return {"batches": result.batches, "rows": result.rows, "changed": result.changed}


def look_back() -> dict[str, Any]:
    """Look back at earlier releases; a case that is opened or extended waits for compliance."""
    from shield1367.config.project import recipient_names
    from shield1367.pipeline import look_back as run

    looked = run(site_of(recipients=recipient_names()))
    # How many people are concerned is protected itself.
    for case in looked.cases:
        log.warning("%s waits for a decision: shield1367 lookback show %s", case, case)
    return {"cases": list(looked.cases), "releases": looked.releases}


def account(month: str | None, at: datetime | None = None) -> str:
    """Write the account of a month, by default of the one before; returns the page below the home.

    Args:
        at: for when the account is due, by default now: a backfill makes those of months that were missed.
    """
    from datetime import UTC, datetime

    from shield1367.accounting.month import Month
    from shield1367.config.project import recipient_names
    from shield1367.pipeline import report

    today = datetime.now(UTC).date()
    due = at.astimezone(UTC).date() if at else today
    of = Month.parse(month, today=today) if month else Month.of(due).back(1)
    site = site_of(recipients=recipient_names())
    page, _ = report(site, of)
    log.info("account of %s: %s", of, page.relative_to(site.home.root))
    return page.relative_to(site.home.root).as_posix()


def observe() -> int:
    """Send how the site stands to whoever collects metrics; returns how many figures."""
    from shield1367.config.project import recipient_names

    return gauge_standing(site_of(recipients=recipient_names()))


def plan_release(recipient: str) -> list[dict[str, Any]]:
    """Plan a release; one entry for each redacting task, none when there is nothing to release.

    That is when it is out already, and when none of its datasets is staged yet: a schedule may come
    round before the first delivery does.
    """
    from shield1367.disclosure.planning import NothingStagedError
    from shield1367.pipeline import plan, redacting_tasks

    try:
        planned = plan(site_of(recipients=[recipient]), recipient)
    except NothingStagedError as error:
        log.warning("%s", error)
        return []
    tasks = redacting_tasks(planned.work) if planned.parts else 0
    log.info("release %s: %d partitions in %d tasks", planned.release_id, len(planned.parts), tasks)
    work = planned.work.relative_to(Home.from_environment().root)
    return [task_of(work.as_posix(), number, tasks) for number in range(tasks)]


def task_of(work: str, number: int, tasks: int) -> dict[str, Any]:
    """What a redacting task is told: which of how many it is. Which partitions these are, the plan says."""
    return {"work": work, "task": number, "of": tasks}


def redact_task(work: str, task: int, of: int) -> int:
    """Redact the partitions of one task that are not redacted yet; returns the released rows of all of them."""
    from shield1367.pipeline import redact_task as run

    results = run(_redaction_site(work), _folder(work), task, of)
    for result in results:
        count_redacted(_folder(work).parent.name, result)
    log.info("%d partitions: %d narratives scrubbed", len(results), sum(result.texts for result in results))
    return sum(result.released for result in results)


def validate(work: str) -> bool:
    """Put the package together and validate it."""
    from shield1367.pipeline import validate as run

    return run(_site_of(work), _folder(work))


def audit(work: str) -> bool:
    """Search the package for what must not be in it."""
    from shield1367.pipeline import audit as run

    return run(_site_of(work), _folder(work))


def document(work: str) -> bool:
    """Write the dossier and bind the proof to the package."""
    from shield1367.pipeline import document as run

    return run(_site_of(work), _folder(work))


def request_approval(work: str, prepared_by: str) -> dict[str, str]:
    """Ask about a release that passed its checks; fails, and holds it, when one did not.

    Raises:
        ReleaseHeldError: a check failed: nobody is asked about that.
        PolicyChangedError: the profile asks nobody any more.
    """
    from shield1367.disclosure.gate import PolicyChangedError
    from shield1367.pipeline import request_approval as run

    asked = run(_site_of(work), _folder(work), prepared_by=prepared_by)
    if asked is None:
        raise PolicyChangedError(
            "the profile asked for approval when this run began, and does no more.",
            mend="run the export again.",
        )
    return {"work": work, "release": asked.release_id, "code": asked.code}


def record_answer(work: str, *, by: str, approved: bool, code: str, reason: str, at: Any) -> str:
    """Write down what somebody answered; returns it in a word."""
    from datetime import datetime

    from shield1367.pipeline import answer_request
    from shield1367.release.approval import Verdict

    verdict = Verdict.APPROVE if approved else Verdict.REJECT
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    given = answer_request(
        _site_of(work), _folder(work), by=by, verdict=verdict, code=code, reason=reason, at=when
    )
    log.info("release %s: %s by %s", given.release_id, given.verdict, given.by)
    return str(given.verdict)


def release(work: str) -> str:
    """Publish the release; fails, and holds it, when a check did not pass."""
    from shield1367.pipeline import release as run

    folder = run(_site_of(work), _folder(work))
    log.info("released %s", folder.name)
    return Home.from_environment().name_of(folder)


def _folder(work: str) -> Path:
    return Home.from_environment().root / work


def _site_of(work: str) -> Site:
    """The site of a release in the making: its work folder lies in its recipient's."""
    return site_of(recipients=[Path(work).parent.name])


def _intake_site(source: str) -> Site:
    """The site of one source, with a key for the intake alone where there is one."""
    from shield1367.config.project import load_project
    from shield1367.intake.limited import IntakeKeys
    from shield1367.pipeline import Site
    from shield1367_airflow.keystore import load_limited

    home = Home.from_environment()
    project = load_project(sources=[source], recipients=[])
    return Site(home=home, keys=load_limited(IntakeKeys, home), project=project)


def _redaction_site(work: str) -> Site:
    """The site of a release to be redacted, with a key for redaction alone where there is one."""
    from shield1367.pipeline import redaction_site
    from shield1367.redaction.limited import RedactionKeys
    from shield1367_airflow.keystore import load_limited

    home = Home.from_environment()
    project = _project(home, [Path(work).parent.name])
    return redaction_site(home, load_limited(RedactionKeys, home), project, _folder(work))


def site_of(*, recipients: list[str]) -> Site:
    """The site with all keys of the home, and as much of the configuration as *recipients* need.

    Raises:
        ConfigError: what is needed does not hold.
        KeyMissingError: the home's key is not to be had.
    """
    from shield1367.pipeline import Site
    from shield1367_airflow.keystore import load_keys

    home = Home.from_environment()
    project = _project(home, recipients)
    return Site(home=home, keys=load_keys(home), project=project)


def _project(home: Home, recipients: list[str]) -> Project:
    """The contracts of what is staged and of what *recipients* get, and their profiles."""
    from shield1367.config.project import load_project

    return load_project(sources=_needed(home, recipients), recipients=recipients)


def _needed(home: Home, recipients: list[str]) -> list[str]:
    """Contracts without which nobody can be judged or released: of what is staged, and of what is asked for.

    A fault in another one, of which nothing is staged, stops nobody but its own intake.
    """
    from shield1367.config.project import source_names
    from shield1367.intake.receipt import list_receipts
    from shield1367_airflow.schedules import read_as_it_is

    needed = {receipt.source for receipt in list_receipts(home)}
    for recipient in recipients:
        datasets = read_as_it_is("recipients", recipient).get("datasets")
        needed |= {str(name).partition(".")[0] for name in datasets or () if isinstance(datasets, list)}
    return [name for name in source_names() if name in needed]
