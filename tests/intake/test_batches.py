from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shield1367.home import Home
from shield1367.intake.batches import dataset_of, find_batches
from shield1367.intake.manifest import ManifestError, read_manifest
from shield1367.storage import sha256
from tests.intake.deliveries import as_csv, contract, deliver, good, take_in

GOOD = {"people.csv": as_csv([good(1)])}


def test_a_source_without_a_landing_zone_has_no_batches(home: Home) -> None:
    assert find_batches(home, contract()) == ([], [])


def test_batches_come_in_the_order_of_their_ids(home: Home) -> None:
    for batch in ("2026-02", "2026-01", "2026-03"):
        deliver(home, GOOD, batch=batch)
    batches, waiting = find_batches(home, contract())
    assert [batch.batch for batch in batches] == ["2026-01", "2026-02", "2026-03"]
    assert waiting == []


FAULTS: dict[str, dict[str, Any]] = {
    "another source": {"source": "court"},
    "another batch": {"batch": "b2"},
    "an id that is no folder": {"batch": "../b1"},
    "a time without a zone": {"created": "2026-01-02T03:04:05"},
    "no list of files": {"files": None},
    "a file outside the folder": {"files": [{"name": "../x", "dataset": "people", "sha256": "0" * 64}]},
    "a hash that is none": {"files": [{"name": "x", "dataset": "people", "sha256": "0" * 63}]},
    "rows below zero": {"files": [{"name": "x", "dataset": "people", "sha256": "0" * 64, "rows": -1}]},
    "a file twice": {"files": [{"name": "x", "dataset": "people", "sha256": "0" * 64}] * 2},
    "an unknown key": {"colour": "red"},
}


@pytest.mark.parametrize("change", FAULTS.values(), ids=FAULTS)
def test_a_batch_with_a_bad_manifest_waits_and_the_others_go_on(home: Home, change: dict[str, Any]) -> None:
    deliver(home, GOOD, manifest=change)
    deliver(home, GOOD, batch="b9")
    batches, waiting = find_batches(home, contract())
    assert [batch.batch for batch in batches] == ["b9"]
    assert [folder.folder for folder in waiting] == ["b1"]
    assert "manifest.json" in waiting[0].reason


@pytest.mark.parametrize("content", [b"", b'{"source": "QUER', b"\xff\xfe\x00", b"[" * 99_999, b"3", b"null"])
def test_a_manifest_that_is_still_being_written_makes_its_batch_wait(home: Home, content: bytes) -> None:
    folder = deliver(home, GOOD)
    deliver(home, GOOD, batch="b9")
    (folder / "manifest.json").write_bytes(content)
    batches, waiting = find_batches(home, contract())
    assert [batch.batch for batch in batches] == ["b9"]
    assert len(waiting) == 1
    assert "QUER" not in waiting[0].reason


def test_a_batch_without_a_manifest_waits(home: Home) -> None:
    (deliver(home, GOOD) / "manifest.json").unlink()
    batches, waiting = find_batches(home, contract())
    assert batches == []
    assert waiting[0].reason.endswith("manifest.json is missing.")


def test_a_manifest_names_the_keys_that_do_not_fit(home: Home) -> None:
    folder = deliver(home, GOOD, manifest={"created": "x", "colour": "red"})
    with pytest.raises(
        ManifestError, match=r"E301 .*does not fit its schema at: colour, created\. Mend: ask"
    ):
        read_manifest(folder)


def published(home: Home, name: str, content: bytes) -> Path:
    """A file that lies in its source's folder as it was published."""
    path = home.landing / "cases" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_without_manifests_every_file_of_a_dataset_is_a_batch_named_by_its_content(home: Home) -> None:
    of = contract(manifest="absent")
    path = published(home, "people 2026 (final).csv", GOOD["people.csv"])
    published(home, "readme.txt", b"x")
    (batch,), waiting = find_batches(home, of)
    assert waiting == []
    assert batch.batch == f"people-2026-final-{sha256(path)[:12]}"
    receipt = take_in(home, of)
    assert receipt.staged == 1
    # Other content under the same name is another batch; the first stays what it was.
    path.write_bytes(as_csv([good(2)]))
    (again,), _ = find_batches(home, of)
    assert again.batch != batch.batch


def test_a_file_belongs_to_the_dataset_whose_glob_it_fits() -> None:
    of = contract()
    assert dataset_of("people-1.csv.gz", of) == "people"
    assert dataset_of("visits.csv", of) == "visits"
    assert dataset_of("PEOPLE.csv", of) is None


def test_the_digest_of_a_batch_is_that_of_its_manifest(home: Home) -> None:
    folder = deliver(home, GOOD)
    (batch,), _ = find_batches(home, contract())
    assert batch.digest == sha256(folder / "manifest.json")
    assert json.loads((folder / "manifest.json").read_text())["files"][0]["sha256"] == batch.listed[0].sha256
