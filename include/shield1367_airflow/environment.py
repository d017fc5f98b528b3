"""Airflow's settings for the embedded default: SQLite, local processes, nothing but 127.0.0.1.

The cluster has its settings in ``docker-compose.yaml``; what both must agree on (the pool, the XCom
guard) is a constant here.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from shield1367.storage import TEMPORARY_PREFIX, read_json, reported, write_json

REDACTION_POOL = "redaction"
"""The pool that every redacting task takes a slot of: a slot holds the language models in memory."""

REDACTION_SLOTS = 2
"""Slots of the pool on one machine, about 1 GB each."""

REDACTION_QUEUE = "redact"
"""Where the cluster has workers with the memory for it; the LocalExecutor has no queues and ignores it."""

INTAKE_POOL = "intake"
"""The pool that every task of the intake takes a slot of."""

INTAKE_SLOTS = 2
"""Slots of it on one machine."""

INTAKE_QUEUE = "intake"
"""Where the cluster has workers that parse what comes from outside, and have no key but for that."""

XCOM_BACKEND = "shield1367_airflow.xcom.GuardedXCom"

ADMINISTRATOR = "admin"
"""The one user of the embedded default."""

PARALLELISM = 2
"""Task processes at a time."""

PREPARE: tuple[tuple[str, ...], ...] = (
    ("db", "migrate"),
    ("pools", "set", REDACTION_POOL, str(REDACTION_SLOTS), "Redacting tasks; a slot holds the models."),
    ("pools", "set", INTAKE_POOL, str(INTAKE_SLOTS), "Tasks that take in."),
)
"""Arguments of ``airflow`` that make a home ready. Running them again changes nothing."""

# `airflow standalone` would start the log servers, which listen on every interface and cannot be told
# otherwise (airflow/utils/serve_logs/core.py). On one machine the API server reads the files themselves.
COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
"""Arguments of ``airflow`` for each process of an embedded Airflow."""


Settings = dict[str, object]
"""Options of Airflow by ``section__option``."""


def embedded_environment(home: Path, *, project: Path, port: int) -> dict[str, str]:
    """The variables that make Airflow run on one machine, for itself.

    Secrets and the administrator's password are made on first use and stay the same for a home; the
    files that hold them are readable by their owner only.

    Args:
        home: ``SHIELD1367_HOME``; Airflow's own files go to ``<home>/airflow``.
        project: the checkout, with ``dags/``, ``plugins/`` and ``include/``.
        port: where the API server listens, on 127.0.0.1.

    Raises:
        StorageError: the home cannot be written.
    """
    home, project = home.resolve(), project.resolve()
    airflow = home / "airflow"
    with reported(airflow, "write"):
        airflow.mkdir(parents=True, exist_ok=True)
        airflow.chmod(0o700)
    keys = _made_once(airflow / "secrets.json", _new_secrets)
    _made_once(passwords_file(home), lambda: {ADMINISTRATOR: secrets.token_urlsafe(12)})
    sections = (
        _CONSTANT
        | _places(airflow, project)
        | _services(f"http://127.0.0.1:{port}", port, keys)
        | _login(home, keys)
    )
    return {
        "AIRFLOW_HOME": str(airflow),
        "PYTHONPATH": os.pathsep.join([str(project / "include"), str(project)]),
        "SHIELD1367_HOME": str(home),
        **{f"AIRFLOW__{option.upper()}": str(value) for option, value in sections.items()},
    }


_CONSTANT: Settings = {
    "core__executor": "LocalExecutor",
    "core__parallelism": PARALLELISM,
    "core__load_examples": False,
    "core__xcom_backend": XCOM_BACKEND,
    # One person, one machine: stages follow each other by assets without anybody switching them on.
    "core__dags_are_paused_at_creation": False,
    # The default asks DNS for a full name, which takes seconds where there is none.
    "core__hostname_callable": "socket.gethostname",
    "core__test_connection": "Disabled",
    "database__sql_alchemy_connect_args": "shield1367_airflow.sqlite.CONNECT_ARGS",
    "database__sql_alchemy_connect_args_async": "shield1367_airflow.sqlite.CONNECT_ARGS",
    "logging__file_task_handler_new_folder_permissions": "0o700",
    "logging__file_task_handler_new_file_permissions": "0o600",
    "scheduler__enable_health_check": False,
    "scheduler__scheduler_heartbeat_sec": 2,
    # Stages hand over through the scheduler's loop; half a second keeps a demo brisk.
    "scheduler__scheduler_idle_sleep_time": 0.5,
    "dag_processor__parsing_processes": 1,
    # DAGs are made from YAML files, which the processor does not watch: parse again soon.
    "dag_processor__min_file_process_interval": 30,
    "dag_processor__refresh_interval": 30,
    "email__default_email_on_failure": False,
    "email__default_email_on_retry": False,
    "metrics__statsd_on": False,
    "metrics__otel_on": False,
    "traces__otel_on": False,
    "sentry__sentry_on": False,
}


def _places(airflow: Path, project: Path) -> Settings:
    """Where Airflow finds what it runs, and where it writes."""
    return {
        "core__dags_folder": project / "dags",
        "core__plugins_folder": project / "plugins",
        "database__sql_alchemy_conn": f"sqlite:///{airflow / 'airflow.db'}",
        "logging__base_log_folder": airflow / "logs",
        "logging__dag_processor_child_process_log_directory": airflow / "logs" / "dag_processor",
        "dag_processor__dag_bundle_storage_path": airflow / "bundles",
    }


def _services(url: str, port: int, keys: Mapping[str, str]) -> Settings:
    """The API server: on this machine only, and telling no more than it must."""
    return {
        "core__execution_api_server_url": f"{url}/execution/",
        "api__host": "127.0.0.1",
        "api__port": port,
        "api__base_url": url,
        "api__workers": 1,
        "api__secret_key": keys["api_secret_key"],
        "api__enable_swagger_ui": False,
        "api__expose_config": False,
        # A stack trace in an answer may quote what a task choked on.
        "api__expose_stacktrace": False,
    }


def _login(home: Path, keys: Mapping[str, str]) -> Settings:
    """Who may come in, and what is sealed and signed with."""
    return {
        "core__auth_manager": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "core__simple_auth_manager_users": f"{ADMINISTRATOR}:admin",
        "core__simple_auth_manager_all_admins": False,
        "core__simple_auth_manager_passwords_file": passwords_file(home),
        "core__fernet_key": keys["fernet_key"],
        "api_auth__jwt_secret": keys["jwt_secret"],
    }


def child_environment(
    home: Path, *, project: Path, port: int, inherited: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The whole environment of an Airflow process: the embedded settings over what is inherited.

    Airflow settings of the person's shell are left out, and so is ``DEV``: with it Airflow prints the
    local variables of a failed task, that is, rows.
    """
    kept = {
        name: value
        for name, value in inherited.items()
        if name != "DEV" and not name.startswith(("AIRFLOW_", "_AIRFLOW_"))
    }
    # `airflow` calls itself by name; the folder of this interpreter has the right one.
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return kept | embedded_environment(home, project=project, port=port)


def passwords_file(home: Path) -> Path:
    """Where the administrator's password lies; its name and format are Airflow's."""
    return home.resolve() / "airflow" / "simple_auth_manager_passwords.json"


def _new_secrets() -> dict[str, str]:
    return {
        "fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "jwt_secret": secrets.token_urlsafe(32),
        "api_secret_key": secrets.token_urlsafe(32),
    }


def _made_once(path: Path, make: Callable[[], dict[str, str]]) -> dict[str, str]:
    """The content of *path*, made now if nobody has; two first runs at once agree on one of the two."""
    if not path.exists():
        candidate = write_json(path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"), make())
        # A hard link, unlike a rename, does not overwrite what another process made in the meantime.
        with reported(path, "write"), suppress(FileExistsError):
            path.hardlink_to(candidate)
        candidate.unlink()
    content: dict[str, str] = read_json(path)
    return content
