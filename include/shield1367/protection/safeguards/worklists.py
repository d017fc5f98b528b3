"""The work lists of the two other safeguards, read on demand from what is staged, part by part.

A row is as old as its batch is staged: the time of the batch's receipt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from shield1367.config.project import Project
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.intake.receipt import BatchReceipt, list_receipts, read_receipt, taken_in
from shield1367.intake.stage import FILE, ROW
from shield1367.protection.safeguards.rows import (
    ItemState,
    ProhibitedSource,
    RowPlace,
    SafeguardReader,
    UncertifiedAction,
)
from shield1367.protection.safeguards.verifications import Verification
from shield1367.storage import Location, readable, reported

_ROWS_AT_ONCE = 5_000
_PLACE = re.compile(
    r"(?P<source>[^/]+)/(?P<dataset>[^/]+)/(?P<batch>[^/]+)/(?P<file>[^/]+)/(?P<row>[0-9]{1,12})"
)


class UnjudgedSourceError(TerminalError):
    """Error raised when staged data has no contract or receipt any more, so that nobody can read it."""

    code = "E407"


class NoSuchItemError(TerminalError):
    """Error raised for coordinates at which nothing waits for verification."""

    code = "E408"


@dataclass(frozen=True, slots=True)
class _Staged:
    """One staged row with what it takes to read it."""

    reader: SafeguardReader
    at: RowPlace
    cells: Mapping[str, Any]
    learned: date


def prohibited_sources(
    home: Home, project: Project, verified: Mapping[RowPlace, Verification], *, as_of: date
) -> Iterator[ProhibitedSource]:
    """Every staged row whose information comes, or may come, solely from a prohibited source.

    Rows of a batch whose files lack the column are not listed one by one: :func:`unread_batches`.

    Args:
        verified: what compliance recorded, by row.

    Raises:
        UnjudgedSourceError: a staged source has no contract.
        StorageError: a staged part cannot be read.
    """
    for row in _rows(home, project, list_receipts(home), wanted=lambda reader: reader.names_sources):
        if not row.reader.lacks_sources and (item := _source_item(row, verified, as_of)):
            yield item


def uncertified_actions(home: Home, project: Project, *, as_of: date) -> Iterator[UncertifiedAction]:
    """Every staged row of an enforcement action at a protected location, certified or not.

    Raises:
        UnjudgedSourceError: a staged source has no contract.
        StorageError: a staged part cannot be read.
    """
    for row in _rows(home, project, list_receipts(home), wanted=lambda reader: reader.is_of_actions):
        if answer := row.reader.action(row.cells):
            yield UncertifiedAction(
                at=row.at,
                office=row.reader.office(row.cells),
                month=row.reader.month(row.cells),
                age_days=max((as_of - row.learned).days, 0),
                state=answer.state,
                kind=answer.kind,
                column=answer.column,
            )


def unread_batches(home: Home, project: Project) -> tuple[str, ...]:
    """``source/dataset/batch`` of everything staged whose files do not say who gave the information.

    Raises:
        UnjudgedSourceError: a staged source has no contract.
    """
    return tuple(
        f"{receipt.source}/{dataset}/{receipt.batch}"
        for receipt, dataset in _datasets(list_receipts(home), project)
        if _reader(project, receipt, dataset).lacks_sources
    )


def find_open_source(
    home: Home, project: Project, verified: Mapping[RowPlace, Verification], text: str, *, as_of: date
) -> ProhibitedSource:
    """The work item at *text*, ``source/dataset/batch/file/row``, that waits for verification.

    Raises:
        NoSuchItemError: there is none: no such row, no such source in it, or verified already.
    """
    match = _PLACE.fullmatch(text)
    if match is None:
        raise NoSuchItemError(
            "this names no row.",
            mend="write source/dataset/batch/file/row, as `safeguards sources` prints it.",
        )
    at = RowPlace(match["source"], match["dataset"], match["batch"], match["file"], int(match["row"]))
    receipts = [r for r in list_receipts(home, at.source) if r.batch == at.batch and at.dataset in r.parts]
    for row in _rows(home, project, receipts, wanted=lambda reader: reader.names_sources):
        if row.at == at and (item := _source_item(row, verified, as_of)):
            if item.state.is_done:
                break
            return item
    raise NoSuchItemError(
        "nothing waits for verification there.",
        mend="`shield1367 safeguards sources` lists what does.",
    )


def batch_of(staged: str) -> str:
    """The batch of a staged part, by its path."""
    return PurePosixPath(staged).parent.name.removeprefix("batch=")


def reader_of(home: Home, project: Project, source: str, dataset: str, batch: str) -> SafeguardReader:
    """What reads the rows of one dataset of one staged batch.

    Raises:
        UnjudgedSourceError: the batch has no receipt, so nobody can say which columns it has.
    """
    receipt = read_receipt(home, source, batch)
    if receipt is None:
        raise UnjudgedSourceError(
            f"batch {batch} of {source} has no receipt.", mend="run its intake again, then plan again."
        )
    return _reader(project, receipt, dataset)


def _source_item(
    row: _Staged, verified: Mapping[RowPlace, Verification], as_of: date
) -> ProhibitedSource | None:
    answer = row.reader.source(row.cells, as_of=as_of)
    if answer is None:
        return None
    recorded = verified.get(row.at)
    return ProhibitedSource(
        at=row.at,
        office=row.reader.office(row.cells),
        month=row.reader.month(row.cells),
        age_days=max((as_of - row.learned).days, 0),
        state=ItemState.VERIFIED if recorded else answer.state,
        source_class=answer.source_class,
        reference=recorded.reference if recorded else None,
    )


def _rows(
    home: Home, project: Project, receipts: list[BatchReceipt], *, wanted: Callable[[SafeguardReader], bool]
) -> Iterator[_Staged]:
    for receipt, dataset in _datasets(receipts, project):
        reader = _reader(project, receipt, dataset)
        if not wanted(reader):
            continue
        learned = taken_in(home, receipt.source, receipt.batch).date()
        for part in receipt.parts[dataset]:
            for cells in _cells(home.named(part.path), reader.columns):
                at = RowPlace(receipt.source, dataset, receipt.batch, str(cells[FILE]), int(cells[ROW]))
                yield _Staged(reader, at, cells, learned)


def _datasets(receipts: list[BatchReceipt], project: Project) -> Iterator[tuple[BatchReceipt, str]]:
    for receipt in receipts:
        contract = project.contracts.get(receipt.source)
        for dataset in receipt.parts:
            if contract is None or dataset not in contract.datasets:
                raise UnjudgedSourceError(
                    f"staged data of {receipt.source}.{dataset} has no contract.",
                    mend="put the contract back under include/config/sources, or move the staged folder away.",
                )
            yield receipt, dataset


def _reader(project: Project, receipt: BatchReceipt, dataset: str) -> SafeguardReader:
    missing = frozenset(receipt.missing_columns.get(dataset, ()))
    return SafeguardReader(project.contracts[receipt.source].datasets[dataset], project.safeguards, missing)


def _cells(path: Location, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    with reported(path, "read"):
        file = pq.ParquetFile(readable(path))
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=[FILE, ROW, *columns]):
            yield from batch.to_pylist()
