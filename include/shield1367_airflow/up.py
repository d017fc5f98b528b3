"""``make up``: Airflow on localhost with these DAGs, until Ctrl-C."""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console

from shield1367.storage import read_json
from shield1367_airflow.environment import ADMINISTRATOR, child_environment, passwords_file
from shield1367_airflow.processes import running

PORT = 8080
PROJECT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Start every component, say where to log in, and wait."""
    console = Console()
    home = Path(os.environ.get("SHIELD1367_HOME", "var")).resolve()
    environment = child_environment(home, project=PROJECT, port=PORT)
    with running(environment, home / "airflow" / "processes") as processes:
        password = read_json(passwords_file(home))[ADMINISTRATOR]
        console.print(f"Airflow: http://127.0.0.1:{PORT}  user {ADMINISTRATOR}, password {password}")
        console.print("Ctrl-C stops it.")
        try:
            processes[0].wait()
        except KeyboardInterrupt:
            console.print("Stopping.")


if __name__ == "__main__":
    main()
