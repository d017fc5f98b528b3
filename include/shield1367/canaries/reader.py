"""The role by which workers read Airflow's metadata, to search it for traces: SELECT, and of no table with secrets."""

from __future__ import annotations

import sqlalchemy as sa
from psycopg import Connection, connect, sql

from shield1367.canaries.database import is_withheld


def make_reader(owner: str, reader: str) -> int:
    """Make the role of the URL *reader*, and let it read; may be run again, and has to be after each migration.

    Args:
        owner: URL of a role that may make roles, and owns the tables.

    Returns:
        How many tables it may read.
    """
    role = sa.make_url(reader)
    name = sql.Identifier(str(role.username))
    plain = sa.make_url(owner).set(drivername="postgresql").render_as_string(hide_password=False)
    with connect(plain) as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role.username,)).fetchone()
        run = "ALTER" if known else "CREATE"
        # Hashed here: the statement may stand in the server's log.
        password = connection.pgconn.encrypt_password(
            str(role.password).encode(), str(role.username).encode(), b"scram-sha-256"
        ).decode()
        connection.execute(
            sql.SQL(run + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD {}").format(
                name, sql.Literal(password)
            )
        )
        connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(name))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(connection.info.dbname), name)
        )
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        connection.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name))
        tables = [table for table in _tables(connection) if not is_withheld(table)]
        for table in tables:
            connection.execute(
                sql.SQL("GRANT SELECT ON TABLE public.{} TO {}").format(sql.Identifier(table), name)
            )
    return len(tables)


def _tables(connection: Connection) -> list[str]:
    return [
        name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]
