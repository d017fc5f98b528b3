"""The receipt of a batch: what was staged, what was refused and why; counts and coordinates only."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from shield1367.config.loading import ConfigModel
from shield1367.errors import StorageError
from shield1367.home import Home
from shield1367.intake.reasons import Reason
from shield1367.storage import read_json, write_json


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

    def write(self, home: Home) -> Path:
        """Write the receipt; from now on the batch counts as staged."""
        return write_json(path_of(home, self.source, self.batch), self.model_dump(mode="json"))


def path_of(home: Home, source: str, batch: str) -> Path:
    """Where the receipt of a batch lies."""
    return home.staged / source / "_batches" / f"{batch}.json"


def read_receipt(home: Home, source: str, batch: str) -> BatchReceipt | None:
    """The receipt of a batch, or ``None`` when it has not been staged."""
    path = path_of(home, source, batch)
    return _read(path) if path.exists() else None


def list_receipts(home: Home, source: str | None = None) -> list[BatchReceipt]:
    """Receipts of all staged batches, by source and batch."""
    pattern = f"{source or '*'}/_batches/*.json"
    return [_read(path) for path in sorted(home.staged.glob(pattern))]


def _read(path: Path) -> BatchReceipt:
    try:
        return BatchReceipt.model_validate(read_json(path))
    except ValidationError:
        raise StorageError(
            f"{path} is not a receipt of this version.", mend="delete it and run intake again."
        ) from None
