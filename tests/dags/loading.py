"""The DAG files, loaded as Airflow's DAG processor loads them."""

from __future__ import annotations

from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

FOLDER = Path(__file__).resolve().parents[2] / "dags"
Dags = dict[str, DAG]


def load_dags() -> Dags:
    """All DAGs by id; a file that cannot be imported fails the test."""
    bag = DagBag(dag_folder=FOLDER)
    assert bag.import_errors == {}
    return dict(bag.dags)
