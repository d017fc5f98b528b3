"""The registry as it was before there were migrations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table("merge", _id("person_id"), sa.Column("into_id", sa.String(32), nullable=False))
    op.create_table(
        "identifier", _id("fingerprint"), sa.Column("person_id", sa.String(32), nullable=False, index=True)
    )
    op.create_table(
        "mark",
        _id("person_id"),
        sa.Column("sort", sa.String(8), primary_key=True),
        _id("fingerprint"),
    )
    op.create_table(
        "value",
        _id("person_id"),
        sa.Column("kind", sa.String(40), primary_key=True),
        _id("fingerprint"),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "evidence",
        _id("evidence_id"),
        sa.Column("person_id", sa.String(32), nullable=False, index=True),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("sealed_code", sa.LargeBinary),
        sa.Column("application", sa.String(32)),
        sa.Column("on_date", sa.Date),
        sa.Column("ends", sa.Boolean, nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("dataset", sa.String(60), nullable=False),
        sa.Column("batch", sa.String(80), nullable=False),
        sa.Column("file", sa.String(255), nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "family",
        _id("person_id"),
        _id("relative_id"),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("dataset", sa.String(60), nullable=False),
    )
    op.create_table(
        "suspect",
        _id("fingerprint"),
        sa.Column("source", sa.String(60), primary_key=True),
        sa.Column("batch", sa.String(80), primary_key=True),
    )
    op.create_table(
        "protection",
        sa.Column("person_id", sa.String(32), nullable=False, index=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("begins", sa.Date),
        sa.Column("ends", sa.Date),
    )
    op.create_table(
        "batch",
        sa.Column("source", sa.String(60), primary_key=True),
        sa.Column("batch", sa.String(80), primary_key=True),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table("state", _id("name"), sa.Column("value", sa.Text, nullable=False))


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(32), primary_key=True)
