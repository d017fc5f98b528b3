"""Where the ledger lies: in a file of the home, or in the PostgreSQL database of ``SHIELD1367_LEDGER_URL``.

Its heads lie in the home in either case: outside of the database, for a database can be exchanged.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.release.ledger import database, server
from shield1367.release.ledger.session import Session
from shield1367.storage import reported

URL = "SHIELD1367_LEDGER_URL"


class LedgerAddressError(TerminalError):
    """Error raised when the ledger's URL names no PostgreSQL database."""

    code = "E820"


def server_url() -> str | None:
    """The address of the ledger's database server, as its driver takes it; ``None`` where the home holds a file.

    Raises:
        LedgerAddressError: it is the address of something else.
    """
    given = os.environ.get(URL)
    if not given:
        return None
    scheme, _, rest = given.partition("://")
    if scheme.partition("+")[0] not in ("postgresql", "postgres") or not rest:
        raise LedgerAddressError(
            f"{URL} names no PostgreSQL database.",
            mend="write postgresql+psycopg://USER@HOST/DATABASE, or unset it to keep the ledger in the home.",
        )
    return f"postgresql://{rest}"


@contextmanager
def reading(home: Home) -> Iterator[Session | None]:
    """One view of the ledger; ``None`` where nothing was recorded yet.

    Raises:
        TransientError: the database does not answer.
        LedgerBrokenError: it is damaged.
    """
    if (url := server_url()) is not None:
        with server.reading(url) as session:
            yield session if server.has_tables(session) else None
    elif home.ledger.exists():
        with database.reading(home.ledger) as connection:
            # A file without tables is one that somebody is just making.
            yield connection if database.has_tables(connection) else None
    else:
        yield None


def appending(home: Home) -> AbstractContextManager[Session]:
    """One transaction, all of it or nothing, while no other process writes; tables are made when there are none.

    Raises:
        TransientError: others hold the ledger for too long, or it cannot be written just now.
        LedgerBrokenError: it is damaged.
    """
    with reported(home.ledger, "write"):
        home.ledger.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = server_url()
    return database.appending(home.ledger) if url is None else server.appending(url)


def is_begun(home: Home) -> bool:
    """Whether anything was ever recorded, as far as the database tells."""
    with reading(home) as session:
        return session is not None


def lost_guards(session: Session) -> int:
    """How many triggers that refuse changes are gone, or are no longer what they were."""
    if isinstance(session, server.ServerSession):
        return len(server.GUARDS.items() - server.guards(session).items())
    return len(database.GUARDS.keys() - database.guards(session))


def has_checkpoints(session: Session) -> bool:
    """Whether this is a ledger of this version, or of an earlier one that nothing was added to since."""
    return isinstance(session, server.ServerSession) or database.has_checkpoints(session)
