"""The key of a home from Airflow's secrets backends: environment, any configured one, metadata database.

It is the password of a connection: Airflow encrypts that at rest, shows it to nobody, and masks it in logs.
A variable would be shown in clear to whoever may read variables.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shield1367.home import Home
    from shield1367.keys import Keys

INTAKE_KEY_FILE = "SHIELD1367_INTAKE_KEY_FILE"
"""Names the file with a key for the intake alone, on workers that shall not have the master key."""

INTAKE_KEY_CONNECTION = "SHIELD1367_INTAKE_KEY_CONNECTION"
"""Names the connection that holds one instead."""


def load_keys(home: Home) -> Keys:
    """The keys of a home as a task gets them; to be called in the body of a task, never while a DAG is parsed.

    Raises:
        KeyMissingError: the key does not open the home.
        KeyNotGivenError: ``SHIELD1367_KEY_CONNECTION`` names a connection that no backend gives.
    """
    from shield1367.keys import Keys

    return Keys.load(home, password_of)


def load_intake_keys(home: Home) -> Keys:
    """The keys of a task of the intake: those for it alone where they are handed in, else those of the home.

    ``SHIELD1367_INTAKE_KEY_FILE`` names a file, ``SHIELD1367_INTAKE_KEY_CONNECTION`` a connection whose password is
    the content of one.

    Raises:
        KeyMissingError: what is handed in is no such key.
        KeyNotGivenError: no backend gives the connection.
    """
    from shield1367.intake.limited import IntakeKeys
    from shield1367.keys import KeyNotGivenError

    if (path := os.environ.get(INTAKE_KEY_FILE)) is not None:
        return IntakeKeys.read(Path(path))
    if (name := os.environ.get(INTAKE_KEY_CONNECTION)) is None:
        return load_keys(home)
    if (content := password_of(name)) is None:
        raise KeyNotGivenError(
            f"Airflow's secrets backends have no connection {name} with a password, or do not answer.",
            mend="check the backend, and that the connection's password is what `shield1367 keys intake` wrote.",
        )
    return IntakeKeys.parse(content, f"the password of connection {name}")


def password_of(connection: str) -> str | None:
    """The password of one connection, masked from now on; ``None`` when no backend has it or answers."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException
    from airflow.sdk.log import mask_secret

    try:
        password = Connection.get(connection).password
    except AirflowNotFoundException:
        return None
    if not password:
        return None
    mask_secret(password)
    return str(password)
