"""The sender's manifest: which files a batch holds, with hashes and row counts."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from shield1367.config.loading import ConfigModel
from shield1367.errors import TerminalError
from shield1367.storage import Location, reported

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

    @model_validator(mode="after")
    def _files_differ(self) -> BatchManifest:
        if len({file.name for file in self.files}) < len(self.files):
            raise ValueError("names a file twice")
        return self


def read_manifest(folder: Location) -> BatchManifest:
    """Read the manifest of a batch folder; see :func:`read_with_digest`."""
    return read_with_digest(folder)[0]


def read_with_digest(folder: Location) -> tuple[BatchManifest, str]:
    """Read the manifest of a batch folder, with the hex SHA-256 of the very bytes that were read.

    Raises:
        ManifestError: it is not there, not JSON, or its keys do not fit.
        StorageError: the folder cannot be read.
    """
    path = folder / MANIFEST
    with reported(path, "read"):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise ManifestError(
                f"{path} is missing.", mend="ask the sender to deliver the batch again, manifest last."
            ) from None
    try:
        return BatchManifest.model_validate(json.loads(content)), hashlib.sha256(content).hexdigest()
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        # Terminal for now, not a storage error: the sender may still be writing it, or has to write it again.
        raise ManifestError(
            f"{path} is not valid JSON.", mend="ask the sender to deliver the batch again, manifest last."
        ) from None
    except ValidationError as error:
        keys = ", ".join(sorted({".".join(map(str, e["loc"])) or "files" for e in error.errors()}))
        raise ManifestError(
            f"{path} does not fit its schema at: {keys}.",
            mend="ask the sender for a manifest with source, batch, created and files"
            " (name, dataset, sha256, rows).",
        ) from None
