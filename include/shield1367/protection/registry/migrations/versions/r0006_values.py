"""Values sealed so that a million take seconds."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Change nothing: values of both ways are read. Older programs cannot, and are told so by this number."""
