"""``make cluster-check``: every service of docker-compose.yaml with its health check, and a DAG through all queues."""

from __future__ import annotations

import sys
import urllib.error

from deploy.native import AIRFLOW, HOME, STATE, Cluster, NativeError, report

PROBE = """
from airflow.sdk import dag, task

from shield1367_airflow.environment import INTAKE_POOL, INTAKE_QUEUE, REDACTION_POOL, REDACTION_QUEUE


@dag(schedule=None, tags=["probe"])
def cluster_probe():
    @task(queue=INTAKE_QUEUE, pool=INTAKE_POOL, show_return_value_in_logs=False)
    def taking_in():
        import os
        secrets = set(os.listdir("/run/secrets"))
        assert "intake_key" in secrets and not secrets & {"shield1367_key", "postgres_password"}
        assert os.listdir("/data/registry") == []
        return os.uname().nodename

    @task(show_return_value_in_logs=False)
    def ordinary(before):
        import os
        assert not os.path.exists("/run/secrets/postgres_password")
        assert len(open(os.environ["SHIELD1367_KEY_FILE"]).read().strip()) == 44
        open("/data/probe", "w").write("seen by all workers")
        return before + "/" + os.uname().nodename

    @task(queue=REDACTION_QUEUE, pool=REDACTION_POOL, show_return_value_in_logs=False)
    def redacting(before):
        import os
        secrets = set(os.listdir("/run/secrets"))
        assert "redaction_key" in secrets and not secrets & {"shield1367_key", "database_services", "postgres_password"}
        import s3fs
        store = s3fs.S3FileSystem()
        with store.open(os.environ["RELEASE_BUCKET"] + "/probe", "w") as target:
            target.write(open("/data/probe").read() + " " + before + " " + os.uname().nodename)

    redacting(ordinary(taking_in()))


cluster_probe()
"""


def main() -> None:
    """Start, check and use everything; the processes end with the namespace, whatever happens.

    Raises:
        NativeError: something does not hold.
    """
    cluster = Cluster.prepared()
    cluster.prepare("second run")
    (HOME / "dags/cluster_probe.py").write_text(PROBE)
    cluster.start()
    for name in AIRFLOW:
        cluster.services[name].await_health()
    use(cluster)
    for name in ("postgres", "redis", *AIRFLOW):
        service = cluster.services[name]
        if service.restarts or service.process is None or service.process.poll() is not None:
            service.fail("did not stay up")
    report("cluster", "passed", f"{len(cluster.services)} services")


def use(cluster: Cluster) -> None:
    """Log in as the administrator and let a DAG go through all queues."""
    services = cluster.services
    try:
        cluster.call("/auth/token", {"username": "admin", "password": "wrong"})
    except urllib.error.HTTPError as error:
        report("api-server", "refuses", f"a wrong password with {error.code}")
    else:
        services["api-server"].fail("took a wrong password")
    cluster.log_in()
    pools = {pool["name"]: pool["slots"] for pool in cluster.call("/api/v2/pools")["pools"]}
    report("api-server", "knows", f"pool redaction with {pools['redaction']} slots")

    dag = "/api/v2/dags/cluster_probe"
    cluster.until(lambda: cluster.knows("cluster_probe"), 240, "dag-processor", "did not find the probe DAG")
    errors = cluster.call("/api/v2/importErrors")["import_errors"]
    if errors:
        services["dag-processor"].fail(f"could not import {sorted(error['filename'] for error in errors)}")
    dags = [item["dag_id"] for item in cluster.call("/api/v2/dags?limit=100")["dags"]]
    report("dag-processor", "imported", ", ".join(sorted(dags)))
    cluster.call(dag, {"is_paused": False}, method="PATCH")
    run = cluster.call(f"{dag}/dagRuns", {"logical_date": None})["dag_run_id"]

    def state() -> str:
        return str(cluster.call(f"{dag}/dagRuns/{run}")["state"])

    cluster.until(lambda: state() in {"success", "failed"}, 300, "worker", "did not finish the probe")
    if state() != "success":
        for path in (STATE / "volumes/logs").rglob("dag_id=cluster_probe/**/*.log"):
            print(path.read_text())
        services["worker"].fail("failed the probe")
    bucket = services["worker"].environment["RELEASE_BUCKET"]
    script = f"import s3fs; print(s3fs.S3FileSystem().cat('{bucket}/probe').decode())"
    written = services["worker"].run(["python", "-c", script], 120).stdout.strip()
    if written != "seen by all workers worker-intake/worker-io worker":
        services["worker"].fail(f"wrote {written!r}")
    report("workers", "delivered", written)


if __name__ == "__main__":
    try:
        main()
    except NativeError as error:
        sys.exit(str(error))
