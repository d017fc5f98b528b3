"""A case from its finding to its closure: which step is allowed when, and what the clock says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.lookback import LookbackSettings, load_lookback
from shield1367.config.recipient import Membership
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.lookback.cases import Case, CaseState, cases_of, open_case_of, waiting
from shield1367.lookback.freeze import RecipientFrozenError, require_not_frozen
from shield1367.lookback.record import CaseBook, CaseStepError, UnknownCaseError
from shield1367.release.ledger import (
    CaseEvent,
    CaseStep,
    Decision,
    Exposed,
    Ledger,
    NoticeForm,
    Trigger,
    digest_of_people,
    verify_ledger,
)
from shield1367.release.signing import Signer

SIGNER = Signer(Keys(b"k" * 32), ("",))
SETTINGS = load_lookback()
FOUND = datetime(2026, 9, 1, 12, tzinfo=UTC)
BY = {"by": "privacy officer", "reference": "INC-2026-4"}


def exposed(release_id: str = "r-1", people: int = 2) -> Exposed:
    return Exposed(
        release_id=release_id, trigger=Trigger.PROTECTION, released_at="2026-08-01T06:00:00+00:00",
        membership=Membership.HIDDEN, people=people,
    )  # fmt: skip


def event(step: CaseStep, minutes: int, **said: object) -> CaseEvent:
    at = (FOUND + timedelta(minutes=minutes)).isoformat()
    return CaseEvent.model_validate(
        {
            "release_id": f"case-1.{minutes}", "recorded_at": at, "case": "case-1", "step": step,
            "recipient": "county", "people": digest_of_people(()),
        }
        | said
    )  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path)


@pytest.fixture
def book(home: Home) -> CaseBook:
    """The cases of a home with one of the county."""
    made = CaseBook(home, Ledger(home), SIGNER)
    assert made.found("county", [exposed()], {"pair-a", "pair-b"}) == "case-1"
    return made


def test_a_recall_goes_from_finding_to_closure(home: Home, book: CaseBook) -> None:
    assert book.get("case-1").state is CaseState.DECISION
    assert book.decide("case-1", Decision.RECALL, **BY).state is CaseState.NOTICES
    book.notified("case-1", NoticeForm.INCIDENT, **BY)
    assert book.notified("case-1", NoticeForm.RECALL, **BY).state is CaseState.ANSWER
    case = book.answered("case-1", **BY)
    assert case.state is CaseState.CLOSURE
    assert case.is_frozen
    with pytest.raises(RecipientFrozenError, match="case-1 recalls 1 earlier release"):
        require_not_frozen(home, "county")
    assert book.close("case-1", **BY).state is CaseState.CLOSED
    require_not_frozen(home, "county")
    assert verify_ledger(home, SIGNER).entries == 6


def test_until_somebody_decides_only_this_recipient_is_frozen(home: Home, book: CaseBook) -> None:
    with pytest.raises(RecipientFrozenError, match="waits for a decision"):
        require_not_frozen(home, "county")
    require_not_frozen(home, "university")
    book.decide("case-1", Decision.NO_ACTION, **BY)
    require_not_frozen(home, "county")


REFUSED: dict[str, Callable[[CaseBook], object]] = {
    "a recall without its decision": lambda book: book.notified("case-1", NoticeForm.RECALL, **BY),
    "an answer to nothing": lambda book: book.answered("case-1", **BY),
    "a closure without a decision": lambda book: book.close("case-1", **BY),
    "a closure without the incident notice": lambda book: (
        book.decide("case-1", Decision.INFORM, **BY),
        book.close("case-1", **BY),
    ),
    "a closure without the certificate": lambda book: (
        book.decide("case-1", Decision.RECALL, **BY),
        book.notified("case-1", NoticeForm.INCIDENT, **BY),
        book.notified("case-1", NoticeForm.RECALL, **BY),
        book.close("case-1", **BY),
    ),
    "another decision once the recall is out": lambda book: (
        book.decide("case-1", Decision.RECALL, **BY),
        book.notified("case-1", NoticeForm.RECALL, **BY),
        book.decide("case-1", Decision.NO_ACTION, **BY),
    ),
    "anything once it is closed": lambda book: (
        book.decide("case-1", Decision.NO_ACTION, **BY),
        book.close("case-1", **BY),
        book.decide("case-1", Decision.RECALL, **BY),
    ),
}


@pytest.mark.parametrize("steps", REFUSED.values(), ids=REFUSED)
def test_a_step_that_the_case_does_not_allow_is_refused(
    book: CaseBook, steps: Callable[[CaseBook], object]
) -> None:
    with pytest.raises(CaseStepError, match="E752"):
        steps(book)


def test_a_case_that_is_not_there_is_named(book: CaseBook) -> None:
    with pytest.raises(UnknownCaseError, match="case-9"):
        book.get("case-9")


def test_what_is_found_anew_undoes_the_decision_and_after_closure_opens_another(book: CaseBook) -> None:
    book.decide("case-1", Decision.RECALL, **BY)
    book.notified("case-1", NoticeForm.RECALL, **BY)
    assert book.found("county", [exposed("r-2", 1)], {"pair-c"}) == "case-1"
    case = book.get("case-1")
    assert (case.state, case.people, case.releases) == (CaseState.DECISION, 3, ("r-1", "r-2"))
    book.decide("case-1", Decision.NO_ACTION, **BY)
    book.close("case-1", **BY)
    assert book.found("county", [exposed("r-3")], {"pair-d"}) == "case-2"
    assert [case.name for case in waiting(list(book.all().values()))] == ["case-2"]


def test_cases_are_no_disclosures_and_no_notices(home: Home, book: CaseBook) -> None:
    ledger = Ledger(home)
    assert (ledger.entries(), ledger.notices()) == ([], [])
    assert ledger.find("case-1.1") is None
    assert ledger.who_received("pair-a") == []
    assert ledger.reported() == {"pair-a", "pair-b"}


def test_the_clock_runs_from_the_finding() -> None:
    opened = event(CaseStep.OPENED, 0, exposed=[exposed().model_dump()])
    (case,) = cases_of([opened]).values()
    page, report = case.deadlines(SETTINGS)
    assert (page.due, report.due) == (FOUND + timedelta(minutes=15), FOUND + timedelta(minutes=60))
    assert not page.is_missed(FOUND + timedelta(minutes=15))
    assert page.is_missed(FOUND + timedelta(minutes=16))


def test_what_was_done_in_time_stays_so_and_what_was_late_too() -> None:
    (case,) = cases_of(
        [
            event(CaseStep.OPENED, 0, exposed=[exposed().model_dump()]),
            event(CaseStep.DECIDED, 10, decision="recall"),
            event(CaseStep.NOTIFIED, 90, notice="incident"),
            event(CaseStep.NOTIFIED, 91, notice="recall"),
        ]
    ).values()
    page, report, answer = case.deadlines(SETTINGS)
    much_later = FOUND + timedelta(days=400)
    assert not page.is_missed(much_later)
    assert report.is_missed(much_later)
    assert answer.due == FOUND + timedelta(minutes=91, days=SETTINGS.answer_days)
    assert answer.is_missed(much_later)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just(CaseStep.EXTENDED), st.none()),
        st.tuples(st.just(CaseStep.DECIDED), st.sampled_from(Decision)),
        st.tuples(st.just(CaseStep.NOTIFIED), st.sampled_from(NoticeForm)),
        st.tuples(st.just(CaseStep.ANSWERED), st.none()),
        st.tuples(st.just(CaseStep.CLOSED), st.none()),
    ),
    max_size=8,
)


def _case(steps: list[tuple[CaseStep, object]]) -> Case:
    events = [event(CaseStep.OPENED, 0, exposed=[exposed().model_dump()])]
    for minute, (step, what) in enumerate(steps, start=1):
        said: dict[str, object] = {}
        if isinstance(what, Decision):
            said = {"decision": what}
        elif isinstance(what, NoticeForm):
            said = {"notice": what}
        elif step is CaseStep.EXTENDED:
            said = {"exposed": [exposed(f"r-{minute}", 1).model_dump()]}
        events.append(event(step, minute, **said))
    return cases_of(events)["case-1"]


@given(STEPS)
def test_nothing_loosens_the_freeze_but_a_decision_or_the_closure(
    steps: list[tuple[CaseStep, object]],
) -> None:
    case = _case(steps)
    if case.closed_at is None:
        expected = case.decision not in (Decision.INFORM, Decision.NO_ACTION)
        assert case.is_frozen is expected
        assert open_case_of([case], "county") is case
    else:
        assert not case.is_frozen
        assert open_case_of([case], "county") is None


@given(STEPS)
def test_what_was_found_is_never_lost(steps: list[tuple[CaseStep, object]]) -> None:
    case = _case(steps)
    extended = sum(step is CaseStep.EXTENDED for step, _ in steps)
    assert case.people == 2 + extended
    assert len(case.events) == len(steps) + 1


def test_settings_refuse_a_clock_that_stands_still() -> None:
    with pytest.raises(ValueError, match="page_minutes"):
        LookbackSettings.model_validate(SETTINGS.model_dump() | {"page_minutes": 0})
