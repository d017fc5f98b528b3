"""The manifest of a release: written last, read first; every file with its hash.

It lies in the recipient's hands, so it holds nothing that tells how many rows were left out.
"""

from __future__ import annotations

from pathlib import Path

from shield1367.config.fields import Treatment
from shield1367.config.loading import ConfigModel
from shield1367.config.recipient import Membership, Retention
from shield1367.disclosure.plan import PolicyApproval, PolicyHashes, ReleasePlan
from shield1367.release.verify import ENVELOPE, MANIFEST
from shield1367.storage import read_json, sha256, write_json

__all__ = [
    "MANIFEST",
    "SCHEMA_VERSION",
    "ReleaseManifest",
    "ReleasedColumn",
    "ReleasedFile",
    "content_digest",
    "hash_files",
]
SCHEMA_VERSION = 3


class ReleasedFile(ConfigModel):
    """One file of the package. ``rows`` only for data files."""

    path: str
    sha256: str
    bytes: int
    rows: int | None = None


class ReleasedColumn(ConfigModel):
    """One column of a released table, as ``data_dictionary.csv`` explains it."""

    name: str
    kind: str | None
    treatment: Treatment


class ReleaseManifest(ConfigModel):
    """``manifest.json`` of a release.

    Attributes:
        validation: share of the expectations that held, in words; *audit* likewise.
        authority: the exception of § 1367(b) it rests on, in words; ``None`` when it uses none.
        approval: versions of profile and floor, and who signed them.
        approved: who answered for this release before it went, and when; nobody where the profile asks nobody.
        retention: how long the recipient may keep it, and what then.
        tables: released table → its columns, in order.
        inputs: table → fingerprint of the staged parts it was made from, keyed for this release: the site
            can tell what went in, nobody else can, and no two releases can be joined by them.
        banner: handling banner of the package; ``None`` outside DHS, DOS and DOJ.
    """

    schema_version: int
    release_id: str
    recipient: str
    organization: str
    purpose: str
    agreement: str
    membership: Membership
    as_of: str
    library_version: str
    policy: PolicyHashes
    approval: PolicyApproval | None
    approved: tuple[str, ...] = ()
    authority: str | None
    retention: Retention
    tables: dict[str, tuple[ReleasedColumn, ...]]
    inputs: dict[str, tuple[str, ...]]
    rows: dict[str, int]
    validation: str
    audit: str
    banner: str | None
    files: tuple[ReleasedFile, ...]

    def write(self, folder: Path) -> Path:
        """Write the manifest into the package."""
        return write_json(folder / MANIFEST, self.model_dump(mode="json"))

    @classmethod
    def read(cls, folder: Path) -> ReleaseManifest:
        """Read the manifest of a package."""
        return cls.model_validate(read_json(folder / MANIFEST))


def hash_files(package: Path, rows: dict[str, int]) -> tuple[ReleasedFile, ...]:
    """Every file below *package* but the manifest and its signature, with its hash.

    Args:
        rows: path below the package → data rows.
    """
    found = []
    for path in sorted(path for path in package.rglob("*") if path.is_file()):
        name = path.relative_to(package).as_posix()
        if name not in (MANIFEST, ENVELOPE):
            found.append(
                ReleasedFile(path=name, sha256=sha256(path), bytes=path.stat().st_size, rows=rows.get(name))
            )
    return tuple(found)


def content_digest(plan: ReleasePlan | ReleaseManifest, files: tuple[ReleasedFile, ...]) -> str:
    """One digest over all files, for the ledger and for the gate before publication."""
    import hashlib

    lines = [plan.release_id, *(f"{file.path} {file.sha256}" for file in files)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
