"""Restoring a backup into an empty home."""

from __future__ import annotations

import base64
import os
import tarfile
from pathlib import Path
from typing import IO, cast

from pydantic import ValidationError

from shield1367.backup.make import CONTENTS, FORMAT, LEDGER, MASTER_KEY, REGISTRY, Contents
from shield1367.backup.registry import copy_in, is_empty
from shield1367.backup.sealed import DamagedBackupError, OpeningReader
from shield1367.config.loading import ConfigModel
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.keyring import open_keyring
from shield1367.keys import Keys
from shield1367.protection.registry.database import open_engine
from shield1367.protection.registry.store import Registry
from shield1367.release.ledger import is_begun, verify_ledger
from shield1367.release.ledger.opening import URL as LEDGER_URL
from shield1367.release.ledger.opening import server_url
from shield1367.release.ledger.transfer import copy_in as copy_ledger_in
from shield1367.release.signing import Signer
from shield1367.storage import TEMPORARY_PREFIX, move_folder, remove_folder, reported, write_bytes

_UNFINISHED = f"{TEMPORARY_PREFIX}restore"


class NotEmptyError(TerminalError):
    """Error raised when a backup would be restored over something."""

    code = "E795"


class Restored(ConfigModel):
    """What came back.

    Attributes:
        verified: entries of the ledger, all of which hold.
    """

    contents: Contents
    files: int
    verified: int


def restore_backup(home: Home, source: Path, key: bytes, *, key_file: Path | None = None) -> Restored:
    """Put a backup back under *home*, verify its ledger and open its registry.

    Nothing is in its place before all of the file has been read and found whole.

    Args:
        key: the 32 bytes it was made with.
        key_file: where the master key goes; without it, to ``keys/master.key`` of the home, where the embedded
            default has it.

    Raises:
        NotEmptyError: the home, the registry's database or *key_file* holds something already.
        DamagedBackupError: the file was cut off or changed, or is of a newer version.
        BackupKeyError: it was made with another key.
        LedgerBrokenError: what was backed up did not hold even then.
    """
    key_file = key_file or home.keys / "master.key"
    _require_empty(home, key_file)
    unfinished = home.root / _UNFINISHED
    remove_folder(unfinished)
    with reported(unfinished, "write"):
        unfinished.mkdir(parents=True, mode=0o700)
        with source.open("rb") as stream:
            files = _extract(OpeningReader(stream, key), unfinished)
    contents = _contents(unfinished / CONTENTS)
    master = base64.b64decode((unfinished / MASTER_KEY).read_bytes())
    # Before anything is moved: the keys of this backup have to open it.
    ring = open_keyring(unfinished / "keys", master)
    keys = Keys(ring.data, ring.sealing)
    for path in sorted(unfinished.iterdir()):
        if path.is_dir():
            move_folder(path, home.root / path.name)
    if (dump := home.root / REGISTRY).exists() and os.environ.get("SHIELD1367_REGISTRY_URL"):
        engine = open_engine(home)
        copy_in(dump, engine)
        engine.dispose()
        dump.unlink()
    if (dump := home.root / LEDGER).exists() and server_url() is not None:
        copy_ledger_in(dump, home)
        dump.unlink()
    if not key_file.exists():
        _write_key(key_file, master)
    remove_folder(unfinished)
    verified = verify_ledger(home, Signer.of(home, keys)).entries if contents.disclosures else 0
    if contents.registry_rows:
        Registry(home, keys)
    return Restored(contents=contents, files=files, verified=verified)


def _require_empty(home: Home, key_file: Path) -> None:
    with reported(home.root, "read"):
        there = {path.name for path in home.root.iterdir()} if home.root.exists() else set()
    # The landing zone may have been mounted, Airflow started; a restore that was interrupted is begun anew.
    if taken := sorted(there - {"landing", "airflow", "lost+found", _UNFINISHED}):
        raise NotEmptyError(
            f"{home.root} is not empty: it has {', '.join(taken[:5])}.",
            mend="restore into a new home; move this one away, but keep it until the restored one is verified.",
        )
    if key_file.exists() and key_file.is_relative_to(home.root):
        raise NotEmptyError(f"{key_file} is there already.", mend="name another file for the key.")
    if os.environ.get("SHIELD1367_REGISTRY_URL"):
        engine = open_engine(home)
        empty = is_empty(engine)
        engine.dispose()
        if not empty:
            raise NotEmptyError(
                "the database that SHIELD1367_REGISTRY_URL names holds a registry.",
                mend="name an empty database.",
            )
    if server_url() is not None and is_begun(home):
        raise NotEmptyError(
            f"the database that {LEDGER_URL} names holds a ledger.", mend="name an empty database."
        )


def _extract(reader: OpeningReader, target: Path) -> int:
    """All files, and nothing that is none; the stream is read to its end, which proves that it is whole."""
    files = 0
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", reader), mode="r|") as archive:
            for entry in archive:
                if not entry.isfile():
                    raise _strange()
                archive.extract(entry, target, filter="data", set_attrs=True)
                files += 1
    except tarfile.TarError:
        raise _strange() from None
    # Tar stops at its own end mark; the last piece may lie behind it.
    while reader.read(1 << 16):
        pass
    return files


def _contents(path: Path) -> Contents:
    try:
        contents = Contents.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        raise _strange() from None
    if contents.format > FORMAT:
        raise DamagedBackupError(
            f"the backup has format {contents.format}; this program knows it up to {FORMAT}.",
            mend="restore it with the version that made it, which backup.json names.",
        )
    return contents


def _write_key(path: Path, key: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    write_bytes(path, base64.b64encode(key))
    path.chmod(0o600)


def _strange() -> DamagedBackupError:
    return DamagedBackupError(
        "the backup holds what no backup holds.", mend="take another one; report the finding as an incident."
    )
