"""How far the ledger was walked and found whole, signed: what has to be walked again when something is added.

``ledger/verified.json``. Without it, with one that this site did not sign, or with one that is old, the walk is a
whole one: whoever tampers with it makes it longer and never shorter.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from shield1367.config.loading import ConfigModel
from shield1367.errors import StorageError
from shield1367.home import Home
from shield1367.release.ledger.chain import Head
from shield1367.release.signing import Signer
from shield1367.storage import read_json, write_json

# The monthly account walks the whole ledger; where it did not run for a month, the next publication does.
_WALKED_WITHIN = timedelta(days=35)


class Mark(ConfigModel):
    """Number and hash of the entry up to which the ledger held.

    Attributes:
        walked_at: when all of it was last walked, ISO 8601.
        key: id of the key that the mark is signed with; *signature* in hexadecimal.
    """

    sequence: int
    hash: str
    walked_at: str
    key: str = ""
    signature: str = ""

    @property
    def head(self) -> Head:
        """The entry it tells of."""
        return Head(self.sequence, self.hash)

    def message(self) -> bytes:
        """What is signed: never what a checkpoint of the ledger says."""
        return f"shield1367 ledger verified\n{self.sequence}\n{self.hash}\n{self.walked_at}\n".encode()


def set_mark(home: Home, signer: Signer, head: Head, *, walked_at: str) -> None:
    """Remember that everything up to *head* holds.

    Raises:
        StorageError: it cannot be written.
    """
    mark = Mark(sequence=head.sequence, hash=head.hash, walked_at=walked_at)
    signed = {"key": signer.key_id, "signature": signer.sign(mark.message()).hex()}
    write_json(_path(home), mark.model_copy(update=signed).model_dump(mode="json"))


def trusted_mark(home: Home, signer: Signer, now: datetime) -> Mark | None:
    """The mark, when this site signed it and the whole ledger was walked lately; ``None`` calls for a whole walk."""
    if not _path(home).is_file():
        return None
    try:
        mark = Mark.model_validate(read_json(_path(home)))
        age = now - datetime.fromisoformat(mark.walked_at)
        signature = bytes.fromhex(mark.signature)
    except (StorageError, ValidationError, ValueError, TypeError):
        # Whatever it says, it is none of ours.
        return None
    if not timedelta() <= age <= _WALKED_WITHIN or not signer.holds(mark.key, mark.message(), signature):
        return None
    return mark


def _path(home: Home) -> Path:
    return home.ledger.with_name("verified.json")
