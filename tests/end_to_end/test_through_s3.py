from __future__ import annotations

from pathlib import Path

import pytest

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


def busy() -> s3.Fault:
    seen = iter(range(10**9))
    return lambda _: s3.error("503 Slow Down", "SlowDown") if next(seen) % 7 == 6 else None
