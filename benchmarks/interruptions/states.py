"""What a home holds, in a form that two homes of the same exports can be compared in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from shield1367.pipeline import Site
from shield1367.protection.registry.store import Registry
from shield1367.protection.registry.tables import METADATA
from shield1367.protection.snapshot import take_snapshot
from shield1367.release.ledger import Ledger, verify_ledger
from shield1367.release.signing import Signer
from shield1367.storage import TEMPORARY_PREFIX, sha256

_DATABASES = (".sqlite", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal", ".lock")


@dataclass(frozen=True)
class State:
    """Files by path and hash, what the registry says of everybody, how many disclosures are recorded.

    Attributes:
        leftovers: temporary files and folders of a run that ended halfway; no part of a comparison.
    """

    files: dict[str, str]
    registry: str
    disclosures: int
    leftovers: tuple[str, ...]

    @classmethod
    def of(cls, site: Site, day: date) -> State:
        """Read it; the ledger is verified on the way.

        Raises:
            LedgerBrokenError: it does not hold.
        """
        root = site.home.root
        files, leftovers = {}, []
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if TEMPORARY_PREFIX in name:
                leftovers.append(name)
            elif (
                path.is_file()
                # Hashes of entries with their times: what they say is held against the ledger below.
                and name != "ledger/heads"
                and not name.endswith(_DATABASES)
                and not path.is_relative_to(site.home.landing)
            ):
                files[name] = sha256(path)
        disclosures = 0
        if site.home.ledger.exists():
            disclosures = verify_ledger(site.home, Signer.of(site.home, site.keys)).entries
            assert disclosures == len(Ledger(site.home).raw())
        return cls(files, _registry(site, day), disclosures, tuple(leftovers))

    def differs(self, other: State, *, random: frozenset[str] = frozenset()) -> list[str]:
        """In what two states differ; of files in *random* only whether they are there."""
        found = [f"{name} is missing" for name in other.files.keys() - self.files.keys()]
        found += [f"{name} is there" for name in self.files.keys() - other.files.keys()]
        found += [
            f"{name} has other bytes"
            for name in self.files.keys() & other.files.keys() - random
            if self.files[name] != other.files[name]
        ]
        if self.registry != other.registry:
            found.append("the registry says something else")
        if self.disclosures != other.disclosures:
            found.append(f"{self.disclosures} disclosures instead of {other.disclosures}")
        return sorted(found)


def _registry(site: Site, day: date) -> str:
    if not (site.home.registry / "registry.sqlite").exists():
        return ""
    registry = Registry(site.home, site.keys)
    statuses = sorted(
        (person, status.value) for person, status in take_snapshot(registry, day).statuses.items()
    )
    with registry.reading() as connection:
        counts = [
            (table.name, connection.execute(sa.select(sa.func.count()).select_from(table)).scalar())
            for table in METADATA.sorted_tables
        ]
    return hashlib.sha256(repr((statuses, counts)).encode()).hexdigest()


def released(site: Site, recipient: str) -> list[Path]:
    """The releases of a recipient."""
    return sorted((site.home.released / recipient).glob("*"))
