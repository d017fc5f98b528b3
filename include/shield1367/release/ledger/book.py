"""Adding to the ledger and asking it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from shield1367.errors import TransientError
from shield1367.home import Home
from shield1367.release.ledger.asking import query
from shield1367.release.ledger.cases import CaseEvent
from shield1367.release.ledger.chain import GENESIS, Head, link
from shield1367.release.ledger.entries import Disclosure, Notice, NoticeKind
from shield1367.release.ledger.heads import catch_up, hold_against, last_head
from shield1367.release.ledger.opening import appending, is_begun, reading
from shield1367.release.ledger.session import Session
from shield1367.release.signing import Signer

# Clocks of several workers differ, and a writer may have waited for its turn.
_SKEW = timedelta(minutes=5)

Entry = Disclosure | Notice | CaseEvent
Added = tuple[Entry, Iterable[str]]


class ClockSetBackError(TransientError):
    """Error raised when an entry would be dated well before the one it follows."""

    code = "E802"


class Ledger:
    """The ledger of one home.

    Raises:
        TransientError: another process holds it for longer than a minute, or the disk is full or read-only.
        LedgerBrokenError: it is damaged, or lacks what was recorded.
    """

    def __init__(self, home: Home) -> None:
        self._home = home

    def record(self, entry: Disclosure, people: Iterable[str], signer: Signer) -> bool:
        """Append one disclosure; a release that is recorded already is left as it is.

        Args:
            people: keyed fingerprints of everybody the release held.

        Returns:
            Whether an entry was added.

        Raises:
            ClockSetBackError: its time lies before the last entry's.
        """
        return self.record_all([(entry, people)], signer) == 1

    def record_all(self, added: Iterable[Added], signer: Signer) -> int:
        """Append several entries, all or none, under one signature; returns how many were not there yet."""
        with appending(self._home) as connection:
            hold_against(connection, last_head(self._home))
            head, time = _end(connection)
            before = head.sequence
            for entry, people in added:
                if _is_recorded(connection, entry.release_id):
                    continue
                _require_order(entry, time)
                head, time = _append(connection, head, entry, people), entry.recorded_at
            if head.sequence > before:
                _sign(connection, head, signer)
        # Also when nothing was added: an earlier try may have been killed before it came to this.
        self._catch_up()
        return head.sequence - before

    def notice(
        self, about: str, what: NoticeKind, *, by: str, reference: str, recorded_at: str, signer: Signer
    ) -> Notice:
        """Append a notice about a recorded release.

        Raises:
            LookupError: no such release is recorded.
        """
        if self.find(about) is None:
            raise LookupError(about)
        number = len(self.notices()) + 1
        made = Notice(
            release_id=f"notice-{number}", recorded_at=recorded_at, about=about, what=what, by=by,
            reference=reference,
        )  # fmt: skip
        if not self.record_all([(made, ())], signer):
            # Somebody else's took the number in between.
            return self.notice(
                about, what, by=by, reference=reference, recorded_at=recorded_at, signer=signer
            )
        return made

    def checkpoint(self, signer: Signer) -> Head | None:
        """Sign the ledger as it is, unless it is signed; returns its end, to be kept elsewhere."""
        if not is_begun(self._home):
            return None
        with appending(self._home) as connection:
            hold_against(connection, last_head(self._home))
            head, _ = _end(connection)
            signed = connection.execute("SELECT max(sequence) FROM checkpoint").fetchone()[0] or 0
            if head.sequence > signed:
                _sign(connection, head, signer)
        self._catch_up()
        return head if head.sequence else None

    def entries(self) -> list[tuple[int, Disclosure]]:
        """All disclosures with their numbers, oldest first."""
        rows = self._query("SELECT sequence, entry FROM disclosure ORDER BY sequence")
        return [(n, Disclosure.model_validate_json(text)) for n, text in rows if _is_disclosure(text)]

    def disclosures_after(self, sequence: int) -> list[tuple[int, Disclosure]]:
        """The disclosures with a greater number, oldest first."""
        rows = self._query(
            "SELECT sequence, entry FROM disclosure WHERE sequence > ? ORDER BY sequence", (sequence,)
        )
        return [(n, Disclosure.model_validate_json(text)) for n, text in rows if _is_disclosure(text)]

    def between(self, start: str, end: str) -> list[Disclosure]:
        """The disclosures recorded from one time, included, to another; both ISO 8601 in UTC."""
        rows = self._query(
            "SELECT entry FROM disclosure WHERE json_extract(entry, '$.recorded_at') >= ?"
            " AND json_extract(entry, '$.recorded_at') < ? ORDER BY sequence",
            (start, end),
        )
        return [Disclosure.model_validate_json(text) for (text,) in rows if _is_disclosure(text)]

    def of_recipient(self, recipient: str) -> list[Disclosure]:
        """The disclosures to one recipient, oldest first; of those to others nothing is read in."""
        rows = self._query(
            "SELECT entry FROM disclosure WHERE json_extract(entry, '$.recipient') = ? ORDER BY sequence",
            (recipient,),
        )
        return [Disclosure.model_validate_json(text) for (text,) in rows if _is_disclosure(text)]

    def last_of_each(self) -> dict[str, str]:
        """Recipient → when it was last recorded to be given something."""
        rows = self._query(
            "SELECT json_extract(entry, '$.recipient'), json_extract(entry, '$.recorded_at') FROM disclosure"
            " WHERE sequence IN (SELECT max(sequence) FROM disclosure WHERE release_id NOT LIKE 'notice-%'"
            " AND release_id NOT LIKE 'case-%' GROUP BY json_extract(entry, '$.recipient'))"
        )
        return dict(rows)

    def case_events(self) -> list[tuple[int, CaseEvent]]:
        """The steps of all look-back cases with their numbers, oldest first."""
        rows = self._query(
            "SELECT sequence, entry FROM disclosure"
            " WHERE release_id >= 'case-' AND release_id < 'case.' ORDER BY sequence"
        )
        return [(n, CaseEvent.model_validate_json(text)) for n, text in rows]

    def reported(self) -> set[str]:
        """Fingerprints of release and person that a case holds already."""
        rows = self._query(
            "SELECT person FROM held_person WHERE release_id >= 'case-' AND release_id < 'case.'"
        )
        return {person for (person,) in rows}

    def held_in(self, people: Collection[str]) -> dict[str, list[str]]:
        """Keyed fingerprint → ids of the releases that held that person; a few hundred people at a time."""
        found: dict[str, list[str]] = {}
        marks = ", ".join("?" * len(people))
        for person, release_id in self._query(
            f"SELECT person, release_id FROM held_person WHERE person IN ({marks}) ORDER BY 1, 2",  # noqa: S608
            tuple(people),
        ):
            found.setdefault(person, []).append(release_id)
        return found

    def people_of(self, release_id: str) -> set[str]:
        """Keyed fingerprints of everybody a release held."""
        rows = self._query("SELECT person FROM held_person WHERE release_id = ?", (release_id,))
        return {person for (person,) in rows}

    def notices(self, about: str | None = None) -> list[tuple[int, Notice]]:
        """All notices with their numbers, oldest first; those about one release where it is given."""
        rows = self._query(
            "SELECT sequence, entry FROM disclosure WHERE release_id LIKE 'notice-%' ORDER BY sequence"
        )
        found = [(n, Notice.model_validate_json(text)) for n, text in rows]
        return [(n, notice) for n, notice in found if about in (None, notice.about)]

    def raw(self) -> list[tuple[int, str, str, str]]:
        """Every entry as it is chained: number, text, hash before it, its own hash."""
        return self._query("SELECT sequence, entry, previous, hash FROM disclosure ORDER BY sequence")

    def find(self, release_id: str) -> Disclosure | None:
        """One disclosure, or ``None`` when no such release is recorded."""
        rows = self._query("SELECT entry FROM disclosure WHERE release_id = ?", (release_id,))
        return Disclosure.model_validate_json(rows[0][0]) if rows and _is_disclosure(rows[0][0]) else None

    def who_received(self, person: str) -> list[Disclosure]:
        """The disclosures that held a person, by keyed fingerprint."""
        rows = self._query(
            "SELECT entry FROM disclosure JOIN held_person USING (release_id) WHERE person = ? ORDER BY sequence",
            (person,),
        )
        return [Disclosure.model_validate_json(text) for (text,) in rows if _is_disclosure(text)]

    def _catch_up(self) -> None:
        with reading(self._home) as connection:
            if connection is not None:
                catch_up(self._home, connection)

    def _query(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        return query(self._home, statement, values)


def _append(connection: Session, head: Head, entry: Entry, people: Iterable[str]) -> Head:
    text = json.dumps(entry.model_dump(mode="json"), sort_keys=True)
    sequence = head.sequence + 1
    made = Head(sequence, link(sequence, head.hash, text))
    connection.execute(
        "INSERT INTO disclosure VALUES (?, ?, ?, ?, ?)",
        (sequence, entry.release_id, text, head.hash, made.hash),
    )
    connection.executemany(
        "INSERT INTO held_person VALUES (?, ?)",
        [(entry.release_id, person) for person in sorted(set(people))],
    )
    return made


def _sign(connection: Session, head: Head, signer: Signer) -> None:
    connection.execute(
        "INSERT INTO checkpoint VALUES (?, ?, ?, ?)",
        (head.sequence, head.hash, signer.key_id, signer.sign(head.message())),
    )


def _end(connection: Session) -> tuple[Head, str | None]:
    last = connection.execute(
        "SELECT sequence, hash, entry FROM disclosure ORDER BY sequence DESC LIMIT 1"
    ).fetchone()
    if last is None:
        return Head(0, GENESIS), None
    return Head(last[0], last[1]), str(json.loads(last[2])["recorded_at"])


def _is_recorded(connection: Session, release_id: str) -> bool:
    found = connection.execute("SELECT 1 FROM disclosure WHERE release_id = ?", (release_id,))
    return found.fetchone() is not None


def _require_order(entry: Entry, last: str | None) -> None:
    if last is None or (isinstance(entry, Notice) and entry.what is NoticeKind.CLOCK):
        return
    time: Callable[[str], datetime] = datetime.fromisoformat
    if time(entry.recorded_at) < time(last) - _SKEW:
        raise ClockSetBackError(
            f"the clock says {entry.recorded_at}, and the ledger's last entry is of {last}.",
            mend="set the clock right; if the last entry's time is the wrong one, record that:"
            " `shield1367 ledger correct RELEASE --what clock`.",
        )


def _is_disclosure(text: str) -> bool:
    # Notices and cases say what they are; inside of a text the quotes would be escaped.
    return '"kind": "' not in text
