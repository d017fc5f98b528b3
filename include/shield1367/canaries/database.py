"""The search for traces in a database, such as Airflow's metadata: every column of every table that can hold text."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from shield1367.canaries.traces import Trace, TraceSearch
from shield1367.errors import TransientError

_AT_ONCE = 1_000
# What can hold no text.
_NUMBERS = (sa.Integer, sa.Numeric, sa.Boolean, sa.Date, sa.DateTime, sa.Interval)


class UnreachableDatabaseError(TransientError):
    """Error raised when a database to be searched does not answer, so that nobody can say what is in it."""

    code = "E755"


def search_database(url: str, searched: TraceSearch) -> list[Trace]:
    """Traces in the database at *url* (SQLAlchemy), by ``table.column``.

    Raises:
        UnreachableDatabaseError: it does not answer, or refuses to be read.
    """
    try:
        engine = sa.create_engine(url, hide_parameters=True, poolclass=sa.NullPool)
        with engine.connect() as connection:
            return list(dict.fromkeys(_traces(connection, searched)))
    except sa.exc.SQLAlchemyError:
        # The message would quote address and password.
        raise UnreachableDatabaseError(
            "the database to be searched for traces does not answer, or may not be read.",
            mend="check its URL and that the account may read every table.",
        ) from None


def _traces(connection: sa.Connection, searched: TraceSearch) -> Iterator[Trace]:
    inspected = sa.inspect(connection)
    for name in inspected.get_table_names():
        table = sa.table(
            name,
            *(
                sa.column(c["name"])
                for c in inspected.get_columns(name)
                if not isinstance(c["type"], _NUMBERS)
            ),
        )
        if not list(table.columns):
            continue
        rows = connection.execution_options(stream_results=True, yield_per=_AT_ONCE).execute(sa.select(table))
        for row in rows:
            for column, value in zip(rows.keys(), row, strict=True):
                if value is None:
                    continue
                content = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                for person in sorted(searched.in_bytes(content)):
                    yield Trace(f"{name}.{column}", person)
