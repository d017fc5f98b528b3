"""The desk in Airflow's API server: imported late, signed in by Airflow, and in the navigation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shield1367.storage import write_json
from shield1367_airflow.desk import roles_of
from shield1367_airflow.environment import child_environment

PROJECT = Path(__file__).resolve().parents[2]
PASSWORDS = {"admin": "p1", "mara": "p2", "vera": "p3"}


@pytest.mark.parametrize(
    ("user", "roles"),
    [
        (SimpleNamespace(role="ADMIN"), {"admin"}),
        (SimpleNamespace(role=None), set()),
        (SimpleNamespace(roles=[SimpleNamespace(name="Admin"), SimpleNamespace(name="Op")]), {"admin", "op"}),
        (SimpleNamespace(roles=["Viewer"]), {"viewer"}),
        (SimpleNamespace(roles=None), set()),
        (SimpleNamespace(), set()),
    ],
)
def test_roles_of_either_auth_manager(user: object, roles: set[str]) -> None:
    assert roles_of(user) == roles


def test_the_plugin_file_imports_nothing_of_the_desk() -> None:
    script = "import sys, compliance_desk; print([m for m in sys.modules if m.startswith('shield1367')])"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=PROJECT / "plugins",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the API server answered."""
    home, config = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("config")
    (config / "desk.yaml").write_text(
        "airflow_roles: {admin: [engineer]}\npeople: {mara: {roles: [cleared_reviewer]}}\n"
    )
    passwords = write_json(home / "passwords.json", PASSWORDS)
    environment = child_environment(home, project=PROJECT, port=8080) | {
        "SHIELD1367_CONFIG": str(config),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin,mara:viewer,vera:viewer",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", Path(__file__).with_name("probe.py"), passwords],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("FOUND ")] or [
        done.stderr[-3000:]
    ]
    answer: dict[str, Any] = json.loads(line.removeprefix("FOUND "))
    return answer


@pytest.mark.slow
def test_the_desk_is_not_there_before_the_api_server_asks(found: dict[str, Any]) -> None:
    assert found["imported_before"] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "status", "words"),
    [
        ("nobody", 401, "E660"),
        ("forged", 401, "E660"),
        ("header", 200, "There is no release yet"),
        ("cookie", 200, "There is no release yet"),
        ("viewer", 403, "E661"),
        ("reviewer", 200, "A-Number"),
        ("not_cleared", 403, "E662"),
    ],
)
def test_airflow_says_who_somebody_is(found: dict[str, Any], who: str, status: int, words: str) -> None:
    assert found[who]["status"] == status
    assert words in found[who]["text"]
    headers = found[who]["headers"]
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


@pytest.mark.slow
def test_it_stands_in_the_navigation(found: dict[str, Any]) -> None:
    (plugin,) = json.loads(found["plugins"]["text"])["plugins"]
    assert plugin["name"] == "compliance_desk"
    (view,) = plugin["external_views"]
    assert (view["name"], view["href"], view["destination"]) == ("Compliance desk", "/compliance/", "nav")
    assert view["url_route"] == "compliance-desk"
