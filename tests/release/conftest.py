"""Releases at two points on their way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.release.releases import Making


@pytest.fixture
def planned(tmp_path: Path) -> Making:
    return Making.at(tmp_path)


@pytest.fixture
def proven(planned: Making) -> Making:
    return planned.redact().prove()
