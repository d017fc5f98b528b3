"""What has arrived in the landing zone and is not staged, told by names and times: nothing is opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from shield1367.config.contract import SourceContract
from shield1367.home import Home
from shield1367.intake.batches import dataset_of
from shield1367.intake.receipt import BatchReceipt, path_of
from shield1367.storage import reported


def oldest_arrival(home: Home, contract: SourceContract, receipts: Iterable[BatchReceipt]) -> datetime | None:
    """When the oldest delivery of a source arrived that is not staged; ``None`` when all are.

    A file that came again under its name counts from when it was last written.

    Raises:
        StorageError: the landing zone cannot be read.
    """
    root = home.landing / contract.source
    with reported(root, "read"):
        arrived = _files if contract.manifest == "absent" else _folders
        times = list(arrived(home, contract, list(receipts))) if root.is_dir() else []
    return datetime.fromtimestamp(min(times), UTC) if times else None


def _folders(home: Home, contract: SourceContract, receipts: list[BatchReceipt]) -> Iterator[float]:
    staged = {receipt.batch for receipt in receipts}
    for folder in (home.landing / contract.source).iterdir():
        if folder.is_dir() and folder.name not in staged:
            yield folder.stat().st_mtime


def _files(home: Home, contract: SourceContract, receipts: list[BatchReceipt]) -> Iterator[float]:
    staged: dict[str, float] = {}
    for receipt in receipts:
        written = _written(path_of(home, receipt.source, receipt.batch))
        for file in receipt.files:
            staged[file.name] = max(staged.get(file.name, 0.0), written)
    for path in (home.landing / contract.source).iterdir():
        if path.is_file() and dataset_of(path.name, contract) is not None:
            # Links and copies keep an old time: what no receipt names has not been staged at any time.
            written = _written(path)
            if path.name not in staged or written > staged[path.name]:
                yield written


def _written(path: Path) -> float:
    return path.stat().st_mtime
