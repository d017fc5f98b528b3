"""``shield1367 keys``: on a home whose registry holds something."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path

import pytest

from shield1367.config.key_file import LimitedKeys
from shield1367.desk.limited import DeskKeys
from shield1367.errors import KeyMissingError
from shield1367.home import Home
from shield1367.intake.limited import IntakeKeys
from shield1367.keys import Keys
from shield1367.protection.registry.store import Registry
from shield1367.redaction.limited import RedactionKeys
from tests.cli.conftest import Command


@pytest.fixture
def home(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A copy of a finished home, with a key of its own under it."""
    shutil.copytree(finished, tmp_path / "home")
    monkeypatch.setenv("SHIELD1367_HOME", str(tmp_path / "home"))
    return Home(root=tmp_path / "home")


def names(home: Home) -> list[object]:
    return [person.values for person in Registry(home, Keys.load(home)).identities({})]


def test_rotate_seals_everything_anew_and_says_how_much(shield1367: Command, home: Home) -> None:
    before = names(home)
    done = shield1367("keys", "rotate", "--json")
    content = json.loads(done.out)
    assert done.code == 0
    assert content["values"] > len(before) > 0
    assert content["keys_that_open"] == 1
    assert Keys.load(home).sealing[-1].id == content["key"]
    assert names(home) == before


def test_the_key_handed_in_is_replaced_in_two_steps(
    shield1367: Command, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names(home)
    new = base64.b64encode(b"n" * 32).decode()
    (tmp_path / "new.key").write_text(new)
    done = shield1367("keys", "rotate", "--new-key-file", tmp_path / "new.key")
    assert done.code == 0
    assert "once more" in done.out
    assert new not in done.out
    monkeypatch.setenv("SHIELD1367_KEY_FILE", str(tmp_path / "new.key"))
    assert shield1367("keys", "rotate").code == 0
    assert names(home) == before
    monkeypatch.delenv("SHIELD1367_KEY_FILE")
    refused = shield1367("keys", "rotate")
    assert refused.code == 1
    assert "Mend: " in refused.err


def test_a_file_that_holds_no_key_is_refused_and_nothing_changed(
    shield1367: Command, home: Home, tmp_path: Path
) -> None:
    (tmp_path / "bad.key").write_text("not a key")
    done = shield1367("keys", "rotate", "--new-key-file", tmp_path / "bad.key")
    assert done.code == 1
    assert "does not hold a key" in done.err
    assert not (home.keys / "ring.json").exists()


@pytest.mark.parametrize("kind", [DeskKeys, IntakeKeys, RedactionKeys])
def test_a_key_for_one_thing_alone_is_derived(
    shield1367: Command, home: Home, tmp_path: Path, kind: type[LimitedKeys]
) -> None:
    done = shield1367("keys", kind.NAME, "--out", tmp_path / "made", "--json")
    assert (done.code, json.loads(done.out)) == (0, {"written": str(tmp_path / "made")})
    made, keys = kind.read(tmp_path / "made"), Keys.load(home)
    assert made.purposes == {purpose: keys.derive(purpose) for purpose in kind.PURPOSES}
    text = (tmp_path / "made").read_text()
    assert text not in done.out
    assert not any(base64.b64encode(keys.derive(purpose)).decode() in done.out for purpose in kind.PURPOSES)
    # One is none of another kind.
    for other in {DeskKeys, IntakeKeys, RedactionKeys} - {kind}:
        with pytest.raises(KeyMissingError, match=f"shield1367 keys {other.NAME}"):
            other.read(tmp_path / "made")


def test_a_rotation_says_that_the_key_of_the_redaction_is_made_anew(
    shield1367: Command, home: Home, tmp_path: Path
) -> None:
    assert "shield1367 keys redaction --out FILE" in shield1367("keys", "rotate").out
    assert shield1367("keys", "redaction", "--out", tmp_path / "made").code == 0
    (ring,) = Keys.load(home).sealing
    assert RedactionKeys.read(tmp_path / "made").of_ring.keys() == {ring.id}


def test_the_signing_key_is_exported_and_renewed_and_old_releases_still_verify(
    shield1367: Command, home: Home, tmp_path: Path
) -> None:
    before = json.loads(shield1367("keys", "public", "--json").out)
    assert before["earlier"] == []
    after = json.loads(shield1367("keys", "rotate-signing", "--json").out)
    assert after["earlier"] == [before["key"]] != [after["key"]]
    done = shield1367("keys", "public", "--out", tmp_path / "keys.pem")
    assert after["key"] in done.out
    assert "PRIVATE" not in (tmp_path / "keys.pem").read_text()
    release = next((home.released / "county-analytics").iterdir())
    verified = json.loads(shield1367("verify", release, "--key", tmp_path / "keys.pem", "--json").out)
    assert verified["key"] == before["key"]
    assert shield1367("ledger", "verify").code == 0
