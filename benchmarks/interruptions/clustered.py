"""Exports through the native cluster: land, let the DAGs run on Celery, look what came of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.native import AIRFLOW, HOME, STATE, Cluster, NativeError, Service, bound_volume, report
from shield1367.intake.manifest import MANIFEST
from shield1367.storage import sha256
from shield1367.testing.generate import generate

RECIPIENT = "county-analytics"
EXPORT = f"export_{RECIPIENT}"
SOURCES = ("benefits", "court", "detention", "enforcement")
INTAKES = tuple(f"intake_{source}" for source in SOURCES)
BUCKET = "shield1367-releases"
# Wall clock on a machine that has other work: far above what any of it takes.
PATIENCE = 900.0
# Seconds between two looks at a task that shall be met while it runs, and ends in a few.
_OFTEN = 0.3
_OVER = {"success", "failed", "skipped", "upstream_failed"}
LANDING = STATE / "landing"
DATA = STATE / "volumes/data"
# As the store's container sees it, and as it lies out here.
_STORE = (
    "env",
    f"PYTHONPATH={HOME}",
    f"{HOME}/.venv/bin/python",
    "-m",
    "benchmarks.interruptions.store",
    "8333",
    "/data/fault",
)
STORE_FAULT = STATE / "volumes/objects/fault"

_ASK = """
import json, os, sys
from pathlib import Path
import s3fs
from shield1367.home import Home
from shield1367.storage import RemotePath, folder_at_hand, listing
from shield1367.keys import Keys
from shield1367.release.ledger import Ledger, verify_ledger
from shield1367.release.manifest import MANIFEST
from shield1367.release.signing import Signer
from shield1367.release.verify import verify_package

home = Home.from_environment()
signer = Signer.of(home, Keys.load(home))
recipient, bucket = sys.argv[1:]
out = [home.released / recipient / name for name in listing(home.released / recipient).folders]
for folder in out:
    with folder_at_hand(folder) as local:
        verify_package(local, signer.pem())
store = s3fs.S3FileSystem()
delivered = [path.split("/")[-2] for path in store.find(f"{bucket}/{recipient}") if path.endswith("/" + MANIFEST)]
def names(folder):
    if isinstance(folder, RemotePath):
        return list(folder.store.tree(folder.key))
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
same = all(
    store.cat(f"{bucket}/{recipient}/{folder.name}/{name}") == (folder / name).read_bytes()
    for folder in out for name in names(folder)
)
scratch = Path(os.environ["SHIELD1367_SCRATCH"])
half = [p for p in home.root.rglob(".tmp-*")] + [p for p in scratch.rglob("*") if p.is_file() and p.name != ".lock"]
for place in (home.staged, home.released):
    if isinstance(place, RemotePath):
        half += [p for p in [home.root / place.name] if p.exists()]
disclosures = [entry.release_id for _, entry in Ledger(home).entries()]
print(json.dumps({
    "released": [folder.name for folder in out],
    "delivered": sorted(delivered),
    "same": same,
    "recorded": disclosures,
    "verified": verify_ledger(home, signer).entries if disclosures else 0,
    "half": sorted(map(str, half)),
    "work": sorted(str(p.relative_to(home.root)) for p in home.work.glob("*/*")),
}))
"""


@dataclass(frozen=True)
class Outcome:
    """What the home, the ledger and the recipient's bucket hold."""

    released: list[str]
    delivered: list[str]
    same: bool
    recorded: list[str]
    verified: int
    half: list[str]
    work: list[str]

    def troubles(self, *, releases: int) -> list[str]:
        """What is not as it has to be after so many exports; nothing when all is well."""
        found = []
        if len(self.released) != releases:
            found.append(f"{len(self.released)} releases instead of {releases}")
        if sorted(self.recorded) != self.released:
            found.append(f"{len(self.recorded)} disclosures recorded of {len(self.released)} releases")
        if self.verified != len(self.recorded):
            found.append("the ledger does not verify to its end")
        if self.delivered != self.released or not self.same:
            found.append(f"{len(self.delivered)} of {len(self.released)} releases were delivered whole")
        found += [f"{path} was left behind" for path in (*self.half, *self.work)]
        return found


@dataclass
class Office:
    """A running cluster: how many exports it has been through, and how many releases came of them."""

    cluster: Cluster
    exports: int = 0
    releases: int = 0

    @classmethod
    @contextmanager
    def open(
        cls,
        *,
        data_mib: int | None = None,
        changed: Mapping[str, str] | None = None,
        schedule: str = "{on: staged data}",
    ) -> Iterator[Office]:
        """The cluster of docker-compose.yaml, delivering into its own bucket; stopped at the end.

        Args:
            data_mib: size of the volume of the data, when it is to have one.
            changed: variables of ``.env`` that are other ones than in ``.env.example``.
            schedule: when the export runs, as its profile says it.
        """
        cluster = Cluster.prepared(store=_STORE, changed=changed)
        if data_mib is not None:
            bound_volume(DATA, data_mib)
        profile = HOME / f"include/config/recipients/{RECIPIENT}.yaml"
        text = profile.read_text()
        delivery = f'delivery: {{format: csv, url: "s3://{BUCKET}/{RECIPIENT}"}}'
        profiled = text.replace("delivery: {format: csv}", delivery)
        profiled = profiled.replace(
            "  inside: null", f'  inside: null\n  endpoints: ["s3://{BUCKET}/{RECIPIENT}"]'
        )
        profiled = profiled.replace("schedule: {on: staged data}", f"schedule: {schedule}")
        if profiled.count(BUCKET) != 2 or f"\nschedule: {schedule}\n" not in profiled:
            raise NativeError(f"E791 {profile.name} has no delivery to change. Mend: adapt {__name__}.")
        profile.write_text(profiled)
        _run("policy", "examples")
        # Written by root, and read by the services' user.
        for path in (HOME / "include/config").rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        cluster.start()
        try:
            cluster.log_in()
            office = cls(cluster)
            for dag in ("protect", EXPORT, *INTAKES):
                cluster.until(lambda dag=dag: cluster.knows(dag), 400, "dag-processor", f"did not find {dag}")
                cluster.call(f"/api/v2/dags/{dag}", {"is_paused": False}, method="PATCH")
            report("cluster", "ready", "DAGs are switched on")
            yield office
        finally:
            cluster.stop()

    def land(self, *, seed: int, people: int = 12, sources: tuple[str, ...] = SOURCES) -> None:
        """Another batch of each of *sources*, manifest last."""
        with tempfile.TemporaryDirectory() as folder:
            generate(people=people, seed=seed, out=Path(folder))
            for source in sources:
                (batch,) = (Path(folder) / "landing" / source).iterdir()
                put(batch, LANDING / source / f"{batch.name}-{seed}")

    def trigger(self, dag: str) -> str:
        """Start a run; its id."""
        answer = self.cluster.call(f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None})
        return str(answer["dag_run_id"])

    def deliver(self, *, meanwhile: Callable[[str, str], None] = lambda dag, run: None) -> str:
        """Land another batch, take it in, protect; the id of the export's run that follows from it.

        The first delivery is of all sources: a release needs each of its datasets.

        Args:
            meanwhile: called with each run that was just triggered: DAG and id.
        """
        self.exports += 1
        sources = SOURCES if self.exports == 1 else ("enforcement",)
        before = {run["dag_run_id"] for run in self.runs(EXPORT)}
        self.land(seed=self.exports, sources=sources)
        began = {f"intake_{source}": self.trigger(f"intake_{source}") for source in sources}
        for dag, run in began.items():
            meanwhile(dag, run)
            self.finish(dag, run)
        # When all scheduled sources have delivered it starts by itself, and this run finds nothing new.
        judging = self.trigger("protect")
        meanwhile("protect", judging)
        self.finish("protect", judging)
        return self.next_export(before)

    def next_export(self, before: set[str]) -> str:
        """The id of the first run of the export that is none of *before*."""
        found: list[str] = []

        def began() -> bool:
            found[:] = [r["dag_run_id"] for r in self.runs(EXPORT) if r["dag_run_id"] not in before]
            return bool(found)

        self.cluster.until(began, PATIENCE, "scheduler", "did not start the export", pause=_OFTEN)
        # Newest first.
        return found[-1]

    def ended(self, dag: str, run: str) -> str:
        """Wait for the end of a run, and say which one it was.

        Raises:
            NativeError: it does not end.
        """
        state = ""

        def over() -> bool:
            nonlocal state
            state = str(self.cluster.call(f"/api/v2/dags/{dag}/dagRuns/{run}")["state"])
            return state in ("success", "failed")

        self.cluster.until(over, PATIENCE, "scheduler", f"did not finish {dag}")
        return state

    def finish(self, dag: str, run: str) -> None:
        """Wait for the end of a run.

        Raises:
            NativeError: it does not end, or not well.
        """
        if (end := self.ended(dag, run)) != "success":
            tasks = {t["task_id"]: t["state"] for t in self.tasks(dag, run)}
            raise NativeError(
                f"{self.log_of(dag, run)}\nE003 {dag} ended as {end}: {tasks}. Mend: see above."
            )

    def settle(self) -> None:
        """Wait until no run of the export is under way, whatever becomes of it."""
        STORE_FAULT.write_text("")
        self.cluster.until(
            lambda: all(run["state"] in ("success", "failed") for run in self.runs(EXPORT)),
            PATIENCE,
            "scheduler",
            f"did not finish {EXPORT}",
        )

    def runs(self, dag: str) -> list[dict[str, Any]]:
        answer = self.cluster.call(f"/api/v2/dags/{dag}/dagRuns?order_by=-run_after&limit=50")
        return list(answer["dag_runs"])

    def tasks(self, dag: str, run: str) -> list[dict[str, Any]]:
        answer = self.cluster.call(f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances?limit=200")
        return list(answer["task_instances"])

    def wait_for_task(self, dag: str, run: str, task: str, *states: str) -> float:
        """Wait until an instance of a task is in one of *states*; the seconds it took."""

        def there() -> bool:
            seen = [t["state"] for t in self.tasks(dag, run) if t["task_id"] == task]
            if seen and all(state in _OVER for state in seen) and not _OVER.intersection(states):
                raise NativeError(f"E003 {dag}.{task} was over before the fault. Mend: run it again.")
            return any(state in states for state in seen)

        return self.cluster.until(
            there,
            PATIENCE,
            "scheduler",
            f"did not bring {dag}.{task} to {'/'.join(states)}",
            pause=_OFTEN,
        )

    def wait_for_tasks(self, dag: str, run: str, task: str) -> float:
        """Wait until every instance of a task has succeeded; the seconds it took."""

        def done() -> bool:
            found = [t["state"] for t in self.tasks(dag, run) if t["task_id"] == task]
            if "failed" in found:
                raise NativeError(f"{self.log_of(dag, run)}\nE003 {dag}.{task} failed. Mend: see above.")
            return bool(found) and all(state == "success" for state in found)

        return self.cluster.until(done, PATIENCE, "scheduler", f"did not finish {dag}.{task}")

    def log_of(self, dag: str, run: str) -> str:
        """The last lines of the task logs of a run."""
        folder = STATE / "volumes/logs" / f"dag_id={dag}" / f"run_id={run}"
        return "\n".join(
            f"--- {path.relative_to(folder)}\n"
            + "\n".join(_in_short(line) for line in path.read_text(errors="replace").splitlines()[-25:])
            for path in sorted(folder.rglob("*.log"))
        )[-12_000:]

    def outcome(self) -> Outcome:
        """Asked in a worker's place, with its user and its key."""
        return Outcome(**self.ask(_ASK, RECIPIENT, BUCKET))

    def ask(self, script: str, *arguments: str) -> dict[str, Any]:
        """What a Python script says, in JSON on its last line, in a worker's place.

        Raises:
            NativeError: it fails.
        """
        done = self.cluster.services["worker-io"].run(["python", "-c", script, *arguments], 600)
        if done.returncode:
            raise NativeError(f"{done.stderr[-4000:]}\nE003 the outcome cannot be read. Mend: see above.")
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer

    def traces(self) -> tuple[int, str]:
        """Search home, logs and metadata database for the canaries: exit code and what it says."""
        settings = self.cluster.services["worker-io"].settings
        # In the environment: an argument would stand in the process list.
        asking = Service("worker-io", settings, extra={"SHIELD1367_WATCH_DATABASE": self.database})
        done = asking.run(["shield1367", "canaries", "search", "/var/log/airflow"], 300)
        return done.returncode, done.stdout + done.stderr

    @property
    def database(self) -> str:
        """The URL of the metadata database, as whoever runs the machine may know it."""
        password = (STATE / "secrets/postgres_password").read_text()
        return f"postgresql+psycopg2://airflow:{password}@postgres:5432/airflow"


def put(batch: Path, target: Path) -> None:
    """Deliver a batch under another id, the manifest last."""
    target.mkdir(parents=True)
    manifest = json.loads((batch / MANIFEST).read_text()) | {"batch": target.name}
    for path in batch.iterdir():
        if path.name != MANIFEST:
            shutil.copy(path, target / path.name)
            assert sha256(path) == sha256(target / path.name)
    (target / MANIFEST).write_text(json.dumps(manifest))
    for path in (target.parent, target, *target.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _in_short(line: str) -> str:
    """What a line of Airflow's log says, and of an error its words."""
    try:
        said = json.loads(line)
    except ValueError:
        return line
    raised = [f"{one['exc_type']}: {one['exc_value']}" for one in said.get("error_detail") or ()]
    return " ".join([str(said.get("timestamp")), str(said.get("event")), *raised])


def timed(step: Callable[[], object]) -> float:
    """Wall-clock seconds of *step*."""
    began = time.monotonic()
    step()
    return time.monotonic() - began


def _run(*arguments: str) -> None:
    python = str(HOME / ".venv/bin/python")
    environment = {
        "PYTHONPATH": str(HOME / "include"),
        "PATH": "/usr/bin:/bin",
        "SHIELD1367_CONFIG": str(HOME / "include/config"),
    }
    done = subprocess.run(
        [python, "-m", "shield1367", *arguments], env=environment, cwd=HOME, capture_output=True, text=True
    )
    if done.returncode:
        raise NativeError(f"{done.stdout}{done.stderr}\nE003 {arguments[0]} failed. Mend: see above.")


__all__ = ["AIRFLOW", "EXPORT", "INTAKES", "Office", "Outcome", "timed"]
