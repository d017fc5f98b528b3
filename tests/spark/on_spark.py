"""The same release from Spark's workers as from ours, byte by byte; run by ``make test-spark``."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

pytest.importorskip("pyspark", reason="make test-spark installs it")

from pyspark.sql import SparkSession

from shield1367.config.project import load_project
from shield1367.disclosure.plan import ReleasePlan
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site, State, export, plan, protect, redact_parts, stage, waiting_batches
from shield1367.storage import sha256
from shield1367.testing.generate import generate
from shield1367_spark.redact import SparkFailedError, SparkRefusedError

# Frames of three columns of numbers and words, which pandas 3 and PySpark 4.3 do hand over.
pytestmark = [
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.timeout(900),
]

UNIVERSITY, COUNTY, OVERSIGHT = "state-university-research", "county-analytics", "crcl-oversight"


@pytest.fixture(scope="session")
def session() -> Iterator[SparkSession]:
    # Spark's own default is the first python3 of the path, which knows none of the packages.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after intake and protect; nothing is released."""
    root = tmp_path_factory.mktemp("judged")
    generate(people=60, seed=3, out=root, batches=2)
    site = site_in(root)
    for source in site.project.contracts:
        for batch in waiting_batches(site, source)[0]:
            stage(site, source, batch.batch)
    protect(site)
    return root


def site_in(root: Path) -> Site:
    home = Home(root=root)
    return Site(home=home, keys=Keys.load(home), project=load_project())


def files(folder: Path) -> dict[str, str]:
    found = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path) for path in found}


@pytest.mark.parametrize("recipient", [UNIVERSITY, COUNTY, OVERSIGHT])
def test_spark_gives_the_same_bytes(
    recipient: str, judged: Path, session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = (Path(shutil.copytree(judged, tmp_path / name)) for name in ("here", "there"))
    plainly = export(site_in(here), recipient)
    monkeypatch.setenv("SHIELD1367_ENGINE", "spark")
    steps: list[str] = []
    on_spark = export(site_in(there), recipient, progress=steps.append)
    assert (plainly.state, on_spark.state) == (State.RELEASED, State.RELEASED)
    assert plainly.release_id == on_spark.release_id
    assert any("on Spark" in step for step in steps)
    expected = files(Path(str(plainly.folder)))
    # However many files there are: more than one partition came from Spark.
    planned = ReleasePlan.read(site_in(here).home.plans / recipient / plainly.release_id)
    assert len(planned.parts()) >= 2
    assert files(Path(str(on_spark.folder))) == expected


def planned(root: Path) -> tuple[Site, Path, tuple[int, ...]]:
    site = site_in(root)
    made = plan(site, COUNTY)
    return site, made.work, made.parts


def test_what_a_worker_refuses_is_told_and_quotes_nothing(
    judged: Path,
    session: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SHIELD1367_ENGINE", "spark")
    site, work, parts = planned(Path(shutil.copytree(judged, tmp_path / "home")))
    changed = next(site.home.staged.glob("enforcement/encounters/*/part-*.parquet"))
    table = pq.read_table(changed)
    pq.write_table(table.take(list(reversed(range(len(table))))), changed)
    with pytest.raises(SparkFailedError, match="E601") as failed:
        redact_parts(site, work, parts)
    # All others were redacted, and are when it is tried again.
    assert f"1 of {len(parts)} partitions" in str(failed.value)
    assert len(list(work.glob("parts/*/*.parquet"))) >= len(parts) - 4
    names = {name for name in table.column("last_name").to_pylist() if name}
    printed = "".join(capfd.readouterr()) + str(failed.value)
    assert names
    assert not any(name in printed for name in names)


def test_a_worker_without_the_key_is_a_refusal(
    judged: Path, session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIELD1367_ENGINE", "spark")
    site, work, parts = planned(Path(shutil.copytree(judged, tmp_path / "home")))
    (site.home.keys / "master.key").rename(tmp_path / "aside")
    with pytest.raises(SparkRefusedError, match="E102"):
        redact_parts(site, work, parts)
