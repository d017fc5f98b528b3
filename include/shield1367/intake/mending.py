"""Release from quarantine: refused rows and files run through intake again, and staged beside the rest of their batch.

A row is taken as it was handed in, mended; else as its file says it under the contract of today, where the file is
still in the landing zone; else as it was refused. What still does not hold stays, with its reason of today. Parts
first, then the receipt, then the quarantine: killed in between, nothing is lost and nothing is staged twice.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shield1367.config.contract import Dataset, SourceContract
from shield1367.config.fields import FieldVocabulary
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.intake.batches import Batch
from shield1367.intake.cells import CellChecks, Zones
from shield1367.intake.header import match_header
from shield1367.intake.manifest import LandedFile
from shield1367.intake.mended import Mended, MendedRow, Place
from shield1367.intake.quarantine import Quarantine, RefusedRow, open_rows
from shield1367.intake.receipt import (
    Addition,
    BatchReceipt,
    FileReceipt,
    Refusal,
    StagedPart,
    path_of,
    read_receipt,
)
from shield1367.intake.rows import Row, check
from shield1367.intake.stage import KEY, Before, Staging, with_canaries
from shield1367.intake.tables import UnreadableFileError, open_table
from shield1367.keys import Keys
from shield1367.storage import TEMPORARY_PREFIX, at_hand, locked, readable, remove_folder, sha256, write_bytes


class NothingWaitsError(TerminalError):
    """Error raised when nothing of a batch waits in quarantine, or there is no such batch."""

    code = "E715"

    def __init__(self, source: str, batch: str) -> None:
        super().__init__(
            f"nothing of batch {batch} of {source} waits in quarantine.",
            mend="`shield1367 quarantine list` shows the batches of which something does.",
        )


class NothingHoldsError(TerminalError):
    """Error raised when all that waits is refused again; its reasons of today are kept."""

    code = "E717"

    def __init__(self, receipt: BatchReceipt) -> None:
        reasons = ", ".join(f"{reason} {count}" for reason, count in receipt.reasons().most_common())
        super().__init__(
            f"nothing of batch {receipt.batch} of {receipt.source} holds yet: {reasons}.",
            mend="correct the contract, or hand in mended rows: `shield1367 quarantine mend`.",
        )
        self.receipt = receipt


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits of one batch.

    Attributes:
        rows: refused rows; *files* that were refused as a whole, by name.
    """

    receipt: BatchReceipt
    rows: Mapping[Place, RefusedRow]
    files: Mapping[str, FileReceipt]


def mending(home: Home, source: str, batch: str) -> AbstractContextManager[None]:
    """The turn of whoever mends or releases something of a batch: one at a time."""
    return locked(home.quarantine / source / f"{batch}.lock")


def waits_of(home: Home, keys: Keys, source: str, batch: str) -> Waits:
    """What waits of one batch, in clear.

    Raises:
        NothingWaitsError: nothing does.
        KeyMissingError: it was sealed with a key that is not to be had.
    """
    receipt = read_receipt(home, source, batch)
    if receipt is None or not receipt.refusals:
        raise NothingWaitsError(source, batch)
    counted = {(r.file, r.row) for r in receipt.refusals if r.row is not None}
    rows = {(row.file, row.row): row for row in open_rows(home, keys, source, batch)}
    return Waits(
        receipt,
        # What the receipt does not count any more was released by a run that was killed right after.
        {place: row for place, row in rows.items() if place in counted},
        {file.name: file for file in receipt.files if file.refused is not None},
    )


def release_rows(
    home: Home,
    keys: Keys,
    contract: SourceContract,
    fields: FieldVocabulary,
    batch: str,
    landed: Batch | None,
    *,
    by: str,
    why: str,
) -> BatchReceipt:
    """Stage whatever holds today of what waits of a batch; returns the new receipt.

    Args:
        landed: the batch in the landing zone; ``None`` when it is there no more.
        by: who releases it; *why*: the record that says so.

    Raises:
        NothingWaitsError: nothing does.
        NothingHoldsError: all of it is refused again.
    """
    with mending(home, contract.source, batch):
        waits = waits_of(home, keys, contract.source, batch)
        return _Release(home, keys, contract, fields, waits, landed).run(by=by, why=why)


class _Release:
    """One release from quarantine."""

    def __init__(
        self,
        home: Home,
        keys: Keys,
        contract: SourceContract,
        fields: FieldVocabulary,
        waits: Waits,
        landed: Batch | None,
    ) -> None:
        self._home, self._keys = home, keys
        self._contract, self._fields = contract, fields
        self._waits, self._landed = waits, landed
        self._receipt = waits.receipt
        self._mended = Mended(home, keys, self._receipt.source, self._receipt.batch)

    def run(self, *, by: str, why: str) -> BatchReceipt:
        """Stage, write the receipt, then the quarantine."""
        receipt, mended = self._receipt, self._mended.rows()
        refused = Quarantine(self._home, self._keys, receipt.source, receipt.batch)
        refused.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for killed in refused.folder.glob(f"{TEMPORARY_PREFIX}mending-*"):
            remove_folder(killed)
        # In the home: what is opened here is on no other disk for a moment either.
        with tempfile.TemporaryDirectory(prefix=f"{TEMPORARY_PREFIX}mending-", dir=refused.folder) as folder:
            files = self._files(Path(folder))
            base = Batch(receipt.source, receipt.batch, Path(folder), receipt.digest, ())
            staging = Staging(self._home, self._contract, self._fields, base, refused, before=self._before())
            taken = {file.name: staging.take_in(file) for file in files}
            rows = [staging.take_rows(file, some) for file, some in self._rows(mended)]
        parts = staging.publish()
        again = {(r.file, r.row): r for r in refused.refusals if r.row is not None}
        tried = {place for place, row in self._waits.rows.items() if row.dataset in self._contract.datasets}
        out = {place for place in tried if place not in again and place in self._candidates}
        left = self._left(refused, taken, again, out)
        addition = Addition(
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            by=by,
            why=why,
            contract=self._contract.content_hash(),
            rows=sum(file.staged for file in (*taken.values(), *rows)),
            mended=len(out & mended.keys()),
            left=len(left.refusals),
            files=tuple(sorted(name for name, file in taken.items() if file.refused is None)),
        )
        made = receipt.model_copy(
            update={
                "files": tuple(self._counted(file, taken, out) for file in receipt.files),
                "parts": _joined(receipt.parts, parts),
                "refusals": tuple(left.refusals),
                "invalid": _added(receipt.invalid, staging.invalid),
                "missing_columns": _united(receipt.missing_columns, staging.missing),
                **({"additions": (*receipt.additions, addition)} if parts else {}),
                # A table that had no rows has no canaries yet.
                **({"planted": ""} if parts.keys() - receipt.parts.keys() else {}),
            }
        )
        self._write(made)
        if parts:
            made = with_canaries(self._home, self._keys, self._contract, self._fields, made)
        left.replace()
        if left.refusals:
            # What the quarantine's folder holds besides goes with what it was handed in for.
            self._mended.keep_rows(row for place, row in mended.items() if place not in out)
            for name in addition.files:
                self._mended.forget_file(name)
        if not parts:
            raise NothingHoldsError(made)
        return made

    def _files(self, folder: Path) -> list[LandedFile]:
        """The files to be tried again, put into *folder*: as handed in, else as they were landed."""
        listed = {file.name: file for file in self._landed.listed} if self._landed else {}
        found = []
        for name, file in self._waits.files.items():
            if (content := self._mended.file(name)) is not None:
                dataset = file.dataset if file.dataset in self._contract.datasets else None
                if dataset is None:
                    continue
                path = write_bytes(folder / name, content)
                # The manifest's hash and count are of what was sent.
                found.append(LandedFile(name=name, dataset=dataset, sha256=sha256(path)))
            elif self._landed and name in listed and (self._landed.folder / name).is_file():
                with at_hand(self._landed.folder / name) as path:
                    shutil.copyfile(path, folder / name)
                found.append(listed[name])
        return found

    def _rows(self, mended: Mapping[Place, MendedRow]) -> Iterator[tuple[LandedFile, list[Row]]]:
        """The rows to be tried again, file by file, their cells in the order of the contract's columns."""
        by_file = defaultdict[tuple[str, str], list[RefusedRow]](list)
        for row in self._waits.rows.values():
            if row.dataset in self._contract.datasets:
                by_file[row.file, row.dataset].append(row)
        self._candidates = set[Place]()
        for (name, dataset_name), rows in sorted(by_file.items()):
            dataset = self._contract.datasets[dataset_name]
            read = self._read_again(name, dataset, {row.row for row in rows})
            candidates: list[Row] = []
            for row in sorted(rows, key=lambda row: row.row):
                handed_in = mended.get((row.file, row.row))
                candidate = (
                    _row(row.row, handed_in.cells, dataset)
                    if handed_in is not None
                    else read.get(row.row) or _as_refused(row, dataset)
                )
                if candidate is not None:
                    candidates.append(candidate)
                    self._candidates.add((row.file, row.row))
            if candidates:
                # The row's hash is of no file that is read here.
                yield LandedFile(name=name, dataset=dataset_name, sha256="0" * 64), candidates

    def _read_again(self, name: str, dataset: Dataset, wanted: set[int]) -> dict[int, Row]:
        """The rows as their file says them under the contract of today; none when it is not the file it was."""
        listed = {file.name: file for file in self._landed.listed} if self._landed else {}
        if self._landed is None or name not in listed:
            return {}
        path = self._landed.folder / name
        if not path.is_file() or sha256(path) != listed[name].sha256:
            return {}
        counted = next((file.rows for file in self._receipt.files if file.name == name), None)
        found: dict[int, Row] = {}
        count = 0
        try:
            with at_hand(path) as local, open_table(local, self._contract.format, name=name) as (names, rows):
                header = match_header(names, dataset)
                if header.duplicated or any(header.positions[key] is None for key in dataset.key):
                    return {}
                for row in rows:
                    count += 1
                    if row.number in wanted and len(row.cells) == header.width:
                        cells = {n: None if p is None else row.cells[p] for n, p in header.positions.items()}
                        found[row.number] = _row(row.number, cells, dataset)
        except UnreadableFileError:
            # Under this contract it is no table: the rows are taken as they were refused.
            return {}
        # Otherwise cut, its rows have other numbers.
        return found if count == counted else {}

    def _before(self) -> dict[str, Before]:
        """What is staged of each dataset of the contract already."""
        return {
            name: _staged_before(self._home, dataset, self._receipt.parts.get(name, ()), self._fields)
            for name, dataset in self._contract.datasets.items()
        }

    def _left(
        self,
        refused: Quarantine,
        taken: Mapping[str, FileReceipt],
        again: Mapping[Place, Refusal],
        out: set[Place],
    ) -> Quarantine:
        """What stays: rows as they were with their reason of today, files with theirs, all else as it was."""
        # A file that was tried again is refused, wholly or in rows, as intake refused it now.
        left = Quarantine(
            self._home, self._keys, self._receipt.source, self._receipt.batch,
            [entry for entry in refused.entries if entry[0].file in taken],
        )  # fmt: skip
        for refusal in self._receipt.refusals:
            if refusal.file in taken and refusal.file in self._waits.files:
                continue
            if refusal.row is None:
                left.refuse(refusal)
                continue
            place = (refusal.file, refusal.row)
            row = self._waits.rows.get(place)
            if row is None or place in out:
                continue
            now = again.get(place)
            left.refuse_again(
                refusal if now is None else refusal.model_copy(update={"reason": now.reason}), row
            )
        return left

    def _counted(self, file: FileReceipt, taken: Mapping[str, FileReceipt], out: set[Place]) -> FileReceipt:
        if file.name in taken:
            return taken[file.name]
        rows = sum(name == file.name for name, _ in out)
        return file.model_copy(update={"staged": file.staged + rows, "quarantined": file.quarantined - rows})

    def _write(self, receipt: BatchReceipt) -> None:
        path = path_of(self._home, receipt.source, receipt.batch)
        before = path.stat() if isinstance(path, Path) else None
        receipt.write(self._home)
        if before is not None and isinstance(path, Path):
            # The time of a receipt is the time its batch was taken in.
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _row(number: int, cells: Mapping[str, str | None], dataset: Dataset) -> Row:
    """A row with its cells in the order of the contract's columns, good or bad as any that is read."""
    ordered = tuple(cells.get(name) for name in dataset.columns)
    return check(number, ordered, len(ordered))


def _as_refused(row: RefusedRow, dataset: Dataset) -> Row | None:
    """A refused row as it was; ``None`` when nobody can say which of its cells is which."""
    return None if row.fields is None else _row(row.row, row.fields, dataset)


def _staged_before(
    home: Home, dataset: Dataset, parts: Sequence[StagedPart], fields: FieldVocabulary
) -> Before:
    import pyarrow.parquet as pq

    checks = CellChecks.of(dataset, fields)
    keys, zones = set[str](), Zones()
    for part in parts:
        path = home.named(part.path)
        present = pq.read_schema(readable(path)).names
        columns = [name for name in (*dataset.key, *checks.dates) if name in present]
        for row in (
            pq.ParquetFile(readable(path)).read(columns=list(dict.fromkeys([*columns, KEY]))).to_pylist()
        ):
            # By the contract of today, whose key may be another than it was staged under.
            known = dataset.key and all(row.get(name) is not None for name in dataset.key)
            keys.add("|".join(row[name] for name in dataset.key) if known else row[KEY])
            checks.narrow(zones, {name: row.get(name) for name in checks.dates})
    return Before(frozenset(keys), zones, len(parts))


def _joined(
    before: Mapping[str, tuple[StagedPart, ...]], added: Mapping[str, tuple[StagedPart, ...]]
) -> dict[str, tuple[StagedPart, ...]]:
    return {
        name: (*before.get(name, ()), *added.get(name, ())) for name in sorted(before.keys() | added.keys())
    }


def _added(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    return {name: before.get(name, 0) + now.get(name, 0) for name in sorted(before.keys() | now.keys())}


def _united(
    before: Mapping[str, tuple[str, ...]], now: Mapping[str, Iterable[str]]
) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(sorted({*before.get(name, ()), *now.get(name, ())}))
        for name in sorted(before.keys() | now.keys())
    }
