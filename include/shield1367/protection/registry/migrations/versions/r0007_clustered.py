"""A million people: what is known of a person kept together, fewer indexes, and batches read part by part."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_BY_KEY_ALONE = ("merge", "identifier", "mark", "value", "family", "likeness", "block")
_KEY_OF_EVIDENCE = ("person_id", "evidence_id")


def upgrade() -> None:
    """Change indexes and keys, in SQLite in the time and the room of a copy, and add the table."""
    op.drop_index("ix_identifier_person_id", "identifier")
    op.drop_index("ix_mark_fingerprint", "mark")
    op.drop_index("ix_evidence_person_id", "evidence")
    if op.get_bind().dialect.name == "sqlite":
        for name in _BY_KEY_ALONE:
            with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_with_rowid": False}):
                pass
        _copy_evidence()
    else:
        op.drop_constraint("evidence_pkey", "evidence", type_="primary")
        op.create_primary_key("evidence_pkey", "evidence", list(_KEY_OF_EVIDENCE))
    looked_for = sa.text("sort NOT IN ('token', 'birth')")
    op.create_index(
        "ix_mark_fingerprint", "mark", ["fingerprint"], sqlite_where=looked_for, postgresql_where=looked_for
    )
    op.create_table(
        "read_part",
        sa.Column("source", sa.String(60), primary_key=True),
        sa.Column("batch", sa.String(80), primary_key=True),
        sa.Column("path", sa.String(255), primary_key=True),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
    )


def _copy_evidence() -> None:
    # SQLite cannot change a primary key, and Alembic changes none that is there.
    op.drop_index("ix_evidence_source_batch", "evidence")
    op.rename_table("evidence", "evidence_before")
    columns: list[sa.Column[Any]] = [
        sa.Column("person_id", sa.String(32), primary_key=True),
        sa.Column("evidence_id", sa.String(32), primary_key=True),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("sealed_code", sa.LargeBinary),
        sa.Column("application", sa.String(32)),
        sa.Column("on_date", sa.Date),
        sa.Column("ends", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(20), nullable=False, server_default="unknown"),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("dataset", sa.String(60), nullable=False),
        sa.Column("batch", sa.String(80), nullable=False),
        sa.Column("file", sa.String(255), nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("column", sa.String(120)),
        sa.Column("start", sa.Integer),
        sa.Column("stop", sa.Integer),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
    ]
    names = ", ".join(f'"{column.name}"' for column in columns)
    op.create_table("evidence", *columns)
    op.execute(f"INSERT INTO evidence ({names}) SELECT {names} FROM evidence_before")  # noqa: S608
    op.drop_table("evidence_before")
    op.create_index("ix_evidence_source_batch", "evidence", ["source", "batch"])
