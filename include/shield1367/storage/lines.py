"""How long a server's database may be silent: none is waited for without end.

A server that freezes in the middle of a statement still holds its line; whoever can say how long a statement may take
bounds it besides.
"""

from __future__ import annotations

from typing import Any, Final

CONNECT_SECONDS: Final = 10

LINE: Final[dict[str, Any]] = {
    "connect_timeout": CONNECT_SECONDS,
    # A machine that is gone sends nothing, and one behind a wall that forgets idle lines is asked now and then.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Parameters of libpq, for every connection to PostgreSQL."""


def line_of(backend: str) -> dict[str, Any]:
    """What SQLAlchemy hands to the driver of a database."""
    return dict(LINE) if backend == "postgresql" else {}
