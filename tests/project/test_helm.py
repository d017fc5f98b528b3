"""deploy/helm/values.yaml says what docker-compose.yaml says, where both say the same thing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import airflow
import pytest
import yaml

import shield1367
from deploy.compose import ComposeFile

PROJECT = Path(__file__).resolve().parents[2]
# Of the chart's own values file, 1.19: a key that it does not know does nothing, in silence.
KNOWN = {
    "executor", "airflowVersion", "defaultAirflowRepository", "defaultAirflowTag", "airflowHome", "uid", "gid",
    "securityContexts", "networkPolicies", "allowPodLaunching", "postgresql", "redis", "flower", "statsd",
    "createUserJob", "migrateDatabaseJob", "data", "fernetKeySecretName", "apiSecretKeySecretName", "jwtSecretName",
    "dags", "logs", "env", "volumes", "volumeMounts", "apiServer", "scheduler", "dagProcessor", "triggerer", "workers",
}  # fmt: skip
# The chart sets these itself, or a pod has another place for them.
ITS_OWN = {
    "AIRFLOW__CORE__EXECUTOR",
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    "AIRFLOW__CORE__HOSTNAME_CALLABLE",
    "AIRFLOW__API__BASE_URL",
    "AIRFLOW__METRICS__STATSD_ON",
    "AIRFLOW__METRICS__STATSD_HOST",
    "AIRFLOW__METRICS__STATSD_PORT",
    "AIRFLOW__METRICS__STATSD_PREFIX",
    "AWS_ENDPOINT_URL",
    "AWS_DEFAULT_REGION",
    "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST",
}


@pytest.fixture(scope="module")
def values() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((PROJECT / "deploy/helm/values.yaml").read_text())
    return content


def components(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The chart's parts by the name that the compose file has for them."""
    sets = {made["queue"]: made for made in values["workers"]["celery"]["sets"]}
    return {
        "api-server": values["apiServer"],
        "scheduler": values["scheduler"],
        "dag-processor": values["dagProcessor"],
        "triggerer": values["triggerer"],
        "worker": sets["redact"],
        "worker-intake": sets["intake"],
        "worker-io": sets["io"],
    }


def test_it_has_no_key_that_the_chart_does_not_know(values: dict[str, Any]) -> None:
    assert set(values) <= KNOWN


def test_versions_are_those_of_the_image(values: dict[str, Any]) -> None:
    assert values["defaultAirflowTag"] == shield1367.__version__
    assert values["airflowVersion"] == airflow.__version__


def test_commands_and_limits_are_those_of_the_compose_file(
    values: dict[str, Any], compose: ComposeFile
) -> None:
    for name, part in components(values).items():
        service = compose.services[name]
        assert part["args"] == service["command"], name
        limits = service["deploy"]["resources"]["limits"]
        assert part["resources"]["limits"]["cpu"] == limits["cpus"], name
        assert part["resources"]["limits"]["memory"] == limits["memory"].upper() + "i", name


def test_the_environment_is_that_of_the_compose_file(values: dict[str, Any], compose: ComposeFile) -> None:
    everywhere = {entry["name"]: entry["value"] for entry in values["env"]}
    for name, part in components(values).items():
        given = everywhere | {entry["name"]: entry["value"] for entry in part.get("env", [])}
        wanted = {
            key: value
            for key, value in compose.services[name]["environment"].items()
            if not key.endswith("_CMD") and key not in ITS_OWN
        }
        assert {key: given.get(key) for key in wanted} == wanted, name
        told_elsewhere = {
            key for service in compose.services.values() for key in service.get("environment", {})
        }
        assert given.keys() <= told_elsewhere, name


def test_only_workers_get_the_key_and_no_secret_stands_in_it(values: dict[str, Any]) -> None:
    with_key = {
        name for name, part in components(values).items()
        if any("shield1367-key" in str(volume) for volume in part.get("extraVolumes", []))
    }  # fmt: skip
    assert with_key == {"worker-io"}
    taking_in, redacting = (components(values)[name] for name in ("worker-intake", "worker"))
    assert "shield1367-registry" not in str(taking_in["extraVolumes"])
    (links,) = (mount for mount in redacting["extraVolumeMounts"] if mount["name"] == "registry")
    assert links["readOnly"] is True
    assert "database-services" not in str(redacting["extraVolumes"])
    assert "shield1367-key" not in str(values["volumes"])
    for name in ("fernetKey", "apiSecretKey", "jwtSecret", "webserverSecretKey"):
        assert name not in values
    assert set(values["data"]) == {"metadataSecretName", "brokerUrlSecretName", "resultBackendSecretName"}


def test_nothing_runs_as_root_or_writes_its_root(values: dict[str, Any]) -> None:
    contexts = values["securityContexts"]
    assert contexts["pod"]["runAsNonRoot"] is True
    assert contexts["containers"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
