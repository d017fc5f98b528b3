"""What somebody hands in for refused rows and files, kept encrypted beside them until it is released."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shield1367.config.contract import SourceContract
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.intake.quarantine import QUARANTINE_PURPOSE, RefusedRow
from shield1367.intake.receipt import BatchReceipt
from shield1367.keys import Keys
from shield1367.storage import reported, write_bytes

Cells = dict[str, str | None]
Place = tuple[str, int]
"""A file of the batch and the number of a data row in it."""

_ROWS = "mended.sealed"
# What is sealed is held in memory as a whole.
_MOST_BYTES = 256 * 1024 * 1024
# What `show` writes beside the cells, so that a person knows what they mend.
_TOLD = frozenset({"dataset", "reason", "as_found"})


class MendedRefusedError(TerminalError):
    """Error raised when something is handed in that mends nothing of the batch."""

    code = "E716"

    def __init__(self, message: str) -> None:
        super().__init__(
            message,
            mend="hand in the rows as `shield1367 quarantine show … --rows FILE` writes them, with their cells mended.",
        )


@dataclass(frozen=True, slots=True)
class MendedRow:
    """Cells by contract column for one refused row."""

    file: str
    row: int
    cells: Cells

    def __repr__(self) -> str:
        # The cells must not reach a log by way of a traceback.
        return f"MendedRow({self.row})"


class Mended:
    """What was handed in for one batch."""

    def __init__(self, home: Home, keys: Keys, source: str, batch: str) -> None:
        self._folder = home.quarantine / source / batch
        self._cipher = keys.cipher(QUARANTINE_PURPOSE)

    def rows(self) -> dict[Place, MendedRow]:
        """The mended rows by where they belong.

        Raises:
            KeyMissingError: they were sealed with a key that is not to be had.
        """
        found = (MendedRow(**json.loads(self._cipher.decrypt(line))) for line in self._lines(_ROWS))
        return {(row.file, row.row): row for row in found}

    def keep_rows(self, rows: Iterable[MendedRow]) -> None:
        """Keep exactly these rows."""
        lines = [
            self._cipher.encrypt(json.dumps({"file": r.file, "row": r.row, "cells": r.cells}).encode("ascii"))
            for r in rows
        ]
        if lines:
            write_bytes(self._folder / _ROWS, b"".join(line + b"\n" for line in lines)).chmod(0o600)
        else:
            self._remove(_ROWS)

    def file(self, name: str) -> bytes | None:
        """What was handed in instead of a whole file; ``None`` when nothing was."""
        lines = self._lines(_file(name))
        return self._cipher.decrypt(lines[0]) if lines else None

    def keep_file(self, name: str, path: Path) -> None:
        """Keep *path* instead of the file *name*.

        Raises:
            MendedRefusedError: it is larger than what is kept in one piece.
        """
        with reported(path, "read"):
            if path.stat().st_size > _MOST_BYTES:
                raise MendedRefusedError(
                    f"{path.name} is larger than 256 MB; deliver it as a batch of its own instead."
                )
            content = path.read_bytes()
        write_bytes(self._folder / _file(name), self._cipher.encrypt(content) + b"\n").chmod(0o600)

    def forget_file(self, name: str) -> None:
        """What was handed in instead of a file has been taken in."""
        self._remove(_file(name))

    def _lines(self, name: str) -> list[bytes]:
        path = self._folder / name
        with reported(path, "read"):
            return path.read_bytes().splitlines() if path.exists() else []

    def _remove(self, name: str) -> None:
        path = self._folder / name
        with reported(path, "delete"):
            path.unlink(missing_ok=True)


def as_lines(
    rows: Iterable[RefusedRow], receipt: BatchReceipt, contract: SourceContract | None
) -> Iterator[str]:
    """Refused rows as JSON lines for whoever mends them: cells by contract column, and as they were found."""
    reasons = {(r.file, r.row): r.reason for r in receipt.refusals if r.row is not None}
    for row in rows:
        dataset = contract.datasets.get(row.dataset) if contract else None
        fields = row.fields or {}
        columns = dataset.columns if dataset is not None else fields
        yield json.dumps(
            {
                "file": row.file,
                "row": row.row,
                "dataset": row.dataset,
                "reason": reasons[row.file, row.row],
                "cells": {name: fields.get(name) for name in columns},
                "as_found": row.cells,
            }
        )


def read_lines(
    lines: Iterable[str], refused: Mapping[Place, RefusedRow], contract: SourceContract
) -> list[MendedRow]:
    """Mended rows from JSON lines.

    Args:
        refused: the rows that wait.

    Raises:
        MendedRefusedError: a line is no such row, or is one that does not wait; it names the line, and no value.
    """
    found: dict[Place, MendedRow] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row = _parsed(line, number)
        place = (row.file, row.row)
        if place in found:
            raise MendedRefusedError(f"line {number}: its row was handed in by a line before.")
        check_row(row, refused, contract, where=f"line {number}")
        found[place] = row
    if not found:
        raise MendedRefusedError("there is no row in what was handed in.")
    return list(found.values())


def check_row(
    row: MendedRow, refused: Mapping[Place, RefusedRow], contract: SourceContract, *, where: str
) -> None:
    """Check that a mended row belongs to one that waits, and has no column that the contract does not know.

    Raises:
        MendedRefusedError: it does not; the message names *where* and no value.
    """
    waits = refused.get((row.file, row.row))
    if waits is None:
        raise MendedRefusedError(f"{where}: no such row of this batch waits in quarantine.")
    dataset = contract.datasets.get(waits.dataset)
    if dataset is None:
        raise MendedRefusedError(f"{where}: the contract has no dataset {waits.dataset!r} any more.")
    if unknown := len(row.cells.keys() - dataset.columns.keys()):
        raise MendedRefusedError(
            f"{where}: {unknown} of its columns are not in the contract; those of {waits.dataset} are"
            f" {', '.join(dataset.columns)}."
        )


def _parsed(line: str, number: int) -> MendedRow:
    try:
        content = json.loads(line)
    except ValueError:
        raise MendedRefusedError(f"line {number} is not JSON.") from None
    if not isinstance(content, dict) or not {"file", "row", "cells"} <= content.keys():
        raise MendedRefusedError(f"line {number} lacks file, row or cells.")
    if content.keys() - _TOLD - {"file", "row", "cells"}:
        raise MendedRefusedError(f"line {number} has keys beside file, row and cells.")
    file, row, cells = content["file"], content["row"], content["cells"]
    fits = isinstance(file, str) and isinstance(row, int) and not isinstance(row, bool)
    if not fits or not isinstance(cells, dict):
        raise MendedRefusedError(f"line {number}: file is text, row a number, cells an object.")
    if not all(cell is None or isinstance(cell, str) for cell in cells.values()):
        raise MendedRefusedError(f"line {number}: each cell is text or null.")
    # As the readers do: a cell of nothing is no cell.
    return MendedRow(file, row, {name: (cell or "").strip() or None for name, cell in cells.items()})


def _file(name: str) -> str:
    """Names of files may hold anything; that under which one is kept does not."""
    return f"mended-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}.sealed"
