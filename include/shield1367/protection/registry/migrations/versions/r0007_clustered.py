"""A million people: what is known of a person kept together, and batches read part by part."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TABLES = ("merge", "identifier", "mark", "value", "family", "likeness", "block")


def upgrade() -> None:
    """Have SQLite keep the tables by their primary keys alone, in the time and the room of a copy of the database.

    PostgreSQL cannot.
    """
    op.create_table(
        "read_part",
        sa.Column("source", sa.String(60), primary_key=True),
        sa.Column("batch", sa.String(80), primary_key=True),
        sa.Column("path", sa.String(255), primary_key=True),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
    )
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in _TABLES:
        with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_with_rowid": False}):
            pass
