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
from shield1367.redaction.planned import pseudonyms_of
from shield1367.release import differences
from shield1367.release.differences import Batch, Crowd, covering, crowds_of, returning, with_cover
from shield1367.release.ledger import Decision, Ledger
from tests.lookback.past import COUNTY, UNIVERSITY, book, files_for_a_u_visa, released
from tests.protection.site import Desk, application, encounter

RANK = Keys(b"k" * 32).fingerprint("cover")
PEOPLE = [f"p{number}" for number in range(30)]
SOME = st.frozensets(st.sampled_from(PEOPLE), min_size=1)


@given(
    st.lists(SOME, max_size=5), st.frozensets(st.sampled_from(PEOPLE)), st.frozensets(st.sampled_from(PEOPLE))
)
def test_of_every_crowd_nobody_is_missing_or_eleven_or_all(
    crowds: list[frozenset[str]], gone: frozenset[str], before: frozenset[str]
) -> None:
    cover = covering([Crowd(people) for people in crowds], gone, before, RANK)
    assert not cover & gone
    # Who stayed out once stays out.
    assert before - gone <= cover
    for people in crowds:
        missing = people & (gone | cover)
        assert not missing or len(missing) >= SMALLEST or missing == people


@given(st.lists(SOME, max_size=5), st.frozensets(st.sampled_from(PEOPLE)))
def test_a_second_look_adds_nobody(crowds: list[frozenset[str]], gone: frozenset[str]) -> None:
    known = [Crowd(people) for people in crowds]
    cover = covering(known, gone, (), RANK)
    assert covering(known, gone, cover, RANK) == cover


def test_rows_of_somebody_unknown_go_with_eleven_people() -> None:
    """Eleven rows may be one person: of how many people they are, nobody knows."""
    assert len(covering([Crowd(frozenset(PEOPLE), unknown=True)], [], (), RANK)) == SMALLEST


ROWS = [f"row {number}" for number in range(6)]
BATCH = st.builds(Batch, SOME, st.frozensets(st.sampled_from(ROWS)))
NAMES = [f"{table} {batch}" for table in ("one", "two") for batch in "abc"]
STEPS = st.lists(
    st.tuples(st.dictionaries(st.sampled_from(NAMES), BATCH), st.frozensets(st.sampled_from(PEOPLE))),
    min_size=1,
    max_size=4,
)


@given(STEPS)
def test_who_knows_every_total_and_every_release_learns_of_nobody_or_of_eleven(
    steps: list[tuple[dict[str, Batch], frozenset[str]]],
) -> None:
    """Batches come in and protections begin and end as they like; a reader knows who is in what was delivered.

    What is missing of a table, of what came in since any release, and of any earlier release: nobody, or at least
    eleven, or everybody; and nobody appears where they were left out before.
    """
    staged: dict[str, Batch] = {}
    made_of: list[frozenset[str]] = []
    held: list[frozenset[str]] = []
    before: set[str] = set()
    for delivered, shielded in steps:
        staged = delivered | staged
        for batches, people in zip(made_of, held, strict=True):
            before |= returning({name: batch.people for name, batch in staged.items()}, batches, people)
        crowds = [*map(Crowd, held), *crowds_of(staged, made_of, held)]
        cover = covering(crowds, shielded, before, RANK)
        missing = shielded | cover
        for table in ("one", "two"):
            names = frozenset(name for name in staged if name.startswith(table))
            totals = [names, *(names - earlier for earlier in made_of)]
            for some in totals:
                people = frozenset(one for name in some for one in staged[name].people)
                lost = people & missing
                unknown = any(staged[name].unknown for name in some)
                assert len(lost) >= SMALLEST or lost == people or not (lost or unknown)
            for earlier, people in zip(made_of, held, strict=True):
                there = frozenset(one for name in names & earlier for one in staged[name].people) & people
                assert _is_nobody_or_many(there & missing, there)
        went = frozenset(one for batch in staged.values() for one in batch.people) - missing
        for batches, people in zip(made_of, held, strict=True):
            there = frozenset(one for name in batches for one in staged[name].people)
            assert not (went & there) - people
            assert _is_nobody_or_many(people - went, people)
        made_of.append(frozenset(staged))
        held.append(went)
        before = cover


def _is_nobody_or_many(missing: frozenset[str], people: frozenset[str]) -> bool:
    return not missing or len(missing) >= SMALLEST or missing == people


def test_of_a_release_that_is_not_on_record_nothing_is_taken_for_granted() -> None:
    assert returning({"a": frozenset("pq")}, None, frozenset("p")) == {"q"}
    assert returning({"a": frozenset("pq")}, frozenset("b"), frozenset("p")) == set()


def test_nobody_goes_with_nobody() -> None:
    assert covering([Crowd(frozenset(PEOPLE))], [], (), RANK) == set()


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


def test_a_small_delivery_goes_not_at_all_and_is_named_and_more_go_when_they_gather(tmp_path: Path) -> None:
    """Eight people a night, one of them protected: by itself each is a release of nobody, four together are not."""
    left = {}
    for nights_a_release in (1, 4):
        desk = Desk.at(tmp_path / str(nights_a_release))
        filed = {3: {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}}
        papers = [application(n, **filed.get(n, {})) for n in range(1, 33)]
        desk.deliver("benefits", {"applications": papers})
        for night in range(4):
            some = [encounter(n) for n in range(8 * night + 1, 8 * night + 9)]
            desk.deliver("enforcement", {"encounters": some}, batch=f"n{night}")
            if (night + 1) % nights_a_release == 0:
                desk.judge(now=datetime(2026, 9, night + 1, tzinfo=UTC))
                outcome = released(desk, COUNTY)
        folder = Path(outcome.folder or "")
        plan = ReleasePlan.read(desk.home.plans / COUNTY / folder.name)
        left[nights_a_release] = (
            rows(folder),
            [name.rpartition("batch=")[2] for name in plan.withheld_whole if "encounters" in name],
        )
    assert left[4] == (32 - SMALLEST, [])
    alone, whole = left[1]
    assert alone <= 32 - SMALLEST
    assert "n0" in whole


def test_where_every_row_goes_nobody_is_left_out_besides(desk: Desk) -> None:
    made = pipeline.plan(desk.site, UNIVERSITY)
    assert ReleasePlan.read(made.work).cover == ()
    assert ReleasePlan.read(made.work).withheld_whole == ()


def test_the_first_release_leaves_out_eleven_and_nobody_comes_back_when_a_protection_ends(
    tmp_path: Path,
) -> None:
    """Whoever knows how many encounters there were finds eleven missing, not one; and all of them stay away."""
    desk = Desk.at(tmp_path / "home")
    numbers = range(1, 31)
    filed = {3: {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}}
    desk.deliver("benefits", {"applications": [application(n, **filed.get(n, {})) for n in numbers]})
    desk.deliver("enforcement", {"encounters": [encounter(n) for n in numbers]})
    desk.judge(now=datetime(2026, 9, 1, tzinfo=UTC))
    first = released(desk, COUNTY)
    assert rows(Path(first.folder or "")) == 30 - SMALLEST
    cover = ReleasePlan.read(desk.home.plans / COUNTY / (first.release_id or "")).cover
    person = desk.person(application(3)["a_number"])
    assert len(cover) == SMALLEST - 1
    assert person not in cover
    desk.deliver("enforcement", {"encounters": [encounter(n) for n in range(31, 46)]}, batch="b2")
    desk.judge(now=datetime(2026, 9, 2, tzinfo=UTC))
    plan = make_plan(desk.home, desk.keys, desk.project, COUNTY)
    assert with_cover(desk.home, desk.keys, desk.project, plan).cover == cover
    # The registry of a day on which nobody is shielded any more.
    answers = take_snapshot(Registry(desk.home, desk.keys), date.fromisoformat(plan.as_of))
    ended = replace(answers, statuses=dict.fromkeys(answers.statuses, Status.CLEAR))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(differences, "take_snapshot", lambda registry, day: ended)
        later = with_cover(desk.home, desk.keys, desk.project, plan)
    assert later.cover == tuple(sorted((*cover, person)))


def test_a_row_left_out_for_somebody_unknown_stays_out_when_it_is_settled(desk: Desk) -> None:
    """Of a new delivery one row names nobody who can be told; the sender mends it and sends it again."""
    new = [encounter(n) for n in range(31, 51)]
    unclear = encounter(51) | {"a_number": "", "last_name": "", "first_name": "", "date_of_birth": ""}
    desk.deliver("enforcement", {"encounters": [*new, unclear]}, batch="b3")
    desk.judge(now=datetime(2026, 9, 2, tzinfo=UTC))
    folder = next_or_first(desk)
    plan = ReleasePlan.read(desk.home.plans / COUNTY / folder.name)
    (encounters,) = (d for d in plan.datasets if d.dataset == "encounters")
    assert len(encounters.kept_out) == 1
    # Twenty who are new and the row of nobody: eleven of them go with it.
    assert (len(plan.cover), rows(folder)) == (SMALLEST, 50 - SMALLEST)
    again = [encounter(51), *(encounter(n) for n in range(52, 64))]
    desk.deliver("enforcement", {"encounters": again}, batch="b4")
    desk.judge(now=datetime(2026, 9, 3, tzinfo=UTC))
    folder = next_or_first(desk)
    later = ReleasePlan.read(desk.home.plans / COUNTY / folder.name)
    assert next(d for d in later.datasets if d.dataset == "encounters").kept_out == encounters.kept_out
    assert set(plan.cover) <= set(later.cover)
    pseudonyms = pseudonyms_of(desk.keys, later)
    went = "".join(path.read_text() for path in (folder / "data").rglob("*.csv"))
    released_once = [n for n in range(1, 31) if pseudonyms.of("record_id", f"E{n:06d}") in went]
    assert len(released_once) == 30
    assert pseudonyms.of("record_id", "E000051") not in went


def next_or_first(desk: Desk) -> Path:
    outcome = released(desk, COUNTY)
    assert outcome.state is State.RELEASED, outcome.reason
    return Path(outcome.folder or "")
