"""Publication into an object store: recorded, then out, once, whatever dies or answers late."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shield1367.desk.evidence import evidence_of
from shield1367.desk.listing import ListedRelease, ReleaseState
from shield1367.desk.pages.release import verified
from shield1367.home import Home
from shield1367.release import publish as module
from shield1367.release.ledger import Ledger, verify_ledger
from shield1367.release.manifest import MANIFEST, ReleaseManifest
from shield1367.release.publish import publish
from shield1367.release.signing import PUBLISHED, Signer
from shield1367.release.verify import ENVELOPE, Verified, verify_package
from shield1367.storage import RemotePath, folder_at_hand, is_published, remove_file, write_bytes
from shield1367.storage.errors import StoreDeniedError, StoreUnavailableError
from tests.base import s3
from tests.release.releases import Making


@pytest.fixture(scope="module")
def server() -> Iterator[s3.Server]:
    with s3.running() as made:
        yield made


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Making:
    return Making.at(tmp_path_factory.mktemp("proven")).redact().prove()


@pytest.fixture
def making(
    server: s3.Server, proven: Making, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Making]:
    """A proven release, with a home whose releases lie in a bucket."""
    root = Path(shutil.copytree(proven.home.root, tmp_path / "home"))
    with s3.bucket(server, monkeypatch) as bucket:
        desk = replace(proven.desk, home=Home(root, released_override=bucket / "released"))
        yield Making(desk, proven.plan, root / proven.work.relative_to(proven.home.root))


def go(making: Making, work: Path | None = None) -> object:
    return publish(making.home, making.desk.keys, work or making.work, making.profile)


def verify(making: Making) -> Verified:
    with folder_at_hand(making.released) as folder:
        return verify_package(folder, (making.home.released / PUBLISHED).read_bytes())


def entries(making: Making) -> int:
    return verify_ledger(making.home, Signer.of(making.home, making.desk.keys)).entries


def test_it_is_recorded_signed_and_out_and_nothing_stays_here(making: Making) -> None:
    files = {p.relative_to(making.package).as_posix() for p in making.package.rglob("*") if p.is_file()}
    assert go(making) == making.released
    assert isinstance(making.released, RemotePath)
    assert set(making.released.store.tree(making.released.key)) == files | {MANIFEST, ENVELOPE}
    done = verify(making)
    assert (done.release_id, done.files) == (making.plan.release_id, len(files))
    assert ReleaseManifest.read(making.released).rows == {"enforcement.encounters": 5}
    assert not making.work.exists()
    assert not (making.home.root / "released").exists()
    assert go(making) == making.released
    assert entries(making) == 1


def test_killed_before_the_upload_it_is_finished_by_the_next_try(
    making: Making,
) -> None:
    def kill(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "publish_folder", kill)
        with pytest.raises(KeyboardInterrupt):
            go(making)
    assert entries(making) == 1
    assert not is_published(making.released, last=MANIFEST)
    assert go(making) == making.released
    assert entries(making) == 1
    assert verify(making).release_id == making.plan.release_id


@pytest.mark.parametrize(
    ("answer", "error", "file"),
    [
        (s3.error("503 x", "ServiceUnavailable"), StoreUnavailableError, MANIFEST),
        (s3.error("403 x", "AccessDenied"), StoreDeniedError, ENVELOPE),
    ],
)
def test_a_store_that_fails_half_way_publishes_nothing_and_the_next_try_ends_it(
    making: Making, server: s3.Server, answer: s3.Answer, error: type[Exception], file: str
) -> None:
    server.faults = [s3.on("PUT", file, answer)]
    with pytest.raises(error):
        go(making)
    assert not is_published(making.released, last=MANIFEST)
    server.faults = []
    assert go(making) == making.released
    assert entries(making) == 1
    assert verify(making).release_id == making.plan.release_id


def test_of_two_publishers_at_once_exactly_one_release_comes(making: Making, tmp_path: Path) -> None:
    other = tmp_path / "other" / making.work.parent.name / making.work.name
    shutil.copytree(making.work, other)
    ready, ended = threading.Barrier(2), []

    def publishes(work: Path) -> None:
        ready.wait()
        ended.append(go(making, work))

    both = [threading.Thread(target=publishes, args=(work,)) for work in (making.work, other)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert ended == [making.released] * 2
    assert entries(making) == 1
    assert verify(making).release_id == making.plan.release_id
    assert len(Ledger(making.home).entries()) == 1


def test_the_desk_shows_and_verifies_what_lies_in_a_store(making: Making) -> None:
    go(making)
    listed = ListedRelease(
        release_id=making.plan.release_id,
        recipient=making.plan.recipient,
        state=ReleaseState.RELEASED,
        changed_at="2026-01-01T00:00:00+00:00",
        organization="",
        rows=5,
    )
    found = evidence_of(making.home, listed)
    assert found.is_there
    assert found.json(MANIFEST)["release_id"] == making.plan.release_id
    assert verified(making.home, found).failures == ()
    write_bytes(next(iter(making.released.glob("data/*/*.csv"))), b"x")
    assert "instead of" in verified(making.home, found).failures[0]
    remove_file(making.released / MANIFEST)
    assert not evidence_of(making.home, listed).is_there
