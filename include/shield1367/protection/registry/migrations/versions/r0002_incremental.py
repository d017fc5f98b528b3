"""Looking people up by what a batch holds, deciding only around those it touches; places in narratives."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_INDEXES = (
    ("merge", "into_id"),
    ("mark", "fingerprint"),
    ("family", "relative_id"),
    ("evidence", "source", "batch"),
)


def upgrade() -> None:
    """Add the columns where a registry without migrations lacks them, the indexes and the table."""
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("evidence")}
    places = (
        sa.Column("column", sa.String(120)),
        sa.Column("start", sa.Integer),
        sa.Column("stop", sa.Integer),
    )
    with op.batch_alter_table("evidence") as evidence:
        for place in places:
            if place.name not in there:
                evidence.add_column(place)
    for table, *columns in _INDEXES:
        op.create_index("_".join(("ix", table, *columns)), table, columns)
    op.create_table("undecided", sa.Column("person_id", sa.String(32), primary_key=True))
