from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from shield1367.errors import StorageError, TransientError
from shield1367.home import Home
from shield1367.release import ledger as module
from shield1367.release.ledger import Disclosure, Ledger, LedgerBrokenError, digest_of_people

PEOPLE = ("fingerprint-a", "fingerprint-b")


def entry(number: int, people: tuple[str, ...] = PEOPLE, **changes: Any) -> Disclosure:
    content = {
        "release_id": f"r-{number}",
        "recorded_at": "2026-09-01T12:00:00+00:00",
        "recipient": "county",
        "organization": "Riverbend County",
        "address": "1 County Plaza",
        "authority": "none needed",
        "purpose": "planning",
        "agreement": "MOU-1",
        "nature": "encounters",
        "content_digest": "0" * 64,
        "rows_in": 10,
        "rows_released": 8,
        "rows_withheld": 2,
        "narratives": 0,
        "spans": {},
        "validation": "5 of 5 expectations hold",
        "audit": "0 findings in 1 files",
        "people": digest_of_people(people),
    }
    return Disclosure.model_validate(content | changes)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path)


@pytest.fixture
def ledger(home: Home) -> Ledger:
    """A ledger of three entries."""
    made = Ledger(home)
    for number in (1, 2, 3):
        made.record(entry(number), PEOPLE)
    return made


@pytest.fixture
def raw(home: Home, ledger: Ledger) -> Iterator[sqlite3.Connection]:
    """The database as somebody with the file in hand can write it, triggers gone."""
    with closing(sqlite3.connect(home.ledger, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection


def test_entries_come_back_in_order_and_hold(ledger: Ledger) -> None:
    assert [(number, found.release_id) for number, found in ledger.entries()] == [
        (1, "r-1"),
        (2, "r-2"),
        (3, "r-3"),
    ]
    assert ledger.verify() == 3
    assert ledger.find("r-2") == entry(2)
    assert ledger.find("r-9") is None


def test_a_ledger_that_does_not_exist_yet_is_empty_and_is_not_made_by_reading(home: Home) -> None:
    assert Ledger(home).entries() == []
    assert Ledger(home).verify() == 0
    assert Ledger(home).who_received("fingerprint-a") == []
    assert not home.ledger.exists()


def test_a_release_is_recorded_once(ledger: Ledger) -> None:
    assert not ledger.record(entry(2, purpose="another"), ("fingerprint-c",))
    assert ledger.find("r-2") == entry(2)
    assert ledger.who_received("fingerprint-c") == []
    assert ledger.verify() == 3


def test_who_received_a_person(ledger: Ledger) -> None:
    ledger.record(entry(4, ("fingerprint-b",)), ("fingerprint-b",))
    assert [found.release_id for found in ledger.who_received("fingerprint-a")] == ["r-1", "r-2", "r-3"]
    assert [found.release_id for found in ledger.who_received("fingerprint-b")][-1] == "r-4"
    assert ledger.who_received("fingerprint-z") == []


@pytest.mark.parametrize("table", ["disclosure", "held_person"])
@pytest.mark.parametrize("change", ["UPDATE {} SET release_id = 'r-0'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_is_there(
    home: Home, ledger: Ledger, table: str, change: str
) -> None:
    with (
        closing(sqlite3.connect(home.ledger)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(change.format(table))
    assert ledger.verify() == 3


def edit(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE disclosure SET entry = replace(entry, 'County', 'Country') WHERE sequence = 2")


def garble(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE disclosure SET entry = '{' WHERE sequence = 2")


def remove(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM disclosure WHERE sequence = 2")


def swap(connection: sqlite3.Connection) -> None:
    for old, new in ((2, 9), (3, 2), (9, 3)):
        connection.execute("UPDATE disclosure SET sequence = ? WHERE sequence = ?", (new, old))


def renumber(connection: sqlite3.Connection) -> None:
    remove(connection)
    connection.execute("UPDATE disclosure SET sequence = 2 WHERE sequence = 3")


def edit_and_hash(connection: sqlite3.Connection) -> None:
    edit(connection)
    sequence, previous, text = connection.execute(
        "SELECT sequence, previous, entry FROM disclosure WHERE sequence = 2"
    ).fetchone()
    link = module._link(sequence, previous, text)
    connection.execute("UPDATE disclosure SET hash = ? WHERE sequence = 2", (link,))


def forget_person(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM held_person WHERE release_id = 'r-2' AND person = 'fingerprint-a'")


def add_person(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO held_person VALUES ('r-2', 'fingerprint-z')")


def cut(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM disclosure WHERE sequence = 3")


@pytest.mark.parametrize(
    ("tamper", "found_at"),
    [
        (edit, 2),
        (garble, 2),
        (remove, 2),
        (swap, 2),
        (renumber, 2),
        # The edit hides itself, the next entry's link does not.
        (edit_and_hash, 3),
        (forget_person, 2),
        (add_person, 2),
        (cut, 3),
    ],
)
def test_whatever_is_changed_around_the_triggers_is_found_by_its_number(
    ledger: Ledger,
    raw: sqlite3.Connection,
    tamper: Callable[[sqlite3.Connection], None],
    found_at: int,
) -> None:
    tamper(raw)
    with pytest.raises(LedgerBrokenError, match=rf"entry {found_at}\."):
        ledger.verify()


def test_a_damaged_file_is_an_incident_and_no_empty_ledger(home: Home, ledger: Ledger) -> None:
    home.ledger.write_bytes(b"no database" * 1000)
    with pytest.raises(LedgerBrokenError, match="damaged"):
        ledger.entries()


def test_an_entry_that_fails_half_way_leaves_nothing(ledger: Ledger) -> None:
    def people() -> Iterator[str]:
        yield "fingerprint-a"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.record(entry(4), people())
    assert ledger.find("r-4") is None
    assert ledger.record(entry(4), PEOPLE)
    assert ledger.verify() == 4


def test_a_ledger_held_by_somebody_else_is_tried_again_later(
    home: Home, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(home.ledger, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TransientError, match="SQLITE_BUSY"):
            ledger.record(entry(4), PEOPLE)
        other.execute("ROLLBACK")
    assert ledger.record(entry(4), PEOPLE)


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text("a file where the folder should be")
    with pytest.raises(StorageError):
        Ledger(Home(root=tmp_path)).record(entry(1), PEOPLE)


def _append(root: Path, first: int) -> None:
    for number in range(first, first + 10):
        Ledger(Home(root=root)).record(entry(number), PEOPLE)


def test_appends_of_several_processes_lose_nothing(home: Home) -> None:
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_append, args=(home.root, first)) for first in (100, 200, 300)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    ledger = Ledger(home)
    assert ledger.verify() == 30
    assert {found.release_id for _, found in ledger.entries()} == {
        f"r-{first + i}" for first in (100, 200, 300) for i in range(10)
    }
