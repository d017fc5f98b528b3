"""Intake from an object store, and into one: the same batches, rows and refusals as from folders."""

from __future__ import annotations

import gzip
import io
import signal
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shield1367.home import Home
from shield1367.intake.batches import find_batches
from shield1367.intake.quarantine import open_rows
from shield1367.intake.receipt import list_receipts, read_receipt, taken_in
from shield1367.intake.stage import BatchChangedError
from shield1367.storage import RemotePath, remove_file, write_bytes
from shield1367.storage.errors import StoreDeniedError, StoreUnavailableError
from tests.base import s3
from tests.base.test_storage import python
from tests.intake.deliveries import KEYS, as_csv, contract, deliver, good, take_in


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
        assert list((tmp_path / "scratch").iterdir()) == []


@pytest.fixture
def here(tmp_path: Path) -> Home:
    """A home with a batch in which much is wrong."""
    home = Home(root=tmp_path / "here")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner.csv", as_csv([good(n) for n in range(20, 25)]))
    files = {
        "people-1.csv": as_csv([*(good(n) for n in range(5)), good(1), good(2, note="other")]),
        "people-2.csv.gz": gzip.compress(as_csv([good(n) for n in range(10, 15)])),
        "people-3.csv.zip": packed.getvalue(),
        "people-4.csv.gz": gzip.compress(as_csv([good(n) for n in range(30, 99)]))[:-20],
        "people-5.csv": as_csv([good(40)]),
        "people-6.csv": as_csv([good(50)]),
        "visits.csv": b"place,day\nX,2024-01-01\n",
        "others.csv": as_csv([good(60)]),
    }
    folder = deliver(home, files, rows={"people-5.csv": 3})
    (folder / "people-6.csv").write_bytes(as_csv([good(51)]))
    (folder / "visits.csv").unlink()
    (folder / "people-7.csv").write_bytes(as_csv([good(70)]))
    return home


def carried(home: Home, bucket: RemotePath, root: Path) -> Home:
    """The same landing zone in a bucket; what is staged goes there too."""
    for path in home.root.rglob("*"):
        if path.is_file() and path.is_relative_to(home.root / "landing"):
            write_bytes(bucket / path.relative_to(home.root).as_posix(), path.read_bytes())
    return Home(root, landing_override=bucket / "landing", staged_override=bucket / "staged")


def test_a_batch_is_taken_in_as_from_a_folder(here: Home, bucket: RemotePath, tmp_path: Path) -> None:
    there = carried(here, bucket, tmp_path / "there")
    ours, theirs = (take_in(home, rows_per_part=3) for home in (here, there))
    assert theirs == ours
    assert {str(reason) for reason in ours.reasons()} >= {
        "wrong_hash",
        "row_count",
        "truncated",
        "missing_file",
    }
    staged = {
        p.relative_to(here.root).as_posix(): p.read_bytes() for p in (here.root / "staged").rglob("*.parquet")
    }
    assert {name: there.named(name).read_bytes() for name in staged} == staged
    assert len(staged) == len(
        [n for n in bucket.store.tree((bucket / "staged").key) if n.endswith("parquet")]
    )
    assert list_receipts(there) == list_receipts(here) == [ours]
    rows = [list(open_rows(home, KEYS, "cases", "b1")) for home in (here, there)]
    assert rows[0] == rows[1] != []
    assert not (there.root / "staged").exists()
    assert not (there.root / "landing").exists()


def test_a_changed_batch_is_refused_and_a_known_one_left(
    here: Home, bucket: RemotePath, tmp_path: Path, server: s3.Server
) -> None:
    there = carried(here, bucket, tmp_path / "there")
    take_in(there)
    server.requests.clear()
    with pytest.raises(AssertionError):
        take_in(there)
    assert server.wrote() == []
    manifest = bucket / "landing" / "cases" / "b1" / "manifest.json"
    write_bytes(manifest, manifest.read_bytes() + b" ")
    with pytest.raises(BatchChangedError):
        take_in(there)


def test_a_batch_whose_manifest_has_not_come_waits(here: Home, bucket: RemotePath, tmp_path: Path) -> None:
    there = carried(here, bucket, tmp_path / "there")
    remove_file(bucket / "landing" / "cases" / "b1" / "manifest.json")
    batches, waiting = find_batches(there, contract())
    assert batches == []
    assert [folder.folder for folder in waiting] == ["b1"]
    assert find_batches(there, contract(source="none")) == ([], [])


def test_without_manifests_every_object_is_a_batch(here: Home, bucket: RemotePath, tmp_path: Path) -> None:
    for home in (here, there := Home(tmp_path / "there", landing_override=bucket / "landing")):
        write_bytes(home.landing / "open" / "people x.csv", as_csv([good(1)]))
        write_bytes(home.landing / "open" / "readme.txt", b"x")
    of = contract(source="open", manifest="absent", origin_agency="dhs")
    found = [[(b.batch, b.digest, b.listed) for b in find_batches(home, of)[0]] for home in (here, there)]
    assert found[0] == found[1]
    assert len(found[0]) == 1


def test_the_time_a_batch_was_taken_in_outlives_a_change_of_its_receipt(
    here: Home, bucket: RemotePath, tmp_path: Path
) -> None:
    there = carried(here, bucket, tmp_path / "there")
    receipt = take_in(there)
    first = taken_in(there, "cases", "b1")
    assert abs(datetime.now(UTC) - first) < timedelta(minutes=5)
    receipt.model_copy(update={"planted": "otherwise"}).write(there)
    assert taken_in(there, "cases", "b1") == first
    assert len(list_receipts(there)) == 1


_KILLED = """
    import os, signal, sys
    from pathlib import Path
    from shield1367.home import Home
    from shield1367.intake import stage as module
    from shield1367.storage import location
    from tests.intake.deliveries import take_in

    calls, kept = 2, module.write_atomically
    def killing(*args, **options):
        global calls
        if calls == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        calls -= 1
        return kept(*args, **options)
    module.write_atomically = killing
    bucket = location(sys.argv[2])
    there = Home(Path(sys.argv[1]), landing_override=bucket / "landing", staged_override=bucket / "staged")
    take_in(there, rows_per_part=2)
"""


def test_a_killed_run_leaves_nothing_that_counts_and_the_next_one_finishes(
    here: Home, bucket: RemotePath, tmp_path: Path
) -> None:
    there = carried(here, bucket, tmp_path / "there")
    run = python(_KILLED, there.root, bucket)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert any((bucket / "staged").glob("cases/people/batch=b1/part-*.parquet"))
    assert read_receipt(there, "cases", "b1") is None
    receipt = take_in(there, rows_per_part=6)
    kept = {part.path for parts in receipt.parts.values() for part in parts}
    found = {there.name_of(p) for p in (bucket / "staged").glob("cases/people/batch=b1/part-*.parquet")}
    assert found == kept


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (s3.error("503 x", "ServiceUnavailable"), StoreUnavailableError),
        (s3.error("403 x", "AccessDenied"), StoreDeniedError),
    ],
)
def test_a_store_that_fails_half_way_stages_nothing(
    here: Home,
    bucket: RemotePath,
    tmp_path: Path,
    server: s3.Server,
    answer: s3.Answer,
    error: type[Exception],
) -> None:
    there = carried(here, bucket, tmp_path / "there")
    server.faults = [s3.on("PUT", "part-0001", answer), s3.slow(0.002)]
    with pytest.raises(error):
        take_in(there, rows_per_part=2)
    server.faults = []
    assert list_receipts(there) == []
    assert take_in(there, rows_per_part=2).staged > 0
