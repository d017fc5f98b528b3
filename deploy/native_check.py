"""Run every service of docker-compose.yaml without Docker, and its health check with it.

For machines without a Docker engine: what is run, with which environment, user, secrets, volumes and
read-only root is read from ``docker-compose.yaml`` and the ``Dockerfile``, never typed again. Each service
gets namespaces of its own as a container does; the root is an overlay that is thrown away, so the machine
sees nothing of it. At the end a DAG goes through both worker queues to the object store.

Two things differ from the images: PostgreSQL and Redis are the machine's own packages, and the object store
is moto instead of SeaweedFS, whose command and health check are therefore not run.

Needs root, ``postgresql`` and ``redis-server``. ``make cluster-check`` starts it in its namespaces.
"""

from __future__ import annotations

import json
import os
import pwd
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compose import PROJECT, image_environment, read_compose
from compose_spec import parse_duration

SHARED = ("data", "registry", "logs")  # volumes that more than one service mounts
STATE = Path("/var/cluster")
HOME = Path("/opt/shield1367")
STARTED = time.monotonic()

PROBE = """
from airflow.sdk import dag, task
from airflow.sdk.definitions.param import Param


@dag(schedule=None, tags=["probe"])
def cluster_probe():
    @task(show_return_value_in_logs=False)
    def ordinary():
        import os
        assert not os.path.exists("/run/secrets/postgres_password")
        assert len(open(os.environ["SHIELD1367_KEY_FILE"]).read().strip()) == 44
        open("/data/probe", "w").write("seen by both workers")
        return os.uname().nodename

    @task(queue="redaction", pool="redaction", show_return_value_in_logs=False)
    def redacting(before):
        import os
        import s3fs
        store = s3fs.S3FileSystem()
        with store.open(os.environ["RELEASE_BUCKET"] + "/probe", "w") as target:
            target.write(open("/data/probe").read() + " " + before + " " + os.uname().nodename)

    redacting(ordinary())


cluster_probe()
"""


@dataclass
class Service:
    """One service of the file, and the process that stands for its container."""

    name: str
    settings: dict[str, Any]
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def environment(self) -> dict[str, str]:
        own = {key: str(value) for key, value in self.settings.get("environment", {}).items()}
        base = {"PATH": "/usr/lib/postgresql/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp"}
        if self.settings["image"].startswith("shield1367:"):
            image = image_environment()
            image["PATH"] = image["PATH"].replace("$PATH", base["PATH"])
            base |= image
        return base | own

    @property
    def identity(self) -> tuple[int, int]:
        user, _, group = str(self.settings["user"]).partition(":")
        if user.isdigit():
            return int(user), int(group or user)
        entry = pwd.getpwnam(user)
        return entry.pw_uid, entry.pw_gid

    def container(self, command: list[str]) -> list[str]:
        """*command* as the service's user, seeing the secrets and volumes of the service and no others."""
        uid, gid = self.identity
        setup = ["set -e", f"hostname {self.name}", "mount -t tmpfs -o mode=755 none /run/secrets"]
        for secret in self.settings.get("secrets", []):
            setup.append(f"touch /run/secrets/{secret}")
            setup.append(f"mount --bind {STATE}/secrets/{_file_of(secret)} /run/secrets/{secret}")
        for mount in self.settings.get("tmpfs", []):
            target, _, options = mount.partition(":")
            setup.append(f"mkdir -p {target}; mount -t tmpfs -o {options} none {target}")
        for volume in self.settings.get("volumes", []):
            source, target = self._volume(volume["source"], volume["type"]), volume["target"]
            setup.append(f"mkdir -p {target}; mount --bind {source} {target}")
            if volume.get("read_only"):
                setup.append(f"mount -o remount,bind,ro {target}")
        if self.settings.get("read_only"):
            setup.append("mount -o remount,bind,ro /")
        drop = (
            f"exec setpriv --reuid={uid} --regid={gid} --clear-groups"
            " --inh-caps=-all --bounding-set=-all --no-new-privs"
        )
        script = "; ".join(setup) + f"; cd /tmp; {drop} {shlex.join(command)}"
        return ["unshare", "--mount", "--uts", "sh", "-c", script]

    def start(self, command: list[str] | None = None) -> None:
        with (STATE / f"{self.name}.log").open("wb") as log:
            self.process = subprocess.Popen(
                self.container(command or self.settings["command"]),
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self, command: list[str], timeout: float) -> subprocess.CompletedProcess[str]:
        """Run *command* to its end beside the service, as ``docker compose exec`` would."""
        return subprocess.run(
            self.container(command),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            start_new_session=True,
        )

    def await_health(self) -> None:
        """Run the health check as often and as long as the file says, until it holds."""
        health = self.settings["healthcheck"]
        kind, *rest = health["test"]
        command = ["sh", "-c", rest[0]] if kind == "CMD-SHELL" else rest
        deadline = (
            time.monotonic()
            + parse_duration(health["start_period"])
            + (health["retries"] * parse_duration(health["interval"]))
        )
        last = "no answer"
        while time.monotonic() < deadline:
            if self.process and self.process.poll() is not None:
                self.fail(f"ended with exit code {self.process.returncode}")
            try:
                done = self.run(command, parse_duration(health["timeout"]))
            except subprocess.TimeoutExpired:
                last = f"the check took longer than its {health['timeout']}"
            else:
                if done.returncode == 0:
                    report(self.name, "healthy", shlex.join(command))
                    return
                last = (done.stderr or done.stdout)[-800:]
            time.sleep(2)
        self.fail(f"never became healthy: {last}")

    def fail(self, why: str) -> None:
        log = STATE / f"{self.name}.log"
        tail = log.read_text(errors="replace")[-6000:] if log.exists() else ""
        raise SystemExit(f"{tail}\nE003 {self.name} {why}")

    def _volume(self, source: str, kind: str) -> Path:
        if kind == "bind":
            folder = STATE / "landing" if source.startswith("./var") else HOME / source
            folder.mkdir(parents=True, exist_ok=True)
            return folder
        folder = STATE / "volumes" / source
        if not folder.exists():
            folder.mkdir(parents=True)
            # As Docker fills a new volume: with the rights that its folder has in the image.
            os.chown(folder, *((50000, 0) if source in SHARED else self.identity))
            folder.chmod(0o770)
            if source == "data":
                # The folder of the image that another volume is mounted on: this one may be read-only.
                (folder / "registry").mkdir()
        return folder


def main() -> None:
    """Start, check and use everything; the processes end with the namespace, whatever happens."""
    if os.getpid() != 1 or os.geteuid() != 0:
        raise SystemExit("E003 run it as root by `make cluster-check`, which gives it namespaces of its own.")
    make_root()
    compose = read_compose(HOME)
    services = {name: Service(name, settings) for name, settings in compose.services.items()}
    make_database(services["postgres"])
    for name in ("postgres", "redis"):
        services[name].start()
        services[name].await_health()
    services["object-storage"].start(
        ["/opt/shield1367/.venv/bin/moto_server", "-H", "127.0.0.1", "-p", "8333"]
    )
    wait_for("http://127.0.0.1:8333/", "object-storage")
    report("object-storage", "answers", "moto stands in; SeaweedFS itself is not run")

    for attempt in ("first", "second"):
        done = services["prepare"].run(services["prepare"].settings["command"], 300)
        if done.returncode:
            raise SystemExit(f"{done.stdout[-3000:]}\n{done.stderr[-4000:]}\nE003 prepare failed")
        report("prepare", "completed", f"{attempt} run")

    airflow = ("api-server", "scheduler", "dag-processor", "triggerer", "worker", "worker-redaction")
    for name in airflow:
        services[name].start()
    for name in airflow:
        services[name].await_health()
    use(services)
    for name in ("postgres", "redis", *airflow):
        process = services[name].process
        if process is None or process.poll() is not None:
            services[name].fail("did not stay up")
    report("cluster", "passed", f"{len(services)} services")


def use(services: dict[str, Service]) -> None:
    """Log in as the administrator and let a DAG go through both queues."""
    password = (STATE / "secrets/admin_password").read_text()
    token = call("/auth/token", {"username": "admin", "password": password})["access_token"]
    try:
        call("/auth/token", {"username": "admin", "password": "wrong"})
    except urllib.error.HTTPError as error:
        report("api-server", "refuses", f"a wrong password with {error.code}")
    else:
        services["api-server"].fail("took a wrong password")
    pools = {pool["name"]: pool["slots"] for pool in call("/api/v2/pools", token=token)["pools"]}
    report("api-server", "knows", f"pool redaction with {pools['redaction']} slots")

    dag = "/api/v2/dags/cluster_probe"
    until(lambda: known(dag, token), 120, services["dag-processor"], "did not find the probe DAG")
    errors = call("/api/v2/importErrors", token=token)["import_errors"]
    if errors:
        services["dag-processor"].fail(f"could not import {sorted(error['filename'] for error in errors)}")
    dags = [item["dag_id"] for item in call("/api/v2/dags?limit=100", token=token)["dags"]]
    report("dag-processor", "imported", ", ".join(sorted(dags)))
    call(dag, {"is_paused": False}, token=token, method="PATCH")
    run = call(f"{dag}/dagRuns", {"logical_date": None}, token=token)["dag_run_id"]

    def state() -> str:
        return str(call(f"{dag}/dagRuns/{run}", token=token)["state"])

    until(lambda: state() in {"success", "failed"}, 180, services["worker"], "did not finish the probe")
    if state() != "success":
        print(
            "".join(
                path.read_text() for path in (STATE / "volumes/logs").rglob("dag_id=cluster_probe/**/*.log")
            )
        )
        services["worker"].fail("failed the probe")
    bucket = services["worker"].environment["RELEASE_BUCKET"]
    script = f"import s3fs; print(s3fs.S3FileSystem().cat('{bucket}/probe').decode())"
    written = services["worker"].run(["python", "-c", script], 60).stdout.strip()
    if written != "seen by both workers worker worker-redaction":
        services["worker-redaction"].fail(f"wrote {written!r}")
    report("workers", "delivered", written)


def make_root() -> None:
    """An overlay over the machine's root, holding the project as the image does."""
    base = Path("/mnt")  # empty on every Debian; the mount is seen in this namespace only
    run("mount", "-t", "tmpfs", "-o", "mode=755", "none", str(base))
    for name in ("upper", "work", "root"):
        (base / name).mkdir()
    layers = f"lowerdir=/,upperdir={base}/upper,workdir={base}/work"
    run("mount", "-t", "overlay", "-o", layers, "overlay", f"{base}/root")
    for name in ("proc", "dev"):
        run("mount", "--rbind", f"/{name}", f"{base}/root/{name}")
    run("mount", "-t", "tmpfs", "none", f"{base}/root/run")
    old = base / "root/mnt"
    run("pivot_root", f"{base}/root", str(old))
    os.chdir("/")
    run("ip", "link", "set", "lo", "up")

    STATE.mkdir(mode=0o755)
    HOME.mkdir(parents=True)
    wanted = ["dags", "plugins", "include", "deploy", "docker-compose.yaml", "Dockerfile", ".env.example"]
    for name in wanted:
        run("cp", "-r", f"{PROJECT}/{name}", f"{HOME}/{name}")
    venv = (PROJECT / ".venv").resolve()
    if venv.is_relative_to("/tmp"):
        raise SystemExit("E003 every service has a /tmp of its own. Mend: move the checkout out of /tmp.")
    (HOME / ".venv").symlink_to(venv)
    (HOME / "dags/cluster_probe.py").write_text(PROBE)
    for folder in (venv, Path(sys.base_prefix)):
        # Closed homes on the way to the interpreter are opened in the overlay only.
        for parent in folder.parents:
            parent.chmod(parent.stat().st_mode | 0o055)
    run(f"{HOME}/deploy/make-secrets")
    run("cp", "-r", f"{HOME}/secrets", f"{STATE}/secrets")
    for name in (
        "/run/secrets",
        "/run/postgresql",
        "/var/log/airflow",
        "/var/lib/airflow",
        "/data",
        "/landing",
    ):
        Path(name).mkdir(parents=True, exist_ok=True)
    os.chown("/run/postgresql", *_ids("postgres"))
    newest = max(Path("/usr/lib/postgresql").iterdir(), key=lambda path: int(path.name))
    Path("/usr/lib/postgresql/bin").symlink_to(newest / "bin")
    names = " ".join(read_compose(HOME).services)
    Path("/etc/hosts").write_text(f"127.0.0.1 localhost {names}\n")


def make_database(postgres: Service) -> None:
    """What the image's entry point does before it runs the command."""
    given = postgres.environment
    data = "/var/lib/postgresql/data"
    script = f"""
        initdb {given["POSTGRES_INITDB_ARGS"]} --username={given["POSTGRES_USER"]} \
            --pwfile={given["POSTGRES_PASSWORD_FILE"]} --pgdata={data}
        echo "host all all all scram-sha-256" >> {data}/pg_hba.conf
        export PGPASSWORD=$(cat {given["POSTGRES_PASSWORD_FILE"]})
        pg_ctl --pgdata={data} --wait --options="-c listen_addresses=''" start
        createdb --username={given["POSTGRES_USER"]} {given["POSTGRES_DB"]}
        pg_ctl --pgdata={data} --wait stop
    """
    done = postgres.run(["sh", "-ec", script], 120)
    if done.returncode:
        raise SystemExit(f"{done.stdout}\n{done.stderr}\nE003 the database could not be made")
    # The image keeps it here by itself; Debian's binary wants to be told.
    postgres.settings.setdefault("environment", {})["PGDATA"] = data


def call(path: str, content: object = None, *, token: str = "", method: str | None = None) -> Any:
    """One request to the API server."""
    request = urllib.request.Request(
        f"http://127.0.0.1:8080{path}",
        method=method,
        data=None if content is None else json.dumps(content).encode(),
        headers={"Content-Type": "application/json"}
        | ({"Authorization": f"Bearer {token}"} if token else {}),
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def known(path: str, token: str) -> bool:
    try:
        call(path, token=token)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return False
        raise
    return True


def until(holds: Callable[[], bool], seconds: float, service: Service, why: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            service.fail(f"{why} in {seconds:.0f} s")
        time.sleep(2)


def wait_for(url: str, name: str) -> None:
    for _ in range(60):
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(1)
        else:
            return
    raise SystemExit(f"{(STATE / f'{name}.log').read_text()[-3000:]}\nE003 {name} does not answer")


def report(name: str, what: str, detail: str) -> None:
    print(f"{time.monotonic() - STARTED:5.0f} s  {name:17} {what:10} {detail}", flush=True)


def run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _file_of(secret: str) -> str:
    return Path(read_compose(HOME).content["secrets"][secret]["file"]).name


def _ids(user: str) -> tuple[int, int]:
    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid


if __name__ == "__main__":
    main()
