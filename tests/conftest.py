"""What every test stands on: no setting of the person's shell, and a home for Airflow that goes again.

Airflow reads its settings when it is first imported, which is why this is not a fixture.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

for _name in list(os.environ):
    # With DEV Airflow prints the variables of a failed task.
    if _name == "DEV" or _name.startswith(("AIRFLOW_", "_AIRFLOW_", "SHIELD1367_")):
        del os.environ[_name]
_home = tempfile.mkdtemp(prefix="shield1367-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ |= {"AIRFLOW_HOME": _home, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}


def made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first process of a run makes, and all of them read."""
    # With several processes each has a folder of its own in a common one.
    common = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        common = common.parent
    folder = common / name
    with (common / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            # Under another name first: half a folder of a failed try is nobody's.
            make(started := Path(tempfile.mkdtemp(prefix=name, dir=common)))
            started.rename(folder)
    return folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small home after a whole run: staged, judged, three releases. To be read, not changed."""
    # Each process has its own: questions asked are written down in it.
    made = made_once(tmp_path_factory, "finished", finish)
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("homes") / "finished"))


def finish(root: Path, people: int = 30) -> None:
    """Everything from generated exports to a release for each recipient."""
    from shield1367.config.project import load_project
    from shield1367.home import Home
    from shield1367.keys import Keys
    from shield1367.pipeline import Site, State, export, protect, stage, waiting_batches
    from shield1367.testing.generate import generate

    # As docs/data-engineer.md has it, so that its commands find it done.
    generate(people=people, seed=3, out=root)
    home = Home(root=root)
    site = Site(home=home, keys=Keys.load(home), project=load_project())
    for source in site.project.contracts:
        for batch in waiting_batches(site, source)[0]:
            stage(site, source, batch.batch)
    protect(site)
    for recipient in site.project.recipients:
        assert export(site, recipient).state is State.RELEASED


@pytest.fixture
def home_after_a_run(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished home, free to be changed."""
    return Path(shutil.copytree(finished, tmp_path / "home"))


# Whole files go to one process each, in this order: the longest first, so that none is left at the end.
_LONGEST = (
    "end_to_end/test_demo.py",
    "validation/test_validate.py",
    "protection/test_evaluate.py",
    "protection/test_concurrent.py",
    "project/test_docs.py",
    "cli/test_usage.py",
    "protection/registry/test_rotate.py",
    "test_pipeline.py",
    "airflow_support/test_keystore.py",
    "airflow_support/test_tasks.py",
    "protection/test_incremental.py",
    "protection/registry/test_migrate.py",
    "intake/test_tables.py",
    "disclosure/test_planning.py",
    "redaction/test_partition.py",
    "release/test_publish.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long stand first; all others keep their order behind them."""
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(_LONGEST)}
    if gone := [str(path) for path in ranks if not path.exists()]:
        raise pytest.UsageError(f"tests/conftest.py puts first what is not there: {', '.join(gone)}")
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


# How long one example takes says how busy the machine is, not whether the code is right.
settings.register_profile("shared", deadline=None)
# The same examples each time: whether a change passes must not be drawn by lot. `make test-properties` draws.
settings.register_profile("repeated", parent=settings.get_profile("shared"), derandomize=True)
settings.load_profile("shared")
