"""Rotation: everything sealed anew, nobody forgotten, nothing unreadable at any moment."""

from __future__ import annotations

import base64

import pytest
import sqlalchemy as sa

from shield1367.errors import KeyMissingError
from shield1367.identities import Identity
from shield1367.intake.quarantine import ROWS, open_rows
from shield1367.keyring import RING
from shield1367.keys import Keys
from shield1367.protection.registry import store as module
from shield1367.protection.registry import tables
from shield1367.protection.registry.rotate import RotationResult, SameKeyError, rotate
from shield1367.protection.registry.store import Registry
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status
from tests.protection.site import Desk, a_number, application, encounter

VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}
OLD, NEW = b"k" * 32, b"n" * 32


def hand_in(key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIELD1367_KEY", base64.b64encode(key).decode())


@pytest.fixture
def filled(database: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A registry with values, evidence and a row in quarantine."""
    hand_in(OLD, monkeypatch)
    desk.deliver("benefits", {"applications": [application(1, **VICTIM), application(2), application(3)]})
    desk.deliver("court", {"cases": [{"IDNCASE": "910000001", "ALIEN_NBR": a_number(3) + "\tX"}]})
    desk.judge()
    return desk


def turn(desk: Desk, *, new_key: bytes | None = None) -> RotationResult:
    """Rotate, and go on with the keys as they are then."""
    done = rotate(desk.home, new_key=new_key)
    desk.keys = Keys.load(desk.home)
    return done


def sealed_with(desk: Desk) -> set[str]:
    """Ids of the keys that anything is sealed with; empty for the master key."""
    columns = (tables.VALUE.c.sealed, tables.EVIDENCE.c.sealed_code)
    found = [row[0] for column in columns for row in desk.registry.rows(sa.select(column))]
    for path in desk.home.quarantine.glob(f"*/*/{ROWS}"):
        found += path.read_bytes().splitlines()
    return {bytes(content).rpartition(b":")[0].decode() for content in found if content is not None}


def people(desk: Desk) -> dict[str, Identity]:
    return {i.person_id: i for i in desk.registry.identities(desk.snapshot().statuses)}


def test_everything_is_sealed_anew_and_everybody_is_who_they_were(filled: Desk) -> None:
    before = (
        people(filled),
        filled.snapshot().digest,
        list(open_rows(filled.home, filled.keys, "court", "b1")),
    )
    assert sealed_with(filled) == {""}
    done = turn(filled)
    assert sealed_with(filled) == {done.key}
    assert done.values >= len(filled.registry.rows(sa.select(tables.VALUE)))
    assert done.quarantined == 1
    after = people(filled), filled.snapshot().digest, list(open_rows(filled.home, filled.keys, "court", "b1"))
    assert after == before
    assert before[2]
    # The old key alone opens none of it.
    old = Keys(OLD).cipher("registry")
    for row in filled.registry.rows(sa.select(tables.VALUE.c.sealed)):
        with pytest.raises(KeyMissingError):
            old.decrypt(row.sealed)


def test_values_that_an_earlier_version_sealed_are_read_and_sealed_anew(
    filled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until version 0006 every value of the registry was a token of Fernet."""
    before = people(filled)
    cipher = Keys(OLD).cipher("registry")
    with filled.registry.transaction() as connection:
        for row in connection.execute(sa.select(tables.VALUE)).all():
            old = cipher.encrypt(cipher.decrypt(row.sealed))
            same = (tables.VALUE.c[key.name] == row._mapping[key.name] for key in tables.VALUE.primary_key)
            connection.execute(sa.update(tables.VALUE).where(*same).values(sealed=old))
    assert people(filled) == before
    turn(filled)
    assert people(filled) == before


def test_what_comes_after_a_rotation_is_about_the_same_people(filled: Desk) -> None:
    turn(filled)
    filled.deliver("enforcement", {"encounters": [encounter(1), encounter(2)]})
    assert filled.judge().people == 3
    assert [filled.status(a_number(n)) for n in (1, 2)] == [Status.PROTECTED, Status.CLEAR]
    assert Rule.REFUSED_ROW in filled.rules(a_number(3))


def test_a_rotation_that_is_killed_leaves_everything_readable_and_is_run_again(
    filled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = people(filled)
    monkeypatch.setattr(module, "_RESEALED_AT_ONCE", 5)
    original, calls = Registry.reseal, []

    def killed(self: Registry, *args: object, **named: object) -> object:
        calls.append(args)
        if len(calls) > 2:
            raise KeyboardInterrupt
        return original(self, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Registry, "reseal", killed)
    with pytest.raises(KeyboardInterrupt):
        rotate(filled.home)
    monkeypatch.setattr(Registry, "reseal", original)
    filled.keys = Keys.load(filled.home)
    half = sealed_with(filled)
    assert len(half) == 2
    assert people(filled) == before
    done = turn(filled)
    assert sealed_with(filled) == {done.key}
    assert people(filled) == before


def test_what_an_older_process_seals_meanwhile_stays_readable(filled: Desk) -> None:
    older = Keys.load(filled.home)
    turn(filled)
    filled.deliver("benefits", {"applications": [application(4)]}, batch="b2")
    present, filled.keys = filled.keys, older
    filled.judge()
    filled.keys = present
    assert (a_number(4),) in {i.values.get("a_number") for i in people(filled).values()}
    assert len(sealed_with(filled)) == 2
    done = turn(filled)
    assert sealed_with(filled) == {done.key}


def test_another_key_is_handed_in_step_by_step(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = people(filled)
    assert turn(filled, new_key=NEW).keys_that_open == 2
    assert people(filled) == before
    hand_in(NEW, monkeypatch)
    filled.keys = Keys.load(filled.home)
    assert people(filled) == before
    assert turn(filled).keys_that_open == 1
    assert people(filled) == before
    hand_in(OLD, monkeypatch)
    with pytest.raises(KeyMissingError, match=r"ring\.json does not open"):
        Keys.load(filled.home)
    with pytest.raises(KeyMissingError):
        rotate(filled.home)


def test_a_rotation_with_the_older_of_two_keys_does_not_shut_out_the_newer(
    filled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn(filled, new_key=NEW)
    assert turn(filled).keys_that_open == 2
    hand_in(NEW, monkeypatch)
    assert Keys.load(filled.home) == filled.keys


def test_the_key_in_use_is_no_new_key(filled: Desk) -> None:
    with pytest.raises(SameKeyError):
        rotate(filled.home, new_key=OLD)
    assert not (filled.home.keys / RING).exists()


def test_the_ring_shows_no_key_and_only_its_owner_reads_it(filled: Desk) -> None:
    turn(filled)
    path = filled.home.keys / RING
    secrets = [OLD, *(key.secret for key in filled.keys.sealing)]
    assert not [secret for secret in secrets if base64.b64encode(secret).decode() in path.read_text()]
    assert not [secret for secret in secrets if repr(secret)[2:-1] in repr(filled.keys)]
    assert path.stat().st_mode & 0o077 == 0


def test_a_home_without_its_ring_says_that_a_key_is_missing(filled: Desk) -> None:
    turn(filled)
    (filled.home.keys / RING).unlink()
    with pytest.raises(KeyMissingError):
        Registry(filled.home, Keys.load(filled.home)).identities({})


@pytest.mark.parametrize("damage", ["{}", '{"format": 1, "holders": [], "keys": ""}', "[]"])
def test_a_damaged_ring_is_refused(filled: Desk, damage: str) -> None:
    turn(filled)
    (filled.home.keys / RING).write_text(damage)
    with pytest.raises(KeyMissingError, match="restore the file"):
        Keys.load(filled.home)


def test_a_running_process_asks_the_store_again_for_a_key_that_was_replaced(
    filled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHIELD1367_KEY")
    monkeypatch.setenv("SHIELD1367_KEY_CONNECTION", "vault/a")
    stored = {"vault/a": base64.b64encode(OLD).decode()}
    running = Registry(filled.home, Keys.load(filled.home, stored.get))
    before = running.identities(filled.snapshot().statuses)
    hand_in(OLD, monkeypatch)
    turn(filled, new_key=NEW)
    hand_in(NEW, monkeypatch)
    turn(filled)
    monkeypatch.delenv("SHIELD1367_KEY")
    stored["vault/a"] = base64.b64encode(NEW).decode()
    assert running.identities(filled.snapshot().statuses) == before
