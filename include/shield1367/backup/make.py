"""Making a backup while everything goes on.

Taken is whatever lies under the home but what can be made again from the landing zone, what recipients have, and
Airflow's own: a folder that a later version adds is in the backup without anybody thinking of it.
"""

from __future__ import annotations

import base64
import io
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import shield1367
from shield1367.backup.registry import copy_out
from shield1367.backup.sealed import SealingWriter
from shield1367.config.loading import ConfigModel
from shield1367.home import Home
from shield1367.keys import SecretStore, read_key
from shield1367.protection.registry.database import open_engine
from shield1367.release.ledger.database import reading
from shield1367.release.ledger.heads import heads_path
from shield1367.release.ledger.opening import server_url
from shield1367.release.ledger.transfer import copy_out as copy_ledger_out
from shield1367.storage import TEMPORARY_PREFIX, locked, reported, write_atomically

FORMAT = 1
CONTENTS, MASTER_KEY = "backup.json", "master.key"
REGISTRY, LEDGER = "registry/registry.sqlite", "ledger/ledger.sqlite"
_DATABASES = (".sqlite", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal", ".lock")


class Contents(ConfigModel):
    """``backup.json``, the first thing in the archive.

    Attributes:
        disclosures: entries of the ledger.
        head: hash of its last one: to be held against what was written down elsewhere.
    """

    format: int
    made_at: str
    library_version: str
    disclosures: int
    head: str
    registry_rows: int


class Made(ConfigModel):
    """What was written where."""

    path: str
    files: int
    contents: Contents


def make_backup(home: Home, out: Path, key: bytes, *, store: SecretStore | None = None) -> Made:
    """Write keys, ledger, registry and everything decided into the encrypted file *out*.

    The master key that was handed in goes with it. Ledger and registry are one view each, the ledger's taken
    while nothing is published; whoever is in the ledger is in the registry.

    Args:
        key: 32 bytes that the file is encrypted with, kept apart from it.

    Raises:
        BackupKeyError: the key is none.
        StorageError: *out* cannot be written, or the disk is full.
        TransientError: ledger or registry do not answer.
    """
    with reported(home.root, "read"), tempfile.TemporaryDirectory(prefix="backup-") as folder:
        scratch = Path(folder)
        # People are added to the registry before they can be in a release: it is copied after the ledger.
        with locked(home.ledger.parent / "publish.lock"):
            taken: dict[str, Path | bytes] = {**dict(_ledger(home, scratch)), **dict(_others(home))}
        rows = 0
        if home.registry.exists() or os.environ.get("SHIELD1367_REGISTRY_URL"):
            engine = open_engine(home)
            rows = copy_out(engine, scratch / "registry.sqlite")
            engine.dispose()
            taken[REGISTRY] = scratch / "registry.sqlite"
        # Never into the scratch folder: a killed process would leave it there.
        taken[MASTER_KEY] = base64.b64encode(read_key(home, store))
        contents = _contents(scratch / "ledger.sqlite", rows)
        files = {CONTENTS: contents.model_dump_json(indent=2).encode(), **taken}

        def write(temporary: Path) -> None:
            with temporary.open("wb") as target:
                sealing = SealingWriter(target, key)
                with tarfile.open(fileobj=sealing, mode="w|", format=tarfile.PAX_FORMAT) as archive:
                    for name, content in files.items():
                        _add(archive, name, content)
                sealing.finish()

        write_atomically(out.resolve(), write)
    return Made(path=str(out), files=len(files), contents=contents)


def _ledger(home: Home, scratch: Path) -> Iterator[tuple[str, Path | bytes]]:
    heads = heads_path(home)
    if heads.exists():
        # Before the database: every head must be found in it.
        yield "ledger/heads", heads.read_bytes()
    if server_url() is not None:
        copied = copy_ledger_out(home, scratch / "ledger.sqlite")
    elif copied := home.ledger.exists():
        # Page by page: of a damaged ledger, too, what is left comes along.
        with reading(home.ledger) as source, closing(sqlite3.connect(scratch / "ledger.sqlite")) as target:
            source.backup(target)
    if copied:
        yield LEDGER, scratch / "ledger.sqlite"


def _others(home: Home) -> Iterator[tuple[str, Path]]:
    """Every other file: those of keys, decisions, notices, plans, accounts, quarantine and the registry's links."""
    again = {home.landing, home.staged, home.work, home.released, home.root / "airflow"}
    for folder, names, files in os.walk(home.root):
        names[:] = sorted(
            name for name in names
            if Path(folder) / name not in again and not name.startswith(TEMPORARY_PREFIX)
        )  # fmt: skip
        for name in sorted(files):
            path = Path(folder) / name
            if path == heads_path(home) or name.endswith(_DATABASES) or name.startswith(TEMPORARY_PREFIX):
                continue
            yield path.relative_to(home.root).as_posix(), path


def _contents(ledger: Path, rows: int) -> Contents:
    disclosures, head = 0, ""
    if ledger.exists():
        with reading(ledger) as connection:
            last = connection.execute(
                "SELECT sequence, hash FROM disclosure ORDER BY sequence DESC LIMIT 1"
            ).fetchone()
        disclosures, head = last or (0, "")
    return Contents(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        library_version=shield1367.__version__,
        disclosures=disclosures,
        head=head,
        registry_rows=rows,
    )


def _add(archive: tarfile.TarFile, name: str, content: Path | bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.mode = 0o600
    if isinstance(content, bytes):
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
        return
    with content.open("rb") as stream:
        # Of the open file: the one of this name may be replaced meanwhile.
        state = os.fstat(stream.fileno())
        entry.size, entry.mtime, entry.mode = state.st_size, int(state.st_mtime), state.st_mode & 0o700
        archive.addfile(entry, stream)
