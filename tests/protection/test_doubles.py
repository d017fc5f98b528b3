"""Pairs that linkage finds, batch by batch, and what they are kept with."""

from __future__ import annotations

import tempfile
from itertools import permutations
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.config.linkage import load_linkage_settings
from shield1367.protection.identity.linkage import name_records, possible_matches
from shield1367.protection.registry import tables
from shield1367.protection.registry.store import Registry
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status
from tests.protection.site import Desk, a_number, application

ANA = {"given_name": "Ana Maria", "family_name": "Paz Luna", "date_of_birth": "1984-03-05"}
# The same woman as another system has her: one surname, day and month swapped, another number.
HERS = {"given_name": "Anna Maria", "family_name": "Paz", "date_of_birth": "1984-05-03"}
VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}


def pairs(desk: Desk) -> list[sa.Row[tuple[object, ...]]]:
    return desk.registry.rows(sa.select(tables.LIKENESS))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_double_is_in_doubt_whichever_batch_comes_first(desk: Desk, order: tuple[int, ...]) -> None:
    batches = [application(1, **VICTIM, **ANA), application(2, **HERS), application(3)]
    for number in order:
        desk.deliver("benefits", {"applications": [batches[number]]}, batch=f"b{number}")
        desk.judge()
    assert [desk.status(a_number(n)) for n in (1, 2, 3)] == [
        Status.PROTECTED,
        Status.INDETERMINATE,
        Status.CLEAR,
    ]
    assert Rule.POSSIBLE_MATCH in desk.rules(a_number(2))


def test_whoever_becomes_protected_later_puts_a_double_of_long_ago_in_doubt(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1, **ANA), application(2, **HERS)]})
    desk.judge()
    assert desk.status(a_number(2)) is Status.CLEAR
    later = application(1, receipt_number="EAC2190012345", **VICTIM, **ANA)
    desk.deliver("benefits", {"applications": [later]}, batch="b2")
    desk.judge()
    assert desk.status(a_number(2)) is Status.INDETERMINATE


def test_the_double_of_a_relative_is_in_doubt_when_the_principal_files(desk: Desk) -> None:
    child = application(1, **ANA, principal_a_number=a_number(4))
    desk.deliver("benefits", {"applications": [child, application(2, **HERS), application(4)]})
    desk.judge()
    later = application(4, receipt_number="EAC2190012345", **VICTIM)
    desk.deliver("benefits", {"applications": [later]}, batch="b2")
    desk.judge()
    assert [desk.status(a_number(n)) for n in (1, 2)] == [Status.PROTECTED, Status.INDETERMINATE]


def test_a_pair_is_kept_once_with_its_score_and_a_reason_without_a_name(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1, **VICTIM, **ANA), application(2, **HERS)]})
    desk.judge()
    desk.deliver("benefits", {"applications": [application(3, **VICTIM)]}, batch="b2")
    desk.judge()
    (pair,) = pairs(desk)
    assert {pair.one_id, pair.other_id} == {desk.person(a_number(1)), desk.person(a_number(2))}
    assert 0 < pair.score <= 1
    assert "date of birth" in pair.reason
    assert "paz" not in pair.reason.casefold()


def test_strangers_are_in_no_pair(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1, **VICTIM), application(2)]})
    desk.judge()
    assert pairs(desk) == []


GIVEN = st.sampled_from(["Ana", "Anna Maria", "Maria Ana", "Jose", "Pepe"])
FAMILY = st.sampled_from(["Paz Luna", "Luna", "Pas", "Ana", "Quispe"])
BORN = st.sampled_from(["1984-03-05", "1984-05-03", "1984-03-15", "1985-03-05", "1991-11-20"])


@settings(max_examples=6)
@given(st.lists(st.tuples(GIVEN, FAMILY, BORN, st.booleans()), min_size=2, max_size=7), st.data())
def test_batch_by_batch_the_pairs_are_those_of_comparing_everybody_with_whoever_is_shielded(
    people: list[tuple[str, str, str, bool]], data: st.DataObject
) -> None:
    rows = [
        application(
            number,
            **(VICTIM if victim else {}),
            given_name=first,
            family_name=last,
            date_of_birth=born,
        )
        for number, (first, last, born, victim) in enumerate(people, start=1)
    ]
    cut = data.draw(st.integers(1, len(rows) - 1))
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.at(Path(folder))
        for batch, some in (("b1", rows[:cut]), ("b2", rows[cut:])):
            desk.deliver("benefits", {"applications": some}, batch=batch)
            desk.judge()
        of = {desk.person(row["a_number"]): row for row in rows}
        shielded = {desk.person(row["a_number"]) for row in rows if row["form_type"] == "I-918"}
        records = [
            record
            for person, row in of.items()
            for record in name_records(
                person, {k: (row[k],) for k in ("given_name", "family_name", "date_of_birth")}
            )
        ]
        wanted = {
            (min(match.left, match.right), max(match.left, match.right))
            for match in possible_matches(records, records, load_linkage_settings())
            if {match.left, match.right} & shielded
        }
        found = {(pair.one_id, pair.other_id) for pair in pairs(desk)}
        # Of people who are in doubt only because of such a pair, further pairs may be kept.
        assert wanted <= found


@pytest.mark.parametrize("born", ["1984-05-03", "1984-03-15", "1984-04-05", "1985-03-05"])
def test_parts_hold_whoever_shares_two_of_year_month_and_day(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, born: str
) -> None:
    monkeypatch.setattr("shield1367.protection.doubles._TOGETHER", 1)
    double = application(2, **{**ANA, "date_of_birth": born})
    desk.deliver("benefits", {"applications": [application(1, **VICTIM, **ANA), double, application(3)]})
    desk.judge()
    (pair,) = pairs(desk)
    assert {pair.one_id, pair.other_id} == {desk.person(a_number(1)), desk.person(a_number(2))}


@settings(max_examples=6)
@given(st.lists(st.tuples(GIVEN, FAMILY, BORN, st.booleans()), min_size=2, max_size=9), st.integers(1, 4))
def test_in_parts_of_a_few_people_the_pairs_are_those_of_everybody_at_once(
    people: list[tuple[str, str, str, bool]], at_once: int
) -> None:
    rows = [
        application(
            number, **(VICTIM if victim else {}), given_name=first, family_name=last, date_of_birth=born
        )
        for number, (first, last, born, victim) in enumerate(people, start=1)
    ]
    # Somebody with two dates of birth is in the parts of both.
    rows.append({**rows[0], "receipt_number": "EAC2190012345", "date_of_birth": "1991-11-20"})
    answers = []
    for together in (at_once, 50_000):
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr("shield1367.protection.doubles._TOGETHER", together)
            desk = Desk.at(Path(folder))
            desk.deliver("benefits", {"applications": rows})
            desk.judge()
            blocks = desk.registry.rows(sa.select(tables.BLOCK))
            answers.append((set(map(tuple, pairs(desk))), set(map(tuple, blocks))))
    assert answers[0] == answers[1]


def test_a_small_batch_decrypts_the_names_of_those_alone_who_may_be_meant(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [application(n) for n in range(1, 40)]
    desk.deliver("benefits", {"applications": [*crowd, application(50, **HERS)]})
    desk.judge()
    seen: list[str] = []
    unseal = Registry.unseal

    def watched(self: Registry, content: bytes) -> str:
        seen.append(unseal(self, content))
        return seen[-1]

    monkeypatch.setattr(Registry, "unseal", watched)
    desk.deliver("benefits", {"applications": [application(60, **VICTIM, **ANA)]}, batch="b2")
    desk.judge()
    names = {cells["family_name"] for cells in crowd}
    assert {ANA["family_name"], HERS["family_name"]} <= set(seen)
    assert not names & set(seen)
    assert len(pairs(desk)) == 1
