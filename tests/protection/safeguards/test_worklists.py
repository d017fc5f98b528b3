from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from shield1367.home import Home
from shield1367.intake.receipt import list_receipts, path_of
from shield1367.intake.stage import FILE, KEY, ROW
from shield1367.keys import Keys
from shield1367.pipeline import Site, stage, waiting_batches
from shield1367.protection.safeguards.rows import ItemState, ProhibitedSource, RowPlace
from shield1367.protection.safeguards.verifications import Verifications
from shield1367.protection.safeguards.worklists import (
    NoSuchItemError,
    UnjudgedSourceError,
    find_open_source,
    prohibited_sources,
    uncertified_actions,
    unread_batches,
)
from shield1367.testing.generate import generate
from shield1367.testing.truth import read_rows, read_safeguards
from tests.protection.site import DAY, PROJECT, Desk, encounter

NAMES = ("WOMENS SHELTER", "COUNTY COURTHOUSE", "COUNTY JAIL")


def listed(desk: Desk) -> list[ProhibitedSource]:
    verified = Verifications(desk.home, desk.keys).by_row()
    return list(prohibited_sources(desk.home, desk.project, verified, as_of=DAY))


@pytest.fixture
def staged(desk: Desk) -> Desk:
    rows = [
        encounter(1, information_source="ABUSER", site_code="SEA", apprehension_landmark_descr=NAMES[0]),
        encounter(2, information_source="POLICE REPORT", apprehension_landmark_descr=NAMES[2]),
        encounter(3, information_source="SPOUSE", apprehension_landmark_descr=NAMES[1]),
        encounter(4, information_source="TRAFFICKER", source_verification="Y"),
    ]
    desk.deliver("enforcement", {"encounters": rows})
    os.utime(path_of(desk.home, "enforcement", "b1"), (0, datetime(2026, 8, 2, 9, tzinfo=UTC).timestamp()))
    return desk


def test_a_work_item_says_where_and_how_old(staged: Desk) -> None:
    found = {item.at.row: item for item in listed(staged)}
    assert {row: item.state for row, item in found.items()} == {
        1: ItemState.OPEN,
        3: ItemState.REVIEW,
        4: ItemState.VERIFIED,
    }
    item = found[1]
    assert str(item.at) == "enforcement/encounters/b1/encounters_1.csv.gz/1"
    assert (item.office, item.month, item.age_days) == ("SEA", "2025-03", 30)
    assert (item.source_class, item.reference) == ("spouse_or_parent", None)


def test_a_recorded_verification_closes_its_item_and_no_other(staged: Desk) -> None:
    at = next(item.at for item in listed(staged) if item.at.row == 1)
    found = find_open_source(staged.home, staged.project, {}, str(at), as_of=DAY)
    kept = Verifications(staged.home, staged.keys)
    kept.record(found.at, by="J. Ruiz", reference="R-1")
    states = {item.at.row: (item.state, item.reference) for item in listed(staged)}
    assert states[1] == (ItemState.VERIFIED, "R-1")
    assert states[3] == (ItemState.REVIEW, None)
    with pytest.raises(NoSuchItemError, match="nothing waits"):
        find_open_source(staged.home, staged.project, kept.by_row(), str(at), as_of=DAY)


@pytest.mark.parametrize(
    "text",
    [
        "enforcement/encounters/b1/encounters_1.csv.gz/2", "enforcement/encounters/b1/encounters_1.csv.gz/4",
        "enforcement/encounters/b1/encounters_1.csv.gz/99", "enforcement/encounters/b9/encounters_1.csv.gz/1",
        "nowhere/encounters/b1/encounters_1.csv.gz/1", "enforcement", "", "a/b/c/d/-1",
    ],
)  # fmt: skip
def test_where_nothing_waits_nothing_is_found(staged: Desk, text: str) -> None:
    with pytest.raises(NoSuchItemError):
        find_open_source(staged.home, staged.project, {}, text, as_of=DAY)


def test_actions_are_listed_by_place(staged: Desk) -> None:
    found = {item.at.row: item for item in uncertified_actions(staged.home, staged.project, as_of=DAY)}
    assert {row: (item.state, item.kind) for row, item in found.items()} == {
        1: (ItemState.OPEN, "domestic_violence_shelter"),
        3: (ItemState.REVIEW, "courthouse"),
    }
    assert (found[1].office, found[1].month, found[1].age_days) == ("SEA", "2025-03", 30)


def test_no_item_holds_a_value_of_a_person(staged: Desk) -> None:
    items = [*listed(staged), *uncertified_actions(staged.home, staged.project, as_of=DAY)]
    text = repr(items).lower()
    for number in range(1, 5):
        row = encounter(number)
        private = ("encounter_id", "a_number", "last_name", "first_name", "date_of_birth")
        assert not [name for name in private if row[name].lower() in text]
    assert "abuser" not in text


def test_a_batch_that_does_not_say_who_gave_it_is_named(desk: Desk) -> None:
    desk.deliver("enforcement", {"encounters": [encounter(1)]}, without="information_source")
    assert unread_batches(desk.home, desk.project) == ("enforcement/encounters/b1",)
    assert listed(desk) == []


def test_staged_data_without_its_contract_is_refused(staged: Desk) -> None:
    contracts = {name: c for name, c in staged.project.contracts.items() if name != "enforcement"}
    from dataclasses import replace

    staged.project = replace(staged.project, contracts=contracts)
    for read in (
        lambda: listed(staged),
        lambda: list(uncertified_actions(staged.home, staged.project, as_of=DAY)),
        lambda: unread_batches(staged.home, staged.project),
    ):
        with pytest.raises(UnjudgedSourceError, match=r"enforcement\.encounters"):
            read()


@pytest.fixture(scope="module")
def truthful(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("safeguards")
    generate(people=700, seed=8, out=root, part_rows=200)
    site = Site(Home(root=root), Keys(b"k" * 32), PROJECT)
    for batch in waiting_batches(site, "enforcement")[0]:
        stage(site, "enforcement", batch.batch)
    return site


def _keys(home: Home) -> dict[RowPlace, str]:
    return {
        RowPlace(r.source, dataset, r.batch, row[FILE], row[ROW]): row[KEY]
        for r in list_receipts(home)
        for dataset, parts in r.parts.items()
        for part in parts
        for row in pq.read_table(home.root / part.path, columns=[FILE, ROW, KEY]).to_pylist()
    }


def _rows_of_truth(root: Path) -> set[str]:
    return {row.key for row in read_rows(root / "truth") if row.dataset == "encounters"}


def test_all_sources_of_the_ground_truth_are_found_and_no_other(truthful: Site) -> None:
    keys, true = _keys(truthful.home), _rows_of_truth(truthful.home.root)
    expected = {
        entry.key: (None if entry.source_class == "review" else entry.source_class, entry.verified)
        for entry in read_safeguards(truthful.home.root / "truth")
        if entry.source_class
    }
    found = {
        keys[item.at]: (item.source_class, item.state is ItemState.VERIFIED)
        for item in prohibited_sources(truthful.home, PROJECT, {}, as_of=date(2026, 12, 31))
        if keys[item.at] in true
    }
    assert found == {key: answer for key, answer in expected.items() if key in set(keys.values())}
    assert len(found) > 20


def test_all_places_of_the_ground_truth_are_found_and_no_other(truthful: Site) -> None:
    keys, true = _keys(truthful.home), _rows_of_truth(truthful.home.root)
    expected = {
        entry.key: ({entry.place, entry.told}, entry.certified)
        for entry in read_safeguards(truthful.home.root / "truth")
        if entry.place or entry.told
    }
    found = [item for item in uncertified_actions(truthful.home, PROJECT, as_of=DAY) if keys[item.at] in true]
    assert {keys[item.at] for item in found} == expected.keys() & set(keys.values())
    for item in found:
        kinds, certified = expected[keys[item.at]]
        assert item.kind in kinds
        assert (item.state is ItemState.CERTIFIED) == certified
    states = Counter(item.state for item in found)
    assert min(states[state] for state in (ItemState.OPEN, ItemState.REVIEW)) > 20
