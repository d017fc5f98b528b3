from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.benefits import ApplicationState
from shield1367.protection.decision.decide import Fact, Protection, decide, inherit, status_at
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status, strongest

TODAY = date(2026, 9, 1)
EVER = date(1900, 1, 1)
DOUBTS = (
    Rule.AMBIGUOUS_CODE,
    Rule.UNKNOWN_CODE,
    Rule.UNKNOWN_STATUS,
    Rule.IMPOSSIBLE_DATE,
    Rule.REASON_TO_BELIEVE,
    Rule.CERTIFICATION,
    Rule.INVALID_CELL,
    Rule.MISSING_COLUMN,
    Rule.REFUSED_ROW,
    Rule.CONTRADICTION,
)
APPLICATIONS = ("first", "second", "third")

days = st.dates(date(2000, 1, 1), date(2026, 8, 31))
undated = st.one_of(st.none(), days)
covered = st.builds(Fact, st.just(Rule.COVERED_APPLICATION), st.sampled_from(APPLICATIONS), undated)
ends = st.builds(
    Fact,
    st.just(Rule.APPLICATION_STATUS),
    st.sampled_from(APPLICATIONS),
    days,
    st.just(value=True),
    st.just(ApplicationState.DENIED_FINAL),
)
stays = st.builds(
    Fact,
    st.just(Rule.APPLICATION_STATUS),
    st.sampled_from(APPLICATIONS),
    undated,
    st.just(value=False),
    st.sampled_from(ApplicationState),
)
codes = st.builds(
    Fact, st.sampled_from((Rule.REVEALING_CODE, Rule.UNRELATED_CODE, *DOUBTS)), st.none(), undated
)
facts = st.one_of(covered, ends, stays, codes)
histories = st.lists(facts, max_size=12)


def filed(on: date | None = date(2020, 1, 1), application: str = "first") -> Fact:
    return Fact(Rule.COVERED_APPLICATION, application, on)


def status(
    on: date | None,
    application: str = "first",
    *,
    final: bool = False,
    state: ApplicationState = ApplicationState.PENDING,
) -> Fact:
    return Fact(Rule.APPLICATION_STATUS, application, on, final, state)


def answer(history: list[Fact], day: date = TODAY) -> Status:
    return status_at(decide(history), day)


@given(histories, st.randoms())
def test_order_and_repetition_never_matter(history: list[Fact], random: object) -> None:
    shuffled = [*history, *history[:3]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(shuffled) == decide(history)


@given(histories, st.one_of(covered, stays, codes), days)
def test_more_evidence_never_unprotects_unless_it_ends_something(
    history: list[Fact], more: Fact, day: date
) -> None:
    before, after = answer(history, day), answer([*history, more], day)
    if before is Status.PROTECTED:
        assert after is Status.PROTECTED
    if before is Status.INDETERMINATE and set(decide(history)) != {
        Protection(Status.INDETERMINATE, Rule.NO_EVIDENCE)
    }:
        # Only somebody of whom nothing was known can be cleared, and by a known harmless code.
        assert after is not Status.CLEAR


@given(histories, days)
def test_clear_needs_no_doubt_and_no_revealing_code(history: list[Fact], day: date) -> None:
    rules = {fact.rule for fact in history}
    if rules & {*DOUBTS, Rule.REVEALING_CODE}:
        assert answer(history, day) is not Status.CLEAR
    if answer(history, day) is Status.CLEAR:
        assert Rule.UNRELATED_CODE in rules or any(fact.ends for fact in history)


@given(histories)
def test_every_history_has_one_of_three_answers_and_a_reason(history: list[Fact]) -> None:
    protections = decide(history)
    assert protections
    assert status_at(protections, TODAY) in Status
    assert all(p.rule in Rule for p in protections)


@given(histories)
def test_a_covered_application_ends_only_by_a_dated_final_denial_of_every_one(history: list[Fact]) -> None:
    applications = {fact.application for fact in history if fact.rule is Rule.COVERED_APPLICATION}
    ended = {fact.application for fact in history if fact.ends}
    if applications - ended:
        assert answer(history) is Status.PROTECTED


@given(st.lists(days, min_size=1, max_size=4, unique=True))
def test_the_last_end_of_several_applications_ends_all(denials: list[date]) -> None:
    history = [filed(date(1999, 1, 1), str(i)) for i in range(len(denials))]
    history += [status(day, str(i), final=True) for i, day in enumerate(denials)]
    last = max(denials)
    assert answer(history, last - timedelta(days=1)) is Status.PROTECTED
    assert answer(history, last) is Status.CLEAR


def test_nobody_known_is_indeterminate() -> None:
    assert answer([]) is Status.INDETERMINATE
    assert strongest([]) is Status.INDETERMINATE


def test_a_known_harmless_code_clears() -> None:
    assert answer([Fact(Rule.UNRELATED_CODE)]) is Status.CLEAR


@pytest.mark.parametrize("doubt", DOUBTS)
def test_each_doubt_is_indeterminate_whatever_harmless_codes_say(doubt: Rule) -> None:
    assert answer([Fact(Rule.UNRELATED_CODE), Fact(doubt)]) is Status.INDETERMINATE


def test_protection_begins_with_the_filing_and_from_ever_without_a_date() -> None:
    harmless = Fact(Rule.UNRELATED_CODE)
    assert answer([filed(), harmless], date(2019, 12, 31)) is not Status.PROTECTED
    assert answer([filed(), harmless], date(2020, 1, 1)) is Status.PROTECTED
    assert answer([filed(None)], EVER) is Status.PROTECTED


def test_of_two_filing_dates_the_earlier_counts_and_a_missing_one_means_from_ever() -> None:
    later, earlier = filed(date(2020, 1, 1)), filed(date(2018, 1, 1))
    assert answer([later, earlier], date(2019, 1, 1)) is Status.PROTECTED
    assert answer([later, earlier, filed(None)], EVER) is Status.PROTECTED


@pytest.mark.parametrize("on", [date(2022, 1, 1), date(2021, 6, 1), None])
def test_a_status_on_or_after_the_final_denial_takes_the_end_back(on: date | None) -> None:
    history = [filed(), status(date(2021, 6, 1), final=True)]
    assert answer(history) is Status.CLEAR
    assert answer([*history, status(on)]) is Status.PROTECTED


def test_withdrawn_and_revoked_statuses_end_nothing() -> None:
    assert answer([filed(), status(date(2021, 6, 1)), status(date(2024, 6, 1))]) is Status.PROTECTED


def test_an_application_both_granted_and_finally_denied_protects_and_says_so() -> None:
    granted = status(date(2020, 3, 1), state=ApplicationState.APPROVED)
    history = [filed(), granted, status(date(2021, 6, 1), final=True)]
    assert answer(history) is Status.PROTECTED
    assert Rule.CONTRADICTORY_HISTORY in {protection.rule for protection in decide(history)}


def test_naturalization_ends_by_policy_what_was_filed_before_and_nothing_later() -> None:
    citizen = Fact(Rule.NATURALIZED, on=date(2022, 1, 1), ends=True)
    adjusted = status(date(2020, 6, 1), state=ApplicationState.ADJUSTED)
    code = Fact(Rule.REVEALING_CODE, on=date(2020, 2, 1))
    assert answer([filed(), adjusted, code, citizen], date(2021, 12, 31)) is Status.PROTECTED
    assert answer([filed(), adjusted, code, citizen]) is Status.CLEAR
    assert answer([filed(), adjusted, Fact(Rule.REVEALING_CODE), citizen]) is Status.PROTECTED
    assert answer([filed(), filed(date(2023, 1, 1), "second"), citizen]) is Status.PROTECTED
    assert answer([filed(), status(date(2023, 1, 1)), citizen]) is Status.PROTECTED
    assert answer([filed(None), citizen]) is Status.PROTECTED


@given(histories)
def test_every_interval_begins_before_it_ends(history: list[Fact]) -> None:
    for protection in decide(history):
        if protection.begins and protection.ends:
            assert protection.begins <= protection.ends


def test_an_end_before_its_own_filing_ends_nothing() -> None:
    """A denial cannot come before the filing: one of the two dates is wrong."""
    history = [filed(date(2020, 1, 1)), status(date(2019, 1, 1), final=True)]
    assert answer(history) is Status.PROTECTED


def test_an_end_of_another_application_ends_nothing() -> None:
    assert answer([filed(), status(date(2021, 6, 1), "second", final=True)]) is Status.PROTECTED


def test_a_revealing_code_outlasts_the_end_of_every_application() -> None:
    history = [filed(), status(date(2021, 6, 1), final=True), Fact(Rule.REVEALING_CODE)]
    assert answer(history) is Status.PROTECTED


def test_an_end_in_the_future_has_not_come_yet() -> None:
    history = [filed(), status(date(2027, 1, 1), final=True)]
    assert answer(history, TODAY) is Status.PROTECTED
    assert answer(history, date(2027, 1, 1)) is Status.CLEAR


def test_a_filing_in_the_future_is_not_clear_before() -> None:
    assert answer([filed(date(2030, 1, 1))], TODAY) is not Status.CLEAR


@given(histories)
def test_family_shares_the_answer_and_a_possible_double_is_in_doubt_as_long(history: list[Fact]) -> None:
    own = decide(history)
    if answer(history) is Status.PROTECTED:
        assert status_at(inherit(own, Rule.FAMILY), TODAY) is Status.PROTECTED
        assert status_at(inherit(own, Rule.POSSIBLE_MATCH), TODAY) is Status.INDETERMINATE
    assert all(p.status.is_shielded for p in inherit(own, Rule.FAMILY))


def test_nothing_is_inherited_from_somebody_of_whom_nothing_is_known() -> None:
    assert inherit(decide([]), Rule.FAMILY) == ()


@given(st.lists(st.sampled_from(Status), min_size=1))
def test_the_strongest_answer_is_the_most_protective(answers: list[Status]) -> None:
    assert strongest(answers).is_shielded == any(answer.is_shielded for answer in answers)
    assert (strongest(answers) is Status.PROTECTED) == (Status.PROTECTED in answers)
