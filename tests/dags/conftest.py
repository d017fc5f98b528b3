from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shield1367.config.loading import DEFAULT_CONFIG
from tests.dags.loading import Dags, load_dags


@pytest.fixture(scope="session")
def dags() -> Dags:
    """The DAGs of the project's own configuration."""
    return load_dags()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the configuration, in force and free to be broken."""
    folder = tmp_path / "config"
    shutil.copytree(DEFAULT_CONFIG, folder)
    monkeypatch.setenv("SHIELD1367_CONFIG", str(folder))
    return folder
