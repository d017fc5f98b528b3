"""The three answers to "is this person protected?"."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """There is no fourth answer, and nothing defaults to ``CLEAR``."""

    PROTECTED = "PROTECTED"
    INDETERMINATE = "INDETERMINATE"
    CLEAR = "CLEAR"

    @property
    def is_shielded(self) -> bool:
        """Outside, INDETERMINATE is treated exactly as PROTECTED (R-04)."""
        return self is not Status.CLEAR


_WEIGHT = {Status.CLEAR: 0, Status.INDETERMINATE: 1, Status.PROTECTED: 2}


def strongest(statuses: Iterable[Status]) -> Status:
    """The most protective of several answers; nobody at all is INDETERMINATE."""
    return max(statuses, key=_WEIGHT.__getitem__, default=Status.INDETERMINATE)
