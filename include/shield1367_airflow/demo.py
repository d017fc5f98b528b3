"""``make demo``: synthetic exports through the DAGs, from the landing zone to releases."""

from __future__ import annotations

import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from shield1367.cli import overview
from shield1367.config.project import Project, load_project
from shield1367.errors import Shield1367Error
from shield1367.home import Home
from shield1367.intake.receipt import list_receipts
from shield1367.keys import Keys
from shield1367.pipeline import Site
from shield1367.storage import read_json
from shield1367.testing.generate import generate
from shield1367_airflow.client import AirflowClient, AirflowUnavailableError
from shield1367_airflow.environment import ADMINISTRATOR, child_environment, passwords_file
from shield1367_airflow.processes import running

PROJECT = Path(__file__).resolve().parents[2]
PEOPLE, SEED = 120, 1
# For one DAG: on a machine that does much else at the same time a release takes minutes.
PATIENCE_SECONDS = 900.0


def main() -> None:
    """Generate, run the DAGs through Airflow, print what came out; exit code 1 when a run fails."""
    console = Console(highlight=False)
    home = Home(root=Path(os.environ.get("SHIELD1367_HOME", "var")).resolve())
    try:
        failed = _demo(home, console)
    except Shield1367Error as error:
        console.print(f"[bold red]{error.code}[/] {error.message} Mend: {error.mend}", soft_wrap=True)
        sys.exit(1)
    except AirflowUnavailableError as error:
        logs = home.root / "airflow" / "processes"
        console.print(f"[bold red]{error}[/]. Mend: read the logs in {logs}, then run again.", soft_wrap=True)
        sys.exit(1)
    if failed:
        logs = home.root / "airflow" / "logs"
        console.print(f"[bold red]failed:[/] {', '.join(failed)}. Mend: read the task's log in {logs}.")
        sys.exit(1)


def _demo(home: Home, console: Console) -> list[str]:
    summary = generate(people=PEOPLE, seed=SEED, out=home.root)
    console.print(
        f"{summary.people} synthetic people, {sum(summary.rows.values())} rows in {overview.shown(summary.landing)}"
    )
    project = load_project()
    before = _published(home)
    port = _free_port()
    environment = child_environment(home.root, project=PROJECT, port=port)
    console.print(f"starting Airflow on http://127.0.0.1:{port}")
    with running(environment, home.root / "airflow" / "processes"):
        password = read_json(passwords_file(home.root))[ADMINISTRATOR]
        url = f"http://127.0.0.1:{port}"
        with AirflowClient(url, ADMINISTRATOR, password, patience=PATIENCE_SECONDS) as client:
            failed = _run(client, home, project, console)
    site = Site(home=home, keys=Keys.load(home), project=project)
    console.print()
    overview.render(overview.collect(site), console)
    if _published(home) == before:
        console.print("\nNothing changed: every batch was staged and every release was out already.")
    return failed


def _run(client: AirflowClient, home: Home, project: Project, console: Console) -> list[str]:
    """Trigger the intakes; what follows, follows by assets. Returns the DAGs that failed."""
    scheduled = [name for name, contract in project.contracts.items() if contract.schedule]
    intakes = [f"intake_{source}" for source in scheduled]
    exports = {f"export_{name}": profile for name, profile in project.recipients.items()}
    client.wait_until_ready([*intakes, "protect", *exports])
    failed: list[str] = []

    def wait(dags: list[str], since: datetime) -> None:
        for dag in dags:
            run = client.finish(dag, since=since)
            console.print(f"  {dag}: {run.state}")
            if run.state != "success":
                failed.append(dag)

    start = datetime.now(UTC)
    staged = len(list_receipts(home))
    for dag in intakes:
        client.trigger(dag)
    wait(intakes, start)
    by_asset = [dag for dag, profile in exports.items() if profile.schedule.on]
    by_hand = [dag for dag in exports if dag not in by_asset]
    if len(list_receipts(home)) == staged:
        # Nothing was staged, so no asset changed; what an interrupted run left open is still done.
        client.trigger("protect")
        by_asset, by_hand = [], list(exports)
    wait(["protect"], start)
    for dag in by_hand:
        client.trigger(dag)
    wait([*by_asset, *by_hand], start)
    return failed


def _published(home: Home) -> list[Path]:
    return sorted((home.root / "released").glob("*/*"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
