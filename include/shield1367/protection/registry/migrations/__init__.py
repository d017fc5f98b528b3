"""How the registry's tables came to be, step by step; run when a registry is opened that is not at the end.

To change a table: change it in :mod:`shield1367.protection.registry.tables`, add a step under ``versions`` that
does the same to what is there (in SQLite's batch mode, so that it works on both databases), and name it
here. A test holds the steps and the tables equal, on both.
"""

from __future__ import annotations

# The last step. Written here so that opening a registry that is up to date loads no Alembic.
HEAD = "0007"
