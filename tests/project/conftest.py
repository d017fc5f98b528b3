from __future__ import annotations

import pytest

from deploy.compose import ComposeFile, read_compose


@pytest.fixture(scope="session")
def compose() -> ComposeFile:
    """docker-compose.yaml with the variables of ``.env.example``."""
    return read_compose()
