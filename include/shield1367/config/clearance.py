"""Who may see protected values: the cleared reviewers of ``approvers.yaml``, who prove it with their key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from shield1367.config.approvers import APPROVERS, Approvers
from shield1367.config.signing import public_key_of, read_private_key
from shield1367.errors import TerminalError


class NotClearedError(TerminalError):
    """Error raised when somebody asks for protected values and is not shown to be cleared."""

    code = "E512"

    def __init__(self) -> None:
        super().__init__(
            "Protected values are shown to cleared reviewers only.",
            mend=f"give --reviewer and --key-file of an entry with role cleared_reviewer in {APPROVERS}.",
        )


def require_cleared(approvers: Approvers, reviewer: str | None, key_file: Path | None, on: date) -> str:
    """The id of the reviewer, once their private key is shown to be the one entered for them.

    Raises:
        NotClearedError: nobody is named, or nobody cleared on that day, or it is not their key.
        SigningError: there is no usable key.
    """
    known = approvers.approvers.get(reviewer) if reviewer else None
    if reviewer is None or known is None or not known.is_cleared(on):
        raise NotClearedError
    if public_key_of(read_private_key(key_file)) != known.public_key:
        raise NotClearedError
    return reviewer
