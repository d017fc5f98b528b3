from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from shield1367.storage import write_atomically
from tests.base import s3
from tests.end_to_end.through_stores import through


def test_a_landing_zone_in_s3_becomes_a_release_in_s3(
    home_after_a_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with s3.running() as server, s3.bucket(server, monkeypatch) as bucket:
        # Every seventh request finds the store busy.
        server.faults = [busy()]
        release = through(home_after_a_run, bucket / "agency", monkeypatch, capsys)
        assert [path for path in server.wrote() if release.name in path][-2].endswith("/manifest.json")


def test_a_large_file_goes_in_parts_and_is_encrypted_like_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHIELD1367_S3_ENCRYPTION", "aws:kms")
    with s3.running() as server, s3.bucket(server, monkeypatch) as bucket:
        content = b"0123456789" * 12_000_000
        write_atomically(bucket / "big", lambda path: path.write_bytes(content))
        assert ("POST", f"/{bucket.key}/big") in server.requests
        assert (bucket / "big").read_bytes() == content
        told = fsspec.filesystem("s3").call_s3("head_object", Bucket=bucket.key, Key="big")
        assert told["ServerSideEncryption"] == "aws:kms"


def busy() -> s3.Fault:
    seen = iter(range(10**9))
    return lambda _: s3.error("503 Slow Down", "SlowDown") if next(seen) % 7 == 6 else None
