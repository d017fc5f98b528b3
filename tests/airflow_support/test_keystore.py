"""The key from Airflow's secrets backends, in the project's own DAGs: it opens, it rotates, it is seen nowhere."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from airflow.sdk.log import mask_logs

from shield1367.errors import KeyMissingError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.registry.store import Registry
from shield1367.testing.generate import generate
from shield1367_airflow.environment import PREPARE, child_environment
from shield1367_airflow.keystore import password_of

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).with_name("keystore")
BACKEND = "airflow.secrets.local_filesystem.LocalFilesystemBackend"


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@dataclass(frozen=True)
class Ran:
    """What the script left."""

    home: Home
    printed: str
    states: dict[str, dict[str, str]]
    keys: tuple[str, str]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    home = Home(root=tmp_path_factory.mktemp("keystore"))
    generate(people=5, seed=1, out=home.root)
    # The secrets lie outside what is searched.
    vault = tmp_path_factory.mktemp("vault")
    keys = (new_key(), new_key())
    for name, key in zip(("old", "new"), keys, strict=True):
        (vault / name).write_text(key)
    connections = vault / "connections.json"
    connections.write_text(json.dumps({"from_backend": {"conn_type": "generic", "password": keys[0]}}))
    dags = home.root / "dags"
    dags.mkdir()
    for file in (PROJECT / "dags" / "intake.py", PROJECT / "dags" / "protect.py", FOLDER / "opens.py"):
        shutil.copy(file, dags)
    environment = child_environment(home.root, project=PROJECT, port=18098) | {
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__SECRETS__BACKEND": BACKEND,
        "AIRFLOW__SECRETS__BACKEND_KWARGS": json.dumps({"connections_file_path": str(connections)}),
        "PROBE_CONNECTIONS": str(connections),
        "PROBE_KEY": str(vault / "old"),
        "PROBE_NEW_KEY": str(vault / "new"),
    }

    def run(*command: str | Path) -> tuple[str, str]:
        done = subprocess.run(
            command, env=environment, cwd=home.root, capture_output=True, text=True, timeout=240, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout, done.stderr

    run(Path(sys.executable).with_name("airflow"), *PREPARE[0])
    out, err = run(sys.executable, FOLDER / "steps.py")
    return Ran(home, out + err, json.loads(out.splitlines()[-1]), keys)


@pytest.mark.parametrize("dag", ["intake_benefits", "protect"])
def test_the_dags_run_with_it(ran: Ran, dag: str) -> None:
    assert ran.states[dag]
    assert set(ran.states[dag].values()) == {"success"}


def test_it_is_the_key_of_the_home_and_no_other_was_made(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [path.name for path in ran.home.keys.iterdir()] == ["ring.json"]
    monkeypatch.setenv("SHIELD1367_KEY", ran.keys[1])
    assert Registry(ran.home, Keys.load(ran.home)).evaluated()
    monkeypatch.setenv("SHIELD1367_KEY", ran.keys[0])
    with pytest.raises(KeyMissingError):
        Keys.load(ran.home)


@pytest.mark.parametrize("step", ["backend", "environment", "database"])
def test_every_backend_gives_it(ran: Ran, step: str) -> None:
    assert ran.states[step] == {"counts": "success"}


def test_the_old_key_opens_until_it_is_replaced_and_then_no_more(ran: Ran) -> None:
    states = {step: ran.states[step]["counts"] for step in ("between", "rotated", "late")}
    assert states == {"between": "success", "rotated": "success", "late": "failed"}
    assert "E102" in ran.printed


def test_what_is_asked_for_is_masked_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    monkeypatch.setenv("AIRFLOW_CONN_A_KEY", json.dumps({"conn_type": "generic", "password": key}))
    event = {"event": f"the key is {key}.", "value": [key]}
    assert key in str(mask_logs(None, "info", dict(event)))
    assert password_of("a_key") == key
    # The very step through which a worker sends every line of a task's log.
    assert mask_logs(None, "info", event) == {"event": "the key is ***.", "value": ["***"]}


def test_a_connection_without_a_password_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_A_KEY", json.dumps({"conn_type": "generic", "login": "somebody"}))
    assert password_of("a_key") is None
    assert password_of("another") is None


def test_it_is_seen_nowhere(ran: Ran) -> None:
    for key in ran.keys:
        forms = {key, base64.b64decode(key).hex(), key.replace("+", "-").replace("/", "_")}
        assert not [form for form in forms if form in ran.printed]
        searched = [path for path in ran.home.root.rglob("*") if path.is_file()]
        assert {"airflow.db", "ring.json"} <= {path.name for path in searched}
        for path in searched:
            content = path.read_bytes()
            assert not any(form.encode() in content for form in forms), path.name
            assert base64.b64decode(key) not in content, path.name


def test_a_connection_that_nobody_has_fails_the_task_with_the_mend(ran: Ran) -> None:
    assert ran.states["nowhere"] == {"counts": "failed"}
    assert "E103 Airflow's secrets backends have no connection from_nowhere" in ran.printed
