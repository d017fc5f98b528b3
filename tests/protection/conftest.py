"""A fresh home for every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.protection.site import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.at(tmp_path)
