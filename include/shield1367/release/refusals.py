"""What was refused, and why: a line each beside the ledger, for the monthly account.

Not the ledger itself: nothing was disclosed, and a recipient that cannot be served would fill it every hour.
Messages of our errors hold no value of anybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from shield1367.config.loading import ConfigModel
from shield1367.disclosure.planning import StaleRegistryError
from shield1367.errors import StorageError, TerminalError
from shield1367.home import Home
from shield1367.release.ledger import now
from shield1367.storage import append_bytes, locked, reported


class Refusal(ConfigModel):
    """One release, or attempt at one, that did not go out.

    Attributes:
        stage: ``plan`` or ``release``.
        code: of the error, such as ``E502``.
    """

    at: str
    recipient: str
    stage: str
    code: str
    reason: str


def refusals_path(home: Home) -> Path:
    """``ledger/refusals.jsonl``."""
    return home.ledger.with_name("refusals.jsonl")


@contextmanager
def refusals_recorded(home: Home, recipient: str, stage: str) -> Iterator[None]:
    """Write down what is refused inside; the error goes on its way."""
    try:
        yield
    except (TerminalError, StaleRegistryError) as error:
        line = Refusal(at=now(), recipient=recipient, stage=stage, code=error.code, reason=error.message)
        path = refusals_path(home)
        with locked(path.with_suffix(".lock")):
            append_bytes(path, json.dumps(line.model_dump()).encode() + b"\n")
        raise


def refusals(home: Home, start: str, end: str) -> list[Refusal]:
    """What was refused from one time, included, to another; both ISO 8601 in UTC.

    Raises:
        StorageError: the file cannot be read, or a line of it is damaged.
    """
    path = refusals_path(home)
    if not path.exists():
        return []
    with reported(path, "read"):
        lines = path.read_bytes().splitlines()
    try:
        found = [Refusal.model_validate_json(line) for line in lines]
    except ValidationError:
        raise StorageError(
            f"{path} has a damaged line.", mend="restore it from backup; the ledger itself is not touched."
        ) from None
    return [refusal for refusal in found if start <= refusal.at < end]
