from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.dealing import package_files
from shield1367.redaction.partition import part_path, read_results, redact_part
from shield1367.release.package import IncompleteError, assemble, rows_by_file, write_csv
from tests.release.releases import Making

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "=cmd|' /C calc'!A0")


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path, cell: str) -> None:
    path = write_csv(pa.table({"a": [cell]}), tmp_path / "a.csv")
    assert read_csv(path) == [["a"], [f"'{cell}"]]


def test_numbers_stay_numbers_and_nothing_stays_empty(tmp_path: Path) -> None:
    path = write_csv(pa.table({"a": pa.array([-5, None]), "b": pa.array([None, "x"])}), tmp_path / "a.csv")
    assert read_csv(path) == [["a", "b"], ["-5", ""], ["", "x"]]


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(cells, cells), max_size=8))
def test_every_text_survives_a_csv(rows: list[tuple[str, str]]) -> None:
    columns = {"a": [a for a, _ in rows], "b": [b for _, b in rows]}
    with tempfile.TemporaryDirectory() as folder:
        table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
        read = read_csv(write_csv(table, Path(folder) / "a.csv"))
    assert [tuple(cell.removeprefix("'") for cell in row) for row in read[1:]] == [
        tuple(cell.removeprefix("'") for cell in row) for row in rows
    ]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for row in read for cell in row)


def test_a_package_holds_the_dealt_files_and_nothing_else(planned: Making) -> None:
    package = assemble(planned.redact().work, planned.profile)
    files = sorted(path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file())
    # Two deliveries, of which one row is withheld: the package shows neither.
    assert files == ["data/enforcement.encounters/part-00000.csv"]
    header, *rows = read_csv(package / files[0])
    assert len(rows) == 5
    for dataset, part in planned.plan.parts():
        assert header == pq.read_schema(part_path(planned.work, dataset, part)).names


def test_files_are_counted_by_the_rows_they_hold(planned: Making) -> None:
    package = assemble(planned.redact().work, planned.profile)
    rows = rows_by_file(planned.plan, read_results(planned.work), "csv")
    assert rows == {name: len(read_csv(package / name)) - 1 for name in rows}
    assert sum(rows.values()) == 5


def test_a_missing_partition_stops_the_package(planned: Making) -> None:
    redact_part(planned.home, planned.desk.keys, planned.desk.project, planned.work, 0)
    with pytest.raises(IncompleteError, match=r"1 partition\(s\)"):
        assemble(planned.work, planned.profile)
    assert not planned.package.exists()


def test_a_second_call_starts_afresh(planned: Making) -> None:
    package = assemble(planned.redact().work, planned.profile)
    first = {path: path.read_bytes() for path in package.rglob("*.csv")}
    (package / "data" / "left-over.csv").write_text("x")
    assemble(planned.work, planned.profile)
    assert {path: path.read_bytes() for path in package.rglob("*") if path.is_file()} == first


def test_parquet_is_copied_as_it_is(tmp_path: Path) -> None:
    making = Making.at(tmp_path, "crcl-oversight").redact()
    package = assemble(making.work, making.profile)
    for dataset in making.plan.datasets:
        for source in package_files(making.work, dataset):
            assert source.read_bytes() in [path.read_bytes() for path in package.rglob("*.parquet")]
