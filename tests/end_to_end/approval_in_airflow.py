"""A release that waits for people, through Airflow: parked, answered over its API, and gated all the same.

`make test-approval` runs it: two runs of an export in a whole Airflow take minutes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from shield1367.release.approval import REQUEST, request_of
from shield1367.release.manifest import ReleaseManifest
from shield1367.storage import read_json, write_json
from tests.end_to_end.approvals import DAG, Office, office
from tests.lookback.past import COUNTY

__all__ = ["office"]  # a fixture

REASON = "reviewed under MOU-2026-07"


def waits_since(work: Path, *, hours: int) -> None:
    """As if it had been asked so long ago: nobody waits an hour for a test."""
    content = read_json(work / REQUEST)
    asked = datetime.fromisoformat(content["asked_at"]) - timedelta(hours=hours)
    write_json(work / REQUEST, content | {"asked_at": asked.isoformat()})


def test_a_release_goes_when_its_approver_says_so_and_nobody_else(office: Office) -> None:
    first = office.run()
    asked = request_of(office.work)
    assert asked is not None
    assert asked.prepared_by == "admin"
    assert office.released() == []
    for _ in range(2):
        office.look_after_approvals()
    waits_since(office.work, hours=2)
    for _ in range(2):
        office.look_after_approvals()
    (reminder,) = office.told(f"Still waiting for approval: release {office.work.name} for {COUNTY}")
    assert "for 2 hours" in reminder
    assert office.states(first)["approve"] == "awaiting_input", "it waits, and holds no worker"
    good = {"code": asked.code, "reason": REASON}
    # Airflow itself keeps out whoever was not asked, administrators too.
    assert [office.answer(user, first, **good) for user in ("bo", "admin")] == [403, 403]
    # It takes an answer about other bytes, and one without a reason: the gate does not.
    assert office.answer("ada", first, code="0" * 12, reason=REASON) == 200
    assert office.ended(first) == "failed"
    assert office.states(first)["release"] == "upstream_failed"
    release = f"release {office.work.name} for {COUNTY}"
    assert len(office.told(f"Approval wanted: {release}")) == 1
    (refused,) = office.told(f"Not released: {release}")
    assert f"/dags/{DAG}/runs/" in refused
    assert office.released() == []

    second = office.run()
    assert office.answer("ada", second, **good) == 200
    assert office.ended(second) == "success"
    (entry,) = office.released()
    (ready,) = office.told(f"Released: {release}")
    assert f"/compliance/releases/{entry.release_id}" in ready
    assert len(office.told(f"Approval wanted: {release}")) == 2
    assert entry.approvals[0].startswith("ada, ")
    manifest = ReleaseManifest.read(office.home.released / COUNTY / entry.release_id)
    assert [line.partition(",")[0] for line in manifest.approved] == ["ada"]
    # The reviewer's words are in the ledger, and in what Airflow itself keeps of the answer: in no log, in no XCom.
    logs = [
        path.read_bytes() for path in (office.home.root / "airflow" / "logs").rglob("*") if path.is_file()
    ]
    assert logs
    assert not any(REASON.encode() in log for log in logs)
    with closing(sqlite3.connect(office.home.root / "airflow" / "airflow.db")) as database:
        values: list[Any] = [row[0] for row in database.execute("SELECT value FROM xcom")]
    assert values
    assert not any(REASON in str(value) for value in values)
