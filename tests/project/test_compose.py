"""docker-compose.yaml against the Compose specification, and against what a cluster with secrets needs."""

from __future__ import annotations

import copy
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.providers.celery.get_provider_info import get_provider_info
from compose_spec import PyCompose, parse_duration

from deploy.compose import ComposeFile
from shield1367_airflow.environment import REDACTION_POOL, REDACTION_SLOTS, XCOM_BACKEND

PROJECT = Path(__file__).resolve().parents[2]
AIRFLOW = {"prepare", "api-server", "scheduler", "dag-processor", "triggerer", "worker", "worker-redaction"}
EXPECTED = AIRFLOW | {"postgres", "redis", "object-storage"}


def specification(content: dict[str, Any]) -> PyCompose:
    """Parse as the specification says; anchors are merged already, so plain JSON holds everything."""
    return PyCompose.from_json(json.dumps(content))


def test_it_is_a_compose_file(compose: ComposeFile) -> None:
    spec = specification(compose.content)
    spec.validate()
    assert set(spec.service_names()) == EXPECTED


@pytest.mark.parametrize(
    ("service", "key", "value"),
    [
        ("redis", "secrets", ["nothing"]),
        ("redis", "networks", ["nowhere"]),
        ("redis", "healthcheck", {"test": ["CMD", "true"], "interval": "soon"}),
        ("redis", "healthcheck", {"test": ["CMD", "true"], "retrys": 3}),
        ("redis", "depends_on", {"postgres": {"condition": "service_hale"}}),
        ("redis", "volumes", [{"type": "volum", "target": "/data"}]),
        ("redis", "restart", "sometimes"),
    ],
)
def test_the_specification_is_really_checked(
    compose: ComposeFile, service: str, key: str, value: object
) -> None:
    broken = copy.deepcopy(compose.content)
    broken["services"][service][key] = value
    with pytest.raises((ValueError, TypeError)):
        specification(broken).validate()


def test_every_service_tells_how_it_is(compose: ComposeFile) -> None:
    for name, service in compose.services.items():
        health = service["healthcheck"]
        if name == "prepare":
            assert health == {"disable": True}
            continue
        assert health["test"][0] in {"CMD", "CMD-SHELL"}, name
        assert parse_duration(health["timeout"]) < parse_duration(health["interval"]), name
        assert health["retries"] >= 3, name


def test_every_image_is_pinned(compose: ComposeFile) -> None:
    version = re.search(r'__version__ = "(.+)"', (PROJECT / "include/shield1367/__init__.py").read_text())
    assert version
    for name, service in compose.services.items():
        image, _, tag = service["image"].partition(":")
        assert re.match(r"\d+\.\d+", tag), f"{name}: {service['image']}"
        assert (image == "shield1367") == (name in AIRFLOW)
        if image == "shield1367":
            assert tag == version[1]
    for base in re.findall(r"^FROM (\S+)", (PROJECT / "Dockerfile").read_text(), re.MULTILINE):
        assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", base)


def test_no_secret_stands_in_it(compose: ComposeFile) -> None:
    for name, service in compose.services.items():
        for variable, value in service.get("environment", {}).items():
            if re.search(
                r"PASSWORD|SECRET|_KEY|SQL_ALCHEMY_CONN|BROKER_URL|RESULT_BACKEND|CREDENTIALS", variable
            ):
                assert "/run/secrets/" in value, f"{name}: {variable}"
            # A URL with a literal password, whatever the variable is called.
            assert not re.search(r"://[^/\s]*:(?!%s)[^/\s@]+@", str(value)), f"{name}: {variable}"
    for name, secret in compose.content["secrets"].items():
        assert secret["file"].startswith("./secrets/"), name
    ignored = (PROJECT / ".gitignore").read_text().split()
    assert {"secrets/", ".env"} <= set(ignored)
    assert not re.search(r"(?i)(password|secret|key)\w*=.", (PROJECT / ".env.example").read_text())


def test_a_service_is_given_the_secrets_it_reads_and_no_others(compose: ComposeFile) -> None:
    for name, service in compose.services.items():
        script = (PROJECT / "deploy/prepare").read_text() if name == "prepare" else ""
        read = set(re.findall(r"/run/secrets/(\w+)", yaml.safe_dump(service) + script))
        assert read == set(service.get("secrets", [])), name


def test_only_workers_open_the_registry_and_only_they_lack_the_database(compose: ComposeFile) -> None:
    with_key = {n for n, s in compose.services.items() if "shield1367_key" in s.get("secrets", [])}
    with_database = {n for n, s in compose.services.items() if "postgres_password" in s.get("secrets", [])}
    assert with_key == {"worker", "worker-redaction"}
    assert with_key & with_database == set()


def test_the_desk_looks_people_up_with_a_key_that_opens_nothing(compose: ComposeFile) -> None:
    with_desk = {n for n, s in compose.services.items() if "desk_key" in s.get("secrets", [])}
    assert with_desk == {"api-server"}
    writable = {v["target"] for v in compose.services["api-server"]["volumes"] if not v.get("read_only")}
    assert writable == {"/data/registry", "/var/log/airflow"}


def test_nobody_outside_reaches_more_than_the_api_server(compose: ComposeFile) -> None:
    for name, service in compose.services.items():
        for port in service.get("ports", []):
            assert name == "api-server"
            assert port.startswith("127.0.0.1:")
        assert ("outer" in service["networks"]) == (name == "api-server")
    assert compose.content["networks"]["inner"]["internal"] is True


def test_services_are_bounded_and_unprivileged(compose: ComposeFile) -> None:
    for name, service in compose.services.items():
        limits = service["deploy"]["resources"]["limits"]
        assert set(limits) == {"cpus", "memory"}, name
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert str(service["user"]).split(":")[0] not in {"0", "root"}, name
        assert service["restart"] == ("no" if name == "prepare" else "unless-stopped"), name
        if name in AIRFLOW:
            assert service["read_only"] is True, name


def test_every_volume_is_declared(compose: ComposeFile) -> None:
    for name, service in compose.services.items():
        for volume in service["volumes"]:
            assert volume["type"] == "bind" or volume["source"] in compose.content["volumes"], name


def test_services_wait_for_what_they_need(compose: ComposeFile) -> None:
    for name in AIRFLOW - {"prepare"}:
        assert compose.services[name]["depends_on"]["prepare"] == {
            "condition": "service_completed_successfully"
        }
    assert compose.services["prepare"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


def test_airflow_knows_every_setting(compose: ComposeFile) -> None:
    described = yaml.safe_load(files("airflow").joinpath("config_templates/config.yml").read_text())
    sections = described | get_provider_info()["config"]
    known = {f"AIRFLOW__{s}__{o}".upper() for s, content in sections.items() for o in content["options"]}
    for service in compose.services.values():
        given = {v for v in service.get("environment", {}) if v.startswith("AIRFLOW__")}
        assert {v.removesuffix("_CMD") for v in given} - known == set()


def test_both_ways_of_running_agree(compose: ComposeFile) -> None:
    for name in AIRFLOW:
        environment = compose.services[name]["environment"]
        assert environment["AIRFLOW__CORE__XCOM_BACKEND"] == XCOM_BACKEND
        assert environment["AIRFLOW__API__EXPOSE_STACKTRACE"] == "False"
        assert "DEV" not in environment
    assert compose.services["prepare"]["environment"]["REDACTION_SLOTS"] == str(REDACTION_SLOTS)
    assert REDACTION_POOL in compose.services["worker-redaction"]["command"]
