"""What every test stands on: no setting of the person's shell, and a home for Airflow that goes again.

Airflow reads its settings when it is first imported, which is why this is not a fixture.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
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


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small home after a whole run: staged, judged, three releases. To be read, not changed."""
    from shield1367.config.project import load_project
    from shield1367.home import Home
    from shield1367.keys import Keys
    from shield1367.pipeline import Site, State, export, protect, stage, waiting_batches
    from shield1367.testing.generate import generate

    root = tmp_path_factory.mktemp("finished")
    generate(people=30, seed=3, out=root)
    home = Home(root=root)
    site = Site(home=home, keys=Keys.load(home), project=load_project())
    for source in site.project.contracts:
        for batch in waiting_batches(site, source)[0]:
            stage(site, source, batch.batch)
    protect(site)
    for recipient in site.project.recipients:
        assert export(site, recipient).state is State.RELEASED
    return root


@pytest.fixture
def home_after_a_run(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished home, free to be changed."""
    return Path(shutil.copytree(finished, tmp_path / "home"))


# How long one example takes says how busy the machine is, not whether the code is right.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")
