"""Faults of a cluster, one after the other on the same one, each followed by a look at what came of it.

Run as the first process of namespaces of its own: ``python -m deploy.enter benchmarks.interruptions.scenarios``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import psycopg
from psycopg import sql

from benchmarks.interruptions.clustered import DATA, EXPORT, PATIENCE, STORE_FAULT, Office
from benchmarks.interruptions.store import StoreFault
from benchmarks.interruptions.upgrades import older_program
from deploy.native import AIRFLOW, HOME, STATE, NativeError, report

OLDER_PROGRAM = HOME.with_name("older")
# Exchanged while the cluster stands; the master key has a drill of its own, tests/end_to_end/test_key_rotation.py.
ROTATED = ("jwt_secret", "api_secret_key", "fernet_key", "redis_password", "postgres_password")
# A stage's task, and the service whose worker runs it.
STAGES = {
    "redact": "worker",
    "validate": "worker-io",
    "audit": "worker-io",
    "document": "worker-io",
    "release": "worker-io",
}


@dataclass(frozen=True)
class Recovery:
    """What came of one fault.

    Attributes:
        seconds: from the fault, or from its end where it is one that lasts, to the success of what it
            interrupted, on the clock.
        troubles: what was not as it has to be afterwards; empty when all was well.
    """

    fault: str
    seconds: float
    troubles: tuple[str, ...]


Fault = Callable[[Office, str], float]


def kill_worker_in(stage: str) -> Fault:
    """``kill -9`` of the whole worker while the stage's task runs."""

    def fault(office: Office, run: str) -> float:
        office.wait_for_task(EXPORT, run, stage, "running")
        office.cluster.services[STAGES[stage]].kill()
        seconds = office.wait_for_tasks(EXPORT, run, stage)
        if all(task["try_number"] == 1 for task in office.tasks(EXPORT, run) if task["task_id"] == stage):
            raise NativeError(f"E003 {stage} was over before its worker was killed. Mend: run it again.")
        return seconds

    return fault


def kill_worker_on_the_way(dag: str, task: str, service: str) -> Fault:
    """Likewise in a task that comes before an export: in another delivery than the one of *run*."""

    def fault(office: Office, run: str) -> float:
        office.finish(EXPORT, run)
        seconds = 0.0

        before = {one["dag_run_id"] for one in office.runs(EXPORT)}

        def disturb(begun: str, its_run: str) -> None:
            nonlocal seconds
            # A plan is made as soon as everybody is judged.
            if dag == EXPORT and begun == "protect":
                its_run = office.next_export(before)
            elif begun != dag:
                return
            office.wait_for_task(dag, its_run, task, "running")
            office.cluster.services[service].kill()
            seconds = office.wait_for_tasks(dag, its_run, task)
            if all(one["try_number"] == 1 for one in office.tasks(dag, its_run) if one["task_id"] == task):
                raise NativeError(f"E003 {task} was over before its worker was killed. Mend: run it again.")

        office.finish(EXPORT, office.deliver(meanwhile=disturb))
        return seconds

    return fault


def kill_service(name: str, *, during: str = "redact") -> Fault:
    """``kill -9`` of a service while *during* runs."""

    def fault(office: Office, run: str) -> float:
        office.wait_for_task(EXPORT, run, during, "running", "queued")
        office.cluster.services[name].kill()
        return office.wait_for_tasks(EXPORT, run, during)

    return fault


def lose_redis(office: Office, run: str) -> float:
    """The queue with all that is in it: process and volume."""
    office.wait_for_task(EXPORT, run, "redact", "running", "queued")
    redis = office.cluster.services["redis"]
    volume = STATE / "volumes/queue"
    # Emptied first: it starts again at once.
    for path in volume.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    redis.kill()
    return office.wait_for_tasks(EXPORT, run, "redact")


def freeze_object_storage(office: Office, run: str) -> float:
    """The store takes connections and does not answer, while the release is delivered; seconds from when it does again.

    Longer than a request is waited for, so that it is given up and made again.
    """
    office.wait_for_task(EXPORT, run, "document", "running")
    with office.cluster.services["object-storage"].frozen():
        office.wait_for_task(EXPORT, run, "release", "running")
        time.sleep(150)
    return office.wait_for_tasks(EXPORT, run, "release")


def store_faults(fault: StoreFault, *, seconds: float) -> Fault:
    """The recipient's store fails for a while, from when the release begins; seconds from when it is well again."""

    def run_it(office: Office, run: str) -> float:
        office.wait_for_task(EXPORT, run, "document", "running")
        STORE_FAULT.write_text(fault)
        STORE_FAULT.chmod(0o644)
        office.wait_for_task(EXPORT, run, "release", "running", "up_for_retry")
        time.sleep(seconds)
        STORE_FAULT.write_text("")
        return office.wait_for_tasks(EXPORT, run, "release")

    return run_it


def fill_disk(office: Office, run: str) -> float:
    """No byte is left on the volume of the data, for three quarters of a minute."""
    office.wait_for_task(EXPORT, run, "redact", "running", "queued")
    began = time.monotonic()
    filler = DATA / "filler"
    with filler.open("wb") as stream:
        try:
            while True:
                stream.write(bytes(1 << 16))
                stream.flush()
        except OSError:
            report("data", "full", f"{filler.stat().st_size >> 20} MiB written")
    time.sleep(45)
    filler.unlink()
    office.wait_for_tasks(EXPORT, run, "redact")
    return time.monotonic() - began


def second_scheduler(office: Office, run: str) -> float:
    """Two schedulers share the run; then the first one is killed and stays dead."""
    (twin,) = office.cluster.scale("scheduler", 2)
    twin.start()
    office.wait_for_task(EXPORT, run, "redact", "running", "queued")
    office.cluster.services["scheduler"].stop()
    seconds = office.wait_for_tasks(EXPORT, run, "redact")
    office.finish(EXPORT, run)
    office.cluster.services["scheduler"].start()
    twin.stop()
    return seconds


def old_workers(office: Office, run: str) -> float:
    """Workers of before an upgrade take tasks of an export whose registry is of after it; then they are replaced."""
    office.wait_for_task(EXPORT, run, "redact", "queued", "running", "success")
    new, (old,) = office.cluster.services["worker-io"], office.cluster.scale("worker-io", 2)
    new.stop()
    old.extra = {
        "PYTHONPATH": f"{older_program(OLDER_PROGRAM)}:{HOME}/include",
        "SHIELD1367_CONFIG": f"{HOME}/include/config",
    }
    old.start()
    # Searching a package for everybody opens the registry.
    office.wait_for_task(EXPORT, run, "audit", "up_for_retry")
    if "E421" not in office.log_of(EXPORT, run):
        raise NativeError("E003 the old worker was refused for another reason. Mend: read the log of audit.")
    old.stop()
    new.start()
    return office.wait_for_tasks(EXPORT, run, "audit")


def rotate_secrets(office: Office, run: str) -> float:
    """Every secret of the cluster but the master key is exchanged, as docs/deployment.md says; then an export runs."""
    office.finish(EXPORT, run)
    cluster, folder = office.cluster, HOME / "secrets"
    before = {name: (folder / name).read_bytes() for name in ROTATED}
    for name in ROTATED:
        (folder / name).unlink()
    subprocess.run([HOME / "deploy/make-secrets"], check=True, capture_output=True)
    fresh = (folder / "postgres_password").read_text()
    with psycopg.connect(office.database.replace("+psycopg2", "")) as connection:
        connection.execute(sql.SQL("ALTER ROLE airflow PASSWORD {}").format(fresh))
    shutil.copytree(folder, STATE / "secrets", dirs_exist_ok=True)
    began = time.monotonic()
    for name in ("redis", *AIRFLOW):
        cluster.services[name].kill()
    if any((STATE / "secrets" / name).read_bytes() == content for name, content in before.items()):
        raise NativeError("E003 a secret is the one that it was. Mend: read deploy/make-secrets.")
    cluster.token = ""
    cluster.log_in()
    office.finish(EXPORT, office.trigger(EXPORT))
    return time.monotonic() - began


def nothing(office: Office, run: str) -> float:
    """No fault: how long the same takes undisturbed."""
    return office.cluster.until(lambda: True, PATIENCE, "scheduler", "")


FAULTS: dict[str, Fault] = {
    "none": nothing,
    "worker-killed-in-redact": kill_worker_in("redact"),
    "scheduler-killed": kill_service("scheduler"),
    "redis-lost": lose_redis,
    "postgres-restarted": kill_service("postgres"),
    "worker-killed-in-release": kill_worker_in("release"),
    "worker-killed-in-validate": kill_worker_in("validate"),
    "dag-processor-killed": kill_service("dag-processor"),
    "api-server-killed": kill_service("api-server"),
    "object-storage-frozen": freeze_object_storage,
    "object-storage-away": store_faults(StoreFault.ERRORS, seconds=240),
    "object-storage-torn": store_faults(StoreFault.TORN, seconds=45),
    "object-storage-slow": store_faults(StoreFault.SLOW, seconds=30),
    "disk-full": fill_disk,
    "old-workers": old_workers,
    "secrets-rotated": rotate_secrets,
    "two-schedulers": second_scheduler,
    "worker-killed-in-intake": kill_worker_on_the_way("intake_enforcement", "stage_batch", "worker-intake"),
    "worker-killed-in-protect": kill_worker_on_the_way("protect", "evaluate", "worker-io"),
    "worker-killed-in-plan": kill_worker_on_the_way(EXPORT, "plan", "worker-io"),
    "worker-killed-in-audit": kill_worker_in("audit"),
    "worker-killed-in-document": kill_worker_in("document"),
}


def run_fault(office: Office, name: str) -> Recovery:
    """Deliver a batch, let the fault happen to the export that follows, and look at what came of it."""
    before = office.exports
    try:
        run = office.deliver()
        seconds = FAULTS[name](office, run)
        office.finish(EXPORT, run)
        outcome = office.outcome()
        troubles = outcome.troubles(releases=office.releases + office.exports - before)
        office.releases = len(outcome.released)
        code, said = office.traces()
        if code:
            troubles.append(f"a canary left a trace: {said[-500:]}")
    except NativeError as error:
        # What this one did not bring about is no trouble of the next.
        office.settle()
        office.releases = len(office.outcome().released)
        return Recovery(name, PATIENCE, (str(error)[-3000:],))
    return Recovery(name, seconds, tuple(troubles))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the faults asked for; one line of JSON each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.interruptions.scenarios", description=__doc__)
    parser.add_argument("--only", choices=sorted(FAULTS), action="append")
    options = parser.parse_args(arguments)
    bad = 0
    with Office.open(data_mib=256) as office:
        for name in options.only or FAULTS:
            done = run_fault(office, name)
            bad += bool(done.troubles)
            print(json.dumps(asdict(done)), flush=True)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
