"""What has arrived in the landing zone and is not staged, told by names and times: nothing is opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from shield1367.config.contract import SourceContract
from shield1367.home import Home
from shield1367.intake.batches import dataset_of
from shield1367.intake.receipt import BatchReceipt, path_of
from shield1367.storage import changed_at, reported


def oldest_arrival(home: Home, contract: SourceContract, receipts: Iterable[BatchReceipt]) -> datetime | None:
    """When the oldest delivery of a source arrived that is not staged; ``None`` when all are.

    A batch has arrived with the last of its files; a file that came again under its name, when it was last written.

    Raises:
        StorageError: the landing zone cannot be read.
    """
    root = home.landing / contract.source
    with reported(root, "read"):
        arrived = _files if contract.manifest == "absent" else _folders
        return min(arrived(home, contract, list(receipts)), default=None) if root.is_dir() else None


def _folders(home: Home, contract: SourceContract, receipts: list[BatchReceipt]) -> Iterator[datetime]:
    staged = {receipt.batch for receipt in receipts}
    for folder in (home.landing / contract.source).iterdir():
        if folder.name not in staged and folder.is_dir():
            written = [changed_at(path) for path in folder.iterdir() if path.is_file()]
            if written:
                yield max(written)


def _files(home: Home, contract: SourceContract, receipts: list[BatchReceipt]) -> Iterator[datetime]:
    staged: dict[str, datetime] = {}
    for receipt in receipts:
        written = changed_at(path_of(home, receipt.source, receipt.batch))
        for file in receipt.files:
            staged[file.name] = max(staged.get(file.name, written), written)
    for path in (home.landing / contract.source).iterdir():
        if dataset_of(path.name, contract) is not None and path.is_file():
            # Links and copies keep an old time: what no receipt names has not been staged at any time.
            written = changed_at(path)
            if path.name not in staged or written > staged[path.name]:
                yield written
