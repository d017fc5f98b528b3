from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from shield1367.testing.generate import GeneratedSummary, generate

PEOPLE, SEED, BATCHES, PART_ROWS = 1500, 11, 2, 400


@dataclass(frozen=True)
class Read:
    """One data row, read with code that the generator does not use."""

    file: Path
    number: int
    cells: list[str]


def read_file(path: Path) -> Iterator[Read]:
    """The rows of a generated file, header first as number 0; damaged rows come as they are."""
    csv.field_size_limit(10_000_000)
    lines: Iterator[list[str]]
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path)["Roster"]
        lines = ([_text(cell) for cell in line] for line in sheet.iter_rows(min_row=7, values_only=True))
    elif path.suffix == ".gz":
        text = gzip.decompress(path.read_bytes()).decode("utf-8", errors="replace")
        lines = csv.reader(io.StringIO(text, newline=""), delimiter="|")
    elif "court" in path.parts:
        raw = path.read_bytes().decode("utf-8", errors="replace").removesuffix("\r\n")
        lines = (line.split("\t") for line in raw.split("\r\n"))
    else:
        text = path.read_bytes().decode("utf-8", errors="replace")
        lines = csv.reader(io.StringIO(text, newline=""))
    for number, cells in enumerate(lines):
        yield Read(path, number, cells)


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def data_files(landing: Path) -> list[Path]:
    """Every file of a landing zone but the manifests."""
    return sorted(path for path in landing.rglob("*") if path.is_file() and path.name != "manifest.json")


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> GeneratedSummary:
    """A run small enough for every test, with several parts and two batches."""
    out = tmp_path_factory.mktemp("generated")
    return generate(people=PEOPLE, seed=SEED, out=out, batches=BATCHES, part_rows=PART_ROWS)


@pytest.fixture(scope="session")
def tables(generated: GeneratedSummary) -> dict[tuple[str, str], list[Read]]:
    """All rows by source and dataset, headers left out."""
    found: dict[tuple[str, str], list[Read]] = {}
    for path in data_files(generated.landing):
        source = path.relative_to(generated.landing).parts[0]
        dataset = path.name.rsplit("_", 1)[0]
        found.setdefault((source, dataset), []).extend(row for row in read_file(path) if row.number)
    return found
