"""A registry in a file of its own, whatever database it lives in; and back into any.

One view of the database, written into a new SQLite file with the same tables: a backup from PostgreSQL can be
restored into SQLite and the other way round. Values stay sealed on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from shield1367.protection.registry.database import chunks, reading, writing
from shield1367.protection.registry.migrate import upgrade
from shield1367.protection.registry.tables import METADATA

_AT_ONCE = 5_000


def copy_out(engine: sa.Engine, path: Path) -> int:
    """Write the registry behind *engine* into the new file *path*; returns its rows.

    Raises:
        TransientError: the database does not answer.
    """
    upgrade(engine)
    target = sa.create_engine(f"sqlite:///{path}", hide_parameters=True)
    try:
        return _copy(engine, target)
    finally:
        # The log must not stay beside the file: one file is moved about.
        with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
        target.dispose()


def copy_in(path: Path, engine: sa.Engine) -> int:
    """Write what :func:`copy_out` wrote into the empty database behind *engine*; returns its rows.

    Raises:
        NewerRegistryError: the file is of a newer version of this project.
        TransientError: the database does not answer.
    """
    source = sa.create_engine(f"sqlite:///{path}", hide_parameters=True)
    try:
        upgrade(source)
        return _copy(source, engine)
    finally:
        source.dispose()


def is_empty(engine: sa.Engine) -> bool:
    """Whether the database holds no row of any registry."""
    with reading(engine) as connection:
        there = set(sa.inspect(connection).get_table_names())
        return not any(
            connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
            for table in METADATA.sorted_tables
            if table.name in there
        )


def _copy(source: sa.Engine, target: sa.Engine) -> int:
    upgrade(target)
    rows = 0
    # PostgreSQL shows every statement what is committed by then, unless asked for one view of all.
    one_view = source.execution_options(isolation_level="REPEATABLE READ") if _is_server(source) else source
    with reading(one_view) as seen, writing(target) as written:
        for table in METADATA.sorted_tables:
            found = seen.execution_options(yield_per=_AT_ONCE).execute(sa.select(table)).mappings()
            for some in chunks(found, _AT_ONCE):
                written.execute(sa.insert(table), [_in_utc(row) for row in some])
                rows += len(some)
        if written.dialect.name == "postgresql":
            _go_on_counting(written)
    return rows


def _in_utc(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Times with their zone: SQLite keeps UTC and forgets to say so, and a server would take its own."""
    return {
        str(name): (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))
        if isinstance(value, datetime)
        else value
        for name, value in row.items()
    }


def _go_on_counting(connection: sa.Connection) -> None:
    """Numbers that were copied in are taken: the sequences of the server do not know of them."""
    for table in METADATA.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        last = connection.execute(sa.select(sa.func.max(column))).scalar()
        sequence = connection.execute(
            sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
        ).scalar()
        if sequence is not None and last is not None:
            connection.execute(sa.select(sa.func.setval(sequence, last)))


def _is_server(engine: sa.Engine) -> bool:
    return engine.dialect.name != "sqlite"
