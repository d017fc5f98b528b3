"""Services of docker-compose.yaml without Docker: each in namespaces of its own, as its container would be.

What is run, with which environment, user, secrets, volumes, read-only root and restart policy is read from
``docker-compose.yaml`` and the ``Dockerfile``, never typed again. The root is an overlay that is thrown
away, so the machine sees nothing of it.

Three things differ from the images: PostgreSQL and Redis are the machine's own packages, the object store is
moto instead of SeaweedFS, whose command and health check are therefore not run, and the services of the
profile ``observability`` are left out. Limits of memory and processors are not applied.

Needs root, ``postgresql`` and ``redis-server``.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import pwd
import shlex
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compose_spec import parse_duration

from deploy.compose import PROJECT, image_environment, read_compose

SHARED = ("data", "registry", "logs", "scratch", "scratch-desk")  # volumes that services of our image mount
STATE = Path("/var/cluster")
HOME = Path("/opt/shield1367")
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", "worker", "worker-intake", "worker-io")
# Docker doubles its pause between two restarts from a tenth of a second to a minute.
_PAUSES = (0.1, 60.0)
# Until the kernel has taken away what was killed, on a busy machine.
_GONE_SECONDS = 20.0
_STORE_PORT = 8333
_MOTO = ("/opt/shield1367/.venv/bin/moto_server", "-H", "127.0.0.1", "-p", str(_STORE_PORT))
STARTED = time.monotonic()


class NativeError(RuntimeError):
    """Error raised when the machine cannot run the cluster, or a service does not do what it must."""

    code = "E003"


@dataclass
class Service:
    """One service of the file, and the process that stands for its container."""

    name: str
    settings: dict[str, Any]
    process: subprocess.Popen[bytes] | None = field(default=None)
    command: list[str] | None = None
    extra: dict[str, str] = field(default_factory=dict)
    restarts: int = 0
    _wanted: bool = False

    @property
    def environment(self) -> dict[str, str]:
        own = {key: str(value) for key, value in self.settings.get("environment", {}).items()}
        base = {"PATH": "/usr/lib/postgresql/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp"}
        if self.settings["image"].startswith("shield1367:"):
            image = image_environment()
            image["PATH"] = image["PATH"].replace("$PATH", base["PATH"])
            base |= image
        return base | own | self.extra

    @property
    def identity(self) -> tuple[int, int]:
        user, _, group = str(self.settings["user"]).partition(":")
        if user.isdigit():
            return int(user), int(group or user)
        entry = pwd.getpwnam(user)
        return entry.pw_uid, entry.pw_gid

    def container(self, command: list[str]) -> list[str]:
        """*command* as the service's user, seeing processes, secrets and volumes of the service and no others."""
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
        # A process namespace of its own: whoever kills its first process kills all, as with a container.
        spaces = ["--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]
        return ["unshare", *spaces, "sh", "-c", script]

    def start(self, command: list[str] | None = None) -> None:
        """Start it, and start it again when it ends, if the file says so."""
        self.command = command or self.command or self.settings["command"]
        self._wanted = True
        self._launch()
        if self.settings.get("restart") == "unless-stopped":
            threading.Thread(target=self._keep, daemon=True).start()

    def kill(self) -> None:
        """``kill -9`` of everything in it, at once; the restart policy does the rest.

        Raises:
            NativeError: something of it is still there.
        """
        if self.process is None:
            return
        inside = self.pids()[1:]
        # The first process of its namespace takes all others with it. The death of its parent does not reach it: a
        # process that changes its user is no longer told.
        for pid in inside[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            # It ends with what it watches over, which it takes away on the way.
            self.process.wait(_GONE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        deadline = time.monotonic() + _GONE_SECONDS
        while any(_is_alive(pid) for pid in inside):
            if time.monotonic() > deadline:
                self.fail("was killed and is still there")
            time.sleep(0.05)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop all its processes for as long as the block lasts, as a machine does whose disk hangs."""
        pids = self.pids()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def pids(self) -> list[int]:
        """Every process in it, the outermost first."""
        found = [self.process.pid] if self.process else []
        for pid in found:
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    found += [int(child) for child in (task / "children").read_text().split()]
        return found

    def stop(self) -> None:
        """Stop it for good, as ``docker compose stop`` does."""
        self._wanted = False
        if self.process is None:
            return
        for pid in reversed(self.pids()[1:3]):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def _launch(self) -> None:
        if self.command is None:
            raise NativeError(f"E003 {self.name} has no command. Mend: give it one in docker-compose.yaml.")
        with (STATE / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.container(self.command),
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _keep(self) -> None:
        pause, longest = _PAUSES
        while self.process is not None:
            began = time.monotonic()
            self.process.wait()
            if not self._wanted:
                return
            # It had been well: Docker begins anew, too.
            pause = _PAUSES[0] if time.monotonic() - began > 10 else min(2 * pause, longest)
            time.sleep(pause)
            if self._wanted:
                self.restarts += 1
                self._launch()

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
            if self.restarts > 3:
                self.fail("ends again and again")
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
        raise NativeError(f"{tail}\nE003 {self.name} {why}. Mend: read its log above.")

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


@dataclass
class Cluster:
    """All services of the file, by name, and the API server's administrator."""

    services: dict[str, Service]
    token: str = ""

    @classmethod
    def prepared(cls, *, store: Sequence[str] = _MOTO, changed: Mapping[str, str] | None = None) -> Cluster:
        """Root, secrets, database, queue and object store, and the service ``prepare`` run once.

        Args:
            store: the command that stands in for the object store, on port 8333.
            changed: variables of ``.env`` that are other ones than in ``.env.example``.

        Raises:
            NativeError: this is not the first process of namespaces of its own, or a service fails.
        """
        if os.getpid() != 1 or os.geteuid() != 0:
            raise NativeError(
                "E003 it needs root. Mend: run it by `make`, which gives it its own namespaces."
            )
        make_root()
        compose = read_compose(HOME, changed)
        services = {
            name: Service(name, settings)
            for name, settings in compose.services.items()
            if not settings.get("profiles")
        }
        cluster = cls(services)
        make_database(services["postgres"])
        for name in ("postgres", "redis"):
            services[name].start()
            services[name].await_health()
        services["object-storage"].start([*store])
        wait_for(f"http://127.0.0.1:{_STORE_PORT}/", "object-storage")
        report("object-storage", "answers", "moto stands in; SeaweedFS itself is not run")
        cluster.prepare("first run")
        return cluster

    def prepare(self, what: str) -> None:
        """Run the service ``prepare`` to its end."""
        done = self.services["prepare"].run(self.services["prepare"].settings["command"], 600)
        if done.returncode:
            raise NativeError(
                f"{done.stdout[-3000:]}\n{done.stderr[-4000:]}\nE003 prepare failed. Mend: see above."
            )
        report("prepare", "completed", what)

    def start(self, names: tuple[str, ...] = AIRFLOW) -> None:
        """Start Airflow's services; does not wait for them."""
        for name in names:
            self.services[name].start()

    def scale(self, name: str, number: int) -> list[Service]:
        """``--scale NAME=NUMBER``: one more service of the same settings for each beyond the first."""
        made = []
        for index in range(2, number + 1):
            twin = Service(f"{name}-{index}", copy.deepcopy(self.services[name].settings))
            self.services.setdefault(twin.name, twin)
            made.append(self.services[twin.name])
        return made

    def log_in(self, *, patience: float = 300) -> None:
        """A token of the administrator, as soon as the API server gives one."""
        password = (STATE / "secrets/admin_password").read_text()
        deadline = time.monotonic() + patience
        while True:
            try:
                self.token = self.call("/auth/token", {"username": "admin", "password": password})[
                    "access_token"
                ]
                return
            except OSError as error:
                if time.monotonic() > deadline:
                    self.services["api-server"].fail(f"lets nobody in ({type(error).__name__})")
                time.sleep(2)

    def call(self, path: str, content: object = None, *, method: str | None = None) -> Any:
        """One request to the API server, as the administrator once logged in."""
        request = urllib.request.Request(
            f"http://127.0.0.1:8080{path}",
            method=method,
            data=None if content is None else json.dumps(content).encode(),
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {self.token}"} if self.token else {}),
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def knows(self, dag: str) -> bool:
        """Whether the API server knows a DAG."""
        try:
            self.call(f"/api/v2/dags/{dag}")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return False
            raise
        return True

    def until(
        self, holds: Callable[[], bool], seconds: float, service: str, why: str, *, pause: float = 2.0
    ) -> float:
        """Wait until *holds*; an API server that is away meanwhile is asked again. Returns the seconds.

        Args:
            pause: seconds between two looks.

        Raises:
            NativeError: it does not in time.
        """
        began = time.monotonic()
        while True:
            try:
                if holds():
                    return time.monotonic() - began
            except urllib.error.HTTPError as error:
                if error.code == 401:
                    self.token = ""
                    self.log_in()
                elif error.code < 500:
                    raise
            except OSError:
                pass
            if time.monotonic() - began > seconds:
                self.services[service].fail(f"{why} in {seconds:.0f} s")
            time.sleep(pause)

    def stop(self) -> None:
        """Stop everything; the namespaces would, too, but not in order."""
        for name in reversed(tuple(self.services)):
            self.services[name].stop()


def _is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody has asked about does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def bound_volume(folder: Path, mib: int) -> None:
    """Give a volume that several services mount a size, so that it can be full."""
    folder.mkdir(parents=True, exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=770,uid=50000,gid=0", "none", str(folder))


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
    wanted += ["tests", "benchmarks", "pyproject.toml"]
    for name in wanted:
        run("cp", "-r", f"{PROJECT}/{name}", f"{HOME}/{name}")
    venv = Path(sys.prefix).resolve()
    if venv.is_relative_to("/tmp"):
        raise NativeError("E003 every service has a /tmp of its own. Mend: move the checkout out of /tmp.")
    (HOME / ".venv").symlink_to(venv)
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
        "/scratch",
        "/landing",
    ):
        Path(name).mkdir(parents=True, exist_ok=True)
    os.chown("/run/postgresql", *_ids("postgres"))
    newest = max(Path("/usr/lib/postgresql").iterdir(), key=lambda path: int(path.name))
    Path("/usr/lib/postgresql/bin").symlink_to(newest / "bin")
    names = " ".join([*read_compose(HOME).services, "worker-2", "worker-io-2", "scheduler-2"])
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
        raise NativeError(
            f"{done.stdout}\n{done.stderr}\nE003 the database could not be made. Mend: see above."
        )
    # The image keeps it here by itself; Debian's binary wants to be told.
    postgres.settings.setdefault("environment", {})["PGDATA"] = data


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
    raise NativeError(
        f"{(STATE / f'{name}.log').read_text()[-3000:]}\nE003 {name} does not answer. Mend: see above."
    )


def report(name: str, what: str, detail: str) -> None:
    print(f"{time.monotonic() - STARTED:5.0f} s  {name:17} {what:10} {detail}", flush=True)


def run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _file_of(secret: str) -> str:
    return Path(read_compose(HOME).content["secrets"][secret]["file"]).name


def _ids(user: str) -> tuple[int, int]:
    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid
