"""Pairs of people who may be one, with score and reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table; the next evaluation decides everybody anew and fills it."""
    op.create_table(
        "likeness",
        sa.Column("one_id", sa.String(32), primary_key=True),
        sa.Column("other_id", sa.String(32), primary_key=True),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("reason", sa.String(120), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_likeness_other_id", "likeness", ["other_id"])
