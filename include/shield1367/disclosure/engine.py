"""What redacts the partitions of a release: tasks of Airflow, or Spark for those who already run it."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Final

from shield1367.errors import TerminalError

ENGINE_SETTING: Final = "SHIELD1367_ENGINE"


class UnknownEngineError(TerminalError):
    """Error raised when the setting names an engine that there is not."""

    code = "E783"


class Engine(StrEnum):
    """Who has the workers."""

    LOCAL = "local"
    SPARK = "spark"


def engine() -> Engine:
    """The engine that ``SHIELD1367_ENGINE`` names; by default partitions are redacted where the task runs.

    Raises:
        UnknownEngineError: there is none of that name.
    """
    said = os.environ.get(ENGINE_SETTING) or Engine.LOCAL
    if said not in set(Engine):
        raise UnknownEngineError(
            f"{ENGINE_SETTING} names no engine.",
            mend=f"set it to one of {', '.join(Engine)}, or leave it out.",
        )
    return Engine(said)
