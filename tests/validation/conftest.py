"""The package every test of this folder starts from."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from shield1367.disclosure.files import file_rows
from shield1367.validation import validate
from tests.validation.packages import ROWS, Release, plan_of, results_of, rows


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """A clean package of two partitions, and of two files: a file is full after four rows here."""
    monkeypatch.setattr(validate, "file_rows", partial(file_rows, at_most=ROWS))
    made = Release(tmp_path / "package", plan_of(), results_of())
    made.part().parent.mkdir(parents=True)
    for index in range(2):
        made.write(rows(start=index * ROWS), index)
    return made
