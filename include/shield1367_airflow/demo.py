"""``make demo``: synthetic exports through the DAGs, from the landing zone to releases."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from shield1367.cli import overview
from shield1367.config.project import recipient_names
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site
from shield1367.testing.generate import generate
from shield1367_airflow.environment import child_environment
from shield1367_airflow.processes import running

PROJECT = Path(__file__).resolve().parents[2]
PEOPLE, SEED = 120, 1
PATIENCE_SECONDS = 600.0
_SETTLED = ("success", "failed")


class DemoFailedError(RuntimeError):
    """Error raised when a DAG run fails or does not end in time."""


def main() -> None:
    """Generate, run the DAGs through Airflow, print what came out."""
    from shield1367.config.project import load_project

    console = Console()
    home = Path(os.environ.get("SHIELD1367_HOME", "var")).resolve()
    summary = generate(people=PEOPLE, seed=SEED, out=home)
    console.print(f"{summary.people} synthetic people in {summary.landing}")
    folders = Home(root=home)
    before = sorted(str(path) for path in folders.released.glob("*/*"))
    environment = child_environment(home, project=PROJECT, port=_free_port())
    sources = sorted(path.name for path in summary.landing.iterdir() if path.is_dir())
    stages = [
        [f"intake_{source}" for source in sources],
        ["protect"],
        [f"export_{recipient}" for recipient in recipient_names()],
    ]
    console.print("Starting Airflow")
    with running(environment, home / "airflow" / "processes"):
        for dags in stages:
            console.print(f"Running {', '.join(dags)}")
            _run(environment, dags)
    site = Site(home=folders, keys=Keys.load(folders), project=load_project())
    overview.render(overview.collect(site), console)
    if sorted(str(path) for path in folders.released.glob("*/*")) == before:
        console.print("Nothing changed: every batch was staged and every release was out already.")


def _run(environment: Mapping[str, str], dags: list[str]) -> None:
    """Trigger DAGs and wait until none of them has a run under way."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    for dag in dags:
        while _airflow(environment, "dags", "trigger", dag).returncode != 0:
            if time.monotonic() > deadline:
                raise DemoFailedError(f"{dag} was not found by Airflow; see var/airflow/processes")
            time.sleep(2)
    for dag in dags:
        while True:
            runs = json.loads(_airflow(environment, "dags", "list-runs", dag, "-o", "json").stdout or "[]")
            states = [run["state"] for run in runs]
            if states and all(state in _SETTLED for state in states):
                break
            if time.monotonic() > deadline:
                raise DemoFailedError(f"{dag} did not end in time; see its log under var/airflow/logs")
            time.sleep(2)
        if states[0] == "failed":
            raise DemoFailedError(f"{dag} failed; see its log under var/airflow/logs")


def _airflow(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "airflow"), *arguments]
    return subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)  # noqa: S603  # our own program


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
