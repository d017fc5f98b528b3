"""Release from quarantine: what is mended is staged beside its batch, what is not stays, and nothing is lost."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.config.contract import SourceContract
from shield1367.errors import KeyMissingError
from shield1367.home import Home
from shield1367.intake.batches import find_batches
from shield1367.intake.mended import Mended, MendedRefusedError, as_lines, read_lines
from shield1367.intake.mending import NothingHoldsError, NothingWaitsError, release_rows, waits_of
from shield1367.intake.quarantine import open_rows, reseal_rows
from shield1367.intake.reasons import Reason
from shield1367.intake.receipt import BatchReceipt, path_of, read_receipt
from shield1367.intake.stage import FILE, ROW, stage_batch
from shield1367.keys import Keys
from tests.intake.deliveries import (
    COLUMNS,
    FIELDS,
    HEADER,
    KEYS,
    as_csv,
    contract,
    deliver,
    good,
    only_batch,
    staged_rows,
    take_in,
)

SHIFTED = ("R4", "QUERALT ZABALETA4", "1990-02-03", "A204000004", "CA", "2024-05-06", "moved by one")
NO_KEY = good(5, id=None)
ROWS = [good(1), SHIFTED, good(2), NO_KEY, good(2)]


def release(home: Home, of: SourceContract | None = None, *, gone: bool = False) -> BatchReceipt:
    of = of or contract()
    batches, _ = find_batches(home, of)
    landed = next((one for one in batches if one.batch == "b1"), None)
    return release_rows(home, KEYS, of, FIELDS, "b1", None if gone else landed, by="ada", why="TICKET-118")


def hand_in(home: Home, row: int, cells: Mapping[str, str | None], file: str = "people.csv") -> None:
    waits = waits_of(home, KEYS, "cases", "b1")
    line = json.dumps({"file": file, "row": row, "cells": dict(cells)})
    kept = Mended(home, KEYS, "cases", "b1")
    rows = kept.rows() | {(r.file, r.row): r for r in read_lines([line], waits.rows, contract())}
    kept.keep_rows(rows.values())


def cells_of(cells: tuple[str | None, ...]) -> dict[str, str | None]:
    return dict(zip(HEADER, cells, strict=True))


def receipt_of(home: Home) -> BatchReceipt:
    found = read_receipt(home, "cases", "b1")
    assert found is not None
    return found


def assert_whole(home: Home) -> None:
    """Every row that was read is staged or waits, and receipt, parts and quarantine say the same."""
    receipt = receipt_of(home)
    for file in receipt.files:
        assert file.rows == file.staged + file.quarantined, file.name
    assert receipt.rows == receipt.staged + receipt.quarantined
    staged = [row for name in receipt.parts for row in staged_rows(home, receipt, name)]
    assert len(staged) == receipt.staged == sum(p.rows for parts in receipt.parts.values() for p in parts)
    places = {(row[FILE], row[ROW]) for row in staged}
    assert len(places) == len(staged)
    waiting = {(row.file, row.row) for row in open_rows(home, KEYS, "cases", "b1")}
    counted = {(r.file, r.row) for r in receipt.refusals if r.row is not None}
    assert waiting == counted
    assert not waiting & places


@pytest.fixture
def batch(home: Home) -> Home:
    """Two rows staged; one shifted, one without its key, one whose key is there already."""
    deliver(home, {"people.csv": as_csv(ROWS)})
    take_in(home)
    return home


def test_mended_rows_are_staged_beside_the_others_and_the_rest_stays(batch: Home) -> None:
    before = path_of(batch, "cases", "b1").stat().st_mtime_ns
    hand_in(batch, 2, cells_of(good(4)))
    hand_in(batch, 4, cells_of(good(2, name="ANOTHER ONE")))
    receipt = release(batch)
    assert (receipt.staged, receipt.quarantined) == (3, 2)
    assert {r["id"] for r in staged_rows(batch, receipt, "people")} == {"R1", "R2", "R4"}
    # A key was filled in, and it is one that is there: the row waits for that now.
    assert [(r.row, r.reason) for r in receipt.refusals] == [
        (4, Reason.DUPLICATE_KEY),
        (5, Reason.DUPLICATE_KEY),
    ]
    (addition,) = receipt.additions
    assert (addition.by, addition.why, addition.rows, addition.mended, addition.left) == (
        "ada", "TICKET-118", 1, 1, 2,
    )  # fmt: skip
    assert addition.contract == contract().content_hash()
    assert addition.at.endswith("+00:00")
    assert path_of(batch, "cases", "b1").stat().st_mtime_ns == before, "taken in when it was taken in"
    assert_whole(batch)
    assert Mended(batch, KEYS, "cases", "b1").rows().keys() == {("people.csv", 4)}
    hand_in(batch, 4, cells_of(good(5)))
    hand_in(batch, 5, cells_of(good(6)))
    receipt = release(batch)
    assert (receipt.staged, receipt.quarantined, len(receipt.additions)) == (5, 0, 2)
    assert not (batch.quarantine / "cases" / "b1").exists()
    assert_whole(batch)
    with pytest.raises(NothingWaitsError, match="E715"):
        release(batch)
    assert stage_batch(batch, KEYS, contract(), FIELDS, only_batch(batch)) == (receipt, False)


def test_what_still_does_not_hold_stays_with_its_reason_of_today(batch: Home) -> None:
    hand_in(batch, 2, cells_of(good(4, id=None)))
    with pytest.raises(NothingHoldsError, match=r"E717.*missing_key 2") as refused:
        release(batch)
    assert "QUERALT" not in str(refused.value)
    assert {(r.row, r.reason) for r in receipt_of(batch).refusals} == {
        (2, Reason.MISSING_KEY),
        (4, Reason.MISSING_KEY),
        (5, Reason.DUPLICATE_KEY),
    }
    assert receipt_of(batch).additions == ()
    assert_whole(batch)
    # As it was refused, whatever was handed in for it.
    (row,) = [row for row in open_rows(batch, KEYS, "cases", "b1") if row.row == 2]
    assert row.cells == SHIFTED


def test_a_corrected_contract_is_enough_where_the_file_is_still_there(home: Home) -> None:
    """Latin-1 was written, UTF-8 was promised: the rows are read again, byte for byte."""
    name = "MUÑOZ"
    content = as_csv([good(1), good(2, name=name)]).decode().encode("latin-1")
    deliver(home, {"people.csv": content})
    receipt = take_in(home)
    assert [r.reason for r in receipt.refusals] == [Reason.BAD_ENCODING]
    with pytest.raises(NothingHoldsError):
        release(home)
    mended = contract(format={"type": "csv", "encoding": "latin-1"})
    with pytest.raises(NothingHoldsError):
        release(home, mended, gone=True)
    receipt = release(home, mended)
    assert [r["name"] for r in staged_rows(home, receipt, "people")][-1] == name
    assert receipt.quarantined == 0
    assert_whole(home)


def test_a_row_that_no_longer_lies_where_it_did_is_not_taken_for_another(home: Home) -> None:
    """Cut otherwise under the new contract, the rows of a file have other numbers."""
    deliver(home, {"people.csv": as_csv([good(1), SHIFTED, good(3)])})
    take_in(home)
    with pytest.raises(NothingHoldsError):
        release(home, contract(format={"type": "pipe"}))
    assert_whole(home)


def test_a_key_that_the_contract_no_longer_needs_lets_its_row_go(batch: Home) -> None:
    without = contract(datasets={"people": {"files": "people*", "key": [], "columns": COLUMNS}})
    receipt = release(batch, without)
    assert {r.row for r in receipt.refusals} == {2}
    assert_whole(batch)


def refused_file(home: Home) -> Home:
    deliver(
        home,
        {"people.csv": as_csv([good(1)]), "visits.csv": b"place,day\nX,2024-01-02\n"},
        rows={"visits.csv": 7},
    )
    receipt = take_in(home)
    assert [(f.name, f.refused) for f in receipt.files][1] == ("visits.csv", Reason.ROW_COUNT)
    return home


def test_a_refused_file_is_taken_in_as_it_is_handed_in(home: Home, tmp_path: Path) -> None:
    refused_file(home)
    mended = tmp_path / "mended.csv"
    mended.write_text("place,day\nX,2024-01-02\nY,2024-01-03\n")
    Mended(home, KEYS, "cases", "b1").keep_file("visits.csv", mended)
    assert b"2024-01-02" not in b"".join(p.read_bytes() for p in (home.quarantine / "cases" / "b1").iterdir())
    receipt = release(home, gone=True)
    assert (receipt.rows, receipt.staged, receipt.quarantined) == (3, 3, 0)
    assert receipt.additions[0].files == ("visits.csv",)
    assert receipt.canaries.keys() == {"people", "visits"}, "a table that had no rows has canaries now"
    assert_whole(home)


def test_a_refused_file_is_read_again_under_the_contract_of_today(home: Home) -> None:
    deliver(
        home, {"people.csv": as_csv([good(1)], delimiter="|"), "visits.csv": b"place|day\nX|2024-01-02\n"}
    )
    receipt = take_in(home)
    assert receipt.staged == 0
    receipt = release(home, contract(format={"type": "pipe"}))
    assert (receipt.staged, receipt.quarantined, len(receipt.refusals)) == (2, 0, 0)
    assert_whole(home)


def test_a_file_that_is_refused_again_keeps_whom_it_names(home: Home) -> None:
    refused_file(home)
    before = [r for r in receipt_of(home).refusals if r.file == "visits.csv"]
    with pytest.raises(NothingHoldsError, match="row_count"):
        release(home)
    assert [r for r in receipt_of(home).refusals if r.file == "visits.csv"] == before
    shutil.rmtree(home.landing)
    with pytest.raises(NothingHoldsError):
        release(home)
    assert [r for r in receipt_of(home).refusals if r.file == "visits.csv"] == before


def test_times_of_another_zone_stay_out(home: Home) -> None:
    rows = [good(1, hearing="2024-05-06T10:00:00Z"), NO_KEY]
    deliver(home, {"people.csv": as_csv(rows)})
    take_in(home)
    hand_in(home, 2, cells_of(good(5, hearing="2024-05-06T10:00:00+09:00")))
    with pytest.raises(NothingHoldsError, match="mixed_time_zones"):
        release(home)
    assert_whole(home)
    hand_in(home, 2, cells_of(good(5, hearing="2024-05-07T11:00:00Z")))
    assert release(home).quarantined == 0


def test_a_run_that_is_killed_after_its_receipt_loses_nothing_and_doubles_nothing(
    batch: Home, tmp_path: Path
) -> None:
    hand_in(batch, 2, cells_of(good(4)))
    folder = batch.quarantine / "cases" / "b1"
    before = Path(shutil.copytree(folder, tmp_path / "before"))
    release(batch)
    shutil.rmtree(folder)
    shutil.copytree(before, folder)
    assert waits_of(batch, KEYS, "cases", "b1").rows.keys() == {("people.csv", 4), ("people.csv", 5)}
    with pytest.raises(NothingHoldsError):
        release(batch)
    assert_whole(batch)


def test_a_run_that_is_killed_before_its_receipt_leaves_nothing_that_counts(
    batch: Home, tmp_path: Path
) -> None:
    hand_in(batch, 2, cells_of(good(4)))
    receipt_before = path_of(batch, "cases", "b1").read_bytes()
    before = Path(shutil.copytree(batch.quarantine, tmp_path / "before"))
    release(batch)
    path_of(batch, "cases", "b1").write_bytes(receipt_before)
    shutil.rmtree(batch.quarantine)
    shutil.copytree(before, batch.quarantine)
    assert release(batch).staged == 3
    assert_whole(batch)


def test_two_who_release_at_once_release_once(batch: Home) -> None:
    hand_in(batch, 2, cells_of(good(4)))
    errors: list[Exception] = []

    def go() -> None:
        try:
            release(batch)
        except (NothingHoldsError, NothingWaitsError) as error:
            errors.append(error)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors) == 1
    assert len(receipt_of(batch).additions) == 1
    assert_whole(batch)


LINES: dict[str, Callable[[dict[str, object]], str]] = {
    "no JSON": lambda line: "SECRET",
    "a list": lambda line: json.dumps(["SECRET"]),
    "no cells": lambda line: json.dumps({"file": line["file"], "row": line["row"]}),
    "a key too many": lambda line: json.dumps(line | {"SECRET": 1}),
    "another file": lambda line: json.dumps(line | {"file": "SECRET"}),
    "a row that is staged": lambda line: json.dumps(line | {"row": 1}),
    "no number": lambda line: json.dumps(line | {"row": "2"}),
    "true for a number": lambda line: json.dumps(line | {"row": True}),
    "a cell that is no text": lambda line: json.dumps(line | {"cells": {"id": 7}}),
    "a column of nobody's": lambda line: json.dumps(line | {"cells": {"SECRET": "x"}}),
    "the same row twice": lambda line: json.dumps(line) + "\n" + json.dumps(line),
    "nothing": lambda line: "\n",
}


@pytest.mark.parametrize("make", LINES.values(), ids=LINES)
def test_what_mends_nothing_is_refused_and_says_no_value(
    batch: Home, make: Callable[[dict[str, object]], str]
) -> None:
    waits = waits_of(batch, KEYS, "cases", "b1")
    line = make({"file": "people.csv", "row": 2, "cells": {"id": "SECRET"}})
    with pytest.raises(MendedRefusedError, match="E716") as refused:
        read_lines(line.split("\n"), waits.rows, contract())
    assert "SECRET" not in str(refused.value)


def test_rows_go_out_to_be_mended_and_come_back(batch: Home) -> None:
    waits = waits_of(batch, KEYS, "cases", "b1")
    lines = list(as_lines(waits.rows.values(), waits.receipt, contract()))
    first = json.loads(lines[0])
    assert (first["row"], first["reason"], first["as_found"]) == (2, "shifted_row", list(SHIFTED))
    assert set(first["cells"]) == set(HEADER)
    assert {row.row for row in read_lines(lines, waits.rows, contract())} == {2, 4, 5}
    hostile = "=cmd|' /C calc'!A0 <script>\u2028 ' OR 1=1 --"
    first["cells"] = cells_of(good(4, note=hostile))
    hand_in(batch, 2, first["cells"])
    receipt = release(batch)
    assert hostile in [row["note"] for row in staged_rows(batch, receipt, "people")]


def test_what_is_handed_in_is_encrypted_and_turned_to_a_new_key_with_the_rest(batch: Home) -> None:
    hand_in(batch, 2, cells_of(good(4)))
    sealed = batch.quarantine / "cases" / "b1" / "mended.sealed"
    assert b"R4" not in sealed.read_bytes()
    assert sealed.stat().st_mode & 0o077 == 0
    with pytest.raises(KeyMissingError):
        Mended(batch, Keys(b"x" * 32), "cases", "b1").rows()
    assert reseal_rows(batch, KEYS) == 0


def test_without_a_batch_there_is_nothing(home: Home) -> None:
    with pytest.raises(NothingWaitsError, match="E715"):
        release(home)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.sampled_from(["good", "shifted", "keyless", "double", "nul"]), min_size=1, max_size=8),
    st.lists(st.sampled_from(["mend", "mend badly", "leave"]), min_size=8, max_size=8),
)
def test_whatever_is_mended_every_row_is_staged_or_waits(sorts: list[str], acts: list[str]) -> None:
    import tempfile

    made = {
        "good": lambda n: good(n),
        "shifted": lambda n: SHIFTED,
        "keyless": lambda n: good(n, id=None),
        "double": lambda n: good(1),
        "nul": lambda n: good(n, note="a\0b"),
    }
    with tempfile.TemporaryDirectory() as folder:
        home = Home(root=Path(folder))
        deliver(home, {"people.csv": as_csv([made[sort](n) for n, sort in enumerate(sorts, 1)])})
        take_in(home)
        for refusal, act in zip(receipt_of(home).refusals, acts, strict=False):
            if refusal.row and act != "leave":
                change: dict[str, str | None] = {} if act == "mend" else {"id": None}
                hand_in(home, refusal.row, cells_of(good(100 + refusal.row, **change)))
        mended = {n for (_, n) in Mended(home, KEYS, "cases", "b1").rows()}
        try:
            release(home)
        except (NothingHoldsError, NothingWaitsError):
            assert "mend" not in acts[: len(mended)] or not mended
        assert_whole(home)
