"""A PostgreSQL server of the machine's own package, thrown away afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

_FOLDERS = Path("/usr/lib/postgresql")


@dataclass
class Cluster:
    """A running server that trusts this machine."""

    port: int
    made: int = 0

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The URL of an empty database."""
        self.made += 1
        name = f"registry{self.made}"
        engine = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self.url(name)


def cluster() -> Iterator[Cluster]:
    """Start a server as a user that it accepts; skipped where there is none."""
    binaries = sorted(_FOLDERS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not binaries:
        pytest.skip("no PostgreSQL server is installed")
    # A short path that the server's user may reach: pytest's own folders are closed to others.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    control = [*as_user, str(binaries[-1].parent / "pg_ctl"), "--pgdata", str(folder / "data"), "--wait"]
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
    initdb = [*as_user, str(binaries[-1]), "--auth=trust", "--username=postgres", str(folder / "data")]
    try:
        _run(initdb, folder)
        _run([*control, "--log", str(folder / "log"), "--options", options, "start"], folder)
        try:
            yield Cluster(port)
        finally:
            _run([*control, "--mode=immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-1000:]
