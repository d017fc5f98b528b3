from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.errors import StorageError, TransientError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.release.ledger import (
    Disclosure,
    Head,
    Ledger,
    LedgerBrokenError,
    NoticeKind,
    database,
    digest_of_people,
    heads,
    kept_until,
    verification,
    verify_growth,
    verify_ledger,
)
from shield1367.release.ledger.book import ClockSetBackError
from shield1367.release.ledger.chain import GENESIS, link
from shield1367.release.ledger.heads import heads_after, heads_path
from shield1367.release.ledger.verification import LedgerUnsignedError
from shield1367.release.signing import Signer, rotate_signing_key

SIGNER = Signer(Keys(b"k" * 32), ("",))
PEOPLE = ("fingerprint-a", "fingerprint-b")
WALKED = datetime(2026, 9, 2, 12, tzinfo=UTC)


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
        made.record(entry(number), PEOPLE, SIGNER)
    return made


@pytest.fixture
def raw(home: Home, ledger: Ledger) -> Iterator[sqlite3.Connection]:
    """The database as somebody with the file in hand can write it, triggers gone."""
    with closing(sqlite3.connect(home.ledger, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection


def test_entries_come_back_in_order_and_hold(home: Home, ledger: Ledger) -> None:
    assert [(number, found.release_id) for number, found in ledger.entries()] == [
        (1, "r-1"),
        (2, "r-2"),
        (3, "r-3"),
    ]
    assert verify_ledger(home, SIGNER).entries == 3
    assert ledger.find("r-2") == entry(2)
    assert ledger.find("r-9") is None


def test_a_ledger_that_does_not_exist_yet_is_empty_and_is_not_made_by_reading(home: Home) -> None:
    assert Ledger(home).entries() == []
    assert verify_ledger(home, SIGNER).entries == 0
    assert Ledger(home).who_received("fingerprint-a") == []
    assert not home.ledger.exists()


def test_a_database_that_is_just_being_made_is_empty_and_one_that_was_emptied_is_broken(home: Home) -> None:
    home.ledger.parent.mkdir(parents=True)
    home.ledger.touch()
    assert Ledger(home).entries() == []
    Ledger(home).record(entry(1), PEOPLE, SIGNER)
    home.ledger.write_bytes(b"")
    with pytest.raises(LedgerBrokenError, match="it was removed"):
        Ledger(home).entries()


def test_a_release_is_recorded_once(home: Home, ledger: Ledger) -> None:
    assert not ledger.record(entry(2, purpose="another"), ("fingerprint-c",), SIGNER)
    assert ledger.find("r-2") == entry(2)
    assert ledger.who_received("fingerprint-c") == []
    assert verify_ledger(home, SIGNER).entries == 3


def test_who_received_a_person(ledger: Ledger) -> None:
    ledger.record(entry(4, ("fingerprint-b",)), ("fingerprint-b",), SIGNER)
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
    assert verify_ledger(home, SIGNER).entries == 3


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
    hashed = link(sequence, previous, text)
    connection.execute("UPDATE disclosure SET hash = ? WHERE sequence = 2", (hashed,))


def forget_person(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM held_person WHERE release_id = 'r-2' AND person = 'fingerprint-a'")


def add_person(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO held_person VALUES ('r-2', 'fingerprint-z')")


def cut(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM disclosure WHERE sequence = 3")


TAMPERED = [
    (edit, 2),
    (garble, 2),
    (remove, 2),
    (swap, 2),
    (renumber, 2),
    # The entry fits its hash, and not the one outside.
    (edit_and_hash, 2),
    (forget_person, 2),
    (add_person, 2),
    (cut, 3),
]


@pytest.mark.parametrize(("tamper", "found_at"), TAMPERED)
def test_whatever_is_changed_around_the_triggers_is_found_by_its_number(
    home: Home,
    ledger: Ledger,
    raw: sqlite3.Connection,
    tamper: Callable[[sqlite3.Connection], None],
    found_at: int,
) -> None:
    tamper(raw)
    with pytest.raises(LedgerBrokenError, match=rf"entry {found_at} "):
        verify_ledger(home, SIGNER)


@pytest.fixture
def grown(home: Home, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A ledger that counts as a long one, walked whole at three entries, with two more."""
    monkeypatch.setattr(verification, "SHORT", 2)
    assert verify_growth(home, SIGNER, now=WALKED).entries == 3
    for number in (4, 5):
        ledger.record(entry(number), PEOPLE, SIGNER)
    return ledger


def test_a_long_ledger_is_walked_from_where_it_was_found_whole(
    home: Home, grown: Ledger, raw: sqlite3.Connection
) -> None:
    edit(raw)
    grown.checkpoint(SIGNER)  # puts the triggers back
    # An old entry is the whole walk's to find; see the next test for when that is.
    assert verify_growth(home, SIGNER, now=WALKED).entries == 5
    with pytest.raises(LedgerBrokenError, match="entry 2 "):
        verify_ledger(home, SIGNER)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda mark: mark.unlink(),
        lambda mark: mark.write_text("{}"),
        lambda mark: mark.write_text("no JSON"),
        lambda mark: mark.write_text(mark.read_text().replace('"sequence": 3', '"sequence": 4')),
        lambda mark: mark.write_text(mark.read_text().replace("2026-09-02", "2026-09-30")),
        lambda mark: mark.write_text(mark.read_text().replace('"signature": "', '"signature": "zz')),
        lambda mark: None,
    ],
    ids=["gone", "empty", "garbled", "another entry", "another day", "no signature", "too old"],
)
def test_without_a_mark_of_this_site_and_month_all_of_it_is_walked(
    home: Home, grown: Ledger, raw: sqlite3.Connection, spoil: Callable[[Path], None]
) -> None:
    edit(raw)
    mark = home.ledger.with_name("verified.json")
    untouched = mark.read_bytes()
    spoil(mark)
    later = timedelta(days=36) if mark.exists() and mark.read_bytes() == untouched else timedelta(days=1)
    with pytest.raises(LedgerBrokenError, match="entry 2 "):
        verify_growth(home, SIGNER, now=WALKED + later)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE disclosure SET entry = replace(entry, 'County', 'X') WHERE sequence = 4",
            "entry 4 was changed",
        ),
        ("DELETE FROM disclosure WHERE sequence = 5", "entry 5 and what followed are missing"),
        ("DELETE FROM disclosure WHERE sequence >= 3", "ends before entry 3"),
        ("DELETE FROM disclosure WHERE sequence = 1", "an entry before 3 is missing"),
        ("UPDATE disclosure SET hash = 'x' WHERE sequence = 3", "entry 3 is another one"),
        ("DELETE FROM held_person WHERE release_id = 'r-5'", "the people or the release of entry 5"),
        ("SELECT 1", "trigger"),
    ],
)
def test_whatever_happened_behind_the_mark_or_is_gone_before_it_is_found_at_once(
    home: Home, grown: Ledger, raw: sqlite3.Connection, statement: str, told: str
) -> None:
    raw.execute(statement)
    with pytest.raises(LedgerBrokenError, match=told):
        verify_growth(home, SIGNER, now=WALKED)


def test_heads_behind_the_mark_are_read_from_their_place(home: Home, grown: Ledger) -> None:
    lines = heads_path(home).read_text().splitlines()
    start = Head(int(lines[2].split()[0]), lines[2].split()[1])
    assert [head.sequence for head in heads_after(home, start)] == [4, 5]
    with pytest.raises(LedgerBrokenError, match="entry 3 is another one"):
        list(heads_after(home, Head(3, "0" * 64)))


@given(st.integers(min_value=1, max_value=12_000))
def test_the_line_of_a_head_begins_behind_all_before_it(sequence: int) -> None:
    assert heads._offset(sequence) == sum(len(f"{n} {'0' * 64}\n") for n in range(1, sequence))


def test_a_damaged_file_is_an_incident_and_no_empty_ledger(home: Home, ledger: Ledger) -> None:
    home.ledger.write_bytes(b"no database" * 1000)
    with pytest.raises(LedgerBrokenError, match="damaged"):
        ledger.entries()


def test_an_entry_that_fails_half_way_leaves_nothing(home: Home, ledger: Ledger) -> None:
    def people() -> Iterator[str]:
        yield "fingerprint-a"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.record(entry(4), people(), SIGNER)
    assert ledger.find("r-4") is None
    assert ledger.record(entry(4), PEOPLE, SIGNER)
    assert verify_ledger(home, SIGNER).entries == 4


def test_a_ledger_held_by_somebody_else_is_tried_again_later(
    home: Home, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(home.ledger, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TransientError, match="SQLITE_BUSY"):
            ledger.record(entry(4), PEOPLE, SIGNER)
        other.execute("ROLLBACK")
    assert ledger.record(entry(4), PEOPLE, SIGNER)


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text("a file where the folder should be")
    with pytest.raises(StorageError):
        Ledger(Home(root=tmp_path)).record(entry(1), PEOPLE, SIGNER)


def _append(root: Path, first: int) -> None:
    for number in range(first, first + 10):
        Ledger(Home(root=root)).record(entry(number), PEOPLE, SIGNER)


def test_appends_of_several_processes_lose_nothing(home: Home) -> None:
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_append, args=(home.root, first)) for first in (100, 200, 300)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    ledger = Ledger(home)
    assert verify_ledger(home, SIGNER).entries == 30
    assert {found.release_id for _, found in ledger.entries()} == {
        f"r-{first + i}" for first in (100, 200, 300) for i in range(10)
    }


def rewrite(connection: sqlite3.Connection, first: int) -> None:
    """Change an entry and hash it and everything behind it anew, as whoever knows the code would."""
    connection.execute(
        "UPDATE disclosure SET entry = replace(entry, 'County', 'X') WHERE sequence = ?", (first,)
    )
    previous = GENESIS
    for sequence, text in connection.execute("SELECT sequence, entry FROM disclosure ORDER BY 1").fetchall():
        hashed = link(sequence, previous, text)
        connection.execute(
            "UPDATE disclosure SET previous = ?, hash = ? WHERE sequence = ?", (previous, hashed, sequence)
        )
        previous = hashed


@pytest.mark.parametrize("first", [1, 2, 3])
def test_a_chain_written_anew_is_told_by_its_heads_and_without_them_by_its_signatures(
    home: Home, ledger: Ledger, raw: sqlite3.Connection, first: int
) -> None:
    rewrite(raw, first)
    with pytest.raises(LedgerBrokenError, match=f"entry {first} is another one than was recorded"):
        verify_ledger(home, SIGNER)
    heads_path(home).unlink()
    with pytest.raises(LedgerBrokenError, match=f"entry {first} was changed and hashed anew"):
        verify_ledger(home, SIGNER)


def test_a_tail_cut_off_with_all_its_traces_is_told_by_the_heads(
    home: Home, ledger: Ledger, raw: sqlite3.Connection
) -> None:
    for table in (
        "held_person WHERE release_id = 'r-3'",
        "checkpoint WHERE sequence = 3",
        "disclosure WHERE sequence = 3",
    ):
        raw.execute(f"DELETE FROM {table}")
    with pytest.raises(LedgerBrokenError, match="entry 3 and what followed are missing"):
        verify_ledger(home, SIGNER)
    with pytest.raises(LedgerBrokenError, match="ends before entry 3"):
        ledger.record(entry(4), PEOPLE, SIGNER)


def test_a_fork_is_told_where_it_begins(home: Home, tmp_path: Path) -> None:
    other = Home(root=tmp_path / "other")
    for number in (1, 2):
        Ledger(home).record(entry(number), PEOPLE, SIGNER)
    shutil.copytree(home.ledger.parent, other.ledger.parent)
    for number in (3, 4):
        Ledger(home).record(entry(number), PEOPLE, SIGNER)
        Ledger(other).record(entry(number, purpose="another"), PEOPLE, SIGNER)
    shutil.copy(other.ledger, home.ledger)
    with pytest.raises(LedgerBrokenError, match=r"entry 3 .* forks there"):
        verify_ledger(home, SIGNER)
    with pytest.raises(LedgerBrokenError, match="entry 4 is another one"):
        Ledger(home).record(entry(5), PEOPLE, SIGNER)


def test_a_removed_database_is_no_empty_ledger(home: Home, ledger: Ledger) -> None:
    home.ledger.unlink()
    for ask in (ledger.entries, lambda: verify_ledger(home, SIGNER)):
        with pytest.raises(LedgerBrokenError, match="removed"):
            ask()
    with pytest.raises(LedgerBrokenError, match="cut off"):
        ledger.record(entry(4), PEOPLE, SIGNER)


def test_another_sites_key_does_not_verify(home: Home, ledger: Ledger) -> None:
    with pytest.raises(LedgerBrokenError, match="entry 1 was changed and hashed anew"):
        verify_ledger(home, Signer(Keys(b"o" * 32), ("",)))


def test_entries_hold_across_a_rotation_of_the_key(home: Home, ledger: Ledger) -> None:
    signer = rotate_signing_key(home, SIGNER.keys)
    assert verify_ledger(home, signer).key == SIGNER.key_id
    ledger.record(entry(4), PEOPLE, signer)
    assert verify_ledger(home, signer).key == signer.key_id != SIGNER.key_id


def test_triggers_that_are_gone_are_told_and_put_back(
    home: Home, ledger: Ledger, raw: sqlite3.Connection
) -> None:
    with pytest.raises(LedgerBrokenError, match="trigger"):
        verify_ledger(home, SIGNER)
    ledger.record(entry(4), PEOPLE, SIGNER)
    assert verify_ledger(home, SIGNER).entries == 4


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO disclosure SELECT sequence, release_id, '{}', previous, hash FROM disclosure",
        "INSERT OR REPLACE INTO disclosure SELECT 4, 'r-2', '{}', previous, hash FROM disclosure LIMIT 1",
        "INSERT INTO disclosure VALUES (9, 'r-9', '{}', '', '')",
        "INSERT INTO held_person VALUES ('r-1', 'fingerprint-z')",
        "INSERT OR REPLACE INTO checkpoint SELECT sequence, '', key, signature FROM checkpoint",
        "DELETE FROM checkpoint",
    ],
)
def test_nothing_is_replaced_or_put_in_between(home: Home, ledger: Ledger, statement: str) -> None:
    with (
        closing(sqlite3.connect(home.ledger)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(statement)
    assert verify_ledger(home, SIGNER).entries == 3


def test_a_ledger_of_an_earlier_version_is_taken_over_and_signed(
    home: Home, ledger: Ledger, raw: sqlite3.Connection
) -> None:
    raw.execute("DROP TABLE checkpoint")
    heads_path(home).unlink()
    assert len(ledger.entries()) == 3
    with pytest.raises(LedgerUnsignedError, match="entries 1 to 3"):
        verify_ledger(home, SIGNER)
    head = ledger.checkpoint(SIGNER)
    assert head is not None
    assert verify_ledger(home, SIGNER).head == head
    assert ledger.record(entry(4), PEOPLE, SIGNER)
    assert verify_ledger(home, SIGNER).entries == 4


def test_heads_that_lag_behind_after_a_crash_are_caught_up(home: Home, ledger: Ledger) -> None:
    lines = heads_path(home).read_text().splitlines(keepends=True)
    heads_path(home).write_text("".join(lines[:1]))
    assert verify_ledger(home, SIGNER).entries == 3
    ledger.record(entry(3), PEOPLE, SIGNER)
    assert heads_path(home).read_text().splitlines(keepends=True) == lines


def test_a_clock_that_was_set_back_is_refused_until_a_notice_says_which_time_was_wrong(
    home: Home, ledger: Ledger
) -> None:
    early = {"recorded_at": "2026-08-31T12:00:00+00:00"}
    with pytest.raises(ClockSetBackError, match="2026-09-01T12:00:00"):
        ledger.record(entry(4, **early), PEOPLE, SIGNER)
    assert ledger.record(entry(4, recorded_at="2026-09-01T11:58:00+00:00"), PEOPLE, SIGNER)
    ledger.notice("r-4", NoticeKind.CLOCK, by="Ada", reference="T-1", **early, signer=SIGNER)
    assert ledger.record(entry(5, **early), PEOPLE, SIGNER)
    assert verify_ledger(home, SIGNER).entries == 6
    assert [n.about for _, n in ledger.notices()] == ["r-4"]


def test_entries_are_kept_for_five_years_at_least() -> None:
    assert kept_until("2026-09-01T12:00:00+00:00") == "2031-09-01"
    assert kept_until("2028-02-29T12:00:00+00:00") == "2033-03-01"


def test_a_read_only_ledger_is_read_and_not_added_to(
    home: Home, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    # As on a disk that is mounted read-only; the one who runs the tests may write everywhere.
    monkeypatch.setattr(
        database.sqlite3, "connect", lambda path, **named: connect(
            path if "uri" in named else f"{Path(path).as_uri()}?mode=ro", **named | {"uri": True}
        ),
    )  # fmt: skip
    with pytest.raises(TransientError, match="SQLITE_READONLY") as refused:
        ledger.record(entry(4), PEOPLE, SIGNER)
    assert "writable" in refused.value.mend
    assert verify_ledger(home, SIGNER).entries == 3


def _append_on_a_full_disk(root: Path) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    home = Home(root=root)
    size = home.ledger.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    people = [f"fingerprint-{n}" for n in range(5_000)]
    try:
        Ledger(home).record(entry(4, people=tuple(people)), people, SIGNER)
    except TransientError:
        os._exit(17)


def test_a_full_disk_refuses_the_entry_and_leaves_the_others(home: Home, ledger: Ledger) -> None:
    full = multiprocessing.get_context("spawn").Process(target=_append_on_a_full_disk, args=(home.root,))
    full.start()
    full.join()
    assert full.exitcode == 17
    assert verify_ledger(home, SIGNER).entries == 3
    assert ledger.find("r-4") is None
    assert ledger.record(entry(4), PEOPLE, SIGNER)


def test_an_entry_tells_the_version_of_its_suites_and_older_ones_are_told_as_before(ledger: Ledger) -> None:
    before = "5 of 5 expectations hold; suites 0f1e2d3c"
    content = entry(2).model_dump(mode="json")
    del content["suites"]
    older = Disclosure.model_validate(content | {"validation": before})
    assert (older.held, older.validation, older.suites) == ("5 of 5 expectations hold", before, "")
    made = entry(4, suites="0f1e2d3c")
    ledger.record(made, PEOPLE, SIGNER)
    found = ledger.find(made.release_id)
    assert found is not None
    assert (found.held, found.suites) == (made.validation, "0f1e2d3c")
