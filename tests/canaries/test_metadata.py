"""Airflow's own tables in PostgreSQL, read by the role that deploy/prepare makes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from shield1367.canaries import database, metadata
from shield1367.canaries.database import (
    UnreachableDatabaseError,
    UnreadableTableError,
    is_withheld,
    search_database,
)
from shield1367.canaries.metadata import VARIABLE, search_metadata, searched_metadata_path
from shield1367.canaries.person import canary_of
from shield1367.canaries.reader import make_reader
from shield1367.canaries.traces import TraceSearch
from shield1367.errors import TransientError
from shield1367.home import Home
from shield1367.keys import Keys
from tests.protection.postgres import Cluster, cluster

KEYS = Keys(b"k" * 32)
CANARY = canary_of(KEYS, "benefits", "b1", "subject")
NAME = CANARY.values["family_name"]
BATCHES = [("benefits", "b1")]
NOW = datetime.now(UTC)

# In a process of its own: Airflow makes its home as soon as it is imported.
_MAKE_TABLES = """
import sys
import sqlalchemy as sa
from airflow.models import import_all_models
import_all_models()
from airflow.models.base import Base
from airflow.providers.fab.auth_manager.models import User
engine = sa.create_engine(sys.argv[1], poolclass=sa.NullPool)
Base.metadata.create_all(engine)
User.metadata.create_all(engine)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    yield from cluster()


@pytest.fixture(scope="module")
def owner(server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of whoever owns Airflow's tables."""
    url = server.new_database()
    subprocess.run(
        [sys.executable, "-c", _MAKE_TABLES, url],
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow"))},
        check=True,
        capture_output=True,
    )
    return url


@pytest.fixture
def reader(owner: str) -> Iterator[str]:
    """The URL of the role that reads; what a test wrote is gone after it."""
    url = sa.make_url(owner).set(username="shield1367_traces", password="secret")
    make_reader(owner, url.render_as_string(hide_password=False))
    yield url.render_as_string(hide_password=False)
    with sa.create_engine(owner, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.text("TRUNCATE log, dag_run, task_instance, xcom, import_error CASCADE"))


@pytest.fixture
def home(tmp_path: Path, reader: str, monkeypatch: pytest.MonkeyPatch) -> Home:
    file = tmp_path / "url"
    file.write_text(f"{reader}\n")
    monkeypatch.setenv(VARIABLE, str(file))
    return Home(root=tmp_path / "home")


def write(owner: str, statement: str, **values: object) -> None:
    with sa.create_engine(owner, poolclass=sa.NullPool).begin() as connection:
        # The rows of a run without the run.
        connection.execute(sa.text("SET session_replication_role = replica"))
        connection.execute(sa.text(statement), values)


def plant(owner: str, table: str, *, text: str = NAME, at: datetime = NOW) -> None:
    """A row with a canary, where a run of Airflow leaves one."""
    match table:
        case "xcom":
            write(
                owner,
                "INSERT INTO xcom (dag_run_id, task_id, map_index, key, dag_id, run_id, value, timestamp)"
                " VALUES (1, 't', -1, 'return_value', 'd', 'r', to_json(cast(:text AS text)), :at)",
                text=text,
                at=at,
            )
        case "log":
            write(
                owner,
                "INSERT INTO log (dttm, event, extra) VALUES (:at, 'cli', :text)",
                text=f'{{"full_command": "{text}"}}',
                at=at,
            )
        case "task_instance_note":
            write(
                owner,
                "INSERT INTO task_instance_note (ti_id, content, created_at, updated_at)"
                " VALUES (:ti, :text, :at, :at)",
                ti=str(uuid4()),
                text=text,
                at=at,
            )
        case "rendered_task_instance_fields":
            write(
                owner,
                "INSERT INTO rendered_task_instance_fields (dag_id, task_id, run_id, map_index, rendered_fields)"
                " VALUES ('d', 't', 'r', -1, to_json(cast(:text AS text)))",
                text=text,
            )
        case "import_error":
            write(
                owner,
                "INSERT INTO import_error (timestamp, stacktrace) VALUES (:at, :text)",
                text=text,
                at=at,
            )


def search(home: Home, *, taken_in: datetime = NOW) -> list[str]:
    return [
        trace.place
        for trace in search_metadata(home, [CANARY], BATCHES, taken_in=lambda source, batch: taken_in)
    ]


@pytest.mark.parametrize(
    "table", ["xcom", "log", "task_instance_note", "rendered_task_instance_fields", "import_error"]
)
def test_a_trace_is_found_wherever_a_run_writes(table: str, owner: str, home: Home) -> None:
    assert search(home) == []
    plant(owner, table, at=datetime.now(UTC))
    (place,) = search(home)
    assert place.startswith(f"the metadata database, {table}.")
    # It stays found: what is not clean is not passed over the next time.
    assert search(home) == [place]


def test_without_the_file_nothing_is_searched(
    home: Home, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(owner, "log")
    monkeypatch.delenv(VARIABLE)
    assert search(home) == []
    assert not searched_metadata_path(home).exists()


def test_what_was_clean_before_is_not_searched_again_and_what_changed_is(owner: str, home: Home) -> None:
    old = NOW - metadata.MARGIN - timedelta(days=30)
    plant(owner, "log", at=old)
    # No batch is older than its canaries' traces: this row is of somebody else's time.
    assert search(home, taken_in=NOW) == []
    # The memory, and not the time of the batch, counts from now on.
    assert search(home, taken_in=old) == []
    searched_metadata_path(home).unlink()
    assert search(home, taken_in=old) == ["the metadata database, log.extra"]
    # Found is not remembered as clean.
    assert not searched_metadata_path(home).exists()


def test_another_database_is_searched_from_the_beginning(
    owner: str, home: Home, reader: str, tmp_path: Path
) -> None:
    old = NOW - timedelta(days=100)
    assert search(home, taken_in=old) == []
    plant(owner, "log", at=old)
    other = sa.make_url(reader).set(host="localhost").render_as_string(hide_password=False)
    (tmp_path / "url").write_text(other)
    assert search(home, taken_in=old) == ["the metadata database, log.extra"]


def test_the_reader_reads_and_writes_nothing_and_sees_no_secret(owner: str, reader: str) -> None:
    tables = sa.inspect(sa.create_engine(owner, poolclass=sa.NullPool)).get_table_names()
    assert {"connection", "variable", "ab_user"} <= {table for table in tables if is_withheld(table)}
    engine = sa.create_engine(reader, poolclass=sa.NullPool)
    for table in tables:
        statement = sa.text(f'SELECT 1 FROM "{table}" LIMIT 1')
        with engine.connect() as connection:
            if is_withheld(table):
                with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                    connection.execute(statement)
            else:
                connection.execute(statement)
    with (
        engine.connect() as connection,
        pytest.raises(sa.exc.DBAPIError, match=r"read-only|permission denied"),
    ):
        connection.execute(sa.text("SET default_transaction_read_only = off"))
        connection.execute(sa.text("DELETE FROM log"))


def test_making_the_reader_again_changes_its_password_and_nothing_else(owner: str, reader: str) -> None:
    make_reader(owner, sa.make_url(reader).set(password="other").render_as_string(hide_password=False))
    with sa.create_engine(owner, poolclass=sa.NullPool).connect() as connection:
        count = connection.scalar(
            sa.text("SELECT count(*) FROM pg_roles WHERE rolname = 'shield1367_traces'")
        )
    assert count == 1
    assert search_database(reader, TraceSearch([CANARY])) == []


def test_a_table_of_a_run_that_may_not_be_read_is_no_pass(owner: str, home: Home, reader: str) -> None:
    write(owner, "REVOKE SELECT ON xcom FROM shield1367_traces")
    with pytest.raises(UnreadableTableError, match=r"E822.*xcom"):
        search(home)
    assert issubclass(UnreadableTableError, TransientError)


@pytest.mark.parametrize(
    "content", [None, "", "no url", "postgresql+psycopg://a:hunter2@127.0.0.1:1/airflow"]
)
def test_a_database_that_does_not_answer_is_no_pass(content: str | None, home: Home, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.unlink() if content is None else file.write_text(content)
    with pytest.raises(UnreachableDatabaseError) as refused:
        search(home)
    assert "hunter2" not in str(refused.value)
    assert isinstance(refused.value, TransientError)
    assert not searched_metadata_path(home).exists()


@pytest.mark.timeout(60)
def test_a_database_that_freezes_in_the_middle_is_given_up(
    owner: str, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own timeouts freeze with it."""
    monkeypatch.setattr(database, "LONGEST_SECONDS", 2.0)
    frozen: list[int] = []
    asked = database._may_read

    def freeze(connection: sa.Connection, table: str) -> bool:
        if not frozen:
            pid = connection.scalar(sa.select(sa.func.pg_backend_pid()))
            assert isinstance(pid, int)
            os.kill(pid, signal.SIGSTOP)
            frozen.append(pid)
        return asked(connection, table)

    monkeypatch.setattr(database, "_may_read", freeze)
    try:
        with pytest.raises(UnreachableDatabaseError):
            search_database(reader, TraceSearch([CANARY]))
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    assert frozen


def test_a_large_table_does_not_come_into_memory(owner: str, reader: str) -> None:
    write(
        owner,
        "INSERT INTO log (dttm, event, extra)"
        " SELECT now(), 'running', repeat(md5(i::text), 40) FROM generate_series(1, 40000) AS i",
    )
    plant(owner, "log", at=datetime.now(UTC))
    searched = TraceSearch([CANARY])
    search_database(reader, searched)
    tracemalloc.start()
    try:
        assert {trace.place for trace in search_database(reader, searched)} == {"log.extra"}
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The table has 50 MB.
    assert most < 8 << 20
