from __future__ import annotations

import base64
import hmac
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.errors import KeyMissingError, StorageError, TransientError
from shield1367.home import Home
from shield1367.keys import Cipher, Fingerprint, KeyNotGivenError, Keys

MASTER = bytes(range(32))
ENCODED = base64.b64encode(MASTER).decode()
KEYS = Keys(MASTER)


@pytest.fixture(autouse=True)
def _no_key_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of the person who runs the tests are none of theirs."""
    for name in ("SHIELD1367_KEY", "SHIELD1367_KEY_FILE", "SHIELD1367_KEY_CONNECTION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return Home(root=tmp_path / "home")


def test_first_use_makes_a_key_that_only_its_owner_reads_and_later_uses_find_it(home: Home) -> None:
    first = Keys.load(home)
    assert len(first.master) == 32
    assert Keys.load(home) == first
    (path,) = home.keys.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert home.keys.stat().st_mode & 0o077 == 0
    assert Keys.load(Home(root=home.root.with_name("other"))) != first


def test_the_environment_comes_first_and_makes_no_file(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(base64.b64encode(b"f" * 32).decode() + "\n")
    monkeypatch.setenv("SHIELD1367_KEY_FILE", str(tmp_path / "key"))
    assert Keys.load(home).master == b"f" * 32
    monkeypatch.setenv("SHIELD1367_KEY", ENCODED)
    assert Keys.load(home).master == MASTER
    assert not home.keys.exists()


def test_a_store_is_asked_for_the_connection_that_the_environment_names(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stored = {"vault/a": f"{ENCODED}\n"}
    monkeypatch.setenv("SHIELD1367_KEY_CONNECTION", "vault/a")
    keys = Keys.load(home, stored.get)
    assert keys.master == MASTER
    assert not home.keys.exists()
    # What is nearer comes first.
    (tmp_path / "key").write_text(base64.b64encode(b"f" * 32).decode())
    monkeypatch.setenv("SHIELD1367_KEY_FILE", str(tmp_path / "key"))
    assert Keys.load(home, stored.get).master == b"f" * 32
    # Asked again, for whoever runs on while the key is replaced.
    monkeypatch.delenv("SHIELD1367_KEY_FILE")
    stored["vault/a"] = base64.b64encode(b"n" * 32).decode()
    assert keys.reload(home).master == b"n" * 32


def test_without_that_variable_no_store_is_asked(home: Home) -> None:
    asked: list[str] = []
    assert Keys.load(home, lambda name: asked.append(name)) == Keys.load(home)
    assert asked == []


def test_a_store_that_gives_nothing_is_tried_again_and_no_key_is_made(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIELD1367_KEY_CONNECTION", "vault/a")
    with pytest.raises(KeyNotGivenError, match=r"E103 .*connection vault/a") as refused:
        Keys.load(home, {}.get)
    assert isinstance(refused.value, TransientError)
    assert not home.keys.exists()


def test_where_no_store_is_at_hand_the_message_says_what_to_do(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIELD1367_KEY_CONNECTION", "vault/a")
    with pytest.raises(KeyMissingError, match="SHIELD1367_KEY_FILE"):
        Keys.load(home)
    assert not home.keys.exists()


@pytest.mark.parametrize("secret", ["", "   ", "zzz", base64.b64encode(b"k" * 31).decode(), "schlüssel"])
def test_a_store_that_gives_no_key_is_refused_without_quoting_it(
    home: Home, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("SHIELD1367_KEY_CONNECTION", "vault/a")
    with pytest.raises(
        KeyMissingError, match="the password of connection vault/a does not hold a key"
    ) as bad:
        Keys.load(home, {"vault/a": secret}.get)
    assert not secret.strip() or secret not in str(bad.value)


def test_a_name_that_is_empty_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIELD1367_KEY_CONNECTION", "")
    with pytest.raises(KeyMissingError, match="SHIELD1367_KEY_CONNECTION does not hold a key"):
        Keys.load(home, {"": ENCODED}.get)


BAD_KEYS = {
    "empty": "",
    "too short": base64.b64encode(b"k" * 31).decode(),
    "too long": base64.b64encode(b"k" * 33).decode(),
    "no base64": "not a key at all, but thirty-two!",
    "hexadecimal": "ab" * 32,
    "not ASCII": "é" * 44,
}


@pytest.mark.parametrize("encoded", BAD_KEYS.values(), ids=BAD_KEYS)
def test_a_key_that_is_none_is_refused_and_none_made_instead(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoded: str
) -> None:
    monkeypatch.setenv("SHIELD1367_KEY", encoded)
    with pytest.raises(KeyMissingError, match="SHIELD1367_KEY does not hold a key") as caught:
        Keys.load(home)
    assert not encoded or encoded not in str(caught.value)
    monkeypatch.delenv("SHIELD1367_KEY")
    (tmp_path / "key").write_bytes(encoded.encode("latin-1"))
    monkeypatch.setenv("SHIELD1367_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(KeyMissingError, match="does not hold a key"):
        Keys.load(home)
    assert not home.keys.exists()


def test_a_key_file_that_is_named_but_not_there_is_an_error(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHIELD1367_KEY_FILE", str(tmp_path / "absent"))
    with pytest.raises(StorageError, match=r"cannot read .*absent: No such file"):
        Keys.load(home)
    monkeypatch.setenv("SHIELD1367_KEY_FILE", "")
    with pytest.raises(KeyMissingError, match="SHIELD1367_KEY_FILE does not hold a key"):
        Keys.load(home)


def test_a_registry_whose_key_is_gone_gets_no_new_one(home: Home) -> None:
    Keys.load(home)
    home.registry.mkdir()
    (home.keys / "master.key").unlink()
    with pytest.raises(
        KeyMissingError, match=r"registry .* exists but its key .* restore the key from backup"
    ):
        Keys.load(home)
    assert list(home.keys.iterdir()) == []


def test_no_key_shows_in_what_python_prints(home: Home) -> None:
    for shown in (KEYS, KEYS.cipher("a"), KEYS.fingerprint("a")):
        for form in (repr(shown), str(shown), f"{shown}"):
            assert ENCODED not in form
            assert repr(MASTER)[2:-1] not in form
            assert MASTER.hex() not in form


_FIRST_USE = """
import sys, time
from pathlib import Path
from shield1367.home import Home
from shield1367.keys import Keys
start = float(sys.argv[2])
while time.time() < start:
    pass
print(Keys.load(Home(root=Path(sys.argv[1]))).fingerprint("test").of("x"))
"""


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    import time

    start = time.time() + 2.5
    env = {k: v for k, v in os.environ.items() if not k.startswith("SHIELD1367_KEY")}
    env["PYTHONPATH"] = os.pathsep.join(map(str, sys.path))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _FIRST_USE, str(tmp_path / "home"), str(start)],
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    printed = {process.communicate()[0] for process in running}
    assert [process.returncode for process in running] == [0] * 4
    assert len(printed) == 1
    assert [path.name for path in (tmp_path / "home" / "keys").iterdir()] == ["master.key"]


@given(one=st.text(max_size=20), other=st.text(max_size=20))
def test_each_purpose_has_a_key_of_its_own(one: str, other: str) -> None:
    assert (KEYS.derive(one) == KEYS.derive(other)) is (one == other)
    assert len(KEYS.derive(one)) == 32
    assert KEYS.derive(one) != MASTER


def test_derivation_is_hkdf_and_stays_what_it_was() -> None:
    """RFC 5869 with SHA-256, no salt, the purpose as info: another derivation would orphan every home."""
    import hashlib
    import hmac

    extracted = hmac.new(b"\0" * 32, MASTER, hashlib.sha256).digest()
    expanded = hmac.new(extracted, b"pseudonym/x" + b"\x01", hashlib.sha256).digest()
    assert KEYS.derive("pseudonym/x") == expanded


# Whole files and short values are encrypted in different ways, and opened by one method.
WAYS = pytest.mark.parametrize("way", [Cipher.encrypt, Cipher.encrypt_value])
Way = Callable[[Cipher, bytes], bytes]


@WAYS
@given(content=st.binary(max_size=200))
def test_what_is_encrypted_opens_with_its_key_only(way: Way, content: bytes) -> None:
    sealed = way(KEYS.cipher("a"), content)
    assert KEYS.cipher("a").decrypt(sealed) == content
    assert way(KEYS.cipher("a"), content) != sealed
    assert b"\n" not in sealed
    for other in (KEYS.cipher("b"), Keys(b"x" * 32).cipher("a")):
        with pytest.raises(KeyMissingError, match="does not open with this key"):
            other.decrypt(sealed)


@WAYS
@given(at=st.integers(0, 119), content=st.binary(min_size=20, max_size=20))
def test_what_was_changed_does_not_open(way: Way, at: int, content: bytes) -> None:
    sealed = bytearray(way(KEYS.cipher("a"), content))
    at %= len(sealed) - 4  # the last characters of base64 may differ and mean the same
    sealed[at] = ord("A") if sealed[at] != ord("A") else ord("B")
    with pytest.raises(KeyMissingError):
        KEYS.cipher("a").decrypt(bytes(sealed))


@WAYS
@given(kept=st.integers(0, 80), content=st.binary(min_size=20, max_size=20))
def test_what_was_cut_does_not_open(way: Way, kept: int, content: bytes) -> None:
    sealed = way(KEYS.cipher("a"), content)
    with pytest.raises(KeyMissingError):
        KEYS.cipher("a").decrypt(sealed[: min(kept, len(sealed) - 4)])


@WAYS
def test_a_value_names_the_key_of_the_ring_it_was_made_with(way: Way) -> None:
    older, newer = Cipher({"": b"o" * 32}), Cipher({"": b"o" * 32, "k2": b"n" * 32})
    assert newer.decrypt(way(older, b"Paz")) == b"Paz"
    assert newer.is_present(way(newer, b"Paz"))
    assert not newer.is_present(way(older, b"Paz"))
    with pytest.raises(KeyMissingError):
        older.decrypt(way(newer, b"Paz"))


@given(one=st.lists(st.text(st.characters(codec="ascii", min_codepoint=32)), min_size=1, max_size=3),
       other=st.lists(st.text(st.characters(codec="ascii", min_codepoint=32)), min_size=1, max_size=3))  # fmt: skip
def test_fingerprints_are_equal_for_equal_values_only(one: list[str], other: list[str]) -> None:
    mark = KEYS.fingerprint("a")
    assert (mark.of(*one) == mark.of(*other)) is (one == other)
    assert mark.of(*one) != KEYS.fingerprint("b").of(*one)
    assert len(mark.of(*one)) == 32


@given(st.binary(max_size=100), st.lists(st.text(max_size=20), min_size=1, max_size=3))
def test_a_fingerprint_is_the_hmac_that_the_standard_library_makes(key: bytes, parts: list[str]) -> None:
    expected = hmac.digest(key, "\x1f".join(parts).encode(), "sha256").hex()[:32]
    fingerprint = Fingerprint(key)
    assert fingerprint.of(*parts) == expected
    assert fingerprint.of(*parts) == expected  # the first call has left nothing behind
    for cut in range(len(parts)):
        assert fingerprint.after(*parts[:cut])(*parts[cut:]) == expected
