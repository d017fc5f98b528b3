"""Finding the batches of a source in the landing zone."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass

from shield1367.config.contract import SourceContract
from shield1367.home import Home
from shield1367.intake.manifest import MANIFEST, LandedFile, ManifestError, read_with_digest
from shield1367.storage import Location, listing, sha256

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Batch:
    """One delivery of a source.

    Attributes:
        folder: where its files lie.
        digest: SHA-256 of the manifest, or of the file when the source sends none.
        listed: the files that belong to it.
        unlisted: names of files that lie beside them and belong to nothing.
    """

    source: str
    batch: str
    folder: Location
    digest: str
    listed: tuple[LandedFile, ...]
    unlisted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A batch folder that cannot be taken in yet, and why."""

    folder: str
    reason: str


def find_batches(home: Home, contract: SourceContract) -> tuple[list[Batch], list[Waiting]]:
    """Batches of one source, in the order of their ids, and the folders that are not ready."""
    root = home.landing / contract.source
    found = listing(root)
    if contract.manifest == "absent":
        return _published_files(root, found.files, contract), []
    batches, waiting = [], []
    for name in found.folders:
        try:
            batches.append(_manifested(root / name, contract.source))
        except ManifestError as error:
            waiting.append(Waiting(name, error.message))
    return batches, waiting


def dataset_of(name: str, contract: SourceContract) -> str | None:
    """The dataset whose file glob *name* matches."""
    for dataset_name, dataset in contract.datasets.items():
        if fnmatch.fnmatchcase(name, dataset.files):
            return dataset_name
    return None


def _manifested(folder: Location, source: str) -> Batch:
    manifest, digest = read_with_digest(folder)
    if manifest.source != source or manifest.batch != folder.name:
        raise ManifestError(
            f"{folder / MANIFEST} is of another source or batch than the folder it lies in.",
            mend="move the batch to landing/<source>/<batch> as its manifest names them.",
        )
    listed = {file.name for file in manifest.files}
    found = listing(folder)
    present = {*found.folders, *found.files, *found.others} - {MANIFEST}
    return Batch(
        source=source,
        batch=manifest.batch,
        folder=folder,
        digest=digest,
        listed=manifest.files,
        unlisted=tuple(sorted(present - listed)),
    )


def _published_files(root: Location, names: Sequence[str], contract: SourceContract) -> list[Batch]:
    """Without manifests every matching file is a batch of its own, named by name and content."""
    batches = []
    for name in names:
        dataset = dataset_of(name, contract)
        if dataset is None:
            continue
        content = sha256(root / name)
        stem = _UNSAFE.sub("-", name.split(".")[0]).strip("-") or "file"
        batches.append(
            Batch(
                source=contract.source,
                batch=f"{stem[:60]}-{content[:12]}",
                folder=root,
                digest=content,
                listed=(LandedFile(name=name, dataset=dataset, sha256=content),),
            )
        )
    return batches
