"""A signed package: whatever is done to it afterwards is told, with the public key alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.release import verify as module
from shield1367.release.publish import publish
from shield1367.release.signing import PUBLISHED, Signer, rotate_signing_key
from shield1367.release.verify import ENVELOPE, MANIFEST, NotVerifiedError, verify_package
from tests.cli.conftest import Command
from tests.cli.conftest import shield1367 as shield1367
from tests.release.releases import Making


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Making:
    making = Making.at(tmp_path_factory.mktemp("made")).redact().prove()
    publish(making.home, making.desk.keys, making.work, making.profile)
    return making


@pytest.fixture
def package(made: Making, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made.released, tmp_path / "county" / made.released.name))


@pytest.fixture
def pem(made: Making) -> bytes:
    return (made.home.released / PUBLISHED).read_bytes()


def data(package: Path) -> Path:
    return min(package.rglob("*.csv"))


def test_what_was_signed_verifies(made: Making, package: Path, pem: bytes) -> None:
    done = verify_package(package, pem)
    assert done.release_id == made.plan.release_id
    assert done.key == Signer.of(made.home, made.desk.keys).key_id
    assert done.files == len(list(package.rglob("*.csv")))


def extra(package: Path) -> None:
    (package / "data" / "notes.txt").write_text("x")


def missing(package: Path) -> None:
    data(package).unlink()


def renamed(package: Path) -> None:
    data(package).rename(data(package).with_name("part-00009.csv"))


def truncated(package: Path) -> None:
    os.truncate(data(package), 10)


def flipped(package: Path) -> None:
    content = bytearray(data(package).read_bytes())
    content[-3] ^= 1
    data(package).write_bytes(content)


def symlinked(package: Path) -> None:
    elsewhere = package.parent / "same.csv"
    data(package).rename(elsewhere)
    (package / "data" / "enforcement.encounters" / "part-00000.csv").symlink_to(elsewhere)


def linked_folder(package: Path) -> None:
    (package / "data").rename(package.parent / "data")
    (package / "data").symlink_to(package.parent / "data")


def piped(package: Path) -> None:
    os.mkfifo(package / "pipe")


def bomb(package: Path) -> None:
    # A terabyte that takes no room: read through it would take hours.
    os.truncate(data(package), 1 << 40)


def edited_manifest(package: Path) -> None:
    path = package / MANIFEST
    path.write_text(path.read_text().replace('"purpose": "', '"purpose": "any '))


def huge_manifest(package: Path) -> None:
    os.truncate(package / MANIFEST, 1 << 40)


def unsigned(package: Path) -> None:
    (package / ENVELOPE).unlink()


def without_signatures(package: Path) -> None:
    envelope = json.loads((package / ENVELOPE).read_text())
    (package / ENVELOPE).write_text(json.dumps(envelope | {"signatures": []}))


def other_payload_type(package: Path) -> None:
    envelope = json.loads((package / ENVELOPE).read_text())
    (package / ENVELOPE).write_text(json.dumps(envelope | {"payloadType": "text/plain"}))


def no_json(package: Path) -> None:
    (package / ENVELOPE).write_text("[" * 100_000)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (extra, "notes.txt is not in the manifest"),
        (missing, "is missing"),
        (renamed, "part-00009.csv is not in the manifest"),
        (truncated, "has 10 bytes instead of"),
        (flipped, "was changed"),
        (symlinked, "is a link"),
        (linked_folder, "data is a link"),
        (piped, "pipe is a link or a device"),
        (bomb, "bytes instead of"),
        (edited_manifest, "manifest.json is not the one that was signed"),
        (huge_manifest, "larger than any"),
        (unsigned, "is missing: the package is not signed"),
        (without_signatures, "holds no signature"),
        (other_payload_type, "does not verify"),
        (no_json, "is not a JSON object"),
    ],
)
def test_what_was_changed_is_refused_with_the_reason(
    package: Path, pem: bytes, change: Callable[[Path], None], reason: str
) -> None:
    change(package)
    with pytest.raises(NotVerifiedError, match=reason):
        verify_package(package, pem)


def test_a_signature_by_another_key_is_refused(package: Path) -> None:
    other = Signer(Keys(b"o" * 32), ("",)).pem()
    with pytest.raises(NotVerifiedError, match="not among the keys given"):
        verify_package(package, other)


@pytest.mark.parametrize("pem", [b"", b"x-----END PUBLIC KEY-----"])
def test_a_file_without_a_key_is_refused(package: Path, pem: bytes) -> None:
    with pytest.raises(NotVerifiedError, match="key file"):
        verify_package(package, pem)


def test_a_package_signed_before_a_rotation_verifies_after_it(
    made: Making, package: Path, tmp_path: Path
) -> None:
    home, keys = Home(root=tmp_path / "home"), made.desk.keys
    before = Signer.of(home, keys)
    after = rotate_signing_key(home, keys)
    assert after.key_id != before.key_id
    assert list(after.public_keys()) == [before.key_id, after.key_id]
    assert verify_package(package, (home.released / PUBLISHED).read_bytes()).key == before.key_id


def test_two_homes_with_the_same_keys_and_landing_give_the_same_bytes(made: Making, tmp_path: Path) -> None:
    again = Making.at(tmp_path).redact().prove()
    publish(again.home, again.desk.keys, again.work, again.profile)

    def content(folder: Path) -> dict[str, bytes]:
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    assert content(again.released) == content(made.released)


_ALONE = """
import importlib.abc, runpy, sys

class Nothing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in ("cryptography", "cffi", "_cffi_backend"):
            raise ImportError(name)

sys.meta_path.insert(0, Nothing())
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_the_file_alone_verifies_with_nothing_but_cryptography(
    made: Making, package: Path, tmp_path: Path
) -> None:
    alone = Path(shutil.copy(module.__file__, tmp_path / "verify.py"))
    key = made.home.released / PUBLISHED
    command = [sys.executable, "-I", "-c", _ALONE, alone, package, "--key", key]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert made.plan.release_id in done.stdout
    extra(package)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "notes.txt is not in the manifest" in done.stderr


def test_the_command_says_whose_key_it_took_and_refuses_with_one(
    shield1367: Command, made: Making, package: Path
) -> None:
    done = shield1367("verify", made.released)
    assert done.code == 0
    assert Signer.of(made.home, made.desk.keys).key_id in done.out.replace("\n", "")
    assert "compare" in done.out
    key = made.home.released / PUBLISHED
    assert json.loads(shield1367("verify", package, "--key", key, "--json").out)["files"] > 0
    assert shield1367("verify", package).code == 1
    truncated(package)
    refused = shield1367("verify", package, "--key", key)
    assert refused.code == 1
    assert refused.err.startswith("E704")
    assert "Mend: " in refused.err
