"""The ledger in PostgreSQL: what holds of it in a file holds there, too."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shield1367.errors import TransientError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.release.ledger import Ledger, LedgerBrokenError, is_begun, server, verify_ledger
from shield1367.release.ledger.browse import Listed, disclosures_between
from shield1367.release.ledger.heads import heads_path
from shield1367.release.ledger.opening import URL, LedgerAddressError
from shield1367.release.ledger.server import SCHEMA, ServerSession
from shield1367.release.signing import Signer
from tests.protection import postgres
from tests.release.test_ledger import PEOPLE, SIGNER, TAMPERED, entry, rewrite


@pytest.fixture(scope="module")
def machine() -> Iterator[postgres.Cluster]:
    yield from postgres.cluster()


@pytest.fixture
def address(machine: postgres.Cluster, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database, which the environment names; as the driver takes it."""
    url = machine.new_database()
    monkeypatch.setenv(URL, url)
    return url.replace("+psycopg", "")


@pytest.fixture
def home(tmp_path: Path, address: str) -> Home:
    return Home(root=tmp_path)


@pytest.fixture
def ledger(home: Home) -> Ledger:
    """A ledger of three entries."""
    made = Ledger(home)
    for number in (1, 2, 3):
        made.record(entry(number), PEOPLE, SIGNER)
    return made


def as_owner(address: str, *statements: str) -> None:
    with psycopg.connect(address) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture
def tamper(address: str, ledger: Ledger) -> Callable[..., None]:
    """Lets somebody who owns the tables change them, triggers aside."""

    def change(how: Callable[..., None], *arguments: Any) -> None:
        with psycopg.connect(address) as connection:
            connection.execute(f"SET search_path = {SCHEMA}, pg_catalog".encode())
            for table in ("disclosure", "held_person", "checkpoint"):
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
            how(ServerSession(connection), *arguments)

    return change


def test_nothing_is_there_and_nothing_is_made_by_reading(home: Home) -> None:
    assert not is_begun(home)
    assert Ledger(home).entries() == []
    assert verify_ledger(home, SIGNER).entries == 0
    assert not is_begun(home)


def test_it_answers_as_one_in_a_file_does(
    home: Home, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ledger.record(
        entry(4, recipient="university", recorded_at="2026-09-02T12:00:00+00:00"), PEOPLE, SIGNER
    )
    assert not ledger.record(entry(2, purpose="another"), ("fingerprint-c",), SIGNER)

    def answers(of: Home) -> list[Any]:
        asked = Ledger(of)
        pages: list[list[Listed]] = list(disclosures_between(of, after=1, until=4))
        return [
            asked.entries(), asked.find("r-2"), asked.find("r-9"), asked.raw(), asked.case_events(),
            asked.between("2026-09-01T00:00:00+00:00", "2026-09-02T00:00:00+00:00"),
            asked.of_recipient("university"), asked.last_of_each(), asked.notices(), asked.people_of("r-1"),
            asked.held_in(("fingerprint-a", "fingerprint-z")), asked.who_received("fingerprint-b"), pages,
            verify_ledger(of, SIGNER), heads_path(of).read_text(),
        ]  # fmt: skip

    found = answers(home)
    assert found[7] == {"county": "2026-09-01T12:00:00+00:00", "university": "2026-09-02T12:00:00+00:00"}
    monkeypatch.delenv(URL)
    in_file = Home(root=tmp_path / "in-file")
    for _, made in found[0]:
        Ledger(in_file).record(made, PEOPLE, SIGNER)
    assert answers(in_file) == found
    assert not home.ledger.exists()


REFUSED = (
    "UPDATE {0}.disclosure SET entry = '{{}}'",
    "DELETE FROM {0}.held_person",
    "TRUNCATE {0}.disclosure CASCADE",
    "TRUNCATE {0}.checkpoint",
    "UPDATE {0}.checkpoint SET key = ''",
    "INSERT INTO {0}.disclosure VALUES (9, 'r-9', '{{}}', '', '')",
    "INSERT INTO {0}.held_person VALUES ('r-1', 'fingerprint-z')",
    "INSERT INTO {0}.checkpoint SELECT 2, '', key, signature FROM {0}.checkpoint LIMIT 1",
    "INSERT INTO {0}.disclosure SELECT * FROM {0}.disclosure WHERE sequence = 2"
    " ON CONFLICT (sequence) DO UPDATE SET entry = ''",
)


# One test for each of the two lists: a database of its own for every line of them would cost half a minute.
def test_the_database_refuses_every_change_of_the_tables_owner_and_of_a_replica(
    home: Home, ledger: Ledger, address: str
) -> None:
    for statement in REFUSED:
        for role in ("origin", "replica"):
            with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                as_owner(address, f"SET session_replication_role = {role}", statement.format(SCHEMA))
    assert verify_ledger(home, SIGNER).entries == 3


def test_whatever_is_changed_around_the_triggers_is_found_by_its_number(
    home: Home, tamper: Callable[..., None], address: str
) -> None:
    tables = ("disclosure", "held_person", "checkpoint")
    as_owner(address, *(f"CREATE TABLE kept_{table} AS TABLE {SCHEMA}.{table}" for table in tables))

    def put_back(session: ServerSession) -> None:
        for table in ("held_person", "checkpoint", "disclosure"):
            session.execute(f"DELETE FROM {table}")
        for table in tables:
            session.execute(f"INSERT INTO {table} SELECT * FROM public.kept_{table}")

    for how, found_at in TAMPERED:
        tamper(how)
        with pytest.raises(LedgerBrokenError, match=rf"entry {found_at} "):
            verify_ledger(home, SIGNER)
        tamper(put_back)
    Ledger(home).checkpoint(SIGNER)
    assert verify_ledger(home, SIGNER).entries == 3


def test_a_chain_written_anew_is_told_by_its_heads_and_without_them_by_its_signatures(
    home: Home, tamper: Callable[..., None]
) -> None:
    tamper(rewrite, 2)
    with pytest.raises(LedgerBrokenError, match="entry 2 is another one than was recorded: the ledger forks"):
        verify_ledger(home, SIGNER)
    heads_path(home).unlink()
    with pytest.raises(LedgerBrokenError, match="entry 2 was changed and hashed anew"):
        verify_ledger(home, SIGNER)


def test_triggers_that_are_gone_or_idle_are_told_and_put_back(
    home: Home, ledger: Ledger, address: str
) -> None:
    for statement in (
        "DROP TRIGGER disclosure_is_final ON {0}.disclosure",
        "ALTER TABLE {0}.held_person DISABLE TRIGGER held_person_stays",
        "ALTER TABLE {0}.checkpoint ENABLE TRIGGER checkpoint_is_never_emptied",
        "CREATE OR REPLACE FUNCTION {0}.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ):
        as_owner(address, statement.format(SCHEMA))
        with pytest.raises(LedgerBrokenError, match="trigger"):
            verify_ledger(home, SIGNER)
        ledger.checkpoint(SIGNER)
        assert verify_ledger(home, SIGNER).entries == 3


def test_a_database_exchanged_for_an_empty_one_is_no_empty_ledger(
    home: Home, ledger: Ledger, machine: postgres.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL, machine.new_database())
    for ask in (ledger.entries, lambda: verify_ledger(home, SIGNER)):
        with pytest.raises(LedgerBrokenError, match="removed"):
            ask()
    with pytest.raises(LedgerBrokenError, match="cut off"):
        ledger.record(entry(4), PEOPLE, SIGNER)


def test_a_table_that_is_gone_is_an_incident(home: Home, ledger: Ledger, address: str) -> None:
    as_owner(address, f"DROP TABLE {SCHEMA}.held_person")
    with pytest.raises(LedgerBrokenError, match="42P01"):
        verify_ledger(home, SIGNER)


def test_a_server_that_takes_no_writes_refuses_the_entry(home: Home, ledger: Ledger, address: str) -> None:
    name = address.rpartition("/")[2]
    as_owner(address, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(TransientError, match="25006") as refused:
        ledger.record(entry(4), PEOPLE, SIGNER)
    assert "takes writes" in refused.value.mend
    assert verify_ledger(home, SIGNER).entries == 3


def test_a_ledger_held_by_somebody_else_is_tried_again_later(
    home: Home, ledger: Ledger, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "WAIT_SECONDS", 0.1)
    with psycopg.connect(address) as other:
        other.execute("SELECT pg_advisory_xact_lock(13670002)")
        with pytest.raises(TransientError, match="55P03"):
            ledger.record(entry(4), PEOPLE, SIGNER)
        # Whoever reads is kept waiting by nobody.
        assert verify_ledger(home, SIGNER).entries == 3
    assert ledger.record(entry(4), PEOPLE, SIGNER)


def test_an_entry_that_fails_half_way_leaves_nothing(home: Home, ledger: Ledger) -> None:
    def people() -> Iterator[str]:
        yield "fingerprint-a"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.record(entry(4), people(), SIGNER)
    assert ledger.find("r-4") is None
    assert ledger.record(entry(4), PEOPLE, SIGNER)


def test_a_server_that_is_not_there_is_said_and_its_password_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL, "postgresql+psycopg://ledger:pass-word@127.0.0.1:1/ledger")
    with pytest.raises(TransientError) as refused:
        Ledger(Home(root=tmp_path)).record(entry(1), PEOPLE, SIGNER)
    assert "pass-word" not in str(refused.value) + refused.value.mend


@pytest.mark.parametrize("url", ["sqlite:///ledger.sqlite", "postgresql", "mysql://u:pass-word@h/d"])
def test_an_address_of_anything_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(URL, url)
    with pytest.raises(LedgerAddressError) as refused:
        Ledger(Home(root=tmp_path)).entries()
    assert refused.value.code == "E820"
    assert "pass-word" not in str(refused.value)


def _write(root: Path, writers: int, each: int) -> None:
    # What they need is loaded once; each then writes as a process of its own.
    children = []
    for number in range(writers):
        if (child := os.fork()) == 0:
            failed = 1
            try:
                for count in range(each):
                    made = entry(100 * number + count)
                    Ledger(Home(root=root)).record(made, PEOPLE, Signer(Keys(b"k" * 32), ("",)))
                failed = 0
            finally:
                os._exit(failed)
        children.append(child)
    os._exit(sum(os.waitpid(child, 0)[1] != 0 for child in children))


def test_appends_of_eight_processes_lose_nothing(home: Home) -> None:
    writing = multiprocessing.get_context("spawn").Process(target=_write, args=(home.root, 8, 5))
    writing.start()
    writing.join()
    assert writing.exitcode == 0
    assert verify_ledger(home, SIGNER).entries == 40
    assert {found.release_id for _, found in Ledger(home).entries()} == {
        f"r-{100 * number + count}" for number in range(8) for count in range(5)
    }
