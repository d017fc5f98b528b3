"""A case: the steps of the ledger put together, what it waits for, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shield1367.config.lookback import LookbackSettings
from shield1367.release.ledger import CaseEvent, CaseStep, Decision, Exposed, NoticeForm


class CaseState(StrEnum):
    """What a case waits for."""

    DECISION = "waits for a decision"
    NOTICES = "waits for its notices"
    ANSWER = "waits for the recipient's certificate"
    CLOSURE = "can be closed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that is due; *met* when it was done."""

    what: str
    due: datetime
    met: datetime | None = None

    def is_missed(self, now: datetime) -> bool:
        """Whether it was, or is, done too late."""
        return (self.met or now) > self.due


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it stands.

    Attributes:
        found_at: when it was opened, or last extended by something that nobody had decided about.
        notified: which notice went out when.
    """

    name: str
    recipient: str
    opened_at: datetime
    found_at: datetime
    exposed: tuple[Exposed, ...]
    decision: Decision | None = None
    decided_by: str = ""
    reference: str = ""
    notified: dict[NoticeForm, datetime] = field(default_factory=dict)
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    events: tuple[CaseEvent, ...] = ()

    @property
    def is_frozen(self) -> bool:
        """Whether the recipient gets nothing more for now."""
        return self.closed_at is None and self.decision in (None, Decision.RECALL)

    @property
    def people(self) -> int:
        """People and releases: each person counts once per disclosure (8 U.S.C. § 1367(c))."""
        return sum(exposed.people for exposed in self.exposed)

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases in question, each once."""
        return tuple(dict.fromkeys(exposed.release_id for exposed in self.exposed))

    @property
    def notices(self) -> tuple[NoticeForm, ...]:
        """The notices that the decision asks for."""
        if self.decision is Decision.RECALL:
            return (NoticeForm.INCIDENT, NoticeForm.RECALL)
        return (NoticeForm.INCIDENT,) if self.decision is Decision.INFORM else ()

    @property
    def state(self) -> CaseState:
        """What is to be done next."""
        if self.closed_at:
            return CaseState.CLOSED
        if self.decision is None:
            return CaseState.DECISION
        if any(form not in self.notified for form in self.notices):
            return CaseState.NOTICES
        if self.decision is Decision.RECALL and self.answered_at is None:
            return CaseState.ANSWER
        return CaseState.CLOSURE

    def deadlines(self, settings: LookbackSettings) -> tuple[Deadline, ...]:
        """The clock: from the finding to the report and, of a recall, to the recipient's certificate."""
        decided = next(
            (_time(e) for e in reversed(self.events) if e.step is CaseStep.DECIDED and self.decision), None
        )
        incident = self.notified.get(NoticeForm.INCIDENT)
        looked_at = min(filter(None, (decided, incident)), default=None)
        reported = self.closed_at if self.decision is Decision.NO_ACTION else incident
        due = [
            Deadline(
                "privacy office looks at it",
                self.found_at + timedelta(minutes=settings.page_minutes),
                looked_at,
            ),
            Deadline("incident notice", self.found_at + timedelta(minutes=settings.report_minutes), reported),
        ]
        if recalled := self.notified.get(NoticeForm.RECALL):
            until = recalled + timedelta(days=settings.answer_days)
            due.append(Deadline("recipient certifies return or destruction", until, self.answered_at))
        return tuple(due)


def cases_of(events: Iterable[CaseEvent]) -> dict[str, Case]:
    """All cases by name, from their steps in the order of the ledger."""
    cases: dict[str, Case] = {}
    for event in events:
        before = cases.get(event.case)
        cases[event.case] = _after(before, event)
    return cases


def open_case_of(cases: Iterable[Case], recipient: str) -> Case | None:
    """The case of a recipient that is not closed; there is at most one."""
    return next((case for case in cases if case.recipient == recipient and case.closed_at is None), None)


def _after(case: Case | None, event: CaseEvent) -> Case:
    time = _time(event)
    if case is None:
        return Case(event.case, event.recipient, time, time, event.exposed, events=(event,))
    case = replace(case, events=(*case.events, event))
    match event.step:
        case CaseStep.EXTENDED:
            # What was decided was decided about less.
            return replace(
                case, exposed=(*case.exposed, *event.exposed), found_at=time if case.decision else case.found_at,
                decision=None, decided_by="", reference="", notified={}, answered_at=None,
            )  # fmt: skip
        case CaseStep.DECIDED:
            return replace(case, decision=event.decision, decided_by=event.by, reference=event.reference)
        case CaseStep.NOTIFIED if event.notice is not None:
            return replace(case, notified=case.notified | {event.notice: time})
        case CaseStep.ANSWERED:
            return replace(case, answered_at=time)
        case CaseStep.CLOSED:
            return replace(case, closed_at=time)
        case _:
            return case


def waiting(cases: Sequence[Case]) -> list[Case]:
    """The cases that are not closed, those longest open first."""
    return sorted((c for c in cases if c.closed_at is None), key=lambda c: c.opened_at)


def _time(event: CaseEvent) -> datetime:
    return datetime.fromisoformat(event.recorded_at)
