"""Notices of DAGs that Airflow runs for real."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from shield1367_airflow.environment import PREPARE, child_environment
from tests.airflow_support.ears import MailServer
from tests.airflow_support.office import Office
from tests.airflow_support.office import office as office

PROJECT = Path(__file__).resolve().parents[2]
NOTIFIED = Path(__file__).with_name("notified")
SCRIPT = """
import runpy, sys
dags = runpy.run_path(sys.argv[1])
for name in ("GOOD", "BAD"):
    print(name, str(dags[name].test().state))
"""


@pytest.mark.slow
def test_airflow_tells_and_its_runs_end_as_they_would_without(office: Office, tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = child_environment(home, project=PROJECT, port=18098)
    environment["AIRFLOW__CORE__DAGS_FOLDER"] = str(NOTIFIED)
    # The mail goes where nobody listens; the others are told all the same.
    gone = MailServer()
    gone.server_close()
    environment |= {
        "AIRFLOW_CONN_SMTP_TEST": gone.connection,
        "AIRFLOW_CONN_SLACK_TEST": office.slack.connection(),
        "AIRFLOW_CONN_TEAMS_TEST": office.teams.connection(),
    }

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout + done.stderr

    run(Path(sys.executable).with_name("airflow"), *PREPARE[0])
    printed = run(sys.executable, "-c", SCRIPT, NOTIFIED / "notified.py")
    assert re.findall(r"^(GOOD|BAD) (\w+)$", printed, re.MULTILINE) == [
        ("GOOD", "success"),
        ("BAD", "failed"),
    ]
    for posts in (office.slack.posts, office.teams.posts):
        assert len(posts) == 2
    told = [post["text"].splitlines()[0] for _, post in office.slack.posts]
    # Where one process is scheduler and worker, the callback of a run cannot ask for the id.
    assert told == ["*Released: release r-0a1b for good*", "*Not released: a release for bad*"]
    assert "s3cr3t" not in printed
    assert "notice of release_ready by smtp_test was not sent: E901" in printed
