from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.benefits import ApplicationState
from shield1367.protection.decision.lifecycle import Entry, end_of, is_contradictory

DENIED_ON = date(2021, 6, 1)
FINAL = Entry(ApplicationState.DENIED_FINAL, DENIED_ON, final=True)
GRANTED = (
    ApplicationState.APPROVED,
    ApplicationState.ADJUSTED,
    ApplicationState.REVOKED,
    ApplicationState.EXPIRED,
)
OF_THE_PERSON = (ApplicationState.DECEASED, ApplicationState.NATURALIZED)
OPEN = tuple(state for state in ApplicationState if state not in (*GRANTED, *OF_THE_PERSON))

days = st.dates(date(2000, 1, 1), date(2026, 8, 31))
stays = st.builds(Entry, st.sampled_from(ApplicationState), st.one_of(st.none(), days))
finals = st.builds(Entry, st.just(ApplicationState.DENIED_FINAL), days, st.just(value=True))
histories = st.lists(st.one_of(stays, finals), max_size=10)
filings = st.lists(st.one_of(st.none(), days), max_size=3)


@given(histories, filings, st.randoms())
def test_neither_order_nor_repetition_matters(
    history: list[Entry], filed: list[date | None], shuffle: random.Random
) -> None:
    again = [*history, *history[:4]]
    shuffle.shuffle(again)
    assert end_of(again, filings=filed) == end_of(history, filings=filed)


@given(histories, filings, stays)
def test_what_is_no_final_denial_never_brings_an_end_nor_moves_it_forward(
    history: list[Entry], filed: list[date | None], more: Entry
) -> None:
    before, after = end_of(history, filings=filed), end_of([*history, more], filings=filed)
    assert after in (before, None)


@given(histories, filings, finals)
def test_another_final_denial_never_ends_protection_earlier(
    history: list[Entry], filed: list[date | None], more: Entry
) -> None:
    before, after = end_of(history, filings=filed), end_of([*history, more], filings=filed)
    if before and after:
        assert after >= before


@given(histories, filings)
def test_an_end_is_the_day_of_a_final_denial_and_no_earlier_than_any_filing(
    history: list[Entry], filed: list[date | None]
) -> None:
    end = end_of(history, filings=filed)
    if end is not None:
        assert end in {entry.on for entry in history if entry.final}
        assert all(day is None or day <= end for day in filed)


@given(histories)
def test_without_a_final_denial_there_is_no_end(history: list[Entry]) -> None:
    assert end_of([entry for entry in history if not entry.final]) is None


def test_a_final_denial_ends_what_was_pending_and_appealed() -> None:
    history = [
        Entry(ApplicationState.PENDING, date(2020, 1, 1)),
        Entry(ApplicationState.DENIED_APPEALABLE, date(2021, 1, 1)),
        FINAL,
    ]
    assert end_of(history, filings=[date(2020, 1, 1)]) == DENIED_ON


@pytest.mark.parametrize("state", GRANTED)
@pytest.mark.parametrize("on", [date(2020, 1, 1), DENIED_ON, date(2023, 1, 1), None])
def test_what_was_granted_was_not_finally_denied(state: ApplicationState, on: date | None) -> None:
    history = [FINAL, Entry(state, on)]
    assert is_contradictory(history)
    assert end_of(history) is None


@pytest.mark.parametrize("state", OPEN)
def test_an_application_that_is_open_again_is_not_denied(state: ApplicationState) -> None:
    assert end_of([FINAL, Entry(state, DENIED_ON)]) is None
    assert end_of([FINAL, Entry(state, None)]) is None
    assert end_of([FINAL, Entry(state, DENIED_ON - timedelta(days=1))]) == DENIED_ON


@pytest.mark.parametrize("state", OF_THE_PERSON)
def test_what_happens_to_the_person_opens_no_application_and_ends_none(state: ApplicationState) -> None:
    later = Entry(state, DENIED_ON + timedelta(days=100))
    assert end_of([FINAL, later]) == DENIED_ON
    assert end_of([later]) is None


def test_a_final_denial_without_a_date_or_without_exhausted_appeals_ends_nothing() -> None:
    assert end_of([Entry(ApplicationState.DENIED_FINAL, None, final=True)]) is None
    assert end_of([Entry(ApplicationState.DENIED_FINAL, DENIED_ON)]) is None


def test_a_filing_after_the_denial_shows_that_a_date_is_wrong() -> None:
    assert end_of([FINAL], filings=[DENIED_ON + timedelta(days=1)]) is None
    assert end_of([FINAL], filings=[DENIED_ON, None]) == DENIED_ON
