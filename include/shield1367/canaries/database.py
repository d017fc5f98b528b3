"""The search for traces in a database, such as Airflow's metadata: every column of every table that can hold text.

Rows come in small numbers from a cursor on the server, so that no table need fit into memory.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from shield1367.canaries.traces import Trace, TraceSearch
from shield1367.errors import TransientError
from shield1367.storage.lines import line_of

LONGEST_SECONDS: Final = 600.0
"""How long a search may take before it is given up, and tried again."""

WITHHELD: Final = frozenset({"connection", "connection_test_request", "variable", "session", "revoked_token"})
"""Tables of Airflow that hold secrets and nothing of a run; likewise those of its users, which begin with ``ab_``."""

WRITTEN: Final = {
    "log": "dttm",
    "task_instance": "updated_at",
    "task_instance_history": "updated_at",
    "dag_run": "updated_at",
    "asset_event": "timestamp",
}
"""Tables of Airflow that grow with each run, and the column that says when a row was last written. All others are
small, or told of no change (``xcom``), and searched whole."""

_AT_ONCE: Final = 200
# What can hold no text.
_NUMBERS = (sa.Integer, sa.Numeric, sa.Boolean, sa.Date, sa.DateTime, sa.Interval)


class UnreachableDatabaseError(TransientError):
    """Error raised when a database to be searched does not answer, so that nobody can say what is in it."""

    code = "E755"


class UnreadableTableError(TransientError):
    """Error raised when a table may not be read that a run writes to; likewise."""

    code = "E822"


def is_withheld(table: str) -> bool:
    """Whether a table holds secrets, and nobody who searches needs to read it."""
    return table in WITHHELD or table.startswith("ab_")


def search_database(url: str, searched: TraceSearch, *, since: datetime | None = None) -> list[Trace]:
    """Traces in the database at *url* (SQLAlchemy), by ``table.column``.

    Args:
        since: rows of the growing tables that were last written before are left out.

    Raises:
        UnreachableDatabaseError: it does not answer, refuses to be read, or takes too long.
        UnreadableTableError: a table other than those that are withheld may not be read.
    """
    try:
        engine = sa.create_engine(
            url, hide_parameters=True, poolclass=sa.NullPool, connect_args=_patience(url)
        )
        with engine.connect() as connection, _hung_up_after(connection, LONGEST_SECONDS):
            return list(dict.fromkeys(_traces(connection, searched, since)))
    except (sa.exc.SQLAlchemyError, OSError):
        # The message would quote address and password.
        raise UnreachableDatabaseError(
            "the database to be searched for traces does not answer, or may not be read.",
            mend="check its URL and that the account may read every table.",
        ) from None


def _patience(url: str) -> dict[str, Any]:
    if (backend := sa.make_url(url).get_backend_name()) != "postgresql":
        return {}
    longest = int(LONGEST_SECONDS * 1000)
    return line_of(backend) | {
        "options": f"-c default_transaction_read_only=on -c statement_timeout={longest} -c lock_timeout={longest}",
    }


@contextmanager
def _hung_up_after(connection: sa.Connection, seconds: float) -> Iterator[None]:
    """Cut the line when it takes too long: a server that is frozen keeps none of its own timeouts."""
    raw = connection.connection.dbapi_connection
    if raw is None or connection.dialect.name == "sqlite":
        yield
        return
    with socket.socket(fileno=os.dup(raw.fileno())) as line:
        timer = threading.Timer(seconds, line.shutdown, [socket.SHUT_RDWR])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _traces(connection: sa.Connection, searched: TraceSearch, since: datetime | None) -> Iterator[Trace]:
    for (_, name), columns in sorted(sa.inspect(connection).get_multi_columns().items()):
        if not _may_read(connection, name):
            if is_withheld(name):
                continue
            raise UnreadableTableError(
                f"the table {name} of the database to be searched for traces may not be read.",
                mend="run deploy/prepare again, or grant SELECT as docs/deployment.md says.",
            )
        texts: list[sa.ColumnClause[Any]] = [
            sa.column(c["name"]) for c in columns if not isinstance(c["type"], _NUMBERS)
        ]
        if not texts:
            continue
        statement = sa.select(*texts).select_from(sa.table(name))
        written = WRITTEN.get(name)
        if since is not None and written in {c["name"] for c in columns}:
            at = sa.column(str(written), sa.DateTime(timezone=True))
            statement = statement.where(sa.or_(at.is_(None), at >= since))
        rows = connection.execution_options(stream_results=True, yield_per=_AT_ONCE).execute(statement)
        names = [str(column.name) for column in texts]
        for some in rows.partitions():
            # One search for all of them; where something is there, each for itself.
            if searched.in_bytes(b"\n".join(_bytes(cell) for row in some for cell in row)):
                yield from _in_cells(name, names, some, searched)


def _in_cells(
    table: str, columns: Sequence[str], rows: Sequence[sa.Row[Any]], searched: TraceSearch
) -> Iterator[Trace]:
    for row in rows:
        for column, cell in zip(columns, row, strict=True):
            for person in sorted(searched.in_bytes(_bytes(cell))):
                yield Trace(f"{table}.{column}", person)


def _may_read(connection: sa.Connection, table: str) -> bool:
    if connection.dialect.name != "postgresql":
        return True
    quoted = connection.dialect.identifier_preparer.quote(table)
    return bool(connection.scalar(sa.select(sa.func.has_table_privilege(quoted, "SELECT"))))


def _bytes(cell: object) -> bytes:
    if cell is None:
        return b""
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
