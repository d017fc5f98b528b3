"""A PostgreSQL that takes connections and says nothing is given up by everybody who asks it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shield1367.canaries.database import search_database
from shield1367.canaries.person import canary_of
from shield1367.canaries.traces import TraceSearch
from shield1367.errors import TransientError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.registry import database
from shield1367.release.ledger import server
from shield1367.storage import lines

KEYS = Keys(b"k" * 32)


def registry(url: str, home: Home, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("SHIELD1367_REGISTRY_URL", url)
    with database.reading(database.open_engine(home)):
        raise AssertionError("nobody answered")


def ledger(url: str, home: Home, patch: pytest.MonkeyPatch) -> None:
    with server.reading(url.replace("+psycopg", "")):
        raise AssertionError("nobody answered")


def metadata(url: str, home: Home, patch: pytest.MonkeyPatch) -> None:
    search_database(url, TraceSearch([canary_of(KEYS, "benefits", "b1", "subject")]))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("ask", [registry, ledger, metadata])
def test_a_silent_server_is_given_up(
    ask: Callable[[str, Home, pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(lines.LINE, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://a:b@127.0.0.1:{silent.getsockname()[1]}/d"
        began = time.monotonic()
        with pytest.raises(TransientError):
            ask(url, Home(root=tmp_path), monkeypatch)
        assert time.monotonic() - began < 20
