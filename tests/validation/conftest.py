"""The package every test of this folder starts from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.validation.packages import ROWS, Release, plan_of, results_of, rows


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """A clean package of two partitions."""
    made = Release(tmp_path / "package", plan_of(), results_of())
    made.part().parent.mkdir(parents=True)
    for index in range(2):
        made.write(rows(start=index * ROWS), index)
    return made
