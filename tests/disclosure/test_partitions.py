"""Partitions by what they cost, and tasks of them: nothing lost, nothing twice, nothing much heavier than asked."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shield1367.config.recipient import Membership
from shield1367.disclosure.partitions import (
    MOST_TASKS,
    NARRATIVE_COST,
    BadSizingError,
    Sizing,
    StagedRowsError,
    parts_of,
    tasks_of,
)
from shield1367.disclosure.plan import DatasetPlan, PartPlan, PolicyHashes, ReleasePlan
from shield1367_airflow.xcom import MAX_BYTES

HASHES = PolicyHashes(profile="p", fields="f", benefits="b", contracts={}, text="t", registry="r")


def staged(folder: Path, narratives: list[str], *, group: int = 2) -> PartPlan:
    cells = {"narrative": narratives, "office": [f"office {n}" for n in range(len(narratives))]}
    table = pa.table(cells, schema=pa.schema([(name, pa.string()) for name in cells]))
    pq.write_table(table, folder / "s", row_group_size=group, use_dictionary=False)
    return PartPlan(index=5, staged="s", links="l", rows=len(narratives), sha256="0")


def planned(*weights: int) -> ReleasePlan:
    parts = tuple(
        PartPlan(index=index, staged="s", links="l", rows=1, sha256="0", weight=weight)
        for index, weight in enumerate(weights)
    )
    return ReleasePlan(
        release_id="r-" + "0" * 20,
        recipient="state-university-research",
        membership=Membership.HIDDEN,
        outside=True,
        as_of="2026-01-01",
        library_version="0",
        hashes=HASHES,
        datasets=(DatasetPlan(source="a", dataset="b", title="", columns=(), parts=parts),),
    )


@given(
    lengths=st.lists(st.integers(0, 400), max_size=20),
    group=st.integers(1, 5),
    most=st.integers(1, 3000),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_is_in_one_partition_and_none_weighs_more_than_asked(
    tmp_path: Path, lengths: list[int], group: int, most: int
) -> None:
    whole = staged(tmp_path, ["x" * length for length in lengths], group=group)
    parts = parts_of(tmp_path, whole, {"narrative"}, Sizing(partition_bytes=most))
    assert [part.index for part in parts] == list(range(5, 5 + len(parts)))
    assert [part.first for part in parts] == [sum(p.rows for p in parts[:n]) for n in range(len(parts))]
    assert sum(part.rows for part in parts) == whole.rows
    assert {(part.staged, part.links, part.sha256) for part in parts} == {("s", "l", "0")}
    for part in parts:
        assert part.weight <= most or part.rows <= group
    assert parts == parts_of(tmp_path, whole, {"narrative"}, Sizing(partition_bytes=most, tasks=1))


def test_a_byte_of_a_narrative_weighs_as_much_as_many_of_others(tmp_path: Path) -> None:
    whole = staged(tmp_path, ["x" * 16_000] * 4)
    (scrubbed,) = parts_of(tmp_path, whole, {"narrative"}, Sizing())
    (withheld,) = parts_of(tmp_path, whole, set(), Sizing())
    assert scrubbed.weight == pytest.approx(64_000, rel=0.02)
    assert withheld.weight == pytest.approx(64_000 / NARRATIVE_COST, rel=0.02)


def test_one_huge_narrative_is_a_partition_with_the_rows_of_its_group_alone(tmp_path: Path) -> None:
    texts = ["x" * 100] * 6 + ["x" * 1_000_000] + ["x" * 100] * 5
    parts = parts_of(tmp_path, staged(tmp_path, texts), {"narrative"}, Sizing(partition_bytes=2_000))
    (huge,) = (part for part in parts if part.weight > 2_000)
    assert (huge.first, huge.rows) == (6, 2)


def test_a_file_of_another_number_of_rows_is_refused(tmp_path: Path) -> None:
    whole = staged(tmp_path, ["x"] * 3).model_copy(update={"rows": 4})
    with pytest.raises(StagedRowsError, match="does not have the 4 rows"):
        parts_of(tmp_path, whole, set(), Sizing())


@given(st.lists(st.integers(0, 1000), max_size=60), st.integers(1, 12))
def test_tasks_hold_every_partition_once_and_are_of_nearly_equal_weight(
    weights: list[int], most: int
) -> None:
    tasks = tasks_of(planned(*weights), most)
    assert sorted(index for task in tasks for index in task) == list(range(len(weights)))
    assert len(tasks) == min(most, len(weights))
    loads = [sum(weights[index] + 1 for index in task) for task in tasks]
    assert loads == sorted(loads, reverse=True)
    if loads:
        # None of them is there longer than the lightest but for its last partition.
        assert loads[0] - loads[-1] <= max(weights) + 1
    assert tasks == tasks_of(planned(*weights), most)


def test_thousands_of_partitions_fit_in_what_tasks_hand_on() -> None:
    from shield1367_airflow import stages

    plan = planned(*range(5_000))
    tasks = tasks_of(plan, MOST_TASKS)
    assert len(tasks) == MOST_TASKS < 1024
    work = f"work/{'x' * 60}/{plan.release_id}"
    handed_on = [stages.task_of(work, number, len(tasks)) for number in range(len(tasks))]
    assert len(str(handed_on)) < MAX_BYTES


def test_settings_are_numbers_in_range(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Sizing.from_environment() == Sizing()
    monkeypatch.setenv("SHIELD1367_PARTITION_MIB", "0.5")
    monkeypatch.setenv("SHIELD1367_REDACTION_TASKS", "64")
    assert Sizing.from_environment() == Sizing(partition_bytes=2**19, tasks=64)
    for name, said in (
        ("SHIELD1367_PARTITION_MIB", "-1"),
        ("SHIELD1367_PARTITION_MIB", "much"),
        ("SHIELD1367_PARTITION_MIB", "nan"),
        ("SHIELD1367_REDACTION_TASKS", "0"),
        ("SHIELD1367_REDACTION_TASKS", "1.5"),
        ("SHIELD1367_REDACTION_TASKS", "257"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, said)
            with pytest.raises(BadSizingError, match=name):
                Sizing.from_environment()
