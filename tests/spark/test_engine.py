"""Which engine redacts, where PySpark is not installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from shield1367.disclosure.engine import Engine, UnknownEngineError, engine
from shield1367_airflow import stages

COUNTY = "county-analytics"


def test_it_is_our_own_unless_the_setting_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHIELD1367_ENGINE", raising=False)
    assert engine() is Engine.LOCAL
    for said, meant in (("", Engine.LOCAL), ("local", Engine.LOCAL), ("spark", Engine.SPARK)):
        monkeypatch.setenv("SHIELD1367_ENGINE", said)
        assert engine() is meant
    monkeypatch.setenv("SHIELD1367_ENGINE", "dask")
    with pytest.raises(UnknownEngineError, match="names no engine"):
        engine()


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="PySpark is installed")
def test_spark_that_is_not_installed_is_said_by_the_one_task_there_is(
    home_after_a_run: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from shield1367_spark.redact import SparkMissingError

    monkeypatch.setenv("SHIELD1367_HOME", str(home_after_a_run))
    monkeypatch.setenv("SHIELD1367_ENGINE", "spark")
    (released,) = (home_after_a_run / "released" / COUNTY).iterdir()
    released.rename(tmp_path / "aside")
    (task,) = stages.plan_release(COUNTY)
    with pytest.raises(SparkMissingError, match=r"requirements-spark\.txt|PySpark is not installed"):
        stages.redact_task(**task)
