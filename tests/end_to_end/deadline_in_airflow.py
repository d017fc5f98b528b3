"""A run of an export that takes too long is told of while it runs, by Airflow's own deadline.

`make test-deadline` runs it: a whole Airflow takes a minute to start.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.config.project import recipient_names
from shield1367_airflow.client import AirflowClient
from shield1367_airflow.demo import _free_port
from shield1367_airflow.environment import child_environment, passwords_file
from shield1367_airflow.processes import running
from tests.airflow_support.ears import Hook, listening

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0


def test_a_late_export_is_told_of_with_a_link_to_its_run(tmp_path: Path) -> None:
    recipient, hook = recipient_names()[0], Hook()
    config = tmp_path / "config"
    config.mkdir()
    for path in DEFAULT_CONFIG.iterdir():
        (config / path.name).symlink_to(path)
    (config / "notices.yaml").unlink(missing_ok=True)
    (config / "notices.yaml").write_text(
        "webhooks: [{connection: slack_test, form: slack, about: [export_late]}]\n"
    )
    home, port = tmp_path / "home", _free_port()
    environment = child_environment(home, project=PROJECT, port=port) | {
        "AIRFLOW__CORE__DAGS_FOLDER": str(Path(__file__).with_name("late")),
        "AIRFLOW_CONN_SLACK_TEST": hook.connection(),
        "SHIELD1367_CONFIG": str(config),
        "NO_PROXY": "127.0.0.1",
    }
    password = json.loads(passwords_file(home).read_text())["admin"]
    with (
        listening(hook),
        running(environment, tmp_path / "logs"),
        AirflowClient(f"http://127.0.0.1:{port}", "admin", password, patience=PATIENCE) as client,
    ):
        client.wait_until_ready([f"export_{recipient}"])
        client.trigger(f"export_{recipient}")
        deadline = time.monotonic() + PATIENCE
        while not hook.posts:
            assert time.monotonic() < deadline, "nobody was told"
            time.sleep(1)
    (said,) = [post["text"] for _, post in hook.posts]
    assert said.startswith(f"*Late: the export for {recipient}*")
    assert f"/dags/export_{recipient}/runs/" in said
