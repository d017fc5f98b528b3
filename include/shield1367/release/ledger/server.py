"""The ledger in PostgreSQL: the same tables in a schema of their own, and triggers that refuse every change.

The triggers fire always, also for whoever plays a replica, and also for ``TRUNCATE``. Whoever owns the tables can
take them away; that, and a function in their place that does nothing, is found when the ledger is verified.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shield1367.errors import TransientError
from shield1367.release.ledger.session import LedgerBrokenError, Rows
from shield1367.storage.lines import LINE

if TYPE_CHECKING:
    import psycopg

SCHEMA = "shield1367_ledger"
WAIT_SECONDS = 60.0
# Any constant that nothing else in the same database locks; the registry's is 13670001.
_ADVISORY_LOCK = 1367_0002
# PostgreSQL's bits of a trigger: for each row, before, and the event.
_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32
_EVENTS = {_INSERT: "INSERT", _DELETE: "DELETE", _UPDATE: "UPDATE", _TRUNCATE: "TRUNCATE"}
_REFUSE = "RAISE EXCEPTION 'the ledger is append-only';"


def _only_if(holds: str) -> str:
    return f"BEGIN IF ({holds}) IS NOT TRUE THEN {_REFUSE} END IF; RETURN NEW; END"


_BODIES = {
    "refuse": f"BEGIN {_REFUSE} END",
    "entry_comes_last": _only_if(
        "NEW.sequence = COALESCE((SELECT max(sequence) FROM shield1367_ledger.disclosure), 0) + 1"
    ),
    "person_is_of_the_last": _only_if(
        "NEW.release_id = (SELECT release_id FROM shield1367_ledger.disclosure ORDER BY sequence DESC LIMIT 1)"
    ),
    "checkpoint_comes_last": _only_if(
        "NEW.sequence > COALESCE((SELECT max(sequence) FROM shield1367_ledger.checkpoint), 0)"
    ),
}
_TABLES = ("disclosure", "held_person", "checkpoint")
# Name of the trigger → its table, its bits, its function.
_TRIGGERS = {
    **{f"{table}_is_final": (table, _ROW | _BEFORE | _UPDATE, "refuse") for table in _TABLES},
    **{f"{table}_stays": (table, _ROW | _BEFORE | _DELETE, "refuse") for table in _TABLES},
    **{f"{table}_is_never_emptied": (table, _BEFORE | _TRUNCATE, "refuse") for table in _TABLES},
    "disclosure_comes_last": ("disclosure", _ROW | _BEFORE | _INSERT, "entry_comes_last"),
    "held_person_is_of_the_last": ("held_person", _ROW | _BEFORE | _INSERT, "person_is_of_the_last"),
    "checkpoint_comes_last": ("checkpoint", _ROW | _BEFORE | _INSERT, "checkpoint_comes_last"),
}
GUARDS = {name: (table, bits, _BODIES[function]) for name, (table, bits, function) in _TRIGGERS.items()}
# Ids are compared byte by byte, as in SQLite, whatever language the database speaks.
_MADE = f"""
CREATE SCHEMA IF NOT EXISTS {SCHEMA};
CREATE TABLE IF NOT EXISTS {SCHEMA}.disclosure (
    sequence BIGINT PRIMARY KEY,
    release_id TEXT COLLATE "C" NOT NULL UNIQUE,
    entry TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS {SCHEMA}.held_person (
    release_id TEXT COLLATE "C" NOT NULL REFERENCES {SCHEMA}.disclosure (release_id),
    person TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (release_id, person)
);
CREATE INDEX IF NOT EXISTS held_person_by_person ON {SCHEMA}.held_person (person);
CREATE TABLE IF NOT EXISTS {SCHEMA}.checkpoint (
    sequence BIGINT PRIMARY KEY,
    hash TEXT NOT NULL,
    key TEXT NOT NULL,
    signature BYTEA NOT NULL
);
-- SQLite's function of this name, for the paths that we ask for.
CREATE OR REPLACE FUNCTION {SCHEMA}.json_extract(entry TEXT, path TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE
    AS $$SELECT entry::json ->> substr(path, 3)$$;
""" + "".join(
    f"CREATE OR REPLACE FUNCTION {SCHEMA}.{name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$;\n"
    for name, body in _BODIES.items()
)
_MENDS = {
    "25006": "name a server that takes writes in SHIELD1367_LEDGER_URL, not a replica",
    "42501": "grant the role of SHIELD1367_LEDGER_URL what docs/deployment.md lists",
    "53100": "free disk space on the database server",
    "55P03": "another process has held the ledger for a minute; the task is tried again",
}
# Besides lost connections: the server refuses or has no room, and no entry is at fault.
_NOT_NOW = ("08", "25", "53", "55", "57")


class ServerSession:
    """A transaction in PostgreSQL that takes SQLite's statements."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Rows:
        """Run one statement."""
        return self._connection.execute(_translated(statement), tuple(values))

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> None:
        """Run one statement for each of several rows of values."""
        with self._connection.cursor() as cursor:
            cursor.executemany(_translated(statement), values)


@contextmanager
def reading(url: str) -> Iterator[ServerSession]:
    """One view of the ledger that no writer disturbs.

    Raises:
        TransientError: the server does not answer.
        LedgerBrokenError: something is there that is no ledger.
    """
    with _connected(url) as session:
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # A walk asks for the people of some thousands of entries at a time: by the index, never by all there are.
        session.execute("SET LOCAL enable_hashjoin = off")
        session.execute("SET LOCAL enable_mergejoin = off")
        yield session


@contextmanager
def appending(url: str) -> Iterator[ServerSession]:
    """One transaction, all of it or nothing, while no other process writes.

    Raises:
        TransientError: the server does not answer, takes no writes, has no room, or others write for too long.
        LedgerBrokenError: something is there that is no ledger.
    """
    with _connected(url) as session:
        session.execute(f"SET LOCAL lock_timeout = {int(WAIT_SECONDS * 1000)}")
        session.execute("SELECT pg_advisory_xact_lock(?)", (_ADVISORY_LOCK,))
        if GUARDS.items() - guards(session).items():
            _make(session)
        yield session


def has_tables(session: ServerSession) -> bool:
    """Whether anything was ever recorded here."""
    found = session.execute("SELECT to_regclass(?)", (f"{SCHEMA}.disclosure",)).fetchone()
    return found[0] is not None


def guards(session: ServerSession) -> dict[str, tuple[str, int, str]]:
    """The triggers that are there and fire always: name → table, PostgreSQL's bits, body of the function."""
    rows = session.execute(
        "SELECT t.tgname, c.relname, t.tgtype, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = ? AND NOT t.tgisinternal AND t.tgenabled = 'A' AND t.tgqual IS NULL",
        (SCHEMA,),
    )
    return {name: (table, bits, body) for name, table, bits, body in rows}


def _make(session: ServerSession) -> None:
    """Make what is lacking; nothing of what is there is changed but triggers."""
    for statement in (_MADE, *_trigger_statements()):
        session.execute(statement)


def _trigger_statements() -> Iterator[str]:
    for name, (table, bits, function) in _TRIGGERS.items():
        event = next(word for bit, word in _EVENTS.items() if bits & bit)
        each = "ROW" if bits & _ROW else "STATEMENT"
        yield f"DROP TRIGGER IF EXISTS {name} ON {SCHEMA}.{table}"
        yield (
            f"CREATE TRIGGER {name} BEFORE {event} ON {SCHEMA}.{table}"
            f" FOR EACH {each} EXECUTE FUNCTION {SCHEMA}.{function}()"
        )
        yield f"ALTER TABLE {SCHEMA}.{table} ENABLE ALWAYS TRIGGER {name}"


@contextmanager
def _connected(url: str) -> Iterator[ServerSession]:
    import psycopg

    try:
        # Leaves with a commit, and with a rollback when anything is raised.
        with psycopg.connect(url, **LINE) as connection:
            session = ServerSession(connection)
            session.execute(f"SET LOCAL search_path = {SCHEMA}, pg_catalog")
            yield session
    except psycopg.Error as error:
        # Its own words may quote the row.
        state = error.sqlstate or type(error).__name__
        if isinstance(error, psycopg.OperationalError) or state.startswith(_NOT_NOW) or state in _MENDS:
            mend = _MENDS.get(state, "check the database server")
            raise TransientError(
                f"the ledger's database does not answer ({state}).",
                mend=f"{mend}; nothing was released without being recorded.",
            ) from None
        raise LedgerBrokenError(
            f"the ledger's database is damaged ({state}).",
            mend="restore it from backup and compare; report the finding as an incident.",
        ) from None


def _translated(statement: str) -> bytes:
    return statement.replace("%", "%%").replace("?", "%s").encode()
