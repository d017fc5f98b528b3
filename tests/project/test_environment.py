"""The embedded settings: every name is one that this Airflow knows, and nothing is open or left behind."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from shield1367.errors import StorageError
from shield1367_airflow import environment
from shield1367_airflow.environment import child_environment, embedded_environment, passwords_file

PROJECT = Path(__file__).resolve().parents[2]
SECRETS = ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET")


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return embedded_environment(tmp_path, project=PROJECT, port=18080)


def test_every_variable_is_an_option_of_the_installed_airflow(settings: dict[str, str]) -> None:
    described = yaml.safe_load(files("airflow").joinpath("config_templates/config.yml").read_text())
    known = {
        f"AIRFLOW__{section}__{option}".upper()
        for section, content in described.items()
        for option in content["options"]
    }
    given = {name for name in settings if name.startswith("AIRFLOW__")}
    assert len(given) > 30
    assert given - known == set()


def test_nothing_listens_beyond_this_machine(settings: dict[str, str]) -> None:
    assert settings["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert settings["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:18080"
    assert settings["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18080/execution/"
    for name in ("scheduler", "triggerer"):
        assert "--skip-serve-logs" in environment.COMPONENTS[name]


def test_logging_in_takes_a_password(settings: dict[str, str]) -> None:
    assert settings["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"] == "False"
    path = Path(settings["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    assert len(json.loads(path.read_text())["admin"]) >= 16


def test_secrets_are_readable_by_their_owner_only(settings: dict[str, str], tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "airflow").stat().st_mode) == 0o700
    for path in (tmp_path / "airflow" / "secrets.json", passwords_file(tmp_path)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not [path for path in (tmp_path / "airflow").iterdir() if path.name.startswith(".tmp-")]
    assert len({settings[name] for name in SECRETS}) == 3


def test_a_home_keeps_its_secrets_and_another_has_its_own(settings: dict[str, str], tmp_path: Path) -> None:
    again = embedded_environment(tmp_path, project=PROJECT, port=18081)
    other = embedded_environment(tmp_path / "other", project=PROJECT, port=18080)
    for name in SECRETS:
        assert again[name] == settings[name]
        assert other[name] != settings[name]


def test_first_runs_at_the_same_time_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        runs = list(
            pool.map(lambda _: embedded_environment(tmp_path, project=PROJECT, port=18080), range(16))
        )
    assert all(run == runs[0] for run in runs)


def test_a_home_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="Mend:"):
        embedded_environment(tmp_path / "file", project=PROJECT, port=18080)


def test_settings_of_the_shell_do_not_reach_airflow(tmp_path: Path) -> None:
    shell = {
        "DEV": "1",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "True",
        "AIRFLOW__X__Y": "1",
        "LANG": "C",
        "PATH": "/bin",
    }
    child = child_environment(tmp_path, project=PROJECT, port=18080, inherited=shell)
    assert "DEV" not in child
    assert "AIRFLOW__X__Y" not in child
    assert child["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert child["LANG"] == "C"
    assert child["PATH"].endswith(":/bin")
