"""Asking the ledger's database, from wherever it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shield1367.home import Home
from shield1367.release.ledger.heads import heads_path
from shield1367.release.ledger.opening import reading
from shield1367.release.ledger.session import broken


def query(home: Home, statement: str, values: Sequence[Any] = ()) -> list[Any]:
    """The rows of one statement; none of a ledger that nothing was recorded in yet.

    Raises:
        LedgerBrokenError: the database is gone, or empty, and its heads are there.
        TransientError: it does not answer.
    """
    with reading(home) as session:
        if session is not None:
            return session.execute(statement, values).fetchall()
    if heads_path(home).exists():
        raise broken("its database is gone, and its heads are there: it was removed")
    return []
