"""docker-compose.yaml against the Compose specification, and against what a cluster with secrets needs."""

from __future__ import annotations

import configparser
import copy
import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.jobs import scheduler_job_runner
from airflow.providers.celery.get_provider_info import get_provider_info
from compose_spec import PyCompose, parse_duration

from deploy.compose import ComposeFile, interpolate
from shield1367.canaries.metadata import VARIABLE
from shield1367.storage.scratch import SCRATCH_VARIABLE
from shield1367_airflow.environment import (
    INTAKE_POOL,
    INTAKE_QUEUE,
    REDACTION_QUEUE,
    REDACTION_SLOTS,
    XCOM_BACKEND,
)

PROJECT = Path(__file__).resolve().parents[2]
WORKERS = {"worker", "worker-intake", "worker-io"}
# Who judges and releases; the others take in or redact, with a key for that alone and without the records' databases.
JUDGING = {"worker-io"}
LIMITED = {"worker": "redaction", "worker-intake": "intake"}
AIRFLOW = {"prepare", "api-server", "scheduler", "dag-processor", "triggerer"} | WORKERS
OBSERVABILITY = {"statsd-exporter", "prometheus", "grafana"}
EXPECTED = AIRFLOW | OBSERVABILITY | {"postgres", "redis", "object-storage"}
FOLDER = PROJECT / "deploy/observability"


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
        assert re.match(r"v?\d+\.\d+", tag), f"{name}: {service['image']}"
        assert (image == "shield1367") == (name in AIRFLOW)
        if image == "shield1367":
            assert tag == version[1]
    for base in re.findall(r"^FROM (\S+)", (PROJECT / "Dockerfile").read_text(), re.MULTILINE):
        assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", base)


def test_no_secret_stands_in_it(compose: ComposeFile) -> None:
    for name, service in compose.services.items():
        for variable, value in service.get("environment", {}).items():
            if re.search(
                # The key of S3 is named there and lies with the store.
                r"PASSWORD|SECRET|(?<!_KMS)_KEY|SQL_ALCHEMY_CONN|BROKER_URL|RESULT_BACKEND|CREDENTIALS|PGSERVICE",
                variable,
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
    assert with_key == JUDGING
    assert WORKERS & with_database == set()


def test_only_what_audits_may_search_the_metadata(compose: ComposeFile) -> None:
    reading = {n for n, s in compose.services.items() if "metadata_database" in s.get("secrets", [])}
    assert reading == {"worker-io", "prepare"}
    assert compose.services["worker-io"]["environment"][VARIABLE] == "/run/secrets/metadata_database"


@pytest.mark.parametrize("name", sorted(LIMITED))
def test_what_takes_in_or_redacts_has_a_key_for_that_alone(compose: ComposeFile, name: str) -> None:
    kind = LIMITED[name]
    key = f"{kind}_key"
    assert {n for n, s in compose.services.items() if key in s.get("secrets", [])} == {name}
    service = compose.services[name]
    assert service["environment"][f"SHIELD1367_{kind.upper()}_KEY_FILE"] == f"/run/secrets/{key}"
    assert not {
        "SHIELD1367_REGISTRY_URL",
        "SHIELD1367_LEDGER_URL",
        "PGSERVICEFILE",
        "SHIELD1367_KEY_FILE",
    } & set(service["environment"])
    # Links of rows lie beside the registry: who redacts reads them, who takes in has none.
    registry = [volume for volume in service["volumes"] if volume["source"] == "registry"]
    assert [volume.get("read_only") for volume in registry] == ([True] if kind == "redaction" else [])


def test_the_desk_looks_people_up_with_a_key_that_opens_nothing(compose: ComposeFile) -> None:
    with_desk = {n for n, s in compose.services.items() if "desk_key" in s.get("secrets", [])}
    assert with_desk == {"api-server"}
    writable = {v["target"] for v in compose.services["api-server"]["volumes"] if not v.get("read_only")}
    assert writable == {"/data/registry", "/scratch", "/var/log/airflow"}


RECORDS = {"SHIELD1367_REGISTRY_URL", "SHIELD1367_LEDGER_URL"}
PLACES = {"SHIELD1367_STAGED", "SHIELD1367_RELEASED"} | RECORDS


def places_of(name: str) -> set[str]:
    """The settings that a service is told of; intake and redaction need no registry and no ledger."""
    return PLACES - (RECORDS if name in LIMITED else set())


def filled(**variables: str) -> ComposeFile:
    """The file as Compose reads it with these settings in ``.env``."""
    return ComposeFile(interpolate(yaml.safe_load((PROJECT / "docker-compose.yaml").read_text()), variables))


def test_where_the_data_lie_is_told_to_whoever_opens_them_and_to_nobody_else() -> None:
    told = {name: f"s3://bucket/{name}" for name in sorted(PLACES)}
    for name, service in filled(**told).services.items():
        given = service.get("environment", {})
        if name in WORKERS | {"api-server"}:
            assert {key: given.get(key) for key in places_of(name)} == {
                key: told[key] for key in places_of(name)
            }, name
        else:
            assert not {key for key in given if key.startswith("SHIELD1367_")} - {"SHIELD1367_HOME"}, name
    written = {"SHIELD1367_S3_ENCRYPTION": "aws:kms", "SHIELD1367_S3_KMS_KEY": "a-key"}
    landing = "s3://agency-drop/exports"
    filled_in = filled(**written, SHIELD1367_LANDING_URL=landing)
    # Who redacts takes nothing from there and writes into no store.
    assert not {*written, "SHIELD1367_LANDING"} & filled_in.services["worker"]["environment"].keys()
    for name in WORKERS - {"worker"}:
        given = filled_in.services[name]["environment"]
        assert {key: given[key] for key in written} == written
        assert given["SHIELD1367_LANDING"] == landing
    # The desk writes nothing into a store.
    assert not written.keys() & filled_in.services["api-server"]["environment"].keys()


def test_every_place_that_the_library_knows_can_be_set(compose: ComposeFile) -> None:
    for name in WORKERS | {"api-server"}:
        environment = {
            key: value for key, value in compose.services[name]["environment"].items() if key in PLACES
        }
        # As shipped, all of it lies in the volume: an empty setting is none.
        assert set(environment.values()) == {""}
        assert environment.keys() == places_of(name)


def test_copies_of_what_lies_in_a_store_have_a_place_of_their_own(compose: ComposeFile) -> None:
    for name in WORKERS | {"api-server"}:
        service = compose.services[name]
        scratch = {v["target"]: v for v in service["volumes"]}[service["environment"][SCRATCH_VARIABLE]]
        assert scratch["type"] == "volume"
        assert not scratch.get("read_only")


def test_the_desk_reads_the_store_with_a_key_that_writes_nothing(
    compose: ComposeFile, tmp_path: Path
) -> None:
    deploy = tmp_path / "deploy"
    deploy.mkdir()
    shutil.copy(PROJECT / "deploy/make-secrets", deploy)
    for _ in range(2):  # what exists is left as it is
        subprocess.run(["bash", deploy / "make-secrets"], check=True, capture_output=True)
        made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert {Path(secret["file"]).name for secret in compose.content["secrets"].values()} == made.keys()
    users = {user["name"]: user for user in json.loads(made["object_storage.json"])["identities"]}
    bucket = compose.services["worker"]["environment"]["RELEASE_BUCKET"]
    assert users["desk"]["actions"] == [f"Read:{bucket}", f"List:{bucket}"]
    for service, user in (("worker", "shield1367"), ("api-server", "desk")):
        secret = compose.services[service]["environment"]["AWS_SHARED_CREDENTIALS_FILE"].rpartition("/")[2]
        client = configparser.ConfigParser()
        client.read_string(made[secret])
        (pair,) = users[user]["credentials"]
        assert client["default"]["aws_access_key_id"] == pair["accessKey"]
        assert client["default"]["aws_secret_access_key"] == pair["secretKey"]
    for secret in ("database_services", "database_services_desk"):
        services = configparser.ConfigParser()
        services.read_string(made[secret])
        assert services.sections() == []


OLDER_STORE = """{"identities": [{"name": "shield1367",
  "credentials": [{"accessKey": "0a1b2c3d4e5f60718293", "secretKey": "00112233445566778899aabbccddeeff00112233"}],
  "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}
"""
OLDER_CLIENT = """[default]
aws_access_key_id = 0a1b2c3d4e5f60718293
aws_secret_access_key = 00112233445566778899aabbccddeeff00112233
"""


@pytest.mark.parametrize("missing", [(), ("object_storage.json",), ("object_storage_client",)])
def test_of_an_older_set_of_secrets_only_what_is_missing_is_made(
    tmp_path: Path, missing: tuple[str, ...]
) -> None:
    """As the first version of the script left it: the store has one user, and the desk none of its own."""
    secrets, deploy = tmp_path / "secrets", tmp_path / "deploy"
    deploy.mkdir()
    shutil.copy(PROJECT / "deploy/make-secrets", deploy)
    subprocess.run(["bash", deploy / "make-secrets"], check=True, capture_output=True)
    for newer in ("desk_key", "intake_key", "redaction_key", "object_storage_desk", *missing):
        (secrets / newer).unlink()
    for name, text in (("object_storage.json", OLDER_STORE), ("object_storage_client", OLDER_CLIENT)):
        (secrets / name).unlink(missing_ok=True)
        if name not in missing:
            (secrets / name).write_text(text)
            (secrets / name).chmod(0o444)
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    told = subprocess.run(
        ["bash", deploy / "make-secrets"], check=True, capture_output=True, text=True
    ).stdout
    after = {path.name: path.read_bytes() for path in secrets.iterdir()}
    assert {
        name: content for name, content in after.items() if name in before and name != "object_storage.json"
    } == {name: content for name, content in before.items() if name != "object_storage.json"}
    assert after["object_storage_client"] == OLDER_CLIENT.encode()
    users = {user["name"]: user for user in json.loads(after["object_storage.json"])["identities"]}
    (older,) = json.loads(OLDER_STORE)["identities"]
    assert users["shield1367"] == older
    (pair,) = users["desk"]["credentials"]
    assert pair["secretKey"] in after["object_storage_desk"].decode()
    assert {path.stat().st_mode & 0o777 for path in secrets.iterdir()} == {0o444}
    assert ("restart object-storage" in told) == ("object_storage.json" not in missing)
    again = subprocess.run(
        ["bash", deploy / "make-secrets"], check=True, capture_output=True, text=True
    ).stdout
    assert "made" not in again
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == after


def test_nobody_outside_reaches_more_than_the_api_server(compose: ComposeFile) -> None:
    for name, service in compose.services.items():
        for port in service.get("ports", []):
            assert name in {"api-server", "grafana"}
            assert port.startswith("127.0.0.1:")
        assert ("outer" in service["networks"]) == (name in {"api-server", "grafana"})
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
        if name in AIRFLOW | OBSERVABILITY:
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


# Airflow says in its code that this one is undocumented on purpose; the line is held against the code below.
UNDOCUMENTED = {"AIRFLOW__SCHEDULER__NUM_STUCK_IN_QUEUED_RETRIES"}


def test_airflow_still_reads_the_setting_it_does_not_tell_of() -> None:
    code = Path(scheduler_job_runner.__file__).read_text()
    assert code.count('key="num_stuck_in_queued_retries"') == 1


def test_airflow_knows_every_setting(compose: ComposeFile) -> None:
    described = yaml.safe_load(files("airflow").joinpath("config_templates/config.yml").read_text())
    sections = described | get_provider_info()["config"]
    known = {f"AIRFLOW__{s}__{o}".upper() for s, content in sections.items() for o in content["options"]}
    for service in compose.services.values():
        given = {v for v in service.get("environment", {}) if v.startswith("AIRFLOW__")}
        assert {v.removesuffix("_CMD") for v in given} - known <= UNDOCUMENTED


def test_both_ways_of_running_agree(compose: ComposeFile) -> None:
    for name in AIRFLOW:
        environment = compose.services[name]["environment"]
        assert environment["AIRFLOW__CORE__XCOM_BACKEND"] == XCOM_BACKEND
        assert environment["AIRFLOW__API__EXPOSE_STACKTRACE"] == "False"
        assert "DEV" not in environment
    assert compose.services["prepare"]["environment"]["REDACTION_SLOTS"] == str(REDACTION_SLOTS)
    assert REDACTION_QUEUE in compose.services["worker"]["command"]


def test_each_kind_of_work_has_its_queue_and_as_many_slots_as_workers_take(compose: ComposeFile) -> None:
    queues, takes = {}, {}
    for name in WORKERS:
        command = compose.services[name]["command"]
        queues[name] = command[command.index("--queues") + 1]
        takes[name] = command[command.index("--concurrency") + 1]
    assert queues == {"worker": REDACTION_QUEUE, "worker-intake": INTAKE_QUEUE, "worker-io": "io"}
    for name in AIRFLOW:
        assert compose.services[name]["environment"]["AIRFLOW__OPERATORS__DEFAULT_QUEUE"] == "io"
    slots = compose.services["prepare"]["environment"]
    assert takes == {
        "worker": slots["REDACTION_SLOTS"],
        "worker-intake": slots["INTAKE_SLOTS"],
        "worker-io": slots["IO_SLOTS"],
    }
    script = (PROJECT / "deploy/prepare").read_text()
    assert 'pools set "$pool" "${REDACTION_SLOTS:?}"' in script
    assert f'pools set {INTAKE_POOL} "${{INTAKE_SLOTS:?}}"' in script
    assert 'pools set default_pool "${IO_SLOTS:?}"' in script


def test_any_number_of_workers_may_run(compose: ComposeFile) -> None:
    # A name or a port of its own would let only one of them start.
    for name in WORKERS:
        assert not {"container_name", "ports", "hostname"} & compose.services[name].keys(), name


def test_a_lost_task_is_given_on_before_three_minutes_are_over(compose: ComposeFile) -> None:
    for name in AIRFLOW:
        own = {
            k.removeprefix("AIRFLOW__SCHEDULER__"): v
            for k, v in compose.services[name]["environment"].items()
        }
        assert float(own["TASK_INSTANCE_HEARTBEAT_TIMEOUT"]) + 60 < 180
        assert float(own["TASK_QUEUED_TIMEOUT"]) + float(own["TASK_QUEUED_TIMEOUT_CHECK_INTERVAL"]) + 60 < 180
        assert float(own["ORPHANED_TASKS_CHECK_INTERVAL"]) + 60 < 180


def test_every_setting_of_env_is_told_and_used(compose: ComposeFile) -> None:
    text = (PROJECT / ".env.example").read_text()
    blocks = [block.strip().splitlines() for block in text.split("\n\n")[1:]]
    assert all(block[0].startswith("# ") and len(block[-1].split("=")) == 2 for block in blocks)
    names = {line.split("=")[0] for block in blocks for line in block if not line.startswith("#")}
    assert names == set(re.findall(r"\$\{(\w+)", (PROJECT / "docker-compose.yaml").read_text()))


def test_observability_is_asked_for_and_never_a_need(compose: ComposeFile) -> None:
    for name, service in compose.services.items():
        assert (service.get("profiles") == ["observability"]) == (name in OBSERVABILITY), name
        assert not OBSERVABILITY & set(service.get("depends_on", {})), name
    for name in AIRFLOW:
        assert compose.services[name]["environment"]["AIRFLOW__METRICS__STATSD_ON"] == "False"


def test_prometheus_reads_the_rules_and_asks_inside_only() -> None:
    settings = yaml.safe_load((FOLDER / "prometheus.yaml").read_text())
    assert settings["rule_files"] == ["/etc/prometheus/alerts.yaml"]
    targets = [
        target for job in settings["scrape_configs"] for c in job["static_configs"] for target in c["targets"]
    ]
    assert targets == ["statsd-exporter:9102", "127.0.0.1:9090"]


def test_every_mounted_file_is_there(compose: ComposeFile) -> None:
    for name, service in compose.services.items():
        for volume in service["volumes"]:
            if volume["type"] == "bind" and "landing" not in volume["target"]:
                assert (PROJECT / volume["source"]).exists(), name
                assert volume["read_only"] is True, name
