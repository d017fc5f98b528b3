"""A staged file that is cut into partitions says row by row what it says whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from shield1367.disclosure.partitions import Sizing, parts_of
from shield1367.disclosure.plan import PartResult, ReleasePlan
from shield1367.disclosure.planning import PERSON, make_plan
from shield1367.intake import stage
from shield1367.redaction.again import Again
from shield1367.redaction.classes.survey import generalise
from shield1367.redaction.partition import part_path, read_people, read_results, redact_part
from shield1367.redaction.staged import StagedPart
from shield1367.redaction.tables.counting import count_part
from tests.protection.site import DAY, Desk, a_number, application, encounter
from tests.redaction.test_partition import COUNTY, OVERSIGHT, QUICK, UNIVERSITY, VICTIM

PEOPLE = 12


@pytest.fixture(autouse=True)
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row group for each row, so that a small file can be cut anywhere."""
    monkeypatch.setattr(stage, "_GROUP_BYTES", 1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk.at(tmp_path, QUICK)
    papers = [application(n, **(VICTIM if n in (1, 5) else {})) for n in range(1, PEOPLE)]
    rows = [encounter(n, encounter_id=f"E{n:06d}", spouse_name="Zenaida Okoro") for n in range(1, PEOPLE + 1)]
    for row in rows[2:9]:
        row["narrative"] = f"Subject was seen with {papers[0]['family_name']} ({a_number(1)}) and Zenaida."
    desk.deliver("benefits", {"applications": papers})
    desk.deliver("enforcement", {"encounters": rows})
    desk.judge()
    return desk


def cut(desk: Desk, plan: ReleasePlan, *, most: int = 400) -> ReleasePlan:
    """The same plan with its files cut; under the same id, so that pseudonyms are the same."""
    index, datasets = 0, []
    for dataset in plan.datasets:
        parts = []
        for whole in dataset.parts:
            numbered = whole.model_copy(update={"index": index + len(parts)})
            parts += parts_of(desk.home, numbered, {"narrative"}, Sizing(partition_bytes=most))
        index += len(parts)
        datasets.append(dataset.model_copy(update={"parts": tuple(parts)}))
    assert index > 3
    return plan.model_copy(update={"datasets": tuple(datasets)})


def redacted(
    desk: Desk, plan: ReleasePlan, name: str
) -> tuple[list[dict[str, Any]], list[PartResult], set[str]]:
    work = desk.home.work / name
    plan.write(work)
    rows = []
    for dataset, part in plan.parts():
        redact_part(desk.home, desk.keys, desk.project, work, part.index)
        table = pq.read_table(part_path(work, dataset, part))
        rows += [{"dataset": dataset.name, **row} for row in table.to_pylist()]
    return sorted(rows, key=str), read_results(work), read_people(work, desk.keys, plan)


@pytest.mark.parametrize("recipient", [UNIVERSITY, COUNTY, OVERSIGHT])
def test_its_partitions_hold_the_rows_of_the_whole(desk: Desk, recipient: str) -> None:
    plan = make_plan(desk.home, desk.keys, desk.project, recipient, as_of=DAY)
    rows, results, people = redacted(desk, plan, "whole")
    pieces, of_pieces, of_people = redacted(desk, cut(desk, plan), "cut")
    assert len(rows) >= PEOPLE - 3
    assert (pieces, of_people) == (rows, people)
    for figure in ("rows_in", "released", "withheld", "protected_rows", "texts"):
        assert sum(getattr(r, figure) for r in of_pieces) == sum(getattr(r, figure) for r in results), figure


def test_its_rows_share_what_the_rows_of_the_whole_share(desk: Desk) -> None:
    plan = make_plan(desk.home, desk.keys, desk.project, UNIVERSITY, as_of=DAY)
    whole = generalise(desk.home, desk.keys, desk.project, plan, desk.home.work / "whole")
    pieces = generalise(desk.home, desk.keys, desk.project, cut(desk, plan), desk.home.work / "cut")
    assert whole.classes is not None
    assert pieces.classes == whole.classes
    again = [
        Again(desk.home, desk.keys, desk.project, made).sample(50, lambda place: place)
        for made in (plan, cut(desk, plan))
    ]
    assert again[0][1] == again[1][1] == PEOPLE
    assert {n.place for n in again[0][0]} == {n.place for n in again[1][0]}


def test_its_pieces_count_as_the_whole(desk: Desk) -> None:
    plan = make_plan(desk.home, desk.keys, desk.project, COUNTY, as_of=DAY)
    counted = []
    for name, made in (("whole", plan), ("cut", cut(desk, plan))):
        work = desk.home.work / name
        made.write(work)
        results = [
            count_part(desk.home, desk.keys, desk.project, work, part.index) for _, part in made.parts()
        ]
        counted.append((sum(r.rows_in for r in results), sum(r.protected_rows for r in results)))
    assert counted[0] == counted[1]
    assert counted[0][0] == PEOPLE


@pytest.mark.parametrize(("first", "rows"), [(0, 0), (0, 12), (3, 1), (5, 7), (11, 1)])
def test_a_part_reads_its_rows_alone(desk: Desk, first: int, rows: int) -> None:
    (path,) = desk.home.staged.glob("enforcement/encounters/*/part-*.parquet")
    assert pq.read_metadata(path).num_row_groups == PEOPLE
    part, whole = StagedPart(path, first=first, rows=rows), StagedPart(path)
    assert len(part) == rows
    assert part.column("encounter_id") == whole.column("encounter_id")[first : first + rows]
    assert part.array("_row").to_pylist() == whole.array("_row").to_pylist()[first : first + rows]


def test_intake_cuts_a_file_of_long_rows_into_more_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "CHARACTERS_PER_PART", 5_000)
    desk = Desk.at(tmp_path / "long", QUICK)
    rows = [encounter(n, encounter_id=f"E{n}", narrative="word " * 300) for n in range(9)]
    desk.deliver("enforcement", {"encounters": rows})
    paths = sorted(desk.home.staged.glob("enforcement/encounters/*/part-*.parquet"))
    assert [pq.read_metadata(path).num_rows for path in paths] == [4, 4, 1]


def test_somebody_with_more_rows_than_a_partition_is_one_person_in_all_of_them(tmp_path: Path) -> None:
    desk = Desk.at(tmp_path, QUICK)
    desk.deliver("benefits", {"applications": [application(1)]})
    desk.deliver("enforcement", {"encounters": [encounter(1, encounter_id=f"E{n:06d}") for n in range(20)]})
    desk.judge()
    plan = cut(desk, make_plan(desk.home, desk.keys, desk.project, COUNTY, as_of=DAY), most=100)
    rows, results, people = redacted(desk, plan, "cut")
    assert len(results) > 3
    assert max(result.rows_in for result in results) < 10
    assert len(rows) == 20
    assert len({row[PERSON] for row in rows}) == len(people) == 1
