"""Many values in one parameter and many rows in one statement, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.registry import database as module
from shield1367.protection.registry.database import insert_new, select_in
from shield1367.protection.registry.store import Registry
from shield1367.protection.registry.tables import EVIDENCE, MARK, PROTECTION
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status

NOW = datetime(2026, 9, 1, 12, 30, 15, 250, tzinfo=UTC)


@pytest.fixture
def connection(database: str, tmp_path: Path) -> Iterator[sa.Connection]:
    registry = Registry(Home(tmp_path), Keys(b"k" * 32))
    with registry.transaction() as connection:
        yield connection


def marks(number: int) -> list[dict[str, str]]:
    return [{"person_id": f"p{n}", "sort": "name", "fingerprint": f"f{n % 7}"} for n in range(number)]


@pytest.mark.parametrize("at_once", [1, 3, 5_000])
def test_every_row_that_is_asked_for_comes_and_no_other(
    connection: sa.Connection, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(module, "_IN_AT_ONCE", at_once)
    monkeypatch.setattr(module, "_INSERTED_AT_ONCE", at_once)
    insert_new(connection, MARK, marks(20))
    wanted = {f"p{n}" for n in range(0, 20, 3)} | {"nobody", 'it\'s "quoted" \\ é'}
    only_names = sa.select(MARK.c.person_id).where(MARK.c.sort == "name")
    found = [row.person_id for row in select_in(connection, only_names, MARK.c.person_id, wanted)]
    assert sorted(found) == sorted(f"p{n}" for n in range(0, 20, 3))
    assert list(select_in(connection, only_names, MARK.c.person_id, set())) == []
    none = only_names.where(MARK.c.sort == "token")
    assert list(select_in(connection, none, MARK.c.person_id, wanted)) == []


def test_several_rows_of_one_value_come_each(connection: sa.Connection) -> None:
    insert_new(connection, MARK, marks(20))
    found = select_in(connection, sa.select(MARK.c.person_id), MARK.c.fingerprint, {"f0", "f1"})
    assert sorted(row.person_id for row in found) == sorted(f"p{n}" for n in range(20) if n % 7 in (0, 1))


def test_a_row_that_is_there_stays_as_it_is(connection: sa.Connection) -> None:
    first = evidence("e1") | {"kind": "form_type"}
    insert_new(connection, EVIDENCE, [first])
    insert_new(connection, EVIDENCE, [evidence("e1") | {"kind": "other"}, evidence("e2"), evidence("e2")])
    rows = connection.execute(sa.select(EVIDENCE).order_by(EVIDENCE.c.evidence_id)).all()
    assert [(row.evidence_id, row.kind) for row in rows] == [("e1", "form_type"), ("e2", "filing_basis")]


def test_every_sort_of_cell_comes_back_as_sqlalchemy_writes_it(connection: sa.Connection) -> None:
    ours, its = evidence("e1"), evidence("e2")
    insert_new(connection, EVIDENCE, [ours])
    connection.execute(sa.insert(EVIDENCE), its)
    one, other = connection.execute(sa.select(EVIDENCE).order_by(EVIDENCE.c.evidence_id)).all()
    assert (one[0], *one[2:]) == (other[0], *other[2:])
    assert (one.rule, one.on_date, one.ends, one.sealed_code) == (
        "revealing_code",
        date(2020, 2, 29),
        True,
        b"\0x",
    )
    raw = sa.text("SELECT on_date, ends, learned_at, rule FROM evidence ORDER BY evidence_id")
    stored, expected = connection.execute(raw).all()
    assert stored == expected


def test_a_table_without_a_key_takes_equal_rows_twice(connection: sa.Connection) -> None:
    row = {"person_id": "p1", "status": Status.CLEAR, "rule": Rule.CLEARED, "begins": None, "known_from": NOW}
    insert_new(connection, PROTECTION, [row, row])
    assert len(connection.execute(sa.select(PROTECTION)).all()) == 2
    insert_new(connection, PROTECTION, [])
    assert len(connection.execute(sa.select(PROTECTION)).all()) == 2


def evidence(name: str) -> dict[str, object]:
    return {
        "evidence_id": name,
        "person_id": "p1",
        "rule": Rule.REVEALING_CODE,
        "kind": "filing_basis",
        "sealed_code": b"\0x",
        "application": None,
        "on_date": date(2020, 2, 29),
        "ends": True,
        "state": "unknown",
        "source": "benefits",
        "dataset": "applications",
        "batch": "b1",
        "file": "applications.csv",
        "row": 7,
        "column": None,
        "start": None,
        "stop": None,
        "policy": "0" * 64,
        "learned_at": NOW,
    }
