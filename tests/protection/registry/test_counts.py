"""What the database says of everybody at once is what the decision says of each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.decision.decide import status_at
from shield1367.protection.registry.counts import count_statuses, statuses_on
from shield1367.protection.registry.database import insert_new
from shield1367.protection.registry.store import Registry
from shield1367.protection.registry.tables import MERGE, PROTECTION, VALUE
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status

DAY = date(2026, 9, 1)
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
DAYS = st.none() | st.integers(-2, 2).map(lambda days: DAY + timedelta(days=days))
TIMES = st.none() | st.integers(-2, 2).map(lambda hours: NOW + timedelta(hours=hours))


@st.composite
def protections(draw: st.DrawFn) -> dict[str, object]:
    return {
        "person_id": draw(st.sampled_from(["p1", "p2", "p3"])),
        "status": draw(st.sampled_from(Status)),
        "rule": Rule.FAMILY,
        "begins": draw(DAYS),
        "ends": draw(DAYS),
        "via": "",
        "known_from": draw(TIMES),
        "known_until": draw(TIMES),
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(protections(), max_size=8), known_at=TIMES)
def test_everybodys_status_is_that_of_each_ones_protections(
    database: str, tmp_path: Path, rows: list[dict[str, object]], known_at: datetime | None
) -> None:
    registry = Registry(Home(tmp_path), Keys(b"k" * 32))
    with registry.transaction() as connection:
        connection.execute(sa.delete(PROTECTION))
        insert_new(connection, PROTECTION, rows)
    each = registry.protections(known_at=known_at)
    expected = {person: status_at(of, DAY) for person, of in each.items()}
    assert statuses_on(registry, DAY, known_at=known_at) == expected
    if known_at is None:
        with registry.reading() as connection:
            counts = count_statuses(connection, DAY)
        assert sorted(counts.elements()) == sorted(expected.values())


@pytest.mark.parametrize("at_once", [1, 2, 2_000])
def test_everybody_is_told_of_once_in_the_order_of_ids_with_whoever_was_merged_into_them(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("shield1367.protection.registry.store._READ_AT_ONCE", at_once)
    registry = Registry(Home(tmp_path), Keys(b"k" * 32))
    names = {"p1": ["Ana"], "p2": ["Eva", "Ana"], "p3": ["Luz"], "p4": ["Sol"], "p9": ["Ana Maria"]}
    with registry.transaction() as connection:
        insert_new(
            connection,
            VALUE,
            [
                {
                    "person_id": person,
                    "kind": "given_name",
                    "fingerprint": f"{number}",
                    "sealed": registry.seal(text),
                }
                for person, texts in names.items()
                for number, text in enumerate(texts)
            ],
        )
        # Of p0 nothing is stored but that p9 and p2 are the same; p5 has no values at all.
        merges = [("p9", "p2"), ("p2", "p0")]
        insert_new(connection, MERGE, [{"person_id": one, "into_id": into} for one, into in merges])
    statuses = {
        "p0": Status.PROTECTED,
        "p1": Status.CLEAR,
        "p3": Status.INDETERMINATE,
        "p5": Status.PROTECTED,
    }
    everybody = [(one.person_id, one.protected, dict(one.values)) for one in registry.everybody(statuses)]
    assert everybody == [
        ("p0", True, {"given_name": ("Eva", "Ana", "Ana Maria")}),
        ("p1", False, {"given_name": ("Ana",)}),
        ("p3", True, {"given_name": ("Luz",)}),
        # Without an answer, somebody is in doubt.
        ("p4", True, {"given_name": ("Sol",)}),
    ]
    shielded = [one.person_id for one in registry.everybody(statuses, shielded=True)]
    assert shielded == ["p0", "p3", "p4"]
