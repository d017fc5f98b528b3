"""The papers of a case: the recall to its recipient, and the incident notice to the privacy office.

A recall says nothing about anybody: it is of whole releases and gives no reason, else it would tell the recipient
that somebody in them has become protected, and help to find out who.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from shield1367.config.lookback import LookbackSettings
from shield1367.config.recipient import Membership
from shield1367.home import Home
from shield1367.lookback.cases import Case
from shield1367.release.ledger import Disclosure, Ledger, NoticeForm, Trigger
from shield1367.reporting.pages import render
from shield1367.storage import write_text

TRIGGER_WORDS: Final = {
    Trigger.PROTECTION: "It held people who are shielded today and were clear by what was known then.",
    Trigger.POLICY: "Profile or floor leave less of it today than they did then.",
    Trigger.TEXT: "The scrubber, as it is now, masks more in its narratives than it did then.",
}

MEMBERSHIP_WORDS: Final = {
    Membership.HIDDEN: "Every row was treated alike, theirs as everybody's.",
    Membership.WITHHELD: "Rows of people known then to be protected were left out; theirs went as everybody's.",
    Membership.MARKED: "Rows of people known then to be protected bore the banner; theirs did not.",
}


def by_treatment(columns: Sequence[str]) -> dict[str, list[str]]:
    """What became of columns → their names; *columns* as a case tells them, ``dataset.column: treatment``."""
    grouped: dict[str, list[str]] = {}
    for column in columns:
        name, _, treatment = column.partition(": ")
        grouped.setdefault(treatment.replace("_", " "), []).append(name)
    return grouped


def draft(home: Home, case: Case, form: NoticeForm, settings: LookbackSettings) -> Path:
    """Write the notice as an HTML page under ``lookback/<case>/``; a later draft replaces it."""
    releases = _releases(home, case)
    page = (
        recall_notice(case, releases, settings)
        if form is NoticeForm.RECALL
        else incident_notice(case, releases, settings)
    )
    path = write_text(home.lookback / case.name / f"{form}.html", page)
    path.chmod(0o600)
    return path


def recall_notice(case: Case, releases: list[Disclosure], settings: LookbackSettings) -> str:
    """What the recipient gets."""
    first, today = releases[0], datetime.now(UTC).date()
    return render(
        "recall.html",
        title="Recall of released data",
        case=case.name,
        organization=first.organization,
        address=first.address,
        agreement=first.agreement,
        releases=releases,
        until=(today + timedelta(days=settings.answer_days)).isoformat(),
        office=settings.office,
        today=today.isoformat(),
    )


def incident_notice(case: Case, releases: list[Disclosure], settings: LookbackSettings) -> str:
    """What the privacy office gets: counts, clock and steps; nobody's name or number."""
    return render(
        "incident.html",
        title=f"Incident notice {case.name}",
        case=case,
        organization=releases[0].organization,
        deadlines=case.deadlines(settings),
        triggers=TRIGGER_WORDS,
        memberships=MEMBERSHIP_WORDS,
        by_treatment=by_treatment,
        now=datetime.now(UTC),
    )


def _releases(home: Home, case: Case) -> list[Disclosure]:
    ledger = Ledger(home)
    return [release for name in case.releases if (release := ledger.find(name)) is not None]
