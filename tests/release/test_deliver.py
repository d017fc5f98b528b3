from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from moto.server import ThreadedMotoServer

from shield1367.config.recipient import Delivery, RecipientProfile
from shield1367.release import deliver as module
from shield1367.release.deliver import DeliveryError, DeliveryRefusedError, deliver
from shield1367.release.manifest import MANIFEST
from shield1367.storage import publish_folder, stores
from shield1367.storage.remote import RemotePath
from tests.protection.site import PROJECT


def profile(url: str | None) -> RecipientProfile:
    county = PROJECT.recipients["county-analytics"]
    return county.model_copy(update={"delivery": Delivery(format="csv", url=url)})


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "released" / "county-analytics" / "r-1"
    (folder / "data" / "x").mkdir(parents=True)
    (folder / "data" / "x" / "part-00000.csv").write_text("a\r\n1\r\n")
    (folder / MANIFEST).write_text("{}")
    (folder / "zz-last.txt").write_text("sorts behind the manifest")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_without_a_url_a_release_waits_where_it_is(release: Path) -> None:
    assert deliver(release, profile(None)) is None


def test_a_folder_gets_the_whole_release(release: Path, tmp_path: Path) -> None:
    target = deliver(release, profile(f"file://{tmp_path}/outbox/"))
    assert target == f"file://{tmp_path}/outbox/r-1"
    assert contents(tmp_path / "outbox" / "r-1") == contents(release)
    assert deliver(release, profile(f"file://{tmp_path}/outbox")) == target


def test_the_manifest_goes_last(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    put = LocalFileSystem.put_file

    def note(self: LocalFileSystem, path: str, name: str) -> None:
        sent.append(Path(name).name)
        put(self, path, name)

    monkeypatch.setattr(LocalFileSystem, "put_file", note)
    deliver(release, profile(f"file://{tmp_path}/outbox"))
    assert sent[-1] == MANIFEST
    assert len(sent) == len(set(sent)) == 3


def test_a_delivery_that_breaks_leaves_no_manifest_and_can_be_repeated(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: LocalFileSystem, path: str, name: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LocalFileSystem, "put_file", full)
    url = f"file://{tmp_path}/outbox"
    with pytest.raises(DeliveryError, match="OSError"):
        deliver(release, profile(url))
    assert not (tmp_path / "outbox" / "r-1" / MANIFEST).exists()
    monkeypatch.undo()
    deliver(release, profile(url))
    assert contents(tmp_path / "outbox" / "r-1") == contents(release)


@pytest.mark.parametrize("url", ["nosuchstore://x/y", "file:///proc/nowhere"])
def test_a_store_that_cannot_be_had_is_reported_without_its_url(release: Path, url: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        deliver(release, profile(url))
    assert url not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An S3 server on loopback."""
    made = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    made.start()
    host, port = made.get_host_and_port()
    yield f"http://{host}:{port}"
    made.stop()


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    # s3fs keeps its clients, with the endpoint of the test before.
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    yield
    fsspec.get_filesystem_class("s3").clear_instance_cache()


@pytest.fixture
def store(server: str, credentials: None, monkeypatch: pytest.MonkeyPatch) -> fsspec.AbstractFileSystem:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server)
    made = fsspec.filesystem("s3")
    if not made.exists("county"):
        made.mkdir("county")
    return made


def test_an_s3_bucket_gets_the_whole_release_manifest_last(
    release: Path, store: fsspec.AbstractFileSystem
) -> None:
    assert deliver(release, profile("s3://county/in")) == "s3://county/in/r-1"
    found = {
        name.removeprefix("county/in/r-1/"): store.cat_file(name) for name in store.find("county/in/r-1")
    }
    assert found == contents(release)


def test_a_release_in_a_store_goes_on_to_another_one(
    release: Path, store: fsspec.AbstractFileSystem, tmp_path: Path
) -> None:
    sent = contents(release)
    ours = publish_folder(release, RemotePath("s3:", "county", "ours", "r-1"), last=MANIFEST)
    assert deliver(ours, profile("s3://county/theirs")) == "s3://county/theirs/r-1"
    names = store.find("county/theirs/r-1")
    assert {name.removeprefix("county/theirs/r-1/"): store.cat_file(name) for name in names} == sent
    deliver(ours, profile(f"file://{tmp_path}/outbox"))
    assert contents(tmp_path / "outbox" / "r-1") == sent


def test_a_bucket_that_is_not_there_is_not_made(release: Path, store: fsspec.AbstractFileSystem) -> None:
    with pytest.raises(DeliveryRefusedError, match="E777") as refused:
        deliver(release, profile("s3://another-bucket/in"))
    assert "another-bucket" not in str(refused.value)
    assert not store.exists("another-bucket")


def test_a_store_that_does_not_answer_is_tried_again_later(
    release: Path, credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{port}")
    monkeypatch.setattr(stores, "PAUSE", 0.001)
    with pytest.raises(DeliveryError, match="store's credentials"):
        deliver(release, profile("s3://county/in"))
    assert module.DeliveryError.code == "E703"
