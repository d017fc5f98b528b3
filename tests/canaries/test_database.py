from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from shield1367.canaries.database import UnreachableDatabaseError, search_database
from shield1367.canaries.person import canary_of
from shield1367.canaries.traces import TraceSearch
from shield1367.keys import Keys
from tests.protection.postgres import Cluster, cluster

CANARY = canary_of(Keys(b"k" * 32), "benefits", "b1", "subject")
NAME = CANARY.values["family_name"]


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    yield from cluster()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'metadata.db'}"
    return request.getfixturevalue("server").new_database()


def test_traces_are_found_in_text_json_and_bytes_of_any_table(url: str) -> None:
    metadata = sa.MetaData()
    xcom = sa.Table(
        "xcom",
        metadata,
        sa.Column("key", sa.String(50)),
        sa.Column("value", sa.JSON),
        sa.Column("n", sa.Integer),
    )
    note = sa.Table(
        "task_instance_note", metadata, sa.Column("content", sa.Text), sa.Column("packed", sa.LargeBinary)
    )
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(xcom),
            [{"key": "a", "value": [1, 2], "n": 1}, {"key": "b", "value": {"who": NAME}, "n": 2}],
        )
        connection.execute(
            sa.insert(note),
            [{"content": NAME.upper(), "packed": None}, {"content": None, "packed": NAME.encode()}],
        )
    found = {trace.place for trace in search_database(url, TraceSearch([CANARY]))}
    assert found == {"xcom.value", "task_instance_note.content", "task_instance_note.packed"}
    other = canary_of(Keys(b"k" * 32), "benefits", "b2", "subject")
    assert search_database(url, TraceSearch([other])) == []


def test_a_database_that_does_not_answer_is_said_and_its_password_is_not(tmp_path: Path) -> None:
    with pytest.raises(UnreachableDatabaseError) as refused:
        search_database("postgresql+psycopg://airflow:hunter2@127.0.0.1:1/airflow", TraceSearch([CANARY]))
    assert "hunter2" not in str(refused.value)
