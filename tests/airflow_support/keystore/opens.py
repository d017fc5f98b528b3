"""A DAG that opens what is sealed in the registry with the key it is handed: run by ``steps.py``."""

from __future__ import annotations

from airflow.sdk import dag

from shield1367_airflow.defaults import START, TASK_DEFAULTS, quiet_task


@dag(dag_id="opens", schedule=None, start_date=START, catchup=False, default_args=TASK_DEFAULTS)
def opens() -> None:
    @quiet_task(retries=0)
    def counts() -> dict:
        from shield1367.home import Home
        from shield1367.protection.registry.store import Registry
        from shield1367.protection.snapshot import take_snapshot
        from shield1367_airflow.keystore import load_keys

        home = Home.from_environment()
        registry = Registry(home, load_keys(home))
        snapshot = take_snapshot(registry, START.date())
        return {"people": len(registry.identities(snapshot.statuses))}

    counts()


opens()
