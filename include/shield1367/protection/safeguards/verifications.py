"""Independent verifications that compliance recorded: append-only JSON lines, chained by HMAC.

Each line holds the keyed hash of the one before it, so that nobody without the key can change, remove
or put in an entry unseen. A tail that was cut off is not seen; it only opens items again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from shield1367.config.loading import ConfigModel
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.safeguards.rows import RowPlace
from shield1367.storage import locked, reported, write_bytes

_PURPOSE = "safeguards"
_RECORD = "verifications.jsonl"
_GENESIS = "0" * 32
# What may be a person's number. Narrower than what intake suspects: OPLA-2026-114 is a reference.
_IDENTIFIER = re.compile(
    r"[0-9]{7}|\bA[ #:.-]*[0-9](?:[ .-]*[0-9]){6}|\b[0-9]{3}[ .-][0-9]{2,3}[ .-][0-9]{3,4}\b"
    r"|[A-Z]{3}[ *-]*[0-9](?:[ -]*[0-9]){8}",
    re.IGNORECASE,
)


class VerificationsBrokenError(TerminalError):
    """Error raised when a recorded verification was changed, removed or put in between."""

    code = "E405"


class ReferenceRefusedError(TerminalError):
    """Error raised for a reference or name that is empty, too long, or holds an identifier."""

    code = "E406"


class Verification(ConfigModel):
    """One entry: who verified the information of which row, when, and where the proof is kept.

    Attributes:
        reference: number or name of the record that holds the proof; never a person's identifier.
    """

    sequence: Annotated[int, Field(ge=1)]
    recorded_at: datetime
    by: str
    reference: str
    source: str
    dataset: str
    batch: str
    file: str
    row: int

    @property
    def at(self) -> RowPlace:
        """The row."""
        return RowPlace(self.source, self.dataset, self.batch, self.file, self.row)


class Verifications:
    """The recorded verifications of one home."""

    def __init__(self, home: Home, keys: Keys) -> None:
        self._path = home.safeguards / _RECORD
        self._fingerprint = keys.fingerprint(_PURPOSE)

    def entries(self) -> list[Verification]:
        """All entries, oldest first.

        Raises:
            VerificationsBrokenError: with the number of the first line that does not hold.
        """
        return [entry for entry, _ in self._chained(_content(self._path))]

    def by_row(self) -> dict[RowPlace, Verification]:
        """The latest verification of each row."""
        return {entry.at: entry for entry in self.entries()}

    def record(self, at: RowPlace, *, by: str, reference: str, now: datetime | None = None) -> Verification:
        """Append one verification. Two at once wait for each other.

        Args:
            by: who answers for it.
            now: by default the present, in UTC.

        Raises:
            ReferenceRefusedError: *by* or *reference* cannot be kept.
            VerificationsBrokenError: what is there does not hold; nothing is added to it.
        """
        for name, text in (("--by", by), ("--reference", reference)):
            check_reference(name, text)
        with locked(self._path.with_suffix(".lock")):
            content = _content(self._path)
            known = list(self._chained(content))
            entry = Verification(
                sequence=len(known) + 1,
                recorded_at=now or datetime.now(UTC),
                by=by.strip(),
                reference=reference.strip(),
                source=at.source,
                dataset=at.dataset,
                batch=at.batch,
                file=at.file,
                row=at.row,
            )
            text = json.dumps(entry.model_dump(mode="json"), sort_keys=True)
            link = self._fingerprint.of(known[-1][1] if known else _GENESIS, text)
            line = json.dumps({"entry": json.loads(text), "link": link}, sort_keys=True)
            write_bytes(self._path, content + line.encode() + b"\n")
        return entry

    def digest(self) -> str:
        """Keyed hash over all entries; another one after every new entry."""
        chain = list(self._chained(_content(self._path)))
        return chain[-1][1] if chain else _GENESIS

    def _chained(self, content: bytes) -> Iterator[tuple[Verification, str]]:
        previous = _GENESIS
        for number, line in enumerate(content.splitlines(), start=1):
            try:
                kept = json.loads(line)
                text = json.dumps(kept["entry"], sort_keys=True)
                entry = Verification.model_validate(kept["entry"])
                holds = kept["link"] == self._fingerprint.of(previous, text)
            except (ValueError, KeyError, TypeError, ValidationError):
                raise _broken(self._path, number) from None
            if not holds:
                raise _broken(self._path, number)
            previous = kept["link"]
            yield entry, previous


def last_link(home: Home) -> str:
    """The digest as it stands there, for who has no key: another after every new entry, and no proof of the chain."""
    lines = _content(home.safeguards / _RECORD).splitlines()
    try:
        return str(json.loads(lines[-1])["link"]) if lines else _GENESIS
    except (ValueError, KeyError, TypeError):
        raise _broken(home.safeguards / _RECORD, len(lines)) from None


def _content(path: Path) -> bytes:
    with reported(path, "read"):
        return path.read_bytes() if path.exists() else b""


def check_reference(name: str, text: str) -> None:
    """Refuse what cannot stand in a record for good.

    Raises:
        ReferenceRefusedError: it is empty, too long, or holds an identifier.
    """
    wrong = None
    if not text.strip() or not text.isprintable():
        wrong = "is empty or not one line of text"
    elif len(text) > 120:
        wrong = "is longer than 120 characters"
    elif _IDENTIFIER.search(text):
        wrong = "holds what looks like an A-Number, receipt or Social Security number"
    if wrong:
        raise ReferenceRefusedError(
            f"{name} {wrong}.", mend="name who verified and the record that holds the proof, nobody else."
        )


def _broken(path: Path, line: int) -> VerificationsBrokenError:
    return VerificationsBrokenError(
        f"{path} does not hold at line {line}.",
        mend="restore it from backup and compare; report the finding as an incident.",
    )
