from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shield1367.config.recipient import Membership
from shield1367.disclosure.files import file_rows
from shield1367.disclosure.plan import DatasetPlan, PartPlan, PolicyHashes, ReleasePlan
from shield1367.keys import Keys
from shield1367.redaction.dealing import deal, package_files
from shield1367.redaction.partition import part_path

KEYS = Keys(b"k" * 32)
LENGTHS = (300, 0, 120, 300)


def planned(*lengths: int, release: str = "r1") -> ReleasePlan:
    parts = tuple(PartPlan(index=i, staged="s", links="l", rows=n, sha256="0") for i, n in enumerate(lengths))
    return ReleasePlan(
        release_id=release,
        recipient="university",
        membership=Membership.HIDDEN,
        outside=True,
        as_of="2026-01-01",
        library_version="0",
        hashes=PolicyHashes(profile="p", fields="f", benefits="b", contracts={}, text="t", registry="r"),
        datasets=(DatasetPlan(source="a", dataset="b", title="", columns=(), parts=parts),),
    )


def redacted(work: Path, plan: ReleasePlan) -> None:
    """Parts whose cells say where they are from."""
    for dataset, part in plan.parts():
        path = part_path(work, dataset, part)
        path.parent.mkdir(parents=True, exist_ok=True)
        cells = {
            "part": pa.array([part.index] * part.rows, pa.int64()),
            "row": pa.array(range(part.rows), pa.int64()),
        }
        pq.write_table(pa.table(cells | {"none": pa.nulls(part.rows, pa.string())}), path)


def dealt(work: Path, plan: ReleasePlan, *, rows_per_file: int = 300) -> list[pa.Table]:
    deal(work, KEYS, plan, rows_per_file=rows_per_file)
    return [pq.read_table(path) for dataset in plan.datasets for path in package_files(work, dataset)]


def rows_of(files: list[pa.Table]) -> list[tuple[int, int]]:
    return [(row["part"], row["row"]) for table in files for row in table.to_pylist()]


def test_rows_are_dealt_over_even_files(tmp_path: Path) -> None:
    plan = planned(*LENGTHS)
    redacted(tmp_path, plan)
    files = dealt(tmp_path, plan)
    assert list(map(len, files)) == [240, 240, 240]
    assert sorted(rows_of(files)) == [
        (part, row) for part, length in enumerate(LENGTHS) for row in range(length)
    ]
    assert {table.schema for table in files} == {files[0].schema}
    # Of a file of 240 rows, 100 are expected from each long part: by chance none is off by half of that.
    for table in files:
        cells = table["part"].to_pylist()
        assert all(50 < cells.count(part) < 150 for part in (0, 3))
        # Nor do the rows of one part lie together.
        assert sum(one != other for one, other in pairwise(cells)) > 80


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(0, 40), min_size=2, max_size=6), st.lists(st.integers(0, 40), min_size=2, max_size=6)
)
def test_files_tell_nothing_but_how_many_rows_there_are(
    tmp_path_factory: pytest.TempPathFactory, one: list[int], other: list[int]
) -> None:
    """Whatever the deliveries, and whatever was left out of which: the same number of rows lies in the same files."""
    other = [*other, sum(one) - sum(other)]
    if other[-1] < 0:
        other = [0, sum(one)]
    found = []
    for lengths in (one, other):
        work, plan = tmp_path_factory.mktemp("dealt"), planned(*lengths)
        redacted(work, plan)
        files = dealt(work, plan, rows_per_file=7)
        assert sorted(rows_of(files)) == [
            (p, row) for p, length in enumerate(lengths) for row in range(length)
        ]
        found.append([len(table) for table in files])
    assert found[0] == found[1] == list(file_rows(sum(one), at_most=7))


@pytest.mark.parametrize("rows_per_file", [1, 2, 50])
def test_more_files_than_are_open_at_a_time_are_in_one_order(tmp_path: Path, rows_per_file: int) -> None:
    """The order of rows does not follow from how they are cut into files."""
    plan = planned(90, 30)
    redacted(tmp_path, plan)
    assert rows_of(dealt(tmp_path, plan, rows_per_file=rows_per_file)) == rows_of(
        dealt(tmp_path, plan, rows_per_file=1_000)
    )


def test_a_second_call_gives_the_same_files_and_another_release_others(tmp_path: Path) -> None:
    plan, other = planned(*LENGTHS), planned(*LENGTHS, release="r2")
    redacted(tmp_path, plan)
    first = dealt(tmp_path, plan)
    assert dealt(tmp_path, plan) == first
    assert dealt(tmp_path, other) != first
    assert not (tmp_path / "dealing" / "a.b").exists()


@pytest.mark.parametrize("lengths", [(), (5,), (0,)])
def test_a_table_of_one_file_stays_as_it_is(tmp_path: Path, lengths: tuple[int, ...]) -> None:
    plan = planned(*lengths)
    redacted(tmp_path, plan)
    assert [table["row"].to_pylist() for table in dealt(tmp_path, plan)] == [list(range(n)) for n in lengths]


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_files_are_as_few_and_as_even_as_can_be(released: int, at_most: int) -> None:
    at_most = max(at_most, released // 1_000 + 1)
    lengths = file_rows(released, at_most=at_most)
    assert sum(lengths) == released
    assert max(lengths) <= at_most
    assert max(lengths) - min(lengths) <= 1
    assert len(lengths) == max(-(-released // at_most), 1)
