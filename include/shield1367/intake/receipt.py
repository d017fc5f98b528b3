"""The receipt of a batch: what was staged, what was refused and why; counts and coordinates only."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from shield1367.config.loading import ConfigModel
from shield1367.errors import StorageError
from shield1367.home import Home
from shield1367.intake.reasons import Reason
from shield1367.storage import Location, RemotePath, changed_at, read_json, write_json

_TAKEN_IN = ".taken-in"
# Receipts asked of a store at a time.
_AT_ONCE = 16


def printable(name: object) -> object:
    """File names and headers may hold bytes of another encoding, which no JSON file takes."""
    return name.encode("utf-8", "backslashreplace").decode() if isinstance(name, str) else name


NameAsFound = Annotated[str, BeforeValidator(printable)]


class StagedPart(ConfigModel):
    """One Parquet partition, its path below the home."""

    path: str
    rows: int
    sha256: str


class Refusal(ConfigModel):
    """One thing intake refused.

    Attributes:
        row: 1-based data row; ``None`` when the whole file or column is meant.
        column: the column concerned, where there is one.
        identifiers: keyed fingerprints of A-Numbers and receipts in a refused file, so that whoever it
            names is not taken for CLEAR while it waits.
    """

    file: NameAsFound
    reason: Reason
    row: int | None = None
    column: NameAsFound | None = None
    identifiers: tuple[str, ...] = ()


class FileReceipt(ConfigModel):
    """Reconciliation of one file: ``rows == staged + quarantined``."""

    name: str
    dataset: str | None
    rows: int
    staged: int
    quarantined: int
    refused: Reason | None = None


class Addition(ConfigModel):
    """Rows that were released from quarantine into a batch later.

    Attributes:
        at: ISO 8601 in UTC; *by* whom, and *why*: the record that says so.
        contract: hash of the contract they were taken in under.
        rows: that were staged, *mended* of them as somebody handed them in; *left*: what stays refused.
        files: that were refused as a whole, and were taken in.
    """

    at: str
    by: str
    why: str
    contract: str
    rows: int
    mended: int
    left: int
    files: tuple[NameAsFound, ...] = ()


class BatchReceipt(ConfigModel):
    """``staged/<source>/_batches/<batch>.json``, written last.

    Attributes:
        digest: the batch's digest; another digest under the same id is refused.
        invalid: ``dataset.column`` → cells that do not fit their field kind; staged all the same.
        missing_columns: ``dataset`` → contract columns that a file did not have.
        canaries: ``dataset`` → the rows planted beside its own; in none of the counts.
        planted: hash of what shaped them.
        additions: what was released from quarantine since; in all of the counts.
    """

    source: str
    batch: str
    digest: str
    contract: str
    files: tuple[FileReceipt, ...]
    parts: dict[str, tuple[StagedPart, ...]]
    refusals: tuple[Refusal, ...]
    invalid: dict[str, int]
    missing_columns: dict[str, tuple[str, ...]]
    canaries: dict[str, StagedPart] = Field(default_factory=dict)
    planted: str = ""
    additions: tuple[Addition, ...] = ()

    @property
    def rows(self) -> int:
        """Data rows read."""
        return sum(file.rows for file in self.files)

    @property
    def staged(self) -> int:
        """Rows staged."""
        return sum(file.staged for file in self.files)

    @property
    def quarantined(self) -> int:
        """Rows refused."""
        return sum(file.quarantined for file in self.files)

    def reasons(self) -> Counter[Reason]:
        """Refusals by reason."""
        return Counter(refusal.reason for refusal in self.refusals)

    def write(self, home: Home) -> Location:
        """Write the receipt; from now on the batch counts as staged."""
        path = path_of(home, self.source, self.batch)
        if isinstance(path, RemotePath):
            # The time of an object cannot be kept when it is written anew: another one keeps it.
            with suppress(FileExistsError):
                path.store.create(path.with_suffix(_TAKEN_IN).key, b"")
        return write_json(path, self.model_dump(mode="json"))


def taken_in(home: Home, source: str, batch: str) -> datetime:
    """When a batch was staged, in UTC.

    Raises:
        StorageError: it was not.
    """
    path = path_of(home, source, batch)
    return changed_at(path.with_suffix(_TAKEN_IN) if isinstance(path, RemotePath) else path)


def path_of(home: Home, source: str, batch: str) -> Location:
    """Where the receipt of a batch lies."""
    return home.staged / source / "_batches" / f"{batch}.json"


def read_receipt(home: Home, source: str, batch: str) -> BatchReceipt | None:
    """The receipt of a batch, or ``None`` when it has not been staged."""
    path = path_of(home, source, batch)
    return _read(path) if path.is_file() else None


def list_receipts(home: Home, source: str | None = None) -> list[BatchReceipt]:
    """Receipts of all staged batches, by source and batch."""
    pattern = f"{source or '*'}/_batches/*.json"
    staged = home.staged
    if isinstance(staged, RemotePath):
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(_read, sorted(staged.glob(pattern))))
    return [_read(path) for path in sorted(staged.glob(pattern))]


def _read(path: Location) -> BatchReceipt:
    try:
        return BatchReceipt.model_validate(read_json(path))
    except ValidationError:
        raise StorageError(
            f"{path} is not a receipt of this version.", mend="delete it and run intake again."
        ) from None
