from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shield1367.config.recipient import Membership
from shield1367.disclosure.plan import DatasetPlan, PartPlan, PolicyHashes, ReleasePlan
from shield1367.keys import Keys
from shield1367.redaction import dealing
from shield1367.redaction.dealing import deal, package_part
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


def dealt(work: Path, plan: ReleasePlan) -> list[pa.Table]:
    deal(work, KEYS, plan)
    return [pq.read_table(package_part(work, dataset, part)) for dataset, part in plan.parts()]


def test_rows_are_dealt_over_files_that_keep_their_lengths(tmp_path: Path) -> None:
    plan = planned(*LENGTHS)
    redacted(tmp_path, plan)
    files = dealt(tmp_path, plan)
    assert tuple(map(len, files)) == LENGTHS
    rows = [(row["part"], row["row"]) for table in files for row in table.to_pylist()]
    assert sorted(rows) == [(part, row) for part, length in enumerate(LENGTHS) for row in range(length)]
    assert {table.schema for table in files if len(table)} == {files[0].schema}
    # Of a file of 300 rows, 125 are expected from each long part: by chance none is off by half of that.
    for table in (files[0], files[3]):
        cells = table["part"].to_pylist()
        assert all(60 < cells.count(part) < 190 for part in (0, 3))
        # Nor do the rows of one part lie together.
        assert sum(one != other for one, other in pairwise(cells)) > 100


def test_a_second_call_gives_the_same_files_and_another_release_others(tmp_path: Path) -> None:
    plan, other = planned(*LENGTHS), planned(*LENGTHS, release="r2")
    redacted(tmp_path, plan)
    first = dealt(tmp_path, plan)
    assert dealt(tmp_path, plan) == first
    assert dealt(tmp_path, other) != first
    assert not (tmp_path / "dealing" / "a.b").exists()


@pytest.mark.parametrize("lengths", [(), (5,)])
def test_a_table_of_one_file_stays_as_it_is(tmp_path: Path, lengths: tuple[int, ...]) -> None:
    plan = planned(*lengths)
    redacted(tmp_path, plan)
    assert [table["row"].to_pylist() for table in dealt(tmp_path, plan)] == [list(range(n)) for n in lengths]


def test_many_files_are_dealt_with_few_pieces_at_a_time_to_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(*(n % 4 for n in range(50)))
    redacted(tmp_path, plan)
    plainly = dealt(tmp_path, plan)
    opened: list[int] = []
    monkeypatch.setattr(dealing, "_MOST_PIECES", 7)
    monkeypatch.setattr(
        dealing, "_piece", lambda pieces, number: opened.append(number) or str(pieces / str(number))
    )
    assert dealt(tmp_path, plan) == plainly
    assert max(opened) < 7
