"""What Alembic runs: the steps, on the connection it is handed; see :mod:`shield1367.protection.registry.migrate`."""

from __future__ import annotations

from alembic import context

from shield1367.protection.registry.tables import METADATA

# Only while Alembic runs it is there a configuration; imported like any other module, it does nothing.
if hasattr(context, "config"):
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()
