from __future__ import annotations

import base64
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.backup import (
    BackupKeyError,
    DamagedBackupError,
    NotEmptyError,
    make_backup,
    restore_backup,
)
from shield1367.backup.sealed import PIECE, OpeningReader, SealingWriter
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.registry.store import Registry
from shield1367.protection.registry.tables import METADATA
from shield1367.protection.snapshot import take_snapshot
from shield1367.release.ledger import Ledger, verify_ledger
from shield1367.release.publish import publish
from shield1367.release.signing import Signer
from tests.protection import postgres
from tests.protection.site import DAY
from tests.release.releases import Making

KEY = bytes(range(32))
WRITER = """
import sys
from pathlib import Path
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.release.ledger import Ledger, NoticeKind, now
from shield1367.release.signing import Signer
home = Home(root=Path(sys.argv[1]))
signer = Signer.of(home, Keys(b"k" * 32))
while True:
    Ledger(home).notice(
        sys.argv[2], NoticeKind.CLOCK, by="somebody", reference="r", recorded_at=now(), signer=signer
    )
    print("added", flush=True)
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Making:
    """One release to the county, with the master key where the embedded default has it."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "keys").mkdir(mode=0o700)
    (folder / "keys/master.key").write_bytes(base64.b64encode(b"k" * 32))
    making = Making.at(folder).redact().prove()
    making.plan.write(making.home.plans / making.plan.recipient / making.plan.release_id)
    publish(making.home, making.desk.keys, making.work, making.profile)
    return making


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Cluster]:
    yield from postgres.cluster()


def in_utc(value: object) -> object:
    """SQLite gives times without their zone."""
    if not isinstance(value, datetime):
        return value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def rows_of(registry: Registry) -> dict[str, list[tuple[object, ...]]]:
    with registry.reading() as connection:
        return {
            table.name: sorted(
                (tuple(map(in_utc, row)) for row in connection.execute(sa.select(table))), key=repr
            )
            for table in METADATA.sorted_tables
        }


def test_an_empty_home_gets_everything_back(published: Making, tmp_path: Path) -> None:
    made = make_backup(published.home, tmp_path / "b", KEY)
    home = Home(root=tmp_path / "restored")
    done = restore_backup(home, tmp_path / "b", KEY)

    assert done.contents == made.contents
    keys = Keys.load(home)
    assert verify_ledger(home, Signer.of(home, keys)).entries == done.verified == 1
    entry = Ledger(home).find(published.plan.release_id)
    assert entry == Ledger(published.home).find(published.plan.release_id)
    registry, before = Registry(home, keys), published.desk.registry
    statuses = take_snapshot(registry, DAY).statuses
    assert statuses == take_snapshot(before, DAY).statuses
    # Sealed values open, not just lie there.
    assert registry.identities(statuses) == before.identities(statuses)
    for path in published.home.registry.glob("links/**/*.parquet"):
        assert (home.registry / path.relative_to(published.home.registry)).read_bytes() == path.read_bytes()
    # The plan of an earlier release is what an audit in a year needs.
    assert (home.plans / published.plan.recipient / published.plan.release_id / "plan.json").exists()
    # What can be made again, and what recipients have, is not in it.
    assert not home.staged.exists()
    assert not home.released.exists()


def test_nothing_in_it_can_be_read_without_its_key(published: Making, tmp_path: Path) -> None:
    make_backup(published.home, tmp_path / "b", KEY)
    content = (tmp_path / "b").read_bytes()
    for word in (b"SQLite format", b"ledger", published.plan.release_id.encode(), b"county"):
        assert word not in content
    with pytest.raises(BackupKeyError):
        restore_backup(Home(root=tmp_path / "r"), tmp_path / "b", b"x" * 32)


@pytest.mark.parametrize("damage", ["cut", "middle", "end", "exchanged", "other"])
def test_a_damaged_backup_puts_nothing_in_its_place(published: Making, tmp_path: Path, damage: str) -> None:
    # Enough that there are several pieces.
    (published.home.root / "quality").mkdir(exist_ok=True)
    (published.home.root / "quality/big.json").write_bytes(os.urandom(3 * PIECE))
    make_backup(published.home, tmp_path / "b", KEY)
    content = bytearray((tmp_path / "b").read_bytes())
    piece = PIECE + 16
    head = len(content) - (len(content) - 36) // piece * piece - (len(content) - 36) % piece
    match damage:
        case "cut":
            del content[head + 2 * piece :]
        case "middle":
            content[head + piece + 7] ^= 1
        case "end":
            content[-1] ^= 1
        case "exchanged":
            one, two = slice(head + piece, head + 2 * piece), slice(head + 2 * piece, head + 3 * piece)
            content[one], content[two] = content[two], content[one]
        case _:
            content = bytearray(b"PK\x03\x04" + bytes(content))
    (tmp_path / "b").write_bytes(content)
    home = Home(root=tmp_path / "r")
    with pytest.raises(DamagedBackupError):
        restore_backup(home, tmp_path / "b", KEY)
    assert not home.ledger.exists()
    assert not home.keys.exists()
    # And the next, whole one goes in without anybody tidying up.
    make_backup(published.home, tmp_path / "b", KEY)
    assert restore_backup(home, tmp_path / "b", KEY).verified == 1


def test_nothing_is_restored_over_anything(published: Making, tmp_path: Path) -> None:
    make_backup(published.home, tmp_path / "b", KEY)
    copy = Home(root=tmp_path / "copy")
    shutil.copytree(published.home.root, copy.root)
    with pytest.raises(NotEmptyError, match="ledger"):
        restore_backup(copy, tmp_path / "b", KEY)


def test_a_backup_may_be_made_while_entries_are_added(published: Making, tmp_path: Path) -> None:
    home = Home(root=tmp_path / "busy")
    shutil.copytree(published.home.root, home.root)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home.root), published.plan.release_id],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sys.path))},
        stdout=subprocess.PIPE,
    )
    try:
        assert writer.stdout
        writer.stdout.readline()
        counted = [make_backup(home, tmp_path / f"b{n}", KEY).contents.disclosures for n in range(3)]
        assert writer.poll() is None, "it was to write meanwhile"
    finally:
        writer.kill()
        writer.communicate()
    assert 1 < counted[0] < counted[2]
    for number, entries in enumerate(counted):
        restored = Home(root=tmp_path / f"r{number}")
        assert restore_backup(restored, tmp_path / f"b{number}", KEY).verified == entries


def test_a_registry_goes_from_a_file_to_a_server_and_back(
    published: Making, server: postgres.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = rows_of(published.desk.registry)
    make_backup(published.home, tmp_path / "b", KEY)
    on_server = Home(root=tmp_path / "on-server")
    monkeypatch.setenv("SHIELD1367_REGISTRY_URL", server.new_database())
    restore_backup(on_server, tmp_path / "b", KEY)
    registry = Registry(on_server, Keys.load(on_server))
    assert rows_of(registry) == wanted
    assert not (on_server.registry / "registry.sqlite").exists()
    # Numbers go on where they stopped.
    with registry.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO question (asked_at, asked_by, question) VALUES (now(), 'somebody', 'explain')"
        )
    with pytest.raises(NotEmptyError):
        restore_backup(Home(root=tmp_path / "again"), tmp_path / "b", KEY)

    make_backup(on_server, tmp_path / "c", KEY)
    monkeypatch.delenv("SHIELD1367_REGISTRY_URL")
    back = Home(root=tmp_path / "back")
    restore_backup(back, tmp_path / "c", KEY)
    found = rows_of(Registry(back, Keys.load(back)))
    assert {name: rows for name, rows in found.items() if name != "question"} == {
        name: rows for name, rows in wanted.items() if name != "question"
    }
    assert len(found["question"]) == len(wanted["question"]) + 1


def test_a_ledger_goes_from_a_file_to_a_server_and_back(
    published: Making, server: postgres.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Ledger(published.home).raw()
    make_backup(published.home, tmp_path / "b", KEY)
    on_server = Home(root=tmp_path / "on-server")
    monkeypatch.setenv("SHIELD1367_LEDGER_URL", server.new_database())
    assert restore_backup(on_server, tmp_path / "b", KEY).verified == len(wanted)
    assert not on_server.ledger.exists()
    assert Ledger(on_server).raw() == wanted
    with pytest.raises(NotEmptyError, match="LEDGER_URL"):
        restore_backup(Home(root=tmp_path / "again"), tmp_path / "b", KEY)

    assert make_backup(on_server, tmp_path / "c", KEY).contents.disclosures == len(wanted)
    monkeypatch.delenv("SHIELD1367_LEDGER_URL")
    back = Home(root=tmp_path / "back")
    assert restore_backup(back, tmp_path / "c", KEY).verified == len(wanted)
    assert Ledger(back).raw() == wanted


@settings(max_examples=15, deadline=None)
@given(
    content=st.binary(max_size=200),
    repeats=st.sampled_from([1, PIECE // 100, PIECE // 50]),
    cut=st.integers(min_value=0, max_value=3 * PIECE),
)
def test_what_is_sealed_opens_whole_or_not_at_all(content: bytes, repeats: int, cut: int) -> None:
    sealed = io.BytesIO()
    writer = SealingWriter(sealed, KEY)
    for _ in range(repeats):
        writer.write(content)
    writer.finish()
    assert OpeningReader(io.BytesIO(sealed.getvalue()), KEY).readall() == content * repeats
    if cut < len(sealed.getvalue()):
        with pytest.raises((DamagedBackupError, BackupKeyError)):
            OpeningReader(io.BytesIO(sealed.getvalue()[:cut]), KEY).readall()
