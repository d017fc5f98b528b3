"""The facts of one month, gathered from ledger, refusals, cases, configuration and work lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from shield1367.accounting.expiring import Expiring, expiring
from shield1367.accounting.month import Month
from shield1367.config.lookback import LookbackSettings
from shield1367.config.project import Project
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.lookback.cases import Case, cases_of
from shield1367.protection.safeguards.verifications import Verifications
from shield1367.protection.safeguards.worklists import prohibited_sources, uncertified_actions
from shield1367.release.ledger import CaseStep, Disclosure, Ledger, Verified, verify_ledger
from shield1367.release.refusals import Refusal, refusals
from shield1367.release.signing import Signer
from shield1367.validation.recall import lower_bound

# So many months are shown together, this one last.
_TREND = 12
_ORDINARY = ("none needed", "8 U.S.C. § 1367(a)(2)")


@dataclass(frozen=True, slots=True)
class Override:
    """Something a person allowed that would not have happened by itself."""

    at: str
    subject: str
    what: str
    by: str


@dataclass(frozen=True, slots=True)
class Volume:
    """What one month's releases held, and how sure the scrubber was of it.

    Attributes:
        trials: identifiers planted to measure its recall, and *found*, how many were masked.
    """

    month: Month
    releases: int
    rows: int
    narratives: int
    spans: int
    trials: int
    found: int

    @property
    def recall(self) -> float | None:
        """The share that was masked; ``None`` where nothing was measured."""
        return self.found / self.trials if self.trials else None

    @property
    def recall_at_least(self) -> float | None:
        """The same with 95 % confidence (Clopper and Pearson)."""
        return lower_bound(self.found, self.trials) if self.trials else None


@dataclass(frozen=True, slots=True)
class Account:
    """One month.

    Attributes:
        cases: those that were open in the month; *missed* the deadlines of each that were not kept.
        ledger: what walking all of it found, from its first entry to its last.
        spans: entity type → passages replaced in narratives.
        worklists: state → rows, of information from prohibited sources, and of uncertified actions.
    """

    month: Month
    made_at: datetime
    ledger: Verified
    releases: tuple[Disclosure, ...]
    refused: tuple[Refusal, ...]
    overrides: tuple[Override, ...]
    cases: tuple[Case, ...]
    missed: Mapping[str, int]
    expiring: tuple[Expiring, ...]
    sources: Mapping[str, int]
    locations: Mapping[str, int]
    spans: Mapping[str, int]
    trend: tuple[Volume, ...]


def account(
    home: Home,
    keys: Keys,
    project: Project,
    settings: LookbackSettings,
    month: Month,
    *,
    now: datetime | None = None,
) -> Account:
    """Gather the account of a month; of one that is not over, what there is of it.

    The whole ledger is verified first: publications walk only what is new of a long one.

    Raises:
        LedgerBrokenError: the ledger does not hold; there is no account of what cannot be believed.
        LedgerUnsignedError: its end is not signed.
        StorageError: what is staged, or the list of refusals, cannot be read.
    """
    now = now or datetime.now(UTC)
    verified = verify_ledger(home, Signer.of(home, keys))
    ledger = Ledger(home)
    by_month = _by_month(ledger.between(month.back(_TREND - 1).start, month.end))
    releases = by_month.get(month, ())
    cases = [case for case in cases_of(e for _, e in ledger.case_events()).values() if _is_of(case, month)]
    return Account(
        month=month,
        made_at=now,
        ledger=verified,
        releases=releases,
        refused=tuple(refusals(home, month.start, month.end)),
        overrides=(*_exceptions(releases), *_decisions(cases, month)),
        cases=tuple(cases),
        missed={c.name: sum(d.is_missed(now) for d in c.deadlines(settings)) for c in cases},
        expiring=tuple(expiring(project, now.date())),
        **_worklists(home, keys, project, now.date()),
        spans=dict(_sum(releases).most_common()),
        trend=tuple(_volume(month.back(n), by_month.get(month.back(n), ())) for n in reversed(range(_TREND))),
    )


def _by_month(disclosures: list[Disclosure]) -> dict[Month, tuple[Disclosure, ...]]:
    grouped: dict[Month, tuple[Disclosure, ...]] = {}
    for disclosure in disclosures:
        of = Month.of(datetime.fromisoformat(disclosure.recorded_at).astimezone(UTC).date())
        grouped[of] = (*grouped.get(of, ()), disclosure)
    return grouped


def _is_of(case: Case, month: Month) -> bool:
    opened, closed = case.opened_at.isoformat(), case.closed_at.isoformat() if case.closed_at else None
    return opened < month.end and (closed is None or closed >= month.start)


def _exceptions(releases: tuple[Disclosure, ...]) -> list[Override]:
    return [
        Override(r.recorded_at, f"{r.recipient}, {r.release_id}", r.authority, ", ".join(r.approved_by))
        for r in releases
        if not r.authority.startswith(_ORDINARY)
    ]


def _decisions(cases: list[Case], month: Month) -> list[Override]:
    return [
        Override(
            event.recorded_at,
            f"{event.recipient}, {event.case}",
            f"{event.decision}: {event.reference}",
            event.by,
        )
        for case in cases
        for event in case.events
        if event.step is CaseStep.DECIDED and month.start <= event.recorded_at < month.end
    ]


def _worklists(home: Home, keys: Keys, project: Project, today: date) -> dict[str, dict[str, int]]:
    verified = Verifications(home, keys).by_row()
    return {
        "sources": dict(
            Counter(str(item.state) for item in prohibited_sources(home, project, verified, as_of=today))
        ),
        "locations": dict(
            Counter(str(item.state) for item in uncertified_actions(home, project, as_of=today))
        ),
    }


def _volume(month: Month, releases: tuple[Disclosure, ...]) -> Volume:
    return Volume(
        month=month,
        releases=len(releases),
        rows=sum(r.rows_released for r in releases),
        narratives=sum(r.narratives for r in releases),
        spans=_sum(releases).total(),
        trials=sum(r.recall[0] for r in releases),
        found=sum(r.recall[1] for r in releases),
    )


def _sum(releases: tuple[Disclosure, ...]) -> Counter[str]:
    total: Counter[str] = Counter()
    for release in releases:
        total.update(release.spans)
    return total
