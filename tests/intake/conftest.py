from __future__ import annotations

from pathlib import Path

import pytest

from shield1367.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return Home(root=tmp_path / "home")
