"""Pseudonyms join as the people do, or the release is held."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.config.fields import Treatment
from shield1367.config.recipient import Membership
from shield1367.disclosure.plan import DatasetPlan, PartPlan, ReleasePlan
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.links import RowLink, write_links
from shield1367.protection.snapshot import Snapshot
from shield1367.validation.joins import Common, Joins, people_in_common
from tests.validation.packages import column, plan_of

KEYS = Keys(b"k" * 32)
SNAPSHOT = Snapshot(date(2026, 1, 1), {}, {"mia-twice": "mia"}, frozenset(), frozenset(), frozenset(), "")
ABOUT = {"a.cases": "subject", "b.roster": "subject"}
# Whom each row is about, by table; nobody can be told of None.
People = list[str | None]


def planned(folder: Path, tables: dict[str, People], **changes: Any) -> ReleasePlan:
    datasets = []
    for name, people in tables.items():
        links = [RowLink(row, "subject", person, "key") for row, person in enumerate(people)]
        # Whoever else is in a row is not whom it is about.
        links += [RowLink(row, "spouse", "somebody else", "key") for row in range(len(people))]
        write_links(folder / f"{name}.parquet", links)
        source, dataset = name.split(".")
        part = PartPlan(index=0, staged="s", links=f"{name}.parquet", rows=len(people), sha256="0" * 64)
        datasets.append(
            DatasetPlan(
                source=source, dataset=dataset, title=name, key=(), parts=(part,),
                columns=(column("person", "person_id", Treatment.PSEUDONYM),),
            )
        )  # fmt: skip
    return plan_of(datasets=tuple(datasets), **changes)


def pseudonym(person: str) -> str:
    return f"person-{hashlib.sha256(person.encode()).hexdigest()[:20]}"


def cells_of(name: str, people: People) -> list[str]:
    roots = [SNAPSHOT.merges.get(person or "", person) for person in people]
    return [pseudonym(person or f"{name} row {row}") for row, person in enumerate(roots)]


def broken(plan: ReleasePlan, common: dict[tuple[str, str], Common], cells: dict[str, list[str]]) -> int:
    joins = Joins(common)
    for dataset in plan.datasets:
        # In two files, as a table may be.
        for half in (cells[dataset.name][::2], cells[dataset.name][1::2]):
            joins.add(dataset, pd.DataFrame({"person": half}))
    return joins.broken()


def everybody(*_: object) -> Callable[[str], bool]:
    return lambda _: True


def common_of(folder: Path, plan: ReleasePlan, went: Any = everybody) -> dict[tuple[str, str], Common]:
    return people_in_common(Home(root=folder), KEYS, plan, SNAPSHOT, ABOUT, went)


PEOPLE = st.lists(
    st.none() | st.sampled_from(["ann", "bo", "cy", "mia", "mia-twice"]), min_size=1, max_size=9
)


@settings(deadline=None, max_examples=60)
@given(st.fixed_dictionaries({"a.cases": PEOPLE, "b.roster": PEOPLE}), st.data())
def test_pseudonyms_of_people_join_and_a_single_other_one_does_not(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, People], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("joins")
    plan = planned(folder, tables)
    common = common_of(folder, plan)
    cells = {name: cells_of(name, people) for name, people in tables.items()}
    assert broken(plan, common, cells) == 0
    name = data.draw(st.sampled_from(list(tables)))
    shared = [
        row for row, cell in enumerate(cells[name]) if sum(map(list.count, cells.values(), [cell] * 2)) > 1
    ]
    if shared:
        # Whoever is elsewhere, too, is no longer found there.
        cells[name][data.draw(st.sampled_from(shared))] = pseudonym("under another key")
        assert broken(plan, common, cells) > 0


def test_two_people_under_one_pseudonym_are_found(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"a.cases": ["ann", "bo"]})
    common = common_of(tmp_path, plan)
    assert broken(plan, common, {"a.cases": [pseudonym("ann"), pseudonym("bo")]}) == 0
    assert broken(plan, common, {"a.cases": [pseudonym("ann")] * 2}) == 1


def test_where_rows_are_left_out_half_of_the_people_may_be_missing_and_none_may_be_more(
    tmp_path: Path,
) -> None:
    people: People = [f"p{number}" for number in range(10)]
    plan = planned(tmp_path, {"a.cases": people, "b.roster": people}, membership=Membership.WITHHELD)
    common = common_of(tmp_path, plan, lambda *_: lambda person: person != "p9")
    assert common == {("a.cases", "b.roster"): Common(4, 9)}
    cells = cells_of("", people)
    assert broken(plan, common, {"a.cases": cells[:9], "b.roster": cells[:9]}) == 0
    assert broken(plan, common, {"a.cases": cells[:9], "b.roster": cells[5:9]}) == 0
    assert broken(plan, common, {"a.cases": cells[:9], "b.roster": cells[6:9]}) == 1
    assert broken(plan, common, {"a.cases": cells, "b.roster": cells}) == 1


@pytest.mark.parametrize("left_out", [{"cover": ("ann",)}, {"membership": Membership.WITHHELD}])
def test_what_is_left_out_makes_it_a_bound(tmp_path: Path, left_out: dict[str, Any]) -> None:
    plan = planned(tmp_path, {"a.cases": ["ann", "bo"]}, **left_out)
    assert common_of(tmp_path, plan) == {}


def test_two_tables_of_which_nothing_is_known_do_not_pass(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"a.cases": ["ann"], "b.roster": ["bo"]})
    cells = {"a.cases": [pseudonym("ann")], "b.roster": [pseudonym("bo")]}
    assert broken(plan, {}, cells) == 1
    assert broken(plan, common_of(tmp_path, plan), cells) == 0


def test_a_table_without_its_column_or_with_other_text_in_it_does_not_pass(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"a.cases": ["ann", "bo"]})
    (dataset,) = plan.datasets
    for frame in (pd.DataFrame({"x": [1]}), pd.DataFrame({"person": ["no pseudonym", None]})):
        joins = Joins(common_of(tmp_path, plan))
        joins.add(dataset, frame)
        assert joins.broken() == 1
