"""How the embedded Airflow opens its database: patiently, since several processes write to one file."""

from __future__ import annotations

# Seconds a connection waits for another's write; the default of five fails tasks on a busy machine.
CONNECT_ARGS: dict[str, object] = {"timeout": 120}
