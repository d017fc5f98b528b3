"""What the ledger needs of a database, and what it says when that is broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from shield1367.errors import TerminalError


class Rows(Protocol):
    """What a statement found."""

    def fetchone(self) -> Any:
        """The next row, or ``None``."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Row by row."""


class Session(Protocol):
    """One transaction. Statements are those of SQLite with ``?`` for each value, whatever the database is."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Rows:
        """Run one statement."""

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> object:
        """Run one statement for each of several rows of values."""


class LedgerBrokenError(TerminalError):
    """Error raised when the ledger does not hold: an entry was changed, removed or put in between."""

    code = "E801"


def broken(what: str) -> LedgerBrokenError:
    """The error for something found wrong; *what* names the entry."""
    return LedgerBrokenError(
        f"the ledger does not hold: {what}.",
        mend="restore it from backup and compare; report the finding as an incident.",
    )
