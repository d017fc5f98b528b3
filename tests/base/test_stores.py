"""Object stores, against a real S3 server."""

from __future__ import annotations

import hashlib
import os
import pickle
import signal
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path, PurePosixPath

import fsspec
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.errors import StorageError, TerminalError, TransientError
from shield1367.storage import (
    RemotePath,
    at_hand,
    folder_at_hand,
    is_published,
    listing,
    location,
    publish_folder,
    read_json,
    remove_folder,
    sha256,
    write_atomically,
    write_bytes,
    write_json,
    write_text,
)
from shield1367.storage.errors import (
    OtherContentError,
    StoreAddressError,
    StoreDeniedError,
    StoreMissingError,
    StoreRefusedError,
    StoreUnavailableError,
    UnconditionalStoreError,
)
from shield1367.storage.stores import TRIES
from tests.base import s3
from tests.base.s3 import error, on, times
from tests.base.test_storage import python

LAST = "manifest.json"


@pytest.fixture(scope="module")
def server() -> Iterator[s3.Server]:
    with s3.running() as made:
        yield made


@pytest.fixture
def bucket(server: s3.Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[RemotePath]:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("SHIELD1367_SCRATCH", str(tmp_path / "scratch"))
    with s3.bucket(server, monkeypatch) as made:
        yield made
        assert [p.name for p in (tmp_path / "scratch").rglob("*") if p.name != ".lock" and p.is_file()] == []


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


# Paths


def test_a_url_becomes_a_path_that_says_itself() -> None:
    path = location("s3://bucket/in//court/")
    assert isinstance(path, RemotePath)
    assert str(path / "b-1" / "x.csv") == "s3://bucket/in/court/b-1/x.csv"
    assert (path.protocol, path.key, path.name) == ("s3", "bucket/in/court", "court")
    assert path.parent.parent == location("s3://bucket")
    assert (path / "a" / "b").relative_to(path) == PurePosixPath("a/b")
    assert pickle.loads(pickle.dumps(path)) == path
    assert location("gcs://b/x") == location("gs://b/x")
    assert location("abfss://c/x") == location("az://c/x")


def test_other_words_are_folders_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert location("landing") == tmp_path.resolve() / "landing"
    assert location(f"file://{tmp_path}/a%20b") == tmp_path.resolve() / "a b"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/x", "s3://", "s3:///x", "s3://user:QUERALT@bucket/x", "s3://b:99/x", "s3://b/../c",
        "s3://b/x?versionId=1", "abfs://c@account.example/x", "s3://[x/y",
    ],
)  # fmt: skip
def test_a_url_that_cannot_be_used_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(StoreAddressError, match="E773") as refused:
        location(url)
    assert "QUERALT" not in str(refused.value)


def test_nothing_takes_a_remote_path_for_a_local_one() -> None:
    for read in (open, pq.read_table, os.listdir):
        with pytest.raises(TypeError, match="no file of this machine"):
            read(location("s3://bucket/x"))  # type: ignore[operator]


keys = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="/\0", exclude_categories=["Cs", "Cc"]), min_size=1)
    .filter(lambda part: part not in (".", "..")),
    min_size=1, max_size=4,
)  # fmt: skip


@given(parts=keys)
def test_a_path_comes_back_from_its_words(parts: list[str]) -> None:
    path = RemotePath("s3:", "bucket", *parts)
    assert path.key == "/".join(["bucket", *parts])
    if not {"?", "#"}.intersection(str(path)):
        assert location(str(path)) == path


# Objects


def test_what_is_written_is_there(bucket: RemotePath) -> None:
    path = bucket / "a" / "b.json"
    assert not path.exists()
    assert read_json(write_json(path, {"b": 1})) == {"b": 1}
    write_bytes(path, b"other")
    assert (path.read_bytes(), path.is_file(), path.is_dir()) == (b"other", True, False)
    assert ((bucket / "a").exists(), (bucket / "a").is_file(), (bucket / "a").is_dir()) == (True, False, True)
    assert not (bucket / "a" / "b").exists()
    with at_hand(path) as copy:
        assert copy.read_bytes() == b"other"
    write_atomically(path, lambda temporary: temporary.write_bytes(b"x" * 3_000_000))
    assert sha256(path) == hashlib.sha256(b"x" * 3_000_000).hexdigest()


def test_folders_are_listed_as_those_of_this_machine_are(bucket: RemotePath, tmp_path: Path) -> None:
    for root in (bucket, tmp_path / "local"):
        for name in ("s/b-1/m.json", "s/b-1/x.csv", "s/b-2/m.json", "s/loose", "t/u"):
            write_text(root / name, "1")
    remote, here = bucket, tmp_path / "local"
    for name in ("s", "s/b-1", "none", "s/loose"):
        assert listing(remote / name) == listing(here / name)
    assert [p.name for p in (remote / "s").iterdir()] == ["b-1", "b-2", "loose"]
    found = [p.relative_to(remote).as_posix() for p in remote.glob("*/*/m.json")]
    assert found == sorted(p.relative_to(here).as_posix() for p in here.glob("*/*/m.json"))


def test_a_marker_that_consoles_make_of_a_folder_is_none_of_its_files(bucket: RemotePath) -> None:
    fsspec.filesystem("s3").pipe_file(f"{bucket.key}/s/", b"")
    write_text(bucket / "s" / "a", "1")
    assert listing(bucket / "s").files == ("a",)
    assert list(bucket.store.tree((bucket / "s").key)) == ["a"]


def test_what_another_process_wrote_is_seen_at_once(bucket: RemotePath, server: s3.Server) -> None:
    assert listing(bucket / "s").files == ()
    fsspec.filesystem("s3", skip_instance_cache=True).pipe_file(f"{bucket.key}/s/a", b"1")
    assert listing(bucket / "s").files == ("a",)


def test_a_missing_object_is_named(bucket: RemotePath) -> None:
    with pytest.raises(StorageError, match=r"E101 cannot read s3://.*/none: No such file"):
        read_json(bucket / "none")
    with pytest.raises(StorageError, match="cannot read"), at_hand(bucket / "none"):
        pass


def test_removing_takes_the_folder_and_not_its_neighbour(bucket: RemotePath) -> None:
    for name in ("r-1/a", "r-1/b/c", "r-10/a"):
        write_text(bucket / name, "1")
    remove_folder(bucket / "r-1")
    remove_folder(bucket / "r-1")
    assert list(bucket.store.tree(bucket.key)) == ["r-10/a"]


# Faults


def test_a_store_that_is_busy_is_asked_again(bucket: RemotePath, server: s3.Server) -> None:
    server.faults = [
        times(TRIES - 1, on("PUT", "/a", error("503 Service Unavailable", "ServiceUnavailable")))
    ]
    write_text(bucket / "a", "1")
    server.faults = [times(TRIES - 1, lambda _: error("500 Internal Server Error", "InternalError"))]
    assert (bucket / "a").read_bytes() == b"1"


def test_a_store_that_stays_busy_is_tried_again_by_the_task(bucket: RemotePath, server: s3.Server) -> None:
    server.faults = [on("PUT", "/a", error("503 Service Unavailable", "ServiceUnavailable"))]
    with pytest.raises(StoreUnavailableError, match=r"E770 cannot write s3://.*ServiceUnavailable") as failed:
        write_text(bucket / "a", "1")
    assert isinstance(failed.value, TransientError)
    assert failed.value.__context__ is None


def test_a_refusal_is_told_at_once(bucket: RemotePath, server: s3.Server) -> None:
    server.faults = [lambda _: error("403 Forbidden", "AccessDenied")]
    for call in (
        lambda: write_text(bucket / "a", "1"),
        lambda: listing(bucket),
        lambda: read_json(bucket / "a"),
    ):
        server.requests.clear()
        with pytest.raises(StoreDeniedError, match=r"E771 .*credentials") as refused:
            call()
        assert isinstance(refused.value, TerminalError)
        assert len(server.requests) <= 2


def test_a_bucket_that_is_not_there_is_not_made(bucket: RemotePath) -> None:
    other = RemotePath("s3:", f"{bucket.key}-mistyped")
    for call in (lambda: write_text(other / "a", "1"), lambda: listing(other / "s")):
        with pytest.raises(StoreMissingError, match="E772"):
            call()
    assert not fsspec.filesystem("s3").exists(other.key)


def test_without_credentials_it_says_so(
    bucket: RemotePath, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    with pytest.raises(StoreDeniedError, match="E771"):
        write_text(bucket / "a", "1")


def test_a_body_that_breaks_off_is_fetched_again(bucket: RemotePath, server: s3.Server) -> None:
    write_bytes(bucket / "a", content := os.urandom(100_000))
    for read in (lambda: (bucket / "a").read_bytes(), lambda: _copied(bucket / "a")):
        server.torn = "/a"
        assert read() == content
        assert server.torn == ""


def _copied(path: RemotePath) -> bytes:
    with at_hand(path) as copy:
        return copy.read_bytes()


def test_encryption_is_asked_for_with_every_write(
    bucket: RemotePath, monkeypatch: pytest.MonkeyPatch, package: Path
) -> None:
    monkeypatch.setenv("SHIELD1367_S3_ENCRYPTION", "aws:kms")
    monkeypatch.setenv("SHIELD1367_S3_KMS_KEY", "arn:aws:kms:us-east-1:1:key/k")
    write_atomically(bucket / "alone", lambda temporary: temporary.write_bytes(b"x"))
    publish_folder(package, bucket / "r-1", last=LAST)
    client = fsspec.filesystem("s3")
    for name in ("alone", f"r-1/{LAST}", "r-1/data/a/part-0.csv"):
        told = client.call_s3("head_object", Bucket=bucket.key, Key=name)
        assert told["ServerSideEncryption"] == "aws:kms"
        assert told["SSEKMSKeyId"] == "arn:aws:kms:us-east-1:1:key/k"


@pytest.mark.parametrize(("wanted", "key"), [("rot13", ""), ("AES256", "k"), ("", "k")])
def test_an_encryption_that_makes_no_sense_stops_the_write(
    bucket: RemotePath, monkeypatch: pytest.MonkeyPatch, wanted: str, key: str
) -> None:
    monkeypatch.setenv("SHIELD1367_S3_ENCRYPTION", wanted)
    monkeypatch.setenv("SHIELD1367_S3_KMS_KEY", key)
    with pytest.raises(StoreAddressError, match="SHIELD1367_S3_ENCRYPTION"):
        write_text(bucket / "a", "1")


def test_a_key_the_store_does_not_know_is_no_passing_trouble(bucket: RemotePath, server: s3.Server) -> None:
    server.faults = [on("PUT", "/a", error("400 Bad Request", "KMS.NotFoundException"))]
    with pytest.raises(StoreRefusedError, match=r"E776 .*KMS.NotFoundException"):
        write_text(bucket / "a", "1")


# Publication


def test_a_folder_counts_from_its_last_file_on(bucket: RemotePath, server: s3.Server, package: Path) -> None:
    target = bucket / "out" / "r-1"
    assert publish_folder(package, target, last=LAST) == target
    assert contents(target) == local(package)
    assert server.wrote()[-1] == f"/{target.key}/{LAST}"
    assert is_published(target, last=LAST)
    (target.store).remove((target / LAST).key)
    assert not is_published(target, last=LAST)
    assert target.exists()


def test_publishing_again_is_no_change(bucket: RemotePath, package: Path) -> None:
    for _ in range(2):
        publish_folder(package, bucket / "r-1", last=LAST)
    assert contents(bucket / "r-1") == local(package)


def test_nothing_that_lies_there_is_ever_changed(bucket: RemotePath, package: Path) -> None:
    target = bucket / "r-1"
    write_text(target / "data" / "a" / "part-1.csv", "of somebody els")
    with pytest.raises(OtherContentError, match=r"E774 .*other content"):
        publish_folder(package, target, last=LAST)
    assert (target / "data/a/part-1.csv").read_bytes() == b"of somebody els"
    assert not is_published(target, last=LAST)


def test_a_file_too_many_stops_the_publication(bucket: RemotePath, package: Path) -> None:
    write_text(bucket / "r-1" / "data" / "left.csv", "1")
    with pytest.raises(OtherContentError, match="1 file"):
        publish_folder(package, bucket / "r-1", last=LAST)
    assert not is_published(bucket / "r-1", last=LAST)


def test_a_second_release_of_the_same_name_is_refused(bucket: RemotePath, package: Path) -> None:
    publish_folder(package, bucket / "r-1", last=LAST)
    before = contents(bucket / "r-1")
    write_text(package / LAST, "another")
    with pytest.raises(OtherContentError):
        publish_folder(package, bucket / "r-1", last=LAST)
    assert contents(bucket / "r-1") == before


def test_a_store_that_overwrites_all_the_same_is_found_out(
    bucket: RemotePath, server: s3.Server, package: Path
) -> None:
    server.deaf = True
    with pytest.raises(UnconditionalStoreError, match="E775"):
        publish_folder(package, bucket / "r-1", last=LAST)
    assert not is_published(bucket / "r-1", last=LAST)


def test_an_answer_that_is_lost_is_no_second_release(
    bucket: RemotePath, server: s3.Server, package: Path
) -> None:
    """The store writes, and its answer does not come: the next try finds its own work there."""
    kept = server.app
    lost = times(3, lambda r: error("500 x", "InternalError") if r["REQUEST_METHOD"] == "PUT" else None)

    def losing(request: s3.Environ) -> s3.Answer | None:
        if (answer := lost(request)) is not None:
            list(kept(request, lambda *_: None))
        return answer

    server.faults = [losing]
    publish_folder(package, bucket / "r-1", last=LAST)
    assert contents(bucket / "r-1") == local(package)


@pytest.mark.parametrize("same", [True, False])
def test_of_two_that_publish_at_once_one_does(
    bucket: RemotePath, package: Path, tmp_path: Path, same: bool
) -> None:
    """Whatever they hold, what is published in the end is one of them, whole."""
    packages = [package, tmp_path / "other"]
    for name, content in local(package).items():
        write_bytes(packages[1] / name, content if same else content.replace(b"of ", b"by "))
    ready, refused = threading.Barrier(2), []

    def publish(folder: Path) -> None:
        ready.wait()
        try:
            publish_folder(folder, bucket / "r-1", last=LAST)
        except OtherContentError as error:
            refused.append(error.code)

    both = [threading.Thread(target=publish, args=(folder,)) for folder in packages]
    for one in both:
        one.start()
    for one in both:
        one.join()
    if same:
        assert refused == []
        assert contents(bucket / "r-1") == local(package)
    else:
        # Each may have created what the other wanted to: then none counts, and none is half of another.
        assert len(refused) in (1, 2)
        if is_published(bucket / "r-1", last=LAST):
            assert contents(bucket / "r-1") in [local(folder) for folder in packages]


_KILLED = """
    import os, signal, sys
    from pathlib import Path
    from shield1367.storage import publish_folder, location, stores
    kept, left = stores.Store.create, int(sys.argv[3])
    def create(self, key, content):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        kept(self, key, content)
    stores.Store.create = create
    publish_folder(Path(sys.argv[1]), location(sys.argv[2]), last="manifest.json")
"""


def test_a_killed_publication_does_not_count_and_is_finished_by_the_next(
    bucket: RemotePath, package: Path
) -> None:
    run = python(_KILLED, package, bucket / "r-1", 2)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert not is_published(bucket / "r-1", last=LAST)
    publish_folder(package, bucket / "r-1", last=LAST)
    assert contents(bucket / "r-1") == local(package)


def test_what_a_killed_upload_left_unseen_is_given_up(bucket: RemotePath) -> None:
    client = fsspec.filesystem("s3")
    client.call_s3("create_multipart_upload", Bucket=bucket.key, Key="out/r-1/big")
    client.call_s3("create_multipart_upload", Bucket=bucket.key, Key="elsewhere/big")
    store, key = bucket.store, f"{bucket.key}/out"
    # The server of this test says that every upload began in 2010.
    assert store.sweep(key, older_than=timedelta(days=100 * 365)) == 0
    assert store.sweep(key) == 1
    assert store.sweep(key, older_than=timedelta(0)) == 0
    left = client.call_s3("list_multipart_uploads", Bucket=bucket.key)["Uploads"]
    assert [upload["Key"] for upload in left] == ["elsewhere/big"]


# Copies


def test_a_copy_of_a_folder_is_there_for_the_block_only(bucket: RemotePath, package: Path) -> None:
    publish_folder(package, bucket / "r-1", last=LAST)
    with folder_at_hand(bucket / "r-1") as copy:
        assert copy.name == "r-1"
        assert local(copy) == local(package)
        assert copy.stat().st_uid == os.getuid()
        assert copy.parent.stat().st_mode & 0o077 == 0
    assert not copy.exists()
    with folder_at_hand(package) as itself:
        assert itself is package


_LEFT = """
    import os, signal, sys
    from shield1367.storage import at_hand, folder_at_hand, location, write_atomically
    def stop(path):
        assert path.read_bytes() == b"secret" or path.is_dir()
        os.kill(os.getpid(), signal.SIGKILL)
    target = location(sys.argv[1])
    if sys.argv[2] == "file":
        with at_hand(target / "a") as copy:
            stop(copy)
    elif sys.argv[2] == "write":
        def write(temporary):
            temporary.write_bytes(b"secret")
            stop(temporary)
        write_atomically(target / "b", write)
    else:
        with folder_at_hand(target) as copy:
            stop(copy / "a")
"""


@pytest.mark.parametrize("what", ["file", "write"])
def test_a_killed_process_leaves_no_copy_of_a_file(bucket: RemotePath, tmp_path: Path, what: str) -> None:
    write_text(bucket / "s" / "a", "secret")
    run = python(_LEFT, bucket / "s", what)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert [p for p in (tmp_path / "scratch").rglob("*") if p.is_file()] == []
    assert not (bucket / "s" / "b").exists()


def test_a_copy_of_a_folder_that_a_killed_process_left_goes_with_the_next_one(
    bucket: RemotePath, tmp_path: Path
) -> None:
    write_text(bucket / "s" / "a", "secret")
    with folder_at_hand(bucket / "s") as mine:
        assert python(_LEFT, bucket / "s", "folder").returncode == -signal.SIGKILL
        left = [p for p in (tmp_path / "scratch").rglob("a") if p != mine / "a"]
        assert len(left) == 1
        with folder_at_hand(bucket / "s"):
            assert not left[0].exists()
            assert (mine / "a").exists()
