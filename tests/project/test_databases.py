"""Registry and ledger in databases that the environment names as ``.env.example`` says: by a section of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.registry.store import Registry
from shield1367.release.ledger import Ledger, is_begun, verify_ledger
from shield1367.release.ledger.opening import server_url
from tests.protection import postgres
from tests.release.test_ledger import PEOPLE, SIGNER, entry

PROJECT = Path(__file__).resolve().parents[2]
REGISTRY, LEDGER = "SHIELD1367_REGISTRY_URL", "SHIELD1367_LEDGER_URL"


@pytest.fixture(scope="module")
def machine() -> Iterator[postgres.Cluster]:
    yield from postgres.cluster()


def test_a_section_of_the_service_file_says_who_and_where(
    machine: postgres.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sections = []
    for name in ("registry", "ledger"):
        database = machine.new_database().rpartition("/")[2]
        sections.append(
            f"[{name}]\nhost=127.0.0.1\nport={machine.port}\ndbname={database}\nuser=postgres\npassword=unused\n"
        )
    services = tmp_path / "database_services"
    services.write_text("\n".join(sections))
    # As Compose mounts it: libpq would take no password file that others may read.
    services.chmod(0o444)
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    example = (PROJECT / ".env.example").read_text()
    for variable, name in ((REGISTRY, "registry"), (LEDGER, "ledger")):
        url = f"postgresql+psycopg:///?service={name}"
        assert f"{url};" in example or f"{url}," in example
        monkeypatch.setenv(variable, url)
    home = Home(root=tmp_path / "home")
    Registry(home, Keys.load(home))
    Ledger(home).record(entry(1), PEOPLE, SIGNER)
    assert verify_ledger(home, SIGNER).entries == 1
    # Neither lies in the home.
    assert not list(home.root.rglob("*.sqlite"))


def test_an_empty_setting_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REGISTRY, "")
    monkeypatch.setenv(LEDGER, "")
    home = Home(root=tmp_path / "home")
    Registry(home, Keys.load(home))
    assert (home.registry / "registry.sqlite").exists()
    assert server_url() is None
    assert not is_begun(home)
