"""A home with a past: two recipients got releases in which everybody was clear or as known then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from shield1367.config.lookback import LookbackSettings, load_lookback
from shield1367.lookback.look import Looked, look_back
from shield1367.lookback.record import CaseBook
from shield1367.pipeline import ExportOutcome, State, export
from shield1367.release.ledger import Ledger
from shield1367.release.signing import Signer
from tests.config.signing import signed
from tests.protection.site import Desk, application, encounter

COUNTY = "county-analytics"  # withheld: rows of protected people are left out
UNIVERSITY = "state-university-research"  # hidden: every row is treated alike
VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}
THEN = datetime(2026, 9, 1, 12, tzinfo=UTC)
LATER = THEN + timedelta(days=30)


def past(folder: Path, *recipients: str) -> Desk:
    """Six clear people, released to *recipients*."""
    desk = Desk.at(folder)
    # Six people are no crowd: what is looked back at here is who was in a release, not how they were hidden.
    university = desk.project.recipients[UNIVERSITY].model_copy(update={"risk": None})
    known = {**desk.project.recipients, UNIVERSITY: university}
    desk.project = signed(replace(desk.project, recipients=known))
    desk.deliver("benefits", {"applications": [application(n) for n in range(1, 7)]})
    desk.deliver("enforcement", {"encounters": [encounter(n) for n in range(1, 7)]})
    desk.judge(now=THEN)
    for recipient in recipients:
        assert released(desk, recipient).state is State.RELEASED
    return desk


def released(desk: Desk, recipient: str) -> ExportOutcome:
    """One more release, of whatever is staged."""
    return export(desk.site, recipient)


def files_for_a_u_visa(desk: Desk, number: int, *, filed: date = date(2026, 9, 20)) -> None:
    """Person *number* files, and the registry learns of it a month later."""
    receipt = f"EAC26{number:08d}"
    desk.deliver(
        "benefits",
        {
            "applications": [
                application(number, **VICTIM, receipt_number=receipt, filed_date=filed.isoformat())
            ]
        },
        batch=f"filing-{number}",
    )
    desk.judge(now=LATER)


def look(desk: Desk, settings: LookbackSettings | None = None) -> Looked:
    """One look back."""
    return look_back(desk.home, desk.keys, desk.project, settings or load_lookback())


def book(desk: Desk) -> CaseBook:
    """The cases of a home."""
    return CaseBook(desk.home, Ledger(desk.home), Signer.of(desk.home, desk.keys))
