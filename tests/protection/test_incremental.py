"""Whatever order and size the batches come in, deciding a little at a time equals deciding from nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shield1367.intake.quarantine import IDENTIFIER_PURPOSE
from shield1367.protection import evaluate as module
from shield1367.protection.decision.decide import Protection
from shield1367.protection.judge import judge_all
from shield1367.protection.registry import tables
from shield1367.protection.registry.neighbours import Overview
from shield1367.protection.registry.store import Registry
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status
from tests.protection.site import Desk, a_number, application, encounter

# Few people, names and days, so that they meet: doubles, families, merges and contradictions.
NUMBERS = st.integers(1, 6)
SURNAMES = st.sampled_from(["Paz", "Luna", "Paz Luna"])
GIVEN = st.sampled_from(["Ana", "Eva"])
DAYS = st.sampled_from(["1984-03-05", "1984-05-03", ""])


@st.composite
def applications(draw: st.DrawFn) -> tuple[str, str, dict[str, str]]:
    number = draw(NUMBERS)
    cells = {"given_name": draw(GIVEN), "family_name": draw(SURNAMES), "date_of_birth": draw(DAYS)}
    cells["a_number"] = draw(st.sampled_from([a_number(number), a_number(number), ""]))
    if draw(st.integers(0, 4)) == 0:
        cells |= {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}
    if draw(st.integers(0, 5)) == 0:
        cells["class_of_admission"] = "ZZ9"
    if draw(st.integers(0, 3)) == 0:
        cells |= {
            "principal_a_number": a_number(draw(NUMBERS)),
            "relationship_to_principal": "CHILD",
        }
    receipt = {"receipt_number": f"IOE09{draw(NUMBERS):08d}"}
    return "benefits", "applications", application(number, **cells) | receipt


@st.composite
def encounters(draw: st.DrawFn) -> tuple[str, str, dict[str, str]]:
    number = draw(NUMBERS)
    cells = {
        "a_number": draw(st.sampled_from([a_number(number), ""])),
        "fin": draw(st.sampled_from(["", "77812345", "77812346"])),
        "first_name": draw(GIVEN),
        "last_name": draw(SURNAMES),
        "date_of_birth": draw(DAYS),
        "encounter_id": f"E{draw(st.integers(0, 999_999)):06d}",
    }
    return "enforcement", "encounters", encounter(number, **cells)


@st.composite
def refused(draw: st.DrawFn) -> tuple[str, str, dict[str, str]]:
    return "court", "cases", {"IDNCASE": "910000001", "ALIEN_NBR": a_number(draw(NUMBERS)) + "\tX"}


ROWS = st.one_of(applications(), applications(), encounters(), encounters(), refused())
BATCHES = st.lists(st.lists(ROWS, min_size=1, max_size=3), min_size=1, max_size=5)
Batches = Sequence[Sequence[tuple[str, str, dict[str, str]]]]


def deliver(desk: Desk, rows: Sequence[tuple[str, str, dict[str, str]]], batch: str) -> None:
    for source, dataset in sorted({(source, dataset) for source, dataset, _ in rows}):
        cells = {tuple(row.items()): row for s, d, row in rows if (s, d) == (source, dataset)}
        desk.deliver(source, {dataset: list(cells.values())}, batch=batch)


def stored(desk: Desk) -> dict[str, list[Protection]]:
    return {person: sorted(p, key=repr) for person, p in desk.registry.protections().items()}


def from_nothing(desk: Desk) -> dict[str, list[Protection]]:
    registry = desk.registry
    with registry.reading() as connection:
        return {
            person: sorted(p, key=repr)
            for protections in judge_all(registry, connection, Overview.of(connection))
            for person, p in protections.items()
        }


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BATCHES)
def test_deciding_a_little_at_a_time_equals_deciding_from_nothing(batches: Batches) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.at(Path(folder))
        for number, rows in enumerate(batches):
            deliver(desk, rows, f"b{number}")
            desk.judge()
            assert stored(desk) == from_nothing(desk)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(applications(), encounters()), min_size=2, max_size=8))
def test_windows_of_one_row_find_the_same_people_as_one_window(rows: Batches) -> None:
    """What is looked up for some rows has to be all that decides who they are."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        answers = []
        for folder, size in ((one, 1), (other, 5_000)):
            desk = Desk.at(Path(folder))
            deliver(desk, rows, "b1")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("shield1367.protection.batch._ROWS_AT_ONCE", size)
                desk.judge()
            merges = desk.registry.rows(sa.select(tables.MERGE))
            answers.append((stored(desk), desk.registry.merges(), len(merges)))
        assert answers[0] == answers[1]


def test_a_batch_decides_nobody_anew_who_is_far_from_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.deliver("benefits", {"applications": [application(n) for n in range(1, 40)]})
    desk.judge()
    written = []
    original = Registry.replace_protections

    def watched(self: Registry, *args: object, of: Sequence[str], now: datetime) -> set[str]:
        written.extend(of)
        return original(self, *args, of=of, now=now)  # type: ignore[arg-type]

    monkeypatch.setattr(Registry, "replace_protections", watched)
    desk.deliver("benefits", {"applications": [application(7, class_of_admission="U3")]}, batch="b2")
    desk.judge()
    assert written == [desk.person(a_number(7))]


def test_a_date_of_birth_that_comes_later_tells_two_of_one_name_apart(desk: Desk) -> None:
    """The other one, whom no row of the new batch names, is decided anew as well."""
    same = {"given_name": "Ana", "family_name": "Paz"}
    victim = application(1, **same, form_type="I-918", filing_basis="U NONIMMIGRANT", date_of_birth="")
    other = application(2, **same, date_of_birth="1971-11-30")
    desk.deliver("benefits", {"applications": [victim, other]})
    desk.judge()
    assert desk.status(a_number(2)).is_shielded
    desk.deliver("benefits", {"applications": [victim | {"date_of_birth": "1984-03-05"}]}, batch="b2")
    desk.judge()
    assert not desk.status(a_number(2)).is_shielded
    assert stored(desk) == from_nothing(desk)


def test_the_family_of_a_new_ones_double_is_decided_anew(desk: Desk) -> None:
    """The child of somebody who may be the new victim: no row of the batch names either."""
    named = {"family_name": "Paz", "date_of_birth": "1984-03-05"}
    double = application(2, **named, given_name="Ana")
    child = application(3, principal_a_number=a_number(2), relationship_to_principal="CHILD")
    desk.deliver("benefits", {"applications": [double, child]})
    desk.judge()
    assert desk.status(a_number(3)) is Status.CLEAR
    victim = application(1, **named, given_name="Eva", form_type="I-918", filing_basis="U NONIMMIGRANT")
    desk.deliver("benefits", {"applications": [victim]}, batch="b2")
    desk.judge()
    assert desk.status(a_number(3)) is Status.INDETERMINATE
    assert stored(desk) == from_nothing(desk)


def test_who_is_decided_anew_keeps_what_comes_from_farther_away(desk: Desk) -> None:
    """The new one's double is in doubt for another double's family, which the batch does not reach."""
    double = application(1, given_name="Ana", family_name="Paz", date_of_birth="1984-03-05")
    undated = application(2, given_name="Ana", family_name="Paz", date_of_birth="")
    undated |= {"principal_a_number": a_number(4), "relationship_to_principal": "CHILD"}
    victim = application(4, form_type="I-918", filing_basis="U NONIMMIGRANT")
    desk.deliver("benefits", {"applications": [double, undated, victim]})
    desk.judge()
    assert desk.status(a_number(1)) is Status.INDETERMINATE
    new = application(3, given_name="Eva", family_name="Paz", date_of_birth="1984-03-05")
    desk.deliver("benefits", {"applications": [new]}, batch="b2")
    desk.judge()
    assert desk.status(a_number(1)) is Status.INDETERMINATE
    assert desk.status(a_number(3)) is Status.CLEAR
    assert stored(desk) == from_nothing(desk)


def test_a_row_without_identifiers_is_somebody_from_an_earlier_batch(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1)]})
    desk.judge()
    desk.deliver("enforcement", {"encounters": [encounter(1, a_number="")]})
    assert desk.judge().people == 1


def test_a_contradiction_is_still_one_when_it_comes_again(desk: Desk) -> None:
    """What a contradictory row says must not become what its own repetition is compared with."""
    desk.deliver("benefits", {"applications": [application(1), application(2)]})
    desk.judge()
    for number, fin in enumerate(("", "77812345")):
        wrong = encounter(2, a_number=a_number(1), fin=fin, encounter_id=f"E{number}")
        desk.deliver("enforcement", {"encounters": [wrong]}, batch=f"b{number}")
        desk.judge()
    fingerprint = desk.keys.fingerprint(IDENTIFIER_PURPOSE).of("fin", "77812345")
    of_fin = sa.select(tables.IDENTIFIER).where(tables.IDENTIFIER.c.fingerprint == fingerprint)
    assert desk.registry.rows(of_fin) == []
    contradictions = sa.select(tables.EVIDENCE).where(tables.EVIDENCE.c.rule == Rule.CONTRADICTION)
    assert len(desk.registry.rows(contradictions)) == 4


def test_a_new_way_of_deciding_decides_everybody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.deliver("benefits", {"applications": [application(1), application(2)]})
    desk.judge()
    with desk.registry.transaction() as connection:
        connection.execute(sa.delete(tables.PROTECTION))
    assert not desk.judge().changed
    monkeypatch.setattr(module, "DECIDING", "another")
    assert module.unevaluated(desk.home, desk.registry, desk.project) == ["benefits/b1"]
    assert desk.judge().changed
    assert stored(desk).keys() == from_nothing(desk).keys()
    assert len(stored(desk)) == 2
