"""Nobody can subtract a release without protected rows from an earlier one and find one to ten people gone."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367 import pipeline
from shield1367.config.recipient.risk import SMALLEST
from shield1367.disclosure.plan import ReleasePlan
from shield1367.disclosure.planning import make_plan
from shield1367.keys import Keys
from shield1367.pipeline import State
from shield1367.protection.registry.store import Registry
from shield1367.protection.snapshot import take_snapshot
from shield1367.protection.status import Status
from shield1367.release import differences
from shield1367.release.differences import covering, returning, with_cover
from shield1367.release.ledger import Decision, Ledger
from tests.lookback.past import COUNTY, UNIVERSITY, book, files_for_a_u_visa, released
from tests.protection.site import Desk, application, encounter

RANK = Keys(b"k" * 32).fingerprint("cover")
PEOPLE = [f"p{number}" for number in range(30)]
SOME = st.frozensets(st.sampled_from(PEOPLE), min_size=1)


@given(
    st.lists(SOME, max_size=5), st.frozensets(st.sampled_from(PEOPLE)), st.frozensets(st.sampled_from(PEOPLE))
)
def test_of_every_earlier_release_nobody_is_missing_or_eleven_or_all(
    held: list[frozenset[str]], gone: frozenset[str], before: frozenset[str]
) -> None:
    cover = covering(held, gone, before, RANK)
    assert not cover & gone
    # Who stayed out once stays out.
    assert before - gone <= cover
    for people in held:
        missing = people & (gone | cover)
        assert not missing or len(missing) >= SMALLEST or missing == people


@given(st.lists(SOME, max_size=5), st.frozensets(st.sampled_from(PEOPLE)))
def test_a_second_look_adds_nobody(held: list[frozenset[str]], gone: frozenset[str]) -> None:
    cover = covering(held, gone, (), RANK)
    assert covering(held, gone, cover, RANK) == cover


@given(
    st.lists(SOME, max_size=4), st.frozensets(st.sampled_from(PEOPLE)), st.frozensets(st.sampled_from(PEOPLE))
)
def test_whoever_goes_later_finds_the_earlier_ones_still_gone(
    held: list[frozenset[str]], first: frozenset[str], second: frozenset[str]
) -> None:
    cover = covering(held, first, (), RANK)
    went = frozenset(PEOPLE) - first - cover
    later = covering([*held, went] if went else held, first | second, cover, RANK)
    assert cover - first - second <= later


BATCHES = st.dictionaries(st.sampled_from("abcd"), SOME)


@given(
    st.lists(st.tuples(BATCHES, st.frozensets(st.sampled_from(PEOPLE))), min_size=2, max_size=5),
)
def test_whoever_was_left_out_once_never_comes_back(
    steps: list[tuple[dict[str, frozenset[str]], frozenset[str]]],
) -> None:
    """Batches come in and protections begin and end as they like: nobody appears where they were left out before."""
    staged: dict[str, frozenset[str]] = {}
    released: list[tuple[frozenset[str], frozenset[str]]] = []
    before: set[str] = set()
    for delivered, shielded in steps:
        staged = delivered | staged
        for batches, people in released:
            before |= returning(staged, batches, people)
        cover = covering([people for _, people in released], shielded, before, RANK)
        went = frozenset().union(*staged.values()) - shielded - cover
        for batches, people in released:
            there = frozenset().union(*(staged[batch] for batch in batches))
            assert not (went & there) - people
            missing = people - went
            assert not missing or len(missing) >= SMALLEST or missing == people
        released.append((frozenset(staged), went))
        before = cover


def test_of_a_release_that_is_not_on_record_nothing_is_taken_for_granted() -> None:
    assert returning({"a": frozenset("pq")}, None, frozenset("p")) == {"q"}
    assert returning({"a": frozenset("pq")}, frozenset("b"), frozenset("p")) == set()


def test_nobody_goes_with_nobody() -> None:
    assert covering([frozenset(PEOPLE)], [], (), RANK) == set()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Thirty clear people in two deliveries, released to the county."""
    made = Desk.at(tmp_path / "home")
    made.deliver("benefits", {"applications": [application(n) for n in range(1, 31)]})
    made.deliver("enforcement", {"encounters": [encounter(n) for n in range(1, 21)]})
    made.deliver("enforcement", {"encounters": [encounter(n) for n in range(21, 31)]}, batch="b2")
    made.judge(now=datetime(2026, 9, 1, tzinfo=UTC))
    assert released(made, COUNTY).state is State.RELEASED
    return made


def rows(folder: Path) -> int:
    found = 0
    for path in (folder / "data").rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            found += sum(1 for _ in csv.reader(stream)) - 1
    return found


def next_release(desk: Desk, recipient: str = COUNTY) -> Path:
    with pytest.raises(Exception, match="E750"):
        pipeline.export(desk.site, recipient)
    for case in book(desk).all().values():
        if case.closed_at is None and case.decision is None:
            book(desk).decide(case.name, Decision.NO_ACTION, by="compliance", reference="REF-1")
    outcome = released(desk, recipient)
    assert outcome.state is State.RELEASED, outcome.reason
    return Path(outcome.folder or "")


def test_somebody_who_becomes_protected_goes_with_ten_others_who_stay_away(desk: Desk) -> None:
    files_for_a_u_visa(desk, 3)
    folder = next_release(desk)
    assert rows(folder) == 30 - SMALLEST
    plan = ReleasePlan.read(desk.home.plans / COUNTY / folder.name)
    assert len(plan.cover) == SMALLEST - 1
    assert desk.person(application(3)["a_number"]) not in plan.cover
    # The ledger holds the rows left out for others with the rest.
    entry = Ledger(desk.home).find(folder.name)
    assert entry is not None
    assert (entry.rows_in, entry.rows_released, entry.rows_withheld) == (30, 19, 11)
    # Another one: two protected now, and of the first release twelve are missing, of the second eleven.
    files_for_a_u_visa(
        desk,
        next(n for n in range(1, 31) if desk.person(application(n)["a_number"]) not in plan.cover and n != 3),
    )
    assert rows(next_release(desk)) == 19 - SMALLEST


def test_where_every_row_goes_nobody_is_left_out_besides(desk: Desk) -> None:
    made = pipeline.plan(desk.site, UNIVERSITY)
    assert ReleasePlan.read(made.work).cover == ()


def test_somebody_whose_protection_ends_does_not_come_back_alone(tmp_path: Path) -> None:
    """Denied, and every appeal exhausted: the rows may go to others, and not to who has seen them missing."""
    desk = Desk.at(tmp_path / "home")
    numbers = range(1, 31)
    filed = {3: {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}}
    desk.deliver("benefits", {"applications": [application(n, **filed.get(n, {})) for n in numbers]})
    desk.deliver("enforcement", {"encounters": [encounter(n) for n in numbers]})
    desk.judge(now=datetime(2026, 9, 1, tzinfo=UTC))
    first = released(desk, COUNTY)
    assert rows(Path(first.folder or "")) == 29
    person = desk.person(application(3)["a_number"])
    desk.deliver("enforcement", {"encounters": [encounter(n) for n in range(31, 41)]}, batch="b2")
    desk.judge(now=datetime(2026, 9, 2, tzinfo=UTC))
    plan = make_plan(desk.home, desk.keys, desk.project, COUNTY)
    assert person not in with_cover(desk.home, desk.keys, plan).cover
    # The registry of a day on which nobody is shielded any more.
    answers = take_snapshot(Registry(desk.home, desk.keys), date.fromisoformat(plan.as_of))
    ended = replace(answers, statuses=dict.fromkeys(answers.statuses, Status.CLEAR))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(differences, "take_snapshot", lambda registry, day: ended)
        assert with_cover(desk.home, desk.keys, plan).cover == (person,)
