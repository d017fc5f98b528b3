"""Whom to compare with whom, without reading what everybody is called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table; the next evaluation decides everybody anew and fills it."""
    op.create_table(
        "block",
        sa.Column("person_id", sa.String(32), primary_key=True),
        sa.Column("fingerprint", sa.String(32), primary_key=True),
    )
    op.create_index("ix_block_fingerprint", "block", ["fingerprint"])
