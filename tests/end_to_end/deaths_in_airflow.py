"""A task that kills its process each time is given up, and one that was killed twice is not.

`make test-deaths` runs it: a whole Airflow takes a minute to start.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shield1367_airflow.client import AirflowClient
from shield1367_airflow.deaths import MOST_DEATHS
from shield1367_airflow.demo import _free_port
from shield1367_airflow.environment import child_environment, passwords_file
from shield1367_airflow.processes import running

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 1_500.0


@pytest.mark.timeout(3600)
def test_a_task_that_always_dies_is_given_up_and_says_so(tmp_path: Path) -> None:
    home, port = tmp_path / "home", _free_port()
    environment = child_environment(home, project=PROJECT, port=port) | {
        "AIRFLOW__CORE__DAGS_FOLDER": str(Path(__file__).with_name("deadly")),
    }
    password = json.loads(passwords_file(home).read_text())["admin"]
    with (
        running(environment, tmp_path / "logs"),
        AirflowClient(f"http://127.0.0.1:{port}", "admin", password, patience=PATIENCE) as client,
    ):
        client.wait_until_ready(["deadly"])
        began = datetime.now(UTC)
        client.trigger("deadly")
        assert client.finish("deadly", since=began).state == "failed"
    with closing(sqlite3.connect(home / "airflow" / "airflow.db")) as database:
        rows = database.execute("SELECT task_id, state, try_number FROM task_instance").fetchall()
    found = {task: (state, tries) for task, state, tries in rows}
    assert found["now_and_then"] == ("success", 3)
    state, tries = found["always"]
    assert state == "failed"
    # A try that Airflow itself loses, before the task's first line, is no death of the task.
    assert MOST_DEATHS < tries <= MOST_DEATHS + 3
    logs = (home / "airflow" / "logs").rglob("task_id=always/*.log")
    assert sum("E823" in path.read_text() for path in logs) == 1
    assert list((home / "tries").iterdir()) == []
