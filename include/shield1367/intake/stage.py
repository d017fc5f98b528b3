"""Taking in one batch: contract check, decoding, quarantine of rejects, Parquet partitions."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from shield1367.config.contract import Dataset, SourceContract
from shield1367.config.fields import FieldVocabulary
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.intake.batches import Batch
from shield1367.intake.cells import CellChecks, Zones
from shield1367.intake.header import Header, match_header
from shield1367.intake.manifest import LandedFile
from shield1367.intake.quarantine import Quarantine
from shield1367.intake.reasons import Reason
from shield1367.intake.receipt import BatchReceipt, FileReceipt, Refusal, StagedPart, path_of, read_receipt
from shield1367.intake.rows import BadRow, GoodRow
from shield1367.intake.tables import UnreadableFileError, open_table, readable_text
from shield1367.keys import Keys
from shield1367.storage import (
    Location,
    RemotePath,
    at_hand,
    move_folder,
    readable,
    remove_file,
    remove_folder,
    sha256,
    write_atomically,
)

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_PER_PART = 25_000
CHARACTERS_PER_PART = 64 * 2**20
# Bytes of a row group, as far as its rows allow: what a release can be cut at.
_GROUP_BYTES = 8 * 2**20

# Columns that intake adds: coordinates of the row, its key, and which of its cells are invalid.
ROW, FILE, KEY, INVALID = "_row", "_file", "_key", "_invalid"

# One cell that does not fit may be a typo; two in one row mean that the cells have moved.
_SHIFT = 2


class BatchChangedError(TerminalError):
    """Error raised when a batch id is delivered again with other content."""

    code = "E303"


def stage_batch(
    home: Home,
    keys: Keys,
    contract: SourceContract,
    fields: FieldVocabulary,
    batch: Batch,
    *,
    rows_per_part: int = ROWS_PER_PART,
) -> tuple[BatchReceipt, bool]:
    """Stage one batch; a batch that is staged already is left as it is.

    Returns:
        The receipt, and whether anything was staged by this call.

    Raises:
        BatchChangedError: the batch was staged before with other content.
        StorageError: a folder cannot be written; nothing of the batch counts as staged.
    """
    known = read_receipt(home, batch.source, batch.batch)
    if known is not None:
        if known.digest != batch.digest:
            raise BatchChangedError(
                f"batch {batch.batch} of {batch.source} was staged before with other content.",
                mend="ask the sender to deliver the changed files under a new batch id.",
            )
        return with_canaries(home, keys, contract, fields, known), False
    quarantine = Quarantine(home, keys, batch.source, batch.batch)
    staging = Staging(home, contract, fields, batch, quarantine, rows_per_part)
    files = [staging.take_in(file) for file in batch.listed]
    for name in batch.unlisted:
        staging.refuse_unlisted(name)
    parts = staging.publish()
    quarantine.close()
    receipt = BatchReceipt(
        source=batch.source,
        batch=batch.batch,
        digest=batch.digest,
        contract=contract.content_hash(),
        files=tuple(files),
        parts=parts,
        refusals=tuple(quarantine.refusals),
        invalid=dict(sorted(staging.invalid.items())),
        missing_columns={name: tuple(sorted(cols)) for name, cols in sorted(staging.missing.items())},
    )
    return with_canaries(home, keys, contract, fields, receipt), True


def is_staged(
    contract: SourceContract, fields: FieldVocabulary, batch: Batch, receipt: BatchReceipt | None
) -> bool:
    """Whether staging a batch with that receipt would change nothing and refuse nothing."""
    from shield1367.intake.planting import shape

    return (
        receipt is not None and receipt.digest == batch.digest and receipt.planted == shape(contract, fields)
    )


def with_canaries(
    home: Home, keys: Keys, contract: SourceContract, fields: FieldVocabulary, receipt: BatchReceipt
) -> BatchReceipt:
    """The receipt, written, of a batch with its canaries; one staged under another contract gets them anew."""
    from shield1367.intake.planting import plant, shape

    if receipt.planted == (planted := shape(contract, fields)):
        return receipt
    canaries = plant(home, keys, fields, contract, receipt.batch, list(receipt.parts))
    made = receipt.model_copy(update={"canaries": canaries, "planted": planted})
    path = path_of(home, receipt.source, receipt.batch)
    before = path.stat() if isinstance(path, Path) and path.exists() else None
    made.write(home)
    if before is not None and isinstance(path, Path):
        # The time of a receipt is the time its batch was taken in.
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return made


@dataclass(slots=True)
class _FileTally:
    """What one file contributed, so that a file refused half-way can be taken out again."""

    rows: int = 0
    quarantined: int = 0
    keys: dict[str, int] = field(default_factory=dict)
    invalid: Counter[str] = field(default_factory=Counter)
    zones: Zones = field(default_factory=dict)
    parts: list[Location] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Before:
    """What is staged of a dataset already, where rows are added to a batch.

    Attributes:
        keys: of its rows; *zones* its columns of dates may be in; *parts* how many there are.
    """

    keys: frozenset[str]
    zones: Zones
    parts: int


class Staging:
    """The state of one batch while it is taken in.

    Args:
        before: dataset → what is staged of it already. Given, parts are added to those that are there; else
            whatever lies there is of a run that was killed, and goes.
    """

    def __init__(
        self,
        home: Home,
        contract: SourceContract,
        fields: FieldVocabulary,
        batch: Batch,
        quarantine: Quarantine,
        rows_per_part: int = ROWS_PER_PART,
        *,
        before: Mapping[str, Before] | None = None,
    ) -> None:
        self._home = home
        self._contract = contract
        self._fields = fields
        self._batch = batch
        self._quarantine = quarantine
        self._rows_per_part = rows_per_part
        # Key of every staged row → hash of its cells, to tell a repetition from a contradiction.
        self._seen: dict[str, dict[str, int]] = {name: {} for name in contract.datasets}
        self._before = before
        self._parts: dict[str, list[Location]] = {name: [] for name in contract.datasets}
        # By dataset, the time zones each column of dates may be in.
        self._zones: dict[str, Zones] = {name: {} for name in contract.datasets}
        self.invalid: Counter[str] = Counter()
        self.missing: dict[str, set[str]] = {}
        for name, known in (before or {}).items():
            # Of those only the keys are known: a repetition counts as a contradiction, and waits.
            self._seen[name] = dict.fromkeys(known.keys, 0)
            self._zones[name] = dict(known.zones)
        for name in contract.datasets if before is None else ():
            # What a killed run left behind: the receipt is written last, so none of it counts.
            remove_folder(self._unfinished(name))
            remove_folder(self._final(name))

    def take_in(self, file: LandedFile) -> FileReceipt:
        """Stage one file, or refuse it as a whole."""
        landed = self._batch.folder / file.name
        if not landed.is_file():
            return self._refuse_file(file, Reason.MISSING_FILE)
        with at_hand(landed) as path:
            return self._take_in(path, file)

    def _take_in(self, path: Path, file: LandedFile) -> FileReceipt:
        if file.dataset not in self._contract.datasets:
            return self._refuse_file(file, Reason.UNKNOWN_DATASET, self._identifiers_in(path, file.name))
        if sha256(path) != file.sha256:
            return self._refuse_file(file, Reason.WRONG_HASH, self._identifiers_in(path, file.name))
        tally = _FileTally(zones=dict(self._zones[file.dataset]))
        try:
            self._read(path, file, tally)
        except UnreadableFileError as error:
            return self._take_out(path, file, tally, error.reason)
        if file.rows is not None and tally.rows != file.rows:
            return self._take_out(path, file, tally, Reason.ROW_COUNT)
        return self._taken(file, tally)

    def take_rows(self, file: LandedFile, rows: Iterable[GoodRow | BadRow]) -> FileReceipt:
        """Stage single rows of a file, their cells in the order of the contract's columns; none when zones would mix.

        What is refused of them goes into quarantine like any row.
        """
        dataset = self._contract.datasets[file.dataset]
        header = Header({name: n for n, name in enumerate(dataset.columns)}, len(dataset.columns), (), ())
        tally = _FileTally(zones=dict(self._zones[file.dataset]))
        rows = list(rows)
        self._write_rows(iter(rows), file, dataset, header, tally)
        if all(tally.zones.values()):
            return self._taken(file, tally)
        for part in tally.parts:
            remove_file(part)
        self._quarantine.forget_rows(file.name)
        refused = _FileTally(rows=len(rows), quarantined=len(rows), zones=self._zones[file.dataset])
        for row in rows:
            mixed = BadRow(row.number, row.cells, Reason.MIXED_TIME_ZONES)
            fields = _by_column(row, header)
            self._quarantine.refuse_row(file.name, file.dataset, mixed, fields, suspicious=True)
        return self._taken(file, refused)

    def _taken(self, file: LandedFile, tally: _FileTally) -> FileReceipt:
        self._seen[file.dataset] |= tally.keys
        self._parts[file.dataset] += tally.parts
        self._zones[file.dataset] = tally.zones
        self.invalid.update(tally.invalid)
        return FileReceipt(
            name=file.name,
            dataset=file.dataset,
            rows=tally.rows,
            staged=tally.rows - tally.quarantined,
            quarantined=tally.quarantined,
        )

    def refuse_unlisted(self, name: str) -> None:
        """Record a file that the manifest does not name, and whom it names."""
        landed = self._batch.folder / name
        identifiers: tuple[str, ...] = ()
        if landed.is_file():
            with at_hand(landed) as path:
                identifiers = self._identifiers_in(path, name)
        self._quarantine.refuse(Refusal(file=name, reason=Reason.UNLISTED_FILE, identifiers=identifiers))

    def publish(self) -> dict[str, tuple[StagedPart, ...]]:
        """Move the finished partitions of every dataset into place; those that are added lie there already."""
        if self._before is not None:
            return {
                name: tuple(map(self._staged_part, paths)) for name, paths in self._parts.items() if paths
            }
        published = {}
        for name, paths in self._parts.items():
            if not paths:
                remove_folder(self._unfinished(name))
                continue
            final, unfinished = self._final(name), self._unfinished(name)
            if isinstance(final, Path) and isinstance(unfinished, Path):
                move_folder(unfinished, final)
            published[name] = tuple(self._staged_part(final / path.name) for path in paths)
        return published

    def _staged_part(self, path: Location) -> StagedPart:
        import pyarrow.parquet as pq

        rows = pq.read_metadata(readable(path)).num_rows
        return StagedPart(path=self._home.name_of(path), rows=rows, sha256=sha256(path))

    def _read(self, path: Path, file: LandedFile, tally: _FileTally) -> None:
        dataset = self._contract.datasets[file.dataset]
        with open_table(path, self._contract.format, name=file.name) as (names, rows):
            header = match_header(names, dataset)
            self._check_header(file, dataset, header)
            self._write_rows(rows, file, dataset, header, tally)
        if mixed := tuple(name for name, zones in tally.zones.items() if not zones):
            self._note(file.name, Reason.MIXED_TIME_ZONES, mixed)
            raise UnreadableFileError(file.name, Reason.MIXED_TIME_ZONES, "has times in different time zones")

    def _write_rows(
        self,
        rows: Iterator[GoodRow | BadRow],
        file: LandedFile,
        dataset: Dataset,
        header: Header,
        tally: _FileTally,
    ) -> None:
        for chunk in _chunks(self._good_rows(rows, file, dataset, header, tally), self._rows_per_part):
            tally.parts.append(self._write_part(file.dataset, dataset, chunk, len(tally.parts)))

    def _check_header(self, file: LandedFile, dataset: Dataset, header: Header) -> None:
        if header.duplicated:
            self._note(file.name, Reason.DUPLICATE_COLUMN, header.duplicated)
            raise UnreadableFileError(file.name, Reason.DUPLICATE_COLUMN, "names a column twice")
        absent_keys = [name for name in dataset.key if name in header.missing]
        if absent_keys:
            self._note(file.name, Reason.MISSING_COLUMN, tuple(absent_keys))
            raise UnreadableFileError(file.name, Reason.MISSING_COLUMN, "lacks a key column")
        if len(header.missing) == len(dataset.columns):
            raise UnreadableFileError(file.name, Reason.MISSING_COLUMN, "has no header of this dataset")
        self._note(file.name, Reason.UNKNOWN_COLUMN, header.unknown)
        self._note(file.name, Reason.MISSING_COLUMN, header.missing)
        if header.missing:
            self.missing.setdefault(file.dataset, set()).update(header.missing)

    def _note(self, file: str, reason: Reason, columns: tuple[str, ...]) -> None:
        for column in columns:
            self._quarantine.refuse(Refusal(file=file, reason=reason, column=column))

    def _good_rows(
        self,
        rows: Iterator[GoodRow | BadRow],
        file: LandedFile,
        dataset: Dataset,
        header: Header,
        tally: _FileTally,
    ) -> Iterator[dict[str, str | int | None]]:
        checks = CellChecks.of(dataset, self._fields)
        first_year = self._contract.format.two_digit_years
        for row in rows:
            tally.rows += 1
            key = None
            if isinstance(row, GoodRow):
                cells = _by_column(row, header) or {}
                if cells and first_year is not None:
                    cells = checks.with_full_years(cells, first_year)
                misfits = checks.misfits(cells)
                key = self._key(file, row, dataset, cells)
                bad = self._doubt(row, key, misfits, self._seen[file.dataset], tally.keys)
                if bad is None:
                    tally.keys[key or ""] = hash(row.cells)
                    checks.narrow(tally.zones, cells)
                    invalid = misfits + checks.strangers(cells)
                    tally.invalid.update(f"{file.dataset}.{name}" for name in invalid)
                    yield {
                        **cells,
                        ROW: row.number,
                        FILE: file.name,
                        KEY: key,
                        INVALID: ",".join(invalid) or None,
                    }
                    continue
                row = bad
            tally.quarantined += 1
            self._quarantine.refuse_row(
                file.name,
                file.dataset,
                row,
                _by_column(row, header),
                suspicious=not self._is_staged(file, row, key, tally),
            )

    def _is_staged(self, file: LandedFile, row: BadRow, key: str | None, tally: _FileTally) -> bool:
        """Whether a refused row only repeats, cell by cell, one that was staged."""
        if row.reason is not Reason.DUPLICATE_KEY or key is None:
            return False
        return tally.keys.get(key, self._seen[file.dataset].get(key)) == hash(row.cells)

    @staticmethod
    def _key(file: LandedFile, row: GoodRow, dataset: Dataset, cells: dict[str, str | None]) -> str | None:
        if not dataset.key:
            return f"{file.name}#{row.number}"
        parts = [cells[name] for name in dataset.key]
        return None if any(part is None for part in parts) else "|".join(part or "" for part in parts)

    @staticmethod
    def _doubt(
        row: GoodRow,
        key: str | None,
        misfits: list[str],
        seen: dict[str, int],
        seen_here: dict[str, int],
    ) -> BadRow | None:
        if len(misfits) >= _SHIFT:
            return BadRow(row.number, row.cells, Reason.SHIFTED_ROW)
        if key is None:
            return BadRow(row.number, row.cells, Reason.MISSING_KEY)
        if key in seen or key in seen_here:
            return BadRow(row.number, row.cells, Reason.DUPLICATE_KEY)
        return None

    def _write_part(
        self, name: str, dataset: Dataset, rows: list[dict[str, str | int | None]], offset: int
    ) -> Location:
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.Table.from_pylist(rows, schema=staged_schema(dataset))
        before = self._before.get(name) if self._before is not None else None
        number = (before.parts if before else 0) + len(self._parts[name]) + offset
        folder = self._unfinished(name) if self._before is None else self._final(name)
        path = folder / f"part-{number:04d}.parquet"
        group = max(1, table.num_rows * _GROUP_BYTES // max(table.nbytes, _GROUP_BYTES))
        return write_atomically(
            path,
            lambda temporary: pq.write_table(table, temporary, compression="zstd", row_group_size=group),
        )

    def _refuse_file(
        self, file: LandedFile, reason: Reason, identifiers: tuple[str, ...] = ()
    ) -> FileReceipt:
        self._quarantine.refuse(Refusal(file=file.name, reason=reason, identifiers=identifiers))
        rows = file.rows or 0
        return FileReceipt(
            name=file.name, dataset=file.dataset, rows=rows, staged=0, quarantined=rows, refused=reason
        )

    def _take_out(self, path: Path, file: LandedFile, tally: _FileTally, reason: Reason) -> FileReceipt:
        for part in tally.parts:
            remove_file(part)
        self._quarantine.forget_rows(file.name)
        refused = self._refuse_file(file, reason, self._identifiers_in(path, file.name))
        rows = file.rows if file.rows is not None else tally.rows
        return refused.model_copy(update={"rows": rows, "quarantined": rows})

    def _identifiers_in(self, path: Path, name: str) -> tuple[str, ...]:
        """Whoever can still be made out in a refused file: they must not be taken for CLEAR."""
        seen: set[str] = set()
        for text in readable_text(path, self._contract.format, name=name):
            seen.update(self._quarantine.identifiers_of(text))
        return tuple(sorted(seen))

    def _final(self, name: str) -> Location:
        return self._home.staged / self._batch.source / name / f"batch={self._batch.batch}"

    def _unfinished(self, name: str) -> Location:
        if isinstance(self._home.staged, RemotePath):
            # Nothing moves there; before the receipt, nothing in it counts.
            return self._final(name)
        return self._home.staged / self._batch.source / name / f".tmp-batch={self._batch.batch}"


def staged_schema(dataset: Dataset) -> pa.Schema:
    """Schema of a staged partition: every contract column as text, and intake's own columns."""
    import pyarrow as pa

    columns = [(name, pa.string()) for name in dataset.columns]
    added = [(ROW, pa.int64()), (FILE, pa.string()), (KEY, pa.string()), (INVALID, pa.string())]
    return pa.schema([*columns, *added])


def _by_column(row: GoodRow | BadRow, header: Header) -> dict[str, str | None] | None:
    """Cells by contract column; ``None`` when the row does not have the header's number of cells."""
    if len(row.cells) != header.width:
        return None
    return {
        name: None if position is None else row.cells[position] for name, position in header.positions.items()
    }


def _chunks(
    rows: Iterator[dict[str, str | int | None]], size: int
) -> Iterator[list[dict[str, str | int | None]]]:
    chunk: list[dict[str, str | int | None]] = []
    characters = 0
    for row in rows:
        chunk.append(row)
        characters += sum(len(cell) for cell in row.values() if isinstance(cell, str))
        # By their number and by their size: some rows have a narrative of a few words, some of a book.
        if len(chunk) == size or characters >= CHARACTERS_PER_PART:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk
