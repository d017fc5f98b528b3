"""Where refused rows wait: reasons and coordinates in clear, the rows themselves encrypted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from shield1367.home import Home
from shield1367.identifiers import identifiers_within
from shield1367.intake.reasons import EXPLANATIONS
from shield1367.intake.receipt import Refusal
from shield1367.intake.rows import BadRow
from shield1367.keys import Keys
from shield1367.storage import remove_folder, reported, write_bytes, write_json

QUARANTINE_PURPOSE = "quarantine"
# Shared with the registry, so that a person in a refused row is recognised there.
IDENTIFIER_PURPOSE = "identifier"


ROWS = "rows.sealed"


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One refused row as it is sealed; see :meth:`Quarantine.refuse_row`."""

    file: str
    dataset: str
    row: int
    cells: tuple[str | None, ...]
    fields: dict[str, str | None] | None
    suspicious: bool


Entry = tuple[Refusal, bytes | None]
"""A refusal, and the sealed row it is about, where it is about one."""


class Quarantine:
    """Collects the refusals of one batch; nothing is written before :meth:`close`."""

    def __init__(
        self,
        home: Home,
        keys: Keys,
        source: str,
        batch: str,
        entries: Iterable[Entry] = (),
    ) -> None:
        self.folder = home.quarantine / source / batch
        self._cipher = keys.cipher(QUARANTINE_PURPOSE)
        self._fingerprint = keys.fingerprint(IDENTIFIER_PURPOSE)
        # Beside each refusal the sealed row, when it is about one.
        self._entries: list[Entry] = list(entries)

    @property
    def refusals(self) -> list[Refusal]:
        """What has been refused so far, in order."""
        return [refusal for refusal, _ in self._entries]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Each refusal with its sealed row."""
        return tuple(self._entries)

    def refuse_again(self, refusal: Refusal, row: RefusedRow) -> None:
        """Keep a row that was here before, as it was, with the reason of today."""
        content = json.dumps(asdict(row)).encode("ascii")
        self._entries.append((refusal, self._cipher.encrypt(content)))

    def refuse_row(
        self, file: str, dataset: str, row: BadRow, fields: dict[str, str | None] | None, *, suspicious: bool
    ) -> None:
        """Keep one row with its reason.

        Args:
            fields: its cells by contract column, where the row has as many cells as the header.
            suspicious: whether whoever it names must not be taken for CLEAR while it waits.
        """
        sealed = RefusedRow(
            file=file, dataset=dataset, row=row.number, cells=row.cells, fields=fields, suspicious=suspicious
        )
        # Lone surrogates stand for undecodable bytes; ASCII escapes carry them through.
        content = json.dumps(asdict(sealed)).encode("ascii")
        self._entries.append(
            (Refusal(file=file, reason=row.reason, row=row.number), self._cipher.encrypt(content))
        )

    def refuse(self, refusal: Refusal) -> None:
        """Record a refused file or column; its content stays in the landing zone."""
        self._entries.append((refusal, None))

    def forget_rows(self, file: str) -> None:
        """Drop the single rows of a file that is now refused as a whole."""
        self._entries = [
            (refusal, sealed) for refusal, sealed in self._entries if sealed is None or refusal.file != file
        ]

    def identifiers_of(self, text: str) -> tuple[str, ...]:
        """Keyed fingerprints of the A-Numbers and receipts that *text* may hold."""
        return tuple(sorted({self._fingerprint.of(kind, value) for kind, value in identifiers_within(text)}))

    def close(self) -> None:
        """Write ``refusals.json`` and ``rows.sealed``; a batch without refusals leaves no folder.

        What a killed run of the same batch left there goes.
        """
        remove_folder(self.folder)
        if self._entries:
            self._write()

    def replace(self) -> None:
        """Write both files over those that are there: killed in between, no row is lost."""
        if self._entries:
            self._write()
        else:
            remove_folder(self.folder)

    def _write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_bytes(self.folder / ROWS, b"".join(sealed + b"\n" for _, sealed in self._entries if sealed))
        write_json(
            self.folder / "refusals.json",
            [
                {**refusal.model_dump(mode="json"), "meaning": EXPLANATIONS[refusal.reason]}
                for refusal in self.refusals
            ],
        )


def open_rows(home: Home, keys: Keys, source: str, batch: str) -> Iterator[RefusedRow]:
    """The refused rows of a batch in clear, for whoever mends them and for the protect stage.

    Raises:
        KeyMissingError: the rows were sealed with another key.
    """
    path = home.quarantine / source / batch / ROWS
    if not path.exists():
        return
    cipher = keys.cipher(QUARANTINE_PURPOSE)
    with reported(path, "read"):
        lines = path.read_bytes().splitlines()
    for line in lines:
        record = json.loads(cipher.decrypt(line))
        yield RefusedRow(**{**record, "cells": tuple(record["cells"])})


def reseal_rows(home: Home, keys: Keys) -> int:
    """Seal every batch's refused rows, and what was handed in for them, with the present key.

    Returns:
        How many were sealed with another.

    Raises:
        KeyMissingError: some were sealed with a key that is not in the ring.
    """
    cipher = keys.cipher(QUARANTINE_PURPOSE)
    resealed = 0
    for path in sorted(home.quarantine.glob("*/*/*.sealed")):
        with reported(path, "read"):
            lines = path.read_bytes().splitlines()
        older = sum(not cipher.is_present(line) for line in lines)
        if older:
            fresh = (
                line if cipher.is_present(line) else cipher.encrypt(cipher.decrypt(line)) for line in lines
            )
            write_bytes(path, b"".join(line + b"\n" for line in fresh))
        resealed += older
    return resealed
