"""The registry's tables, from nothing and from every older shape, on both databases."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from shield1367.errors import TransientError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.registry import migrations, tables
from shield1367.protection.registry.migrate import NewerRegistryError
from shield1367.protection.registry.store import Registry
from shield1367.protection.status import Status
from tests.protection.site import Desk, a_number, application, encounter

KEYS = Keys(b"k" * 32)
VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}
NEW_INDEXES = (
    "ix_merge_into_id",
    "ix_mark_fingerprint",
    "ix_family_relative_id",
    "ix_evidence_source_batch",
)
LATER_COLUMNS = (
    ("evidence", "state"),
    ("protection", "via"),
    ("protection", "known_from"),
    ("protection", "known_until"),
)


def difference(url: str) -> list[object]:
    """What sets the database apart from the tables in the code."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, tables.METADATA)
        found += [
            name for name, of in tables.METADATA.tables.items() if _keys(connection, name) != _keys_of(of)
        ]
    engine.dispose()
    return found


def _keys(connection: sa.Connection, table: str) -> tuple[list[str], set[str | None]]:
    """Columns of the primary key, and the indexes that are of some rows only."""
    inspector = sa.inspect(connection)
    partial = {
        index["name"]
        for index in inspector.get_indexes(table)
        if any(option.endswith("_where") for option in index.get("dialect_options", {}))
    }
    return inspector.get_pk_constraint(table)["constrained_columns"], partial


def _keys_of(table: sa.Table) -> tuple[list[str], set[str | None]]:
    partial = {str(i.name) for i in table.indexes if i.dialect_options["sqlite"]["where"] is not None}
    return [column.name for column in table.primary_key], partial


def clustered(url: str) -> set[str]:
    """The tables that the database keeps by their primary keys alone."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        wanted = "SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'"
        found = {row.name for row in connection.execute(sa.text(wanted))}
    engine.dispose()
    return found


def unversioned(url: str, *, without: tuple[str, ...] = ()) -> None:
    """Take a registry back to the shape that registries had before there were migrations."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for index in NEW_INDEXES:
            connection.execute(sa.text(f"DROP INDEX {index}"))
        for table in ("identifier", "evidence"):
            connection.execute(sa.text(f"CREATE INDEX ix_{table}_person_id ON {table} (person_id)"))
        if engine.dialect.name == "postgresql":
            for change in ("DROP CONSTRAINT evidence_pkey", "ADD PRIMARY KEY (evidence_id)"):
                connection.execute(sa.text(f"ALTER TABLE evidence {change}"))
        for column in without:
            connection.execute(sa.text(f'ALTER TABLE evidence DROP COLUMN "{column}"'))
        for table, column in LATER_COLUMNS:
            connection.execute(sa.text(f"ALTER TABLE {table} DROP COLUMN {column}"))
        for table in ("undecided", "question", "likeness", "block", "read_part", "alembic_version"):
            connection.execute(sa.text(f"DROP TABLE {table}"))
    engine.dispose()


def test_the_steps_end_with_the_tables_of_the_code(database: str, tmp_path: Path) -> None:
    Registry(Home(tmp_path), KEYS)
    assert difference(database) == []


def test_the_steps_keep_sqlite_s_tables_as_the_code_does(tmp_path: Path) -> None:
    Registry(Home(tmp_path), KEYS)
    named = {
        name for name, of in tables.METADATA.tables.items() if not of.dialect_options["sqlite"]["with_rowid"]
    }
    assert named
    assert clustered(f"sqlite:///{tmp_path / 'registry' / 'registry.sqlite'}") == named


def test_the_head_named_is_the_last_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


@pytest.mark.parametrize("without", [(), ("column", "start", "stop")])
def test_a_registry_from_before_there_were_migrations_is_taken_over_whole(
    database: str, desk: Desk, without: tuple[str, ...]
) -> None:
    desk.deliver("benefits", {"applications": [application(1, **VICTIM), application(2)]})
    desk.judge()
    wanted = sa.select(tables.EVIDENCE.c.evidence_id, tables.EVIDENCE.c.sealed_code).order_by("evidence_id")
    before = desk.registry.rows(wanted), desk.registry.protections()
    unversioned(database, without=without)
    assert (desk.registry.rows(wanted), desk.registry.protections()) == before
    assert difference(database) == []
    desk.deliver("enforcement", {"encounters": [encounter(1), encounter(2)]})
    desk.judge()
    assert [desk.status(a_number(n)) for n in (1, 2)] == [Status.PROTECTED, Status.CLEAR]


def test_a_registry_from_a_newer_version_is_refused_and_left_alone(database: str, tmp_path: Path) -> None:
    Registry(Home(tmp_path), KEYS)
    engine = sa.create_engine(database)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerRegistryError, match="9999") as refused:
        Registry(Home(tmp_path), KEYS)
    # Workers are replaced one by one: a newer one may take the task's next try.
    assert isinstance(refused.value, TransientError)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


def test_an_up_to_date_registry_opens_without_alembic(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Registry(Home(tmp_path), KEYS)

    def never(*args: object, **named: object) -> None:
        raise AssertionError("not at head")

    monkeypatch.setattr("alembic.command.upgrade", never)
    assert Registry(Home(tmp_path), KEYS).protections() == {}


def _open(home: Path, barrier: multiprocessing.synchronize.Barrier) -> None:
    barrier.wait()
    Registry(Home(home), KEYS)


def test_several_processes_open_a_fresh_registry_at_once(database: str, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(4)
    workers = [context.Process(target=_open, args=(tmp_path, barrier)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert difference(database) == []
