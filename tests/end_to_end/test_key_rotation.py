"""The drill: every key of a home that has released is exchanged, and work goes on as if nothing had happened.

docs/deployment.md tells an operator the same steps.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shield1367.config.project import Project, load_project
from shield1367.config.text import Strictness
from shield1367.desk.listing import ListedRelease, ReleaseState
from shield1367.desk.sampling import Samples
from shield1367.errors import KeyMissingError
from shield1367.home import Home
from shield1367.intake.manifest import MANIFEST
from shield1367.keys import Keys
from shield1367.pipeline import Site, State, audit_release, export, protect, stage, waiting_batches
from shield1367.protection.registry.rotate import rotate
from shield1367.protection.registry.store import Registry
from shield1367.protection.snapshot import take_snapshot
from shield1367.redaction.cases import Case, QualityCases
from shield1367.redaction.terms import Change, TermBook, TermList
from shield1367.release.ledger import Ledger, verify_ledger
from shield1367.release.signing import Signer, rotate_signing_key
from shield1367.release.verify import verify_package
from shield1367.testing.generate import generate

pytestmark = pytest.mark.slow

NEW = secrets.token_bytes(32)
TERM = "Quillfeather"
# Fernet's version byte and the zeroes of the time, in base64; in front of it the id of the key, if it has one.
# Contents by Fernet, and short values by AES-GCM: nonce, tag and at least a byte.
TOKEN = re.compile(rb"(?:([0-9a-f]{8}):)?(gAAAA[\w-]{60,}=*|(?<![\w.])\.[\w-]{40,}=*)")


def hand_in(key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIELD1367_KEY", base64.b64encode(key).decode())


def sealed(home: Home) -> Iterator[tuple[str, str]]:
    """File, and id of the key, of everything sealed in a home; but for the ring, and releases in the making."""
    for path in sorted(home.root.rglob("*")):
        inside = path.relative_to(home.root)
        # Nothing in Parquet is sealed, and its own schema, in base64, looks as if it were.
        if not path.is_file() or path.suffix == ".parquet" or inside.parts[0] in {"keys", "work"}:
            continue
        if path.suffix == ".sqlite":
            # What SQLite has freed is no content any more.
            with closing(sqlite3.connect(path)) as database:
                content = "\n".join(database.iterdump()).encode()
                content += b"\n".join(_blobs(database))
        else:
            content = path.read_bytes()
        for found in TOKEN.finditer(content):
            yield inside.as_posix(), (found[1] or b"").decode()


def _blobs(database: sqlite3.Connection) -> Iterator[bytes]:
    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for row in database.execute(f'SELECT * FROM "{table}"'):  # its own names
            yield from (bytes(cell) for cell in row if isinstance(cell, bytes))


def take_in(site: Site) -> None:
    for source in site.project.contracts:
        for batch in waiting_batches(site, source)[0]:
            stage(site, source, batch.batch)
    protect(site)


def site_of(home: Home, project: Project) -> Site:
    return Site(home=home, keys=Keys.load(home), project=project)


def with_quality(site: Site, release: Path) -> None:
    """A drawn sample, a test case and a term, as reviewers leave them."""
    listed = ListedRelease(release.name, release.parent.name, ReleaseState.RELEASED, "", None, None)
    assert Samples(site.home, site.keys).draw(site.project, listed, 5, by="mara").texts
    QualityCases(site.home, site.keys).keep(
        Case(
            release_id=release.name, by="mara", at="2026-10-01T00:00:00", text=f"{TERM} called.", people=(),
            strictness=Strictness.STRICT, must=((0, len(TERM)),),
        )
    )  # fmt: skip
    book = TermBook(site.home, site.keys)
    book.decide(book.propose(Change.ADD, TermList.DENY, TERM, by="mara").number, confirmed=True, by="ada")


@pytest.fixture
def site(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A home after a run, whose key is handed in; quality samples and a record of tabulations in it."""
    root = Path(shutil.copytree(finished, tmp_path / "home"))
    home = Home(root=root)
    made_with = Keys.load(home).master
    hand_in(made_with, monkeypatch)
    # The copy's key is handed in from outside now.
    (root / "keys" / "master.key").unlink()
    site = site_of(home, load_project())
    with_quality(site, next(home.released.glob("state-university-research/r-*")))
    tables = home.ledger.parent / "tables"
    tables.mkdir()
    (tables / "r-0.sealed").write_bytes(site.keys.cipher("tables").encrypt(b"{}"))
    return site


def test_every_key_is_exchanged_and_everything_goes_on(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, first_key = site.home, site.keys.master
    out = sorted(home.released.glob("*/r-*"))
    bytes_before = {path: path.read_bytes() for folder in out for path in folder.rglob("*") if path.is_file()}
    entries = verify_ledger(home, Signer.of(home, site.keys)).entries
    known = take_snapshot(Registry(home, site.keys), datetime.now(UTC).date()).digest
    signed_with = Signer.of(home, site.keys).key_id
    assert {key for _, key in sealed(home)} == {""}

    # The master key: both open the home, then the new one alone.
    assert rotate(home, new_key=NEW).keys_that_open == 2
    hand_in(NEW, monkeypatch)
    done = rotate(home)
    assert done.keys_that_open == 1
    assert done.files == 4
    left = {(file, key) for file, key in sealed(home) if key != done.key}
    assert left == set()
    assert {file.partition("/")[0] for file, _ in sealed(home)} >= {
        "registry",
        "quarantine",
        "quality",
        "ledger",
    }
    # The signing key.
    site = site_of(home, site.project)
    signer = rotate_signing_key(home, site.keys)
    assert signer.key_id != signed_with

    # What was kept is read as before.
    assert take_snapshot(Registry(home, site.keys), datetime.now(UTC).date()).digest == known
    (sample,) = Samples(home, site.keys).all()
    assert len(sample.texts) == 5
    assert [case.text for case in QualityCases(home, site.keys).all()] == [f"{TERM} called."]
    assert [term.text for term in TermBook(home, site.keys).in_force().deny] == [TERM]

    # Releases of before verify with the keys that recipients have now, and are what they were.
    assert verify_ledger(home, signer).entries == entries
    for folder in out:
        assert verify_package(folder, signer.pem()).key == signed_with
    assert {path: path.read_bytes() for path in bytes_before} == bytes_before
    assert audit_release(site, out[0]).passed

    # The next delivery: the same people, released and signed with the new key.
    generate(people=30, seed=4, out=tmp_path / "next")
    for batch in (tmp_path / "next" / "landing").glob("*/*"):
        target = home.root / "landing" / batch.parent.name / f"{batch.name}-next"
        shutil.copytree(batch, target)
        manifest = json.loads((target / MANIFEST).read_text()) | {"batch": target.name}
        (target / MANIFEST).write_text(json.dumps(manifest))
    take_in(site)
    released = export(site, "county-analytics")
    assert released.state is State.RELEASED, released.reason
    assert verify_package(Path(released.folder), signer.pem()).key == signer.key_id
    assert verify_ledger(home, signer).entries == entries + 1 == len(Ledger(home).raw())
    assert {key for _, key in sealed(home)} == {done.key}

    # The first key opens nothing any more.
    hand_in(first_key, monkeypatch)
    with pytest.raises(KeyMissingError):
        Keys.load(home)
