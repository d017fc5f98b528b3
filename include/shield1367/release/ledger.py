"""The ledger: one row per disclosure, append-only and hash-chained.

It answers what was released, to whom, for what and on which evidence (5 U.S.C. § 552a(c)), and, by
keyed fingerprint, which releases held a given person. Database triggers refuse every update and
delete; the chain shows what was changed around them.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

from shield1367.config.loading import ConfigModel
from shield1367.errors import TerminalError, TransientError
from shield1367.home import Home
from shield1367.storage import reported

_SCHEMA = """
CREATE TABLE IF NOT EXISTS disclosure (
    sequence INTEGER PRIMARY KEY,
    release_id TEXT NOT NULL UNIQUE,
    entry TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS held_person (
    release_id TEXT NOT NULL REFERENCES disclosure (release_id),
    person TEXT NOT NULL,
    PRIMARY KEY (release_id, person)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_person_by_person ON held_person (person);
CREATE TRIGGER IF NOT EXISTS disclosure_is_final BEFORE UPDATE ON disclosure
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS disclosure_stays BEFORE DELETE ON disclosure
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS held_person_is_final BEFORE UPDATE ON held_person
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS held_person_stays BEFORE DELETE ON held_person
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""
_GENESIS = "0" * 64
_BUSY_SECONDS = 30.0


class LedgerBrokenError(TerminalError):
    """Error raised when the chain does not hold: an entry was changed, removed or put in between."""

    code = "E801"


class Disclosure(ConfigModel):
    """One entry. Counts of withheld rows are protected themselves: compliance only.

    Attributes:
        nature: what kind of data went, in words; *people*: digest over the fingerprints of everybody
            the release held.
    """

    release_id: str
    recorded_at: str
    recipient: str
    organization: str
    address: str
    authority: str
    purpose: str
    agreement: str
    nature: str
    content_digest: str
    rows_in: int
    rows_released: int
    rows_withheld: int
    narratives: int
    spans: dict[str, int]
    validation: str
    audit: str
    people: str


class Ledger:
    """The ledger of one home.

    Raises:
        TransientError: another process holds it for longer than half a minute, or the disk is full.
    """

    def __init__(self, home: Home) -> None:
        self._path = home.ledger

    def record(self, entry: Disclosure, people: Iterable[str]) -> bool:
        """Append one disclosure; a release that is recorded already is left as it is.

        Args:
            people: keyed fingerprints of everybody the release held.

        Returns:
            Whether an entry was added.
        """
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            known = connection.execute(
                "SELECT 1 FROM disclosure WHERE release_id = ?", (entry.release_id,)
            ).fetchone()
            if known:
                connection.execute("ROLLBACK")
                return False
            last = connection.execute(
                "SELECT sequence, hash FROM disclosure ORDER BY sequence DESC LIMIT 1"
            ).fetchone()
            sequence, previous = (last[0] + 1, last[1]) if last else (1, _GENESIS)
            text = json.dumps(entry.model_dump(mode="json"), sort_keys=True)
            connection.execute(
                "INSERT INTO disclosure VALUES (?, ?, ?, ?, ?)",
                (sequence, entry.release_id, text, previous, _link(sequence, previous, text)),
            )
            connection.executemany(
                "INSERT INTO held_person VALUES (?, ?)",
                [(entry.release_id, person) for person in sorted(set(people))],
            )
            connection.execute("COMMIT")
        return True

    def entries(self) -> list[tuple[int, Disclosure]]:
        """All disclosures with their numbers, oldest first."""
        rows = self._query("SELECT sequence, entry FROM disclosure ORDER BY sequence")
        return [(sequence, Disclosure.model_validate_json(text)) for sequence, text in rows]

    def find(self, release_id: str) -> Disclosure | None:
        """One disclosure, or ``None`` when no such release is recorded."""
        rows = self._query("SELECT entry FROM disclosure WHERE release_id = ?", (release_id,))
        return Disclosure.model_validate_json(rows[0][0]) if rows else None

    def who_received(self, person: str) -> list[Disclosure]:
        """The disclosures that held a person, by keyed fingerprint."""
        rows = self._query(
            "SELECT entry FROM disclosure JOIN held_person USING (release_id) WHERE person = ? ORDER BY sequence",
            (person,),
        )
        return [Disclosure.model_validate_json(text) for (text,) in rows]

    def verify(self) -> int:
        """Check the chain from its beginning; returns the number of entries.

        Raises:
            LedgerBrokenError: with the number of the first entry that does not hold.
        """
        previous, expected = _GENESIS, 1
        for sequence, release_id, text, said, link in self._query(
            "SELECT sequence, release_id, entry, previous, hash FROM disclosure ORDER BY sequence"
        ):
            chained = sequence == expected and said == previous and link == _link(sequence, previous, text)
            # Only what the chain vouches for is parsed.
            if not chained or not self._is_whole(release_id, Disclosure.model_validate_json(text)):
                raise _broken(expected)
            previous, expected = link, expected + 1
        if self._query(
            "SELECT 1 FROM held_person WHERE release_id NOT IN (SELECT release_id FROM disclosure)"
        ):
            # People without their release: the last entries were cut off, which no chain shows.
            raise _broken(expected)
        return expected - 1

    def _is_whole(self, release_id: str, entry: Disclosure) -> bool:
        held = self._query("SELECT person FROM held_person WHERE release_id = ?", (release_id,))
        return entry.release_id == release_id and entry.people == digest_of_people(row[0] for row in held)

    def _query(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        if not self._path.exists():
            return []
        with self._open() as connection:
            return connection.execute(statement, values).fetchall()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with reported(self._path, "write"):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            with closing(connection):
                connection.executescript(_SCHEMA)
                yield connection
        except sqlite3.OperationalError as error:
            raise TransientError(
                f"the ledger {self._path} does not answer ({error.sqlite_errorname}).",
                mend="check its disk and permissions; nothing was released without being recorded.",
            ) from None
        except sqlite3.DatabaseError as error:
            raise LedgerBrokenError(
                f"the ledger {self._path} is damaged ({error.sqlite_errorname}).",
                mend="restore it from backup and compare; report the finding as an incident.",
            ) from None


def _broken(entry: int) -> LedgerBrokenError:
    return LedgerBrokenError(
        f"the ledger does not hold at entry {entry}.",
        mend="restore it from backup and compare; report the finding as an incident.",
    )


def digest_of_people(people: Iterable[str]) -> str:
    """Digest over the fingerprints of everybody a release held; binds them to the chain."""
    return hashlib.sha256("\n".join(sorted(set(people))).encode()).hexdigest()


def now() -> str:
    """The time of an entry: UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _link(sequence: int, previous: str, text: str) -> str:
    return hashlib.sha256(f"{sequence}\n{previous}\n{text}".encode()).hexdigest()
