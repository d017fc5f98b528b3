"""An Airflow in which ada approves what goes to the county; shared by the tests of its API and of its pages."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import httpx
import pytest

from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.config.project import load_project
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.release.ledger import Disclosure, Ledger
from shield1367_airflow.client import AirflowClient
from shield1367_airflow.demo import _free_port
from shield1367_airflow.environment import child_environment, passwords_file
from shield1367_airflow.processes import running
from tests.airflow_support.ears import Hook, listening
from tests.config.signing import sign_folder
from tests.lookback.past import COUNTY
from tests.protection.site import Desk, application, encounter

PROJECT = Path(__file__).resolve().parents[2]
DAG = f"export_{COUNTY}"
USERS = {"admin": "admin", "ada": "op", "bo": "op", "tia": "viewer"}
DESK = {
    "people": {
        "ada": {"roles": ["compliance", "approver"]},
        "bo": {"roles": ["engineer"]},
        "tia": {"roles": ["analyst"], "recipients": [COUNTY]},
    }
}
PATIENCE = 300.0


@dataclass
class Office:
    """An Airflow in which ada has to approve what goes to the county."""

    desk: Desk
    url: str
    client: AirflowClient
    hook: Hook

    @property
    def home(self) -> Home:
        return self.desk.home

    @property
    def work(self) -> Path:
        (folder,) = (self.home.work / COUNTY).iterdir()
        return folder

    def released(self) -> list[Disclosure]:
        """What the ledger says went to the county; others have schedules of their own."""
        return [entry for _, entry in Ledger(self.home).entries() if entry.recipient == COUNTY]

    def password_of(self, name: str) -> str:
        password: str = json.loads(passwords_file(self.home.root).read_text())[name]
        return password

    def as_user(self, name: str) -> httpx.Client:
        login = {"username": name, "password": self.password_of(name)}
        token = httpx.post(
            f"{self.url}/auth/token", json=login, timeout=60, trust_env=False
        ).raise_for_status()
        headers = {"Authorization": f"Bearer {token.json()['access_token']}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)

    def run(self) -> str:
        """Start an export and wait until it waits for somebody; returns the run's id."""
        since = datetime.now(UTC)
        self.client.trigger(DAG)
        return self.waits(since)

    def waits(self, since: datetime) -> str:
        """The id of the run that was started since, when it waits for somebody."""
        with self.as_user("admin") as admin:

            def waiting() -> str | None:
                found = admin.get(f"/api/v2/dags/{DAG}/dagRuns?order_by=-run_after&limit=1").json()[
                    "dag_runs"
                ]
                if not found or datetime.fromisoformat(found[0]["queued_at"]) < since:
                    return None
                assert found[0]["state"] != "failed"
                states = self.states(found[0]["dag_run_id"])
                return found[0]["dag_run_id"] if states.get("approve") == "awaiting_input" else None

            found = patiently(waiting)
            # As a person would: Airflow 3.3.2 fails a task that is answered before its scheduler has heard that it
            # parked ("finished with state success, but the task instance's state attribute is queued").
            time.sleep(5)
            return found

    def look_after_approvals(self) -> None:
        """One run of the DAG that reminds; on its schedule it comes every ten minutes."""
        since = datetime.now(UTC)
        self.client.trigger("approvals")
        assert self.client.finish("approvals", since=since).state == "success"

    def states(self, run_id: str) -> dict[str, str]:
        with self.as_user("admin") as admin:
            instances = admin.get(f"/api/v2/dags/{DAG}/dagRuns/{run_id}/taskInstances").json()[
                "task_instances"
            ]
        return {instance["task_id"]: instance["state"] for instance in instances}

    def told(self, of: str) -> list[str]:
        """What the webhook was told that begins so; it may take the scheduler a moment."""

        def look() -> str | None:
            return next((text for text in self._texts if text.startswith(f"*{of}")), None)

        patiently(look)
        return [text for text in self._texts if text.startswith(f"*{of}")]

    @property
    def _texts(self) -> list[str]:
        return [post["text"] for _, post in self.hook.posts]

    def answer(self, user: str, run_id: str, *, option: str = "Approve", **given: str) -> int:
        body = {"chosen_options": [option], "params_input": given}
        with self.as_user(user) as client:
            path = f"/api/v2/dags/{DAG}/dagRuns/{run_id}/taskInstances/approve/-1/hitlDetails"
            return client.patch(path, json=body).status_code

    def ended(self, run_id: str) -> str:
        with self.as_user("admin") as admin:
            return patiently(
                lambda: (
                    state
                    if (state := admin.get(f"/api/v2/dags/{DAG}/dagRuns/{run_id}").json()["state"])
                    in ("success", "failed")
                    else None
                )
            )


def patiently(look: Callable[[], str | None]) -> str:
    deadline = time.monotonic() + PATIENCE
    while (found := look()) is None:
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(1)
    return found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    config = Path(copytree(DEFAULT_CONFIG, folder / "config"))
    profile = config / "recipients" / f"{COUNTY}.yaml"
    approval = "approval: {required: true, approvers: [ada], within: 6h, remind_after: 1h}\n"
    profile.write_text(profile.read_text() + approval)
    sign_folder(config)
    (config / "desk.yaml").write_text(json.dumps(DESK))
    (config / "notices.yaml").write_text("webhooks: [{connection: office, form: slack}]\n")
    home = Home(root=folder / "home")
    keys = Keys.load(home)
    desk = Desk(home, keys, load_project(config))
    past_of(desk)
    port = _free_port()
    environment = child_environment(home.root, project=PROJECT, port=port)
    environment["SHIELD1367_CONFIG"] = str(config)
    environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] = ",".join(f"{u}:{r}" for u, r in USERS.items())
    hook = Hook()
    environment |= {"AIRFLOW_CONN_OFFICE": hook.connection(), "NO_PROXY": "127.0.0.1"}
    passwords = passwords_file(home.root)
    known = json.loads(passwords.read_text())
    passwords.write_text(json.dumps({user: known.get(user, f"{user}-secret") for user in USERS}))
    url = f"http://127.0.0.1:{port}"
    with (
        listening(hook),
        running(environment, home.root / "airflow" / "processes"),
        AirflowClient(url, "admin", known["admin"], patience=PATIENCE) as client,
    ):
        client.wait_until_ready([DAG, "approvals"])
        yield Office(desk, url, client, hook)


def past_of(desk: Desk) -> None:
    """Six people staged and judged today, so that the registry is fresh."""
    desk.deliver("benefits", {"applications": [application(n) for n in range(1, 7)]})
    desk.deliver("enforcement", {"encounters": [encounter(n) for n in range(1, 7)]})
    desk.judge(now=datetime.now(UTC))
