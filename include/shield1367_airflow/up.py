"""``make up``: Airflow on localhost with these DAGs, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from rich.console import Console

from shield1367.storage import read_json
from shield1367_airflow.client import AirflowClient, AirflowUnavailableError
from shield1367_airflow.environment import ADMINISTRATOR, child_environment, passwords_file
from shield1367_airflow.processes import running

PORT = 8080
PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 300.0


def main() -> None:
    """Start every component, say where to log in once it answers, and wait."""
    console = Console(highlight=False)
    home = Path(os.environ.get("SHIELD1367_HOME", "var")).resolve()
    port = int(os.environ.get("AIRFLOW_PORT", PORT))
    environment = child_environment(home, project=PROJECT, port=port)
    logs = home / "airflow" / "processes"
    url = f"http://127.0.0.1:{port}"
    signal.signal(signal.SIGTERM, _stop)
    console.print("starting Airflow, about half a minute")
    try:
        with running(environment, logs) as processes:
            password = read_json(passwords_file(home))[ADMINISTRATOR]
            with AirflowClient(url, ADMINISTRATOR, password, patience=PATIENCE_SECONDS) as client:
                client.wait_until_ready(["protect"])
            console.print(f"Airflow is at {url}  user {ADMINISTRATOR}  password {password}")
            console.print(f"landing zone  {home / 'landing'}\nCtrl-C stops it.", soft_wrap=True)
            for process in processes:
                process.wait()
    except KeyboardInterrupt:
        console.print("stopped")
    except AirflowUnavailableError as error:
        console.print(
            f"[bold red]{error}[/]. Mend: read the logs in {logs}; is port {port} taken?"
            f" AIRFLOW_PORT=8081 make up takes another.",
            soft_wrap=True,
        )
        sys.exit(1)


def _stop(number: int, frame: FrameType | None) -> None:
    """A terminated parent must not leave its children behind."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
