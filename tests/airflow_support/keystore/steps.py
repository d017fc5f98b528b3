"""Run by ``test_keystore.py``: the project's DAGs with a key that only a secrets backend has.

Prints, at the end, one line of JSON: step → task → state.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.models.connection import Connection
from airflow.sdk import DAG
from airflow.utils.session import create_session

DAGS, CONNECTIONS = Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]), Path(os.environ["PROBE_CONNECTIONS"])
NAME = "SHIELD1367_KEY_CONNECTION"


def connection(key: str) -> dict[str, str]:
    return {"conn_type": "generic", "password": key}


def states(run: DAG) -> dict[str, str]:
    """Run a DAG to its end; the last state of each of its tasks."""
    return {ti.task_id: str(ti.state) for ti in run.test().get_task_instances()}


def rotate(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "shield1367", "keys", "rotate", *arguments]
    environment = {name: value for name, value in os.environ.items() if name != NAME} | environment
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    found = DagBag(dag_folder=DAGS).dags
    old, new = Path(os.environ["PROBE_KEY"]), Path(os.environ["PROBE_NEW_KEY"])
    done = {}

    def step(name: str, place: str) -> None:
        os.environ[NAME] = place
        done[name] = states(found["opens"])

    os.environ[NAME] = "from_backend"
    for name in ("intake_benefits", "protect"):
        done[name] = states(found[name])
    step("backend", "from_backend")
    os.environ["AIRFLOW_CONN_FROM_ENVIRONMENT"] = json.dumps(connection(old.read_text()))
    step("environment", "from_environment")
    with create_session() as session:
        session.add(Connection("from_database", **connection(old.read_text())))
    step("database", "from_database")

    # As docs/deployment.md tells it: the old key opens until the new one stands in the backend.
    rotate({"SHIELD1367_KEY_FILE": str(old)}, "--new-key-file", str(new))
    step("between", "from_backend")
    CONNECTIONS.write_text(json.dumps({"from_backend": connection(new.read_text())}))
    rotate({"SHIELD1367_KEY_FILE": str(new)})
    step("rotated", "from_backend")
    step("late", "from_database")
    step("nowhere", "from_nowhere")
    print("\n" + json.dumps(done))  # noqa: T201


if __name__ == "__main__":
    main()
