"""What the registry said and when, over whom protection came, states of applications, and who asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns and the table; what is there holds from before it was written down when."""
    with op.batch_alter_table("evidence") as evidence:
        evidence.add_column(sa.Column("state", sa.String(20), nullable=False, server_default="unknown"))
    with op.batch_alter_table("protection") as protection:
        protection.add_column(sa.Column("via", sa.Text, nullable=False, server_default=""))
        for name in ("known_from", "known_until"):
            protection.add_column(sa.Column(name, sa.DateTime(timezone=True)))
    op.create_table(
        "question",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("question", sa.String(40), nullable=False),
        sa.Column("about", sa.String(32)),
        sa.Column("as_of", sa.Date),
        sa.Column("known_at", sa.DateTime(timezone=True)),
    )
