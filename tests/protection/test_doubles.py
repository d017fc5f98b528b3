"""Pairs that linkage finds, batch by batch, and what they are kept with."""

from __future__ import annotations

from itertools import permutations

import pytest
import sqlalchemy as sa

from shield1367.protection.registry import tables
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
