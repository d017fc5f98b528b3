"""Airflow's API server on SQLite, with either of its auth managers, and users who can sign in."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

import httpx

from shield1367.config.loading import DEFAULT_CONFIG
from shield1367_airflow.environment import COMPONENTS, PREPARE, child_environment

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 180
_FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
# `airflow users create` takes ten seconds for each.
_CREATE = """
import json, sys
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
with get_application_builder() as builder:
    for name, role in json.load(sys.stdin).items():
        found = builder.sm.find_role(role)
        assert found and builder.sm.add_user(name, name, name, f"{name}@localhost", found, password=name), name
"""


class AuthManager(StrEnum):
    """Who signs people in: the embedded default, or the cluster's."""

    SIMPLE = "simple"
    FAB = "fab"


def config_with(folder: Path, desk: Mapping[str, object]) -> Path:
    """A copy of the configuration with another ``desk.yaml``."""
    shutil.copytree(DEFAULT_CONFIG, folder, dirs_exist_ok=True)
    (folder / "desk.yaml").write_text(json.dumps(desk))
    return folder


@contextmanager
def api_server(
    home: Path, config: Path, users: Sequence[str], *, manager: AuthManager = AuthManager.SIMPLE, log: Path
) -> Iterator[str]:
    """The address of a running server; each user's password is their name, and their role in Airflow *Viewer*."""
    passwords = home / "passwords.json"
    passwords.write_text(json.dumps({user: user for user in users}))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = child_environment(home, project=PROJECT, port=port) | {"SHIELD1367_CONFIG": str(config)}
    if manager is AuthManager.FAB:
        environment["AIRFLOW__CORE__AUTH_MANAGER"] = _FAB
    else:
        environment |= {
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{user}:viewer" for user in users),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        }
    airflow = Path(sys.executable).parent / "airflow"
    with log.open("wb") as said:
        run = {"env": environment, "stdout": said, "stderr": said}
        subprocess.run([airflow, *PREPARE[0]], check=True, **run)  # type: ignore[call-overload]
        if manager is AuthManager.FAB:
            names = json.dumps(dict.fromkeys(users, "Viewer")).encode()
            subprocess.run([sys.executable, "-W", "ignore", "-c", _CREATE], input=names, check=True, **run)  # type: ignore[call-overload]
        server = subprocess.Popen([airflow, *COMPONENTS["api-server"]], **run)  # type: ignore[call-overload]
        url = f"http://127.0.0.1:{port}"
        try:
            _wait(url)
            yield url
        finally:
            server.terminate()
            try:
                server.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def token_of(url: str, user: str) -> str:
    """What Airflow gives a program that signs in."""
    answer = httpx.post(
        f"{url}/auth/token", json={"username": user, "password": user}, trust_env=False, timeout=60
    )
    answer.raise_for_status()
    token: str = answer.json()["access_token"]
    return token


@contextmanager
def signed_in_by_form(url: str, user: str) -> Iterator[httpx.Client]:
    """A client with the cookies of somebody who filled in FAB's form."""
    with httpx.Client(base_url=url, trust_env=False, follow_redirects=True, timeout=60) as client:
        page = client.get("/auth/login/").text
        (secret, *_) = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        client.post("/auth/login/", data={"username": user, "password": user, "csrf_token": secret})
        yield client


def _wait(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if httpx.get(f"{url}/compliance/", trust_env=False).status_code == httpx.codes.UNAUTHORIZED:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "the API server did not answer"
        time.sleep(0.5)
