"""The key of workers that take in: what they do with it, and that nothing else comes of it."""

from __future__ import annotations

import base64
import json
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from shield1367.errors import KeyMissingError, StorageError, TerminalError
from shield1367.home import Home
from shield1367.intake.limited import IntakeKeys
from shield1367.intake.quarantine import open_rows
from shield1367.intake.receipt import list_receipts
from shield1367.keys import KeyNotGivenError, Keys, MasterKeyAwayError
from shield1367.protection.registry.rotate import rotate
from shield1367.protection.registry.store import Registry
from shield1367_airflow import keystore, stages
from shield1367_airflow.keystore import load_limited
from tests.protection.site import Desk, a_number

PROJECT = Path(__file__).resolve().parents[2]
INTAKE_KEY_FILE, INTAKE_KEY_CONNECTION = (f"SHIELD1367_INTAKE_KEY_{how}" for how in ("FILE", "CONNECTION"))
MASTER = b"k" * 32
# A cell with a control character: refused, and kept sealed.
REFUSED = {"cases": [{"IDNCASE": "910000001", "ALIEN_NBR": a_number(3) + "\tX"}]}


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return IntakeKeys.write(Keys(MASTER), tmp_path / "intake_key")


def test_what_is_taken_in_with_it_is_what_the_master_key_takes_in(tmp_path: Path, key_file: Path) -> None:
    made = {}
    for name, keys in (("full", Keys(MASTER)), ("limited", IntakeKeys.read(key_file))):
        desk = Desk(Home(root=tmp_path / name), keys)
        desk.deliver("court", REFUSED)
        (receipt,) = list_receipts(desk.home)
        canaries = sorted((desk.home.staged / "court" / "_canaries").rglob("*.parquet"))
        rows = list(open_rows(desk.home, Keys(MASTER), "court", receipt.batch))
        assert rows
        made[name] = (receipt.refusals, rows, [path.read_bytes() for path in canaries])
    assert made["full"] == made["limited"]


def test_it_holds_nothing_but_its_purposes(tmp_path: Path, key_file: Path) -> None:
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    full, keys = Keys(MASTER), IntakeKeys.read(key_file)
    for purpose in IntakeKeys.PURPOSES:
        assert keys.derive(purpose) == full.derive(purpose)
    for purpose in ("registry", "ledger", "release/signing/", "quality", "pseudonym/x/person", ""):
        with pytest.raises(TerminalError) as told:
            keys.derive(purpose)
        assert told.value.code == "E821"
    with pytest.raises(TerminalError):
        Registry(Home(root=tmp_path / "home"), keys)
    assert base64.b64encode(MASTER).decode() not in key_file.read_text() + repr(keys)


def test_after_a_rotation_it_seals_what_the_next_one_seals_anew(
    tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIELD1367_KEY", base64.b64encode(MASTER).decode())
    desk = Desk(Home(root=tmp_path / "home"), IntakeKeys.read(key_file))
    rotate(desk.home)
    desk.deliver("court", REFUSED)
    assert list(open_rows(desk.home, Keys.load(desk.home), "court", "b1"))
    assert rotate(desk.home).quarantined == 1
    assert list(open_rows(desk.home, Keys.load(desk.home), "court", "b1"))


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"purposes": {}}', '{"purposes": {"canary": "!"}}'])
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "intake_key").write_text(content)
    with pytest.raises(KeyMissingError):
        IntakeKeys.read(tmp_path / "intake_key")


def test_tasks_of_the_intake_take_it_and_no_other_task_does(
    tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIELD1367_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(INTAKE_KEY_FILE, str(key_file))
    assert stages.find_batches("court") == []
    # No key was made, none is there to be read: it did without.
    assert not (tmp_path / "home" / "keys").exists()
    with pytest.raises(MasterKeyAwayError, match=INTAKE_KEY_FILE):
        stages.site_of(recipients=[])
    assert not (tmp_path / "home" / "keys").exists()
    monkeypatch.setenv(INTAKE_KEY_FILE, "")
    # Set but empty is a key that was not handed in, and no wish for the master key.
    with pytest.raises(StorageError):
        stages.find_batches("court")


def test_a_connection_may_hold_it(key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INTAKE_KEY_CONNECTION, "intake_key")
    held: dict[str, str | None] = {"intake_key": key_file.read_text()}
    monkeypatch.setattr(keystore, "password_of", held.get)
    assert load_limited(IntakeKeys, Home(root=tmp_path)) == IntakeKeys.read(key_file)
    held["intake_key"] = None
    with pytest.raises(KeyNotGivenError):
        load_limited(IntakeKeys, Home(root=tmp_path))


def test_what_the_cluster_makes_is_the_same(tmp_path: Path) -> None:
    """deploy/make-secrets derives it without this library."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(PROJECT / "deploy/make-secrets", tmp_path / "deploy")
    subprocess.run(["bash", tmp_path / "deploy/make-secrets"], check=True, capture_output=True)
    made = tmp_path / "secrets"
    master = Keys(base64.b64decode((made / "shield1367_key").read_text()))
    ours = IntakeKeys.write(master, tmp_path / "ours")
    assert json.loads((made / "intake_key").read_text()) == json.loads(ours.read_text())
