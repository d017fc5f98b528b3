"""A home as an earlier version left it, and the program of that time, as far as it decides about a schema."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from shield1367.home import Home
from shield1367.protection.registry import migrations

# The registry before pairs of people who may be one; of the ledger, the version before signed heads.
OLDER = "0003"
_LATER_TABLES = ("likeness", "block")
_LIBRARY = Path(__file__).resolve().parents[2] / "include/shield1367"
# Added to the last step: the process that takes it is killed when it has made its table.
_KILLED = """

def _then_killed(step):
    def run():
        step()
        os.kill(os.getpid(), signal.SIGKILL)

    return run


import os
import signal

upgrade = _then_killed(upgrade)
"""


def make_older(home: Home) -> None:
    """Take out of the databases of a home what came with later versions; the rows stay."""
    with closing(sqlite3.connect(home.registry / "registry.sqlite")) as registry, registry:
        for table in _LATER_TABLES:
            registry.execute(f"DROP TABLE {table}")
        registry.execute("UPDATE alembic_version SET version_num = ?", (OLDER,))
    with closing(sqlite3.connect(home.ledger)) as ledger, ledger:
        triggers = ledger.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'checkpoint'"
        ).fetchall()
        for (name,) in triggers:
            ledger.execute(f"DROP TRIGGER {name}")
        ledger.execute("DROP TABLE checkpoint")


def version_of(home: Home) -> str:
    """The schema version of a home's registry."""
    with closing(sqlite3.connect(home.registry / "registry.sqlite")) as registry:
        return str(registry.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def older_program(folder: Path) -> Path:
    """The library in *folder* as one that knows the registry up to :data:`OLDER`; for the path of Python."""
    versions = _copy(folder)
    for path in versions.glob("r[0-9]*.py"):
        if path.name > f"r{OLDER}_~":
            path.unlink()
    names = versions.parent / "__init__.py"
    names.write_text(names.read_text().replace(f'HEAD = "{migrations.HEAD}"', f'HEAD = "{OLDER}"'))
    return folder


def killed_program(folder: Path) -> Path:
    """The library in *folder* as one that is killed in the last step of the migration; for the path of Python."""
    (last,) = _copy(folder).glob(f"r{migrations.HEAD}_*.py")
    last.write_text(last.read_text() + _KILLED)
    return folder


def _copy(folder: Path) -> Path:
    """Copy the library; the folder of its steps."""
    target = folder / _LIBRARY.name
    shutil.copytree(_LIBRARY, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target / Path(migrations.__file__).parent.relative_to(_LIBRARY) / "versions"
