from __future__ import annotations

import csv

import pyarrow.parquet as pq
import pytest

from shield1367.config.fields import load_fields
from shield1367.reporting.dictionary import entries, write_dictionary
from tests.validation.conftest import release as release
from tests.validation.packages import Release


def test_every_released_column_is_described_in_order(release: Release) -> None:
    path = write_dictionary(release.package, release.plan, load_fields())
    with path.open(newline="") as stream:
        lines = list(csv.DictReader(stream))
    columns = [column.name for column in release.plan.datasets[0].released_columns]
    assert [line["column"] for line in lines if "." not in line["column"]] == columns
    assert "a_number" not in {line["column"] for line in lines}
    by_name = {line["column"]: line for line in lines}
    assert by_name["coa"]["treatment"] == "emptied in every row"
    assert by_name["coa"]["share_of_nulls"] == "1.0000"
    assert by_name["charges"]["share_of_nulls"] == "0.5000"
    assert by_name["dob"]["type"] == "whole number"
    assert by_name["event"]["type"] == "date (YYYY-MM-DD)"
    assert by_name["charges.DATE"]["treatment"] == "reduced to the year"
    assert "charges.TEXT" not in by_name


def test_nulls_of_csv_are_counted_the_same(release: Release) -> None:
    vocabulary = load_fields()
    before = entries(release.package, release.plan, vocabulary)
    for index in range(2):
        pq.read_table(release.part(index)).to_pandas().to_csv(
            release.part(index).with_suffix(".csv"), index=False
        )
        release.part(index).unlink()
    assert entries(release.package, release.plan, vocabulary) == before


@pytest.mark.parametrize("content", [b"no parquet", b""])
def test_nothing_is_claimed_of_a_damaged_file(release: Release, content: bytes) -> None:
    release.part().write_bytes(content)
    assert {entry.share_of_nulls for entry in entries(release.package, release.plan, load_fields())} == {""}
