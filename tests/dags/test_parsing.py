"""Parsing is cheap: DAG files are imported by every Airflow process, again and again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dags.loading import FOLDER

FILES = sorted(FOLDER.glob("*.py"))
HEAVY = (
    "duckdb",
    "great_expectations",
    "numpy",
    "onnxruntime",
    "pandas",
    "presidio_analyzer",
    "pyarrow",
    "spacy",
)
SCRIPT = """
import json, runpy, sys, time
import airflow.sdk
# What Airflow imports lazily for any DAG is not ours to count.
from airflow.sdk import Asset, AssetAll, AssetOrTimeSchedule, CronTriggerTimetable, ExceptionRetryPolicy, dag, task
start = time.process_time()
for file in sys.argv[1:]:
    runpy.run_path(file)
print(json.dumps({"seconds": time.process_time() - start, "modules": sorted(sys.modules)}))
"""


def parse(*files: Path) -> dict:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(FOLDER.parent / "include"), str(FOLDER.parent)])
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, files)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_dag_file_loads_nothing_heavy(file: Path) -> None:
    loaded = {module.partition(".")[0] for module in parse(file)["modules"]}
    assert "shield1367_airflow" in loaded
    assert loaded & set(HEAVY) == set()


@pytest.mark.slow
def test_the_folder_adds_less_than_a_second() -> None:
    assert parse(*FILES)["seconds"] < 1.0
