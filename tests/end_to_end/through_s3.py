from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from shield1367.desk.app import create_app
from shield1367.desk.site import DeskSite
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.storage import write_atomically
from tests.base import s3
from tests.desk.desks import SECRET, Visit, by_header, settings
from tests.desk.test_mending import BATCH, mend, receipt_of
from tests.end_to_end.through_stores import through
from tests.protection.site import Desk, a_number


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


def test_rows_are_released_from_quarantine_into_the_store(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The batch was staged in a store, and so is what was mended of it; the desk writes it."""
    with s3.running() as server, s3.bucket(server, monkeypatch) as bucket:
        home = Home(tmp_path, landing_override=bucket / "landing", staged_override=bucket / "staged")
        agency = Desk(home, Keys.load(home))
        rows = [
            {"IDNCASE": "910000001", "ALIEN_NBR": "A\tB"},
            {"IDNCASE": "910000002", "ALIEN_NBR": a_number(1)},
        ]
        agency.deliver("court", {"cases": rows})
        server.faults = [busy()]
        site = DeskSite(home, load_settings=settings)
        browser = Visit(create_app(site, identify=by_header, secret=SECRET), "ines")
        mended = mend(agency, browser, IDNCASE="910000001", ALIEN_NBR=a_number(2))
        assert mended.status_code == 303
        assert browser.post(f"{BATCH}/release", form_on=BATCH, why="TICKET-118").status_code == 303
        receipt = receipt_of(agency)
        assert (receipt.rows, receipt.staged, receipt.quarantined) == (2, 2, 0)
        parts = [path for path in server.wrote() if "/batch=b1/" in path]
        assert len(set(parts)) == 2, "one of intake, one of the release from quarantine"
        agency.judge()
        assert not (tmp_path / "staged").exists()
        # Pressed again, nothing is there to be released.
        assert browser.post(f"{BATCH}/release", form_on="/terms", why="T-1").status_code == 409
