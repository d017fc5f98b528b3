"""The database under the registry: many readers, one writer at a time.

SQLite in write-ahead mode by default, so that a long evaluation keeps no reader waiting; any other
SQLAlchemy database by ``SHIELD1367_REGISTRY_URL``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from shield1367.errors import TransientError
from shield1367.home import Home
from shield1367.storage import reported
from shield1367.storage.lines import line_of

# How long a writer waits for another one before the task is tried again later.
WAIT_SECONDS = 300
# Any constant will do that nothing else in the same PostgreSQL database locks; "1367" and a bit.
_ADVISORY_LOCK = 1367_0001
# Values looked for, and rows written, in one go: enough for few statements, few enough for little memory.
_IN_AT_ONCE = 5_000
_INSERTED_AT_ONCE = 10_000

# SQLite's pages in memory, taken as they are needed. Who writes looks everywhere: with the inner pages of a million
# people's indexes at hand, a look-up reads one page.
_READER_CACHE_KIB, _WRITER_CACHE_KIB = 64 << 10, 256 << 10
# Pages of the log before it is written into the database: 256 MB. The longer it is the longer each look-up takes, the
# shorter the more often the same page is written.
_LOG_PAGES = 1 << 16

_T = TypeVar("_T")


def open_engine(home: Home, *, wait_seconds: float = WAIT_SECONDS) -> sa.Engine:
    """The engine for the registry of one home; nothing is read or written yet but the folder.

    Raises:
        StorageError: the home cannot be written.
    """
    url = os.environ.get("SHIELD1367_REGISTRY_URL")
    if not url:
        with reported(home.registry, "write"):
            home.registry.mkdir(parents=True, exist_ok=True, mode=0o700)
        url = f"sqlite:///{home.registry / 'registry.sqlite'}"
    if (backend := sa.make_url(url).get_backend_name()) != "sqlite":
        # A server's connection is not kept open between transactions: nobody is there to close it.
        return sa.create_engine(
            url, hide_parameters=True, poolclass=sa.NullPool, connect_args=line_of(backend)
        )
    engine = sa.create_engine(url, hide_parameters=True)
    sa.event.listen(engine, "connect", lambda connection, _: _prepare(connection, wait_seconds))
    sa.event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One view of the database that no writer disturbs.

    Raises:
        TransientError: the database does not answer.
    """
    with answered(), engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction, all of it or nothing, while no other process writes.

    What was read before may have changed by the time it begins: read again inside.

    Raises:
        TransientError: the database does not answer, or somebody else wrote for too long.
    """
    with answered(), engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        yield connection


@contextmanager
def answered() -> Iterator[None]:
    """Turn the errors of a database that cannot serve just now into ours; they may quote values."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.TimeoutError) as error:
        raise _silent(getattr(error, "orig", None) or error) from None


def use_write_ahead_log(engine: sa.Engine, *, wait_seconds: float = WAIT_SECONDS) -> None:
    """Let a SQLite database keep readers and the writer apart; it remembers.

    Raises:
        TransientError: others kept the database busy for too long.
    """
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return
    deadline = time.monotonic() + wait_seconds
    while True:
        # Outside a transaction, and SQLite does not wait by itself: of two that change it, both may be refused.
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode=WAL")
            return
        except engine.dialect.loaded_dbapi.OperationalError as error:
            if time.monotonic() > deadline:
                raise _silent(error) from None
            time.sleep(0.05)
        finally:
            raw.close()


def drop_overwritten(engine: sa.Engine) -> None:
    """Take what was overwritten out of the file of a SQLite database: it stays in free pages and in the log.

    PostgreSQL does so by itself, with autovacuum. The time of a copy of the database.

    Raises:
        TransientError: somebody else has it open for too long.
    """
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM")
        (busy, *_) = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except engine.dialect.loaded_dbapi.OperationalError as error:
        raise _silent(error) from None
    finally:
        raw.close()
    if busy:
        raise TransientError(
            "somebody else reads the registry.", mend="pause the DAGs, and run it again when they are done."
        )


def _silent(error: Exception) -> TransientError:
    return TransientError(
        f"the registry does not answer ({type(error).__name__}).",
        mend="check the database and its disk; the task is tried again.",
    )


def select_in(
    connection: sa.Connection,
    statement: sa.Select[Any],
    column: sa.ColumnElement[str],
    values: Collection[str],
) -> Iterator[Any]:
    """The rows of *statement* whose *column* is one of *values*, however many those are."""
    # One parameter for all values: a statement with a parameter for each is built anew every time, which takes
    # longer than looking them up.
    if connection.dialect.name == "sqlite":
        listed = sa.func.json_each(sa.bindparam("wanted", type_=sa.JSON)).table_valued("value")
        wanted = statement.where(column.in_(sa.select(listed.c.value)))
    else:
        listed_values: Any = sa.bindparam("wanted", type_=postgresql.ARRAY(sa.String))
        wanted = statement.where(column == sa.any_(listed_values))
    for some in chunks(sorted(values), _IN_AT_ONCE):
        yield from connection.execute(wanted, {"wanted": some}).all()


def insert_new(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns; those that are there already stay as they are.

    The statement is compiled once and the rows go to the driver: to have SQLAlchemy prepare each of a million
    rows takes longer than writing them.
    """
    if not rows:
        return
    dialect = connection.dialect
    insert = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing().compile(dialect=dialect, column_keys=list(rows[0]))
    names = statement.positiontup or list(rows[0])
    prepared = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    for some in chunks(rows, _INSERTED_AT_ONCE):
        columns: list[Iterable[Any]] = [[row[name] for row in some] for name in names]
        columns = [map(p, of) if p else of for p, of in zip(prepared, columns, strict=True)]
        values: list[Any] = list(zip(*columns, strict=True))
        if not statement.positional:
            values = [dict(zip(names, row, strict=True)) for row in values]
        connection.exec_driver_sql(str(statement), values)


def chunks(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """*items* in lists of at most *size*."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def _prepare(connection: Any, wait_seconds: float) -> None:
    # The driver's own transaction control begins too late and never immediately; see `_begin`.
    connection.isolation_level = None
    settings = (
        f"busy_timeout={int(wait_seconds * 1000)}",
        f"wal_autocheckpoint={_LOG_PAGES}",
        "temp_store=MEMORY",
    )
    for setting in settings:
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    cache = _WRITER_CACHE_KIB if writes else _READER_CACHE_KIB
    connection.exec_driver_sql(f"PRAGMA cache_size=-{cache}")
    # A deferred transaction that reads first cannot wait for its turn to write: it would be refused at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
