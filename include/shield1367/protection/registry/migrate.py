"""Bringing a registry's tables up to date when it is opened: one query when they are."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from shield1367.errors import TransientError
from shield1367.protection.registry import migrations
from shield1367.protection.registry.database import reading, use_write_ahead_log, writing

_VERSIONS = sa.table("alembic_version", sa.column("version_num"))
# What a registry from before there were migrations is at.
_UNVERSIONED = "0001"


class NewerRegistryError(TransientError):
    """Error raised when a newer version of this project made the registry.

    Worth another try: while workers are replaced one by one, an old one may take a task after a new one has
    brought the registry up to date, and the next try may be a new one's.
    """

    code = "E421"


def upgrade(engine: sa.Engine) -> None:
    """Make the tables, or change older ones to what they are today; nothing is lost.

    Several processes may call it at once: one does it, the others wait.

    Raises:
        NewerRegistryError: the registry is from a newer version of this project.
        TransientError: the database does not answer.
    """
    with reading(engine) as connection:
        if _version(connection) == migrations.HEAD:
            return
    use_write_ahead_log(engine)
    with writing(engine) as connection:
        _upgrade(connection)


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    version = _version(connection)
    if version is None and sa.inspect(connection).has_table("identifier"):
        MigrationContext.configure(connection).stamp(scripts, _UNVERSIONED)
    elif version is not None and version not in {step.revision for step in scripts.walk_revisions()}:
        raise NewerRegistryError(
            f"the registry is at version {version}; this program knows it up to {migrations.HEAD}.",
            mend="use the newer program again, or restore the registry's backup from before it.",
        )
    command.upgrade(config, "head")


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSIONS.name):
        return None
    found: str | None = connection.execute(sa.select(_VERSIONS.c.version_num)).scalar()
    return found
