"""The key of a home from Airflow's secrets backends: environment, any configured one, metadata database.

It is the password of a connection: Airflow encrypts that at rest, shows it to nobody, and masks it in logs.
A variable would be shown in clear to whoever may read variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shield1367.config.key_file import LimitedKeys
    from shield1367.home import Home
    from shield1367.keys import Keys


def load_keys(home: Home) -> Keys:
    """The keys of a home as a task gets them; to be called in the body of a task, never while a DAG is parsed.

    Raises:
        KeyMissingError: the key does not open the home.
        KeyNotGivenError: ``SHIELD1367_KEY_CONNECTION`` names a connection that no backend gives.
    """
    from shield1367.keys import Keys

    return Keys.load(home, password_of)


def load_limited(kind: type[LimitedKeys], home: Home) -> Keys:
    """Keys for what a task does alone, where they are handed in; else those of the home.

    Raises:
        KeyMissingError: what is handed in is no such key.
        KeyNotGivenError: no backend gives the connection that it lies in.
    """
    return kind.handed_in(password_of) or load_keys(home)


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
