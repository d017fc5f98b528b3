"""The sender's manifest: which files a batch holds, with hashes and row counts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, Field, ValidationError

from shield1367.config.loading import ConfigModel
from shield1367.errors import TerminalError
from shield1367.storage import read_json

MANIFEST = "manifest.json"
BatchId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=80)]


class ManifestError(TerminalError):
    """Error raised when a batch's manifest cannot be used; nothing of the batch is taken in."""

    code = "E301"


class LandedFile(ConfigModel):
    """One file of a batch. ``rows`` counts data rows, without header."""

    name: Annotated[str, Field(pattern=r"^[^/\\]+$")]
    dataset: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rows: Annotated[int, Field(ge=0)] | None = None


class BatchManifest(ConfigModel):
    """``manifest.json`` of one batch folder."""

    source: str
    batch: BatchId
    created: AwareDatetime
    files: tuple[LandedFile, ...]


def read_manifest(folder: Path) -> BatchManifest:
    """Read the manifest of a batch folder.

    Raises:
        ManifestError: it is not there, not JSON, or its keys do not fit.
        StorageError: the folder cannot be read.
    """
    path = folder / MANIFEST
    if not path.exists():
        raise ManifestError(
            f"{path} is missing.", mend="ask the sender to deliver the batch again, manifest last."
        )
    try:
        return BatchManifest.model_validate(read_json(path))
    except ValidationError as error:
        keys = ", ".join(sorted({".".join(map(str, e["loc"])) for e in error.errors()}))
        raise ManifestError(
            f"{path} does not fit its schema at: {keys}.",
            mend="ask the sender for a manifest with source, batch, created and files"
            " (name, dataset, sha256, rows).",
        ) from None
