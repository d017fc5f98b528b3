"""The desk of a finished home."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from shield1367.home import Home
from shield1367.release.ledger import Ledger
from tests.desk.desks import COUNTY, app_of


@pytest.fixture(scope="session")
def app(finished: Path) -> FastAPI:
    return app_of(finished)


@pytest.fixture(scope="session")
def releases(finished: Path) -> dict[str, str]:
    """Recipient → id of its release."""
    return {entry.recipient: entry.release_id for _, entry in Ledger(Home(root=finished)).entries()}


@pytest.fixture(scope="session")
def county(releases: dict[str, str]) -> str:
    return releases[COUNTY]
