"""How a site stands now, gathered from what lies under its home; writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from shield1367.accounting.expiring import expiring
from shield1367.config.lookback import LookbackSettings
from shield1367.config.project import Project
from shield1367.home import Home
from shield1367.intake.arrivals import oldest_arrival
from shield1367.intake.receipt import list_receipts
from shield1367.keys import Keys
from shield1367.lookback.cases import CaseState, cases_of
from shield1367.metrics.figures import Figure
from shield1367.protection.evaluate import judged_at
from shield1367.protection.registry.store import Registry
from shield1367.release.approval import Request, request_of
from shield1367.release.ledger import Ledger
from shield1367.release.refusals import refusals

_DAY = timedelta(days=1)
_SOON_DAYS = 30


def standing(
    home: Home,
    keys: Keys,
    project: Project,
    settings: LookbackSettings,
    *,
    now: datetime | None = None,
) -> list[Figure]:
    """Every figure of a site; a source or recipient of the configuration that has nothing yet has zeros.

    What has never happened has no age: a registry that never judged, a recipient that never got anything.

    Raises:
        StorageError: receipts, refusals or the ledger cannot be read.
        RegistryError: the registry cannot be read.
    """
    now = now or datetime.now(UTC)
    return [
        *_sources(home, project, now),
        *_registry(home, keys, now),
        *_recipients(home, project, now),
        *_cases(home, settings, now),
        Figure(
            "lapsing_within_30_days",
            sum(paper.within <= _SOON_DAYS for paper in expiring(project, now.date())),
        ),
    ]


def _sources(home: Home, project: Project, now: datetime) -> Iterator[Figure]:
    for source, contract in project.contracts.items():
        receipts = list_receipts(home, source)
        oldest = oldest_arrival(home, contract, receipts)
        labels = {"source": source}
        yield Figure("landing_oldest_seconds", _seconds(now, oldest) if oldest else 0, labels)
        yield Figure("quarantined_rows", sum(receipt.quarantined for receipt in receipts), labels)


def _registry(home: Home, keys: Keys, now: datetime) -> Iterator[Figure]:
    if home.registry.exists() and (judged := judged_at(Registry(home, keys))) is not None:
        yield Figure("registry_age_seconds", _seconds(now, judged))


def _recipients(home: Home, project: Project, now: datetime) -> Iterator[Figure]:
    last = Ledger(home).last_of_each()
    refused = Counter(
        refusal.recipient for refusal in refusals(home, (now - _DAY).isoformat(), (now + _DAY).isoformat())
    )
    for recipient in project.recipients:
        labels = {"recipient": recipient}
        asked = [datetime.fromisoformat(request.asked_at) for request in _asked(home, recipient)]
        held = home.held / recipient
        if recipient in last:
            yield Figure(
                "release_age_seconds", _seconds(now, datetime.fromisoformat(last[recipient])), labels
            )
        yield Figure("approvals_waiting", len(asked), labels)
        yield Figure("approvals_oldest_seconds", _seconds(now, min(asked)) if asked else 0, labels)
        yield Figure("releases_held", sum(1 for _ in held.iterdir()) if held.exists() else 0, labels)
        yield Figure("refusals_last_day", refused[recipient], labels)


def _asked(home: Home, recipient: str) -> list[Request]:
    works = sorted((home.work / recipient).glob("*"))
    return [request for work in works if (request := request_of(work)) is not None]


def _cases(home: Home, settings: LookbackSettings, now: datetime) -> Iterator[Figure]:
    cases = cases_of(event for _, event in Ledger(home).case_events()).values()
    still = [case for case in cases if case.state is not CaseState.CLOSED]
    due = [deadline for case in still for deadline in case.deadlines(settings)]
    yield Figure("lookback_open", len(still))
    yield Figure("lookback_overdue", sum(one.met is None and one.is_missed(now) for one in due))


def _seconds(now: datetime, then: datetime) -> float:
    """Never negative: a clock that was set back makes nothing younger than new."""
    return max((now - then).total_seconds(), 0.0)
