"""One option. The fixtures are in ``scene.py``: whoever only passes by here needs no browser."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", help="folder that the pictures of the pages are written to")
