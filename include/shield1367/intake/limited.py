"""The key of workers that take in: enough to seal what is refused and to plant canaries, and for nothing else.

They parse what comes from outside. ``shield1367 keys intake`` derives their key from the master key: whoever takes it
from them reads the rows in quarantine that were sealed with it and can tell of an identifier they have already whether
it is known; they open no registry, make no pseudonym and sign nothing.

A rotation leaves it as it is: what it seals opens with every later ring, and is sealed anew by the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from shield1367.canaries.person import PURPOSE as CANARY_PURPOSE
from shield1367.config.key_file import LimitedKeys
from shield1367.errors import TerminalError
from shield1367.intake.quarantine import IDENTIFIER_PURPOSE, QUARANTINE_PURPOSE


class NotForIntakeError(TerminalError):
    """Error raised when something needs a key that workers of the intake do not have."""

    code = "E821"

    def __init__(self) -> None:
        super().__init__(
            "this worker takes in and has no key for anything else.",
            mend="run it on a worker of the queue io, which has the master key.",
        )


@dataclass(frozen=True, slots=True)
class IntakeKeys(LimitedKeys):
    """Keys for what the intake does, and for nothing else."""

    NAME = "intake"
    PURPOSES = (CANARY_PURPOSE, IDENTIFIER_PURPOSE, QUARANTINE_PURPOSE)

    def refuse(self) -> NoReturn:
        """Refuse what needs another key."""
        raise NotForIntakeError
