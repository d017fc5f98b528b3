"""What has arrived in the landing zone and is not staged, told by names and times: nothing is opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from shield1367.config.contract import SourceContract
from shield1367.home import Home
from shield1367.intake.batches import dataset_of
from shield1367.intake.receipt import BatchReceipt, taken_in
from shield1367.storage import Location, RemotePath, changed_at, listing


def oldest_arrival(home: Home, contract: SourceContract, receipts: Iterable[BatchReceipt]) -> datetime | None:
    """When the oldest delivery of a source arrived that is not staged; ``None`` when all are.

    A file that came again under its name counts from when it was last written.

    Raises:
        StorageError: the landing zone cannot be read.
    """
    arrived = _files if contract.manifest == "absent" else _folders
    return min(arrived(home, contract, list(receipts)), default=None)


def _folders(home: Home, contract: SourceContract, receipts: list[BatchReceipt]) -> Iterator[datetime]:
    staged = {receipt.batch for receipt in receipts}
    root = home.landing / contract.source
    for name in listing(root).folders:
        if name not in staged:
            yield _changed(root / name)


def _changed(folder: Location) -> datetime:
    """When something last came into a folder; a store keeps no time of one, only of what is in it."""
    if isinstance(folder, RemotePath):
        return max(found.modified for found in folder.store.tree(folder.key).values()).astimezone(UTC)
    return changed_at(folder)


def _files(home: Home, contract: SourceContract, receipts: list[BatchReceipt]) -> Iterator[datetime]:
    staged: dict[str, datetime] = {}
    for receipt in receipts:
        written = taken_in(home, receipt.source, receipt.batch)
        for file in receipt.files:
            staged[file.name] = max(staged.get(file.name, written), written)
    root = home.landing / contract.source
    for name in listing(root).files:
        if dataset_of(name, contract) is not None:
            # Links and copies keep an old time: what no receipt names has not been staged at any time.
            written = changed_at(root / name)
            if name not in staged or written > staged[name]:
                yield written
