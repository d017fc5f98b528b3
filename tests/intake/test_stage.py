from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.config.contract import RESERVED
from shield1367.errors import KeyMissingError, StorageError
from shield1367.home import Home
from shield1367.intake.quarantine import IDENTIFIER_PURPOSE, open_rows
from shield1367.intake.reasons import EXPLANATIONS, Reason
from shield1367.intake.receipt import BatchReceipt, Refusal, list_receipts, path_of, read_receipt
from shield1367.intake.stage import FILE, INVALID, KEY, ROW, BatchChangedError, stage_batch
from shield1367.keys import Keys
from tests.intake.deliveries import (
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

GOOD = [good(1), good(2), good(3)]


def refusals(receipt: BatchReceipt) -> list[tuple[str, Reason, int | None, str | None]]:
    """What was refused: file, reason, row, column."""
    return [(r.file, r.reason, r.row, r.column) for r in receipt.refusals]


def fingerprint(kind: str, value: str) -> str:
    """How whoever a refused file names is remembered."""
    return KEYS.fingerprint(IDENTIFIER_PURPOSE).of(kind, value)


def assert_reconciled(home: Home, receipt: BatchReceipt) -> None:
    """Rows in = staged + quarantined, and what the receipt says is what lies there."""
    for file in receipt.files:
        assert file.rows == file.staged + file.quarantined, file.name
        assert file.refused is None or file.staged == 0
    assert receipt.rows == receipt.staged + receipt.quarantined
    parts = sum(part.rows for parts in receipt.parts.values() for part in parts)
    assert parts == receipt.staged == sum(len(staged_rows(home, receipt, name)) for name in receipt.parts)
    opened = list(open_rows(home, KEYS, receipt.source, receipt.batch))
    whole = {file.name for file in receipt.files if file.refused}
    assert not whole & {row.file for row in opened}
    assert len(opened) == sum(file.quarantined for file in receipt.files if not file.refused)


def test_good_rows_are_staged_as_text_with_their_coordinates(home: Home) -> None:
    deliver(home, {"people.csv": as_csv(GOOD)})
    receipt = take_in(home)
    rows = staged_rows(home, receipt)
    assert [tuple(row[name] for name in HEADER) for row in rows] == GOOD
    assert [(row[ROW], row[FILE], row[KEY], row[INVALID]) for row in rows] == [
        (1, "people.csv", "R1", None),
        (2, "people.csv", "R2", None),
        (3, "people.csv", "R3", None),
    ]
    assert receipt.refusals == ()
    assert not (home.quarantine / "cases").exists() or not list((home.quarantine / "cases").iterdir())
    assert_reconciled(home, receipt)


def test_intakes_own_columns_are_the_names_that_no_contract_may_use() -> None:
    assert {ROW, FILE, KEY, INVALID} == RESERVED


def test_rows_are_cut_into_parts_across_files(home: Home) -> None:
    deliver(home, {f"people-{at}.csv": as_csv([good(at * 10 + n) for n in range(5)]) for at in (1, 2)})
    receipt = take_in(home, rows_per_part=2)
    assert [Path(part.path).name for part in receipt.parts["people"]] == [
        f"part-{number:04d}.parquet" for number in range(6)
    ]
    assert [part.rows for part in receipt.parts["people"]] == [2, 2, 1, 2, 2, 1]
    assert_reconciled(home, receipt)


ROW_REASONS: dict[str, tuple[bytes, Reason]] = {
    "a cell too many": (b"R2,A200000002,N,1990-02-03,2024-05-06,CA,x,y", Reason.COLUMN_COUNT),
    "a cell too few": (b"R2,A200000002,N,1990-02-03,2024-05-06,CA", Reason.COLUMN_COUNT),
    "NUL bytes": (b"R2,A200000002,N\0\0,1990-02-03,2024-05-06,CA,x", Reason.NUL_BYTE),
    "bytes of another encoding": (b"R2,A200000002,P\xe9rez,1990-02-03,2024-05-06,CA,x", Reason.BAD_ENCODING),
    "shifted cells": (b"R2,A200000002,N,APT 4,1990-02-03,2024-05-06,CA", Reason.SHIFTED_ROW),
    "a key that was there before": (b"R1,A200000002,N,1990-02-03,2024-05-06,CA,x", Reason.DUPLICATE_KEY),
    "no key": (b" ,A200000002,N,1990-02-03,2024-05-06,CA,x", Reason.MISSING_KEY),
}


@pytest.mark.parametrize(("line", "reason"), ROW_REASONS.values(), ids=ROW_REASONS)
def test_a_bad_row_waits_with_file_row_and_reason_and_the_rest_goes_on(
    home: Home, line: bytes, reason: Reason
) -> None:
    content = as_csv([good(1)]) + line + b"\n" + as_csv([good(3)]).split(b"\n", 1)[1]
    folder = deliver(home, {"people.csv": content}, rows={"people.csv": 3})
    receipt = take_in(home)
    assert refusals(receipt) == [("people.csv", reason, 2, None)]
    assert receipt.reasons() == Counter({reason: 1})
    assert [row["id"] for row in staged_rows(home, receipt)] == ["R1", "R3"]
    assert_reconciled(home, receipt)
    # The row can be opened by whoever holds the key, and says in clear only why it waits.
    (opened,) = open_rows(home, KEYS, "cases", "b1")
    assert (opened.file, opened.dataset, opened.row) == ("people.csv", "people", 2)
    assert "A200000002" in opened.cells
    assert opened.suspicious
    assert (opened.fields is None) == (reason is Reason.COLUMN_COUNT)
    (written,) = json.loads((home.quarantine / "cases" / "b1" / "refusals.json").read_text())
    assert (written["reason"], written["meaning"]) == (reason.value, EXPLANATIONS[reason])
    assert folder.exists()


FILE_REASONS = {
    "wrong hash": Reason.WRONG_HASH,
    "missing": Reason.MISSING_FILE,
    "truncated": Reason.TRUNCATED,
    "not the format": Reason.UNREADABLE,
    "fewer rows than announced": Reason.ROW_COUNT,
    "more rows than announced": Reason.ROW_COUNT,
    "no dataset of the contract": Reason.UNKNOWN_DATASET,
    "without a key column": Reason.MISSING_COLUMN,
    "a column twice": Reason.DUPLICATE_COLUMN,
    "times in two zones": Reason.MIXED_TIME_ZONES,
}


def deliver_bad_file(home: Home, fault: str) -> str:
    """A batch of one bad file and a good one; returns the bad one's name."""
    name, content, rows, dataset = "people-bad.csv", as_csv([good(7), good(7), good(8)]), 3, "people"
    match fault:
        case "truncated":
            name, content = "people-bad.csv.gz", gzip.compress(as_csv([good(n) for n in range(7, 400)]))[:-30]
        case "not the format":
            name = "people-bad.csv.gz"
        case "fewer rows than announced":
            rows = 4
        case "more rows than announced":
            rows = 2
        case "no dataset of the contract":
            dataset = "pets"
        case "without a key column":
            content = content.replace(b"id,", b"ident,", 1)
        case "times in two zones":
            content = content.replace(b"2024-05-06", b"2024-05-06T23:00:00Z", 1)
            content = content.replace(b"2024-05-06,", b"2024-05-06T23:00:00-05:00,")
        case "a column twice":
            content = content.replace(b"name", b"A NUMBER", 1)
    folder = deliver(
        home,
        {name: content, "people-good.csv": as_csv(GOOD)},
        rows={name: rows},
        datasets={name: dataset},
    )
    if fault == "wrong hash":
        (folder / name).write_bytes(content + b"\n")
    elif fault == "missing":
        (folder / name).unlink()
    return name


@pytest.mark.parametrize("fault", FILE_REASONS)
def test_a_bad_file_is_refused_as_a_whole_and_the_others_go_on(home: Home, fault: str) -> None:
    name = deliver_bad_file(home, fault)
    receipt = take_in(home)
    reason = FILE_REASONS[fault]
    bad, fine = receipt.files
    assert (bad.name, bad.refused, bad.staged, bad.quarantined) == (name, reason, 0, bad.rows)
    assert (fine.staged, fine.quarantined) == (3, 0)
    assert (name, reason, None, None) in refusals(receipt)
    assert {file for file, *_ in refusals(receipt)} == {name}
    assert all(row is None for _, _, row, _ in refusals(receipt))
    assert [row["id"] for row in staged_rows(home, receipt)] == ["R1", "R2", "R3"]
    assert_reconciled(home, receipt)


@pytest.mark.parametrize(
    "fault", [fault for fault in FILE_REASONS if fault not in ("missing", "not the format")]
)
def test_whoever_a_refused_file_names_is_remembered_by_fingerprint(home: Home, fault: str) -> None:
    name = deliver_bad_file(home, fault)
    receipt = take_in(home)
    remembered = {fp for refusal in receipt.refusals if refusal.file == name for fp in refusal.identifiers}
    assert fingerprint("a_number", "200000007") in remembered
    assert fingerprint("a_number", "200000001") not in remembered


def test_a_file_refused_half_way_leaves_nothing_of_it(home: Home) -> None:
    many = as_csv([good(n) for n in range(10, 600)])
    deliver(
        home,
        {"people-a.csv": as_csv([good(1), good(1)]), "people-b.csv.gz": gzip.compress(many)[:-30]},
    )
    receipt = take_in(home, rows_per_part=100)
    assert [part.rows for part in receipt.parts["people"]] == [1]
    folder = (home.root / receipt.parts["people"][0].path).parent
    assert [path.name for path in folder.iterdir()] == ["part-0000.parquet"]
    assert refusals(receipt) == [
        ("people-a.csv", Reason.DUPLICATE_KEY, 2, None),
        ("people-b.csv.gz", Reason.TRUNCATED, None, None),
    ]
    assert_reconciled(home, receipt)


def test_the_keys_of_a_refused_file_are_free_for_the_next_one(home: Home) -> None:
    deliver(
        home,
        {"people-a.csv": as_csv(GOOD), "people-b.csv": as_csv(GOOD)},
        rows={"people-a.csv": 9, "people-b.csv": 3},
    )
    receipt = take_in(home)
    assert [file.staged for file in receipt.files] == [0, 3]
    assert_reconciled(home, receipt)


def test_a_file_that_the_manifest_does_not_name_is_reported_and_not_staged(home: Home) -> None:
    folder = deliver(home, {"people.csv": as_csv(GOOD)})
    (folder / "people-late.csv").write_bytes(as_csv([good(9)]))
    (folder / "notes").mkdir()
    receipt = take_in(home)
    assert refusals(receipt) == [
        ("notes", Reason.UNLISTED_FILE, None, None),
        ("people-late.csv", Reason.UNLISTED_FILE, None, None),
    ]
    assert fingerprint("a_number", "200000009") in receipt.refusals[1].identifiers
    assert receipt.staged == 3


def test_unknown_and_missing_columns_are_reported_and_the_file_is_staged(home: Home) -> None:
    header = (*HEADER[:-2], "shoe size", "note")
    deliver(home, {"people.csv": as_csv([good(1), good(2)], header=header)})
    receipt = take_in(home)
    assert refusals(receipt) == [
        ("people.csv", Reason.UNKNOWN_COLUMN, None, "shoe size"),
        ("people.csv", Reason.MISSING_COLUMN, None, "state"),
    ]
    assert receipt.missing_columns == {"people": ("state",)}
    rows = staged_rows(home, receipt)
    assert [row["state"] for row in rows] == [None, None]
    assert "shoe size" not in rows[0]
    assert rows[0]["note"] == "seen at the office"


def test_columns_are_found_under_other_spellings(home: Home) -> None:
    header = ("ID", "A Number", "Name ", "D.O.B", "hearing", "STATE", "note")
    deliver(home, {"people.csv": as_csv([good(1)], header=header)})
    receipt = take_in(home)
    (row,) = staged_rows(home, receipt)
    assert row["a_number"] == good(1)[1]
    assert row["id"] == "R1"
    assert refusals(receipt) == [
        ("people.csv", Reason.UNKNOWN_COLUMN, None, "D.O.B"),
        ("people.csv", Reason.MISSING_COLUMN, None, "dob"),
    ]


def test_a_file_without_a_header_writes_none_of_its_data_in_clear(home: Home) -> None:
    """Without a key column nothing else tells that the first line is data."""
    deliver(home, {"visits.csv": b"QUERALT ZABALETA,A200000001\nOTHER,A200000002\n"})
    receipt = take_in(home)
    assert [file.refused for file in receipt.files] == [Reason.MISSING_COLUMN]
    assert fingerprint("a_number", "200000002") in receipt.refusals[0].identifiers
    assert_no_value_in_clear(home, b"QUERALT", b"200000001", b"OTHER")


def test_a_header_cell_that_may_be_data_is_reported_by_its_place(home: Home) -> None:
    header = (*HEADER, "A200000077", "na\udcefve")
    rows = [(*good(1), "x", "y")]
    deliver(home, {"people.csv": as_csv(rows, header=header)})
    receipt = take_in(home)
    assert refusals(receipt) == [
        ("people.csv", Reason.UNKNOWN_COLUMN, None, "column 8"),
        ("people.csv", Reason.UNKNOWN_COLUMN, None, "column 9"),
    ]
    assert receipt.staged == 1


def test_a_file_name_in_another_encoding_is_reported(home: Home) -> None:
    folder = deliver(home, {"people.csv": as_csv(GOOD)})
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.csv")).write_bytes(b"x")
    receipt = take_in(home)
    assert refusals(receipt) == [(r"caf\udce9.csv", Reason.UNLISTED_FILE, None, None)]
    assert read_receipt(home, "cases", "b1") == receipt


def test_a_repetition_is_told_from_a_contradiction(home: Home) -> None:
    """Only a row that differs from the one staged may hide somebody."""
    deliver(
        home,
        {
            "people-a.csv": as_csv([good(1), good(1), good(1, name="SOMEBODY ELSE")]),
            "people-b.csv": as_csv([good(1), good(1, a_number="A299999999")]),
        },
    )
    receipt = take_in(home)
    assert receipt.reasons() == Counter({Reason.DUPLICATE_KEY: 4})
    suspicious = {(row.file, row.row): row.suspicious for row in open_rows(home, KEYS, "cases", "b1")}
    assert suspicious == {
        ("people-a.csv", 2): False,
        ("people-a.csv", 3): True,
        ("people-b.csv", 1): False,
        ("people-b.csv", 2): True,
    }
    assert_reconciled(home, receipt)


def test_one_cell_that_does_not_fit_is_staged_and_marked(home: Home) -> None:
    deliver(home, {"people.csv": as_csv([good(1, state="XX"), good(2, dob="00/00/0000"), good(3)])})
    receipt = take_in(home)
    assert [row[INVALID] for row in staged_rows(home, receipt)] == ["state", "dob", None]
    assert receipt.invalid == {"people.dob": 1, "people.state": 1}
    assert receipt.refusals == ()


@pytest.mark.parametrize("day", ["0001-01-01", "02/31/2024", "9999-99-99", "9999-12-31", "31.02.2024"])
def test_a_day_outside_any_calendar_is_staged_and_marked(home: Home, day: str) -> None:
    deliver(home, {"people.csv": as_csv([good(1, hearing=day), good(2)])})
    receipt = take_in(home)
    assert [row[INVALID] for row in staged_rows(home, receipt)] == ["hearing", None]
    assert receipt.invalid == {"people.hearing": 1}


def test_cells_of_another_type_than_their_column_are_staged_and_counted(home: Home) -> None:
    """A number among numbers written out, a name among A-Numbers, a list among objects; words for nothing are none."""
    columns = {"a": "a_number", "n": "count", "j": {"json": {"k": "count"}}}
    of = contract(datasets={"people": {"files": "people*", "key": [], "columns": columns}})
    header = ("a", "n", "j")
    rows = [
        ("A200000001", "3", '{"k": 1}'),
        ("QUERALT", "3", '[{"k": 1}]'),
        ("A200000002", "three", "[]"),
        ("N/A", "3.5", '["x"]'),
        ("A200000003", "-2", "{'k': 1}"),
    ]
    deliver(home, {"people.csv": as_csv(rows, header=header)})
    receipt = take_in(home, of)
    assert [row[INVALID] for row in staged_rows(home, receipt)] == [None, "a", "n", "n,j", "j"]
    assert receipt.invalid == {"people.a": 1, "people.j": 2, "people.n": 2}
    assert_reconciled(home, receipt)


def test_times_in_two_zones_are_refused_over_all_files_of_a_dataset(home: Home) -> None:
    zones = {"people-a.csv": "2024-05-06T01:00:00Z", "people-b.csv": "2024-05-06 01:00:00"}
    files = {name: as_csv([good(at, hearing=text)]) for at, (name, text) in enumerate(zones.items())}
    deliver(home, files)
    receipt = take_in(home)
    assert refusals(receipt) == [
        ("people-b.csv", Reason.MIXED_TIME_ZONES, None, "hearing"),
        ("people-b.csv", Reason.MIXED_TIME_ZONES, None, None),
    ]
    assert receipt.staged == 1
    assert_reconciled(home, receipt)


def test_winter_and_summer_time_days_and_midnights_are_one_zone(home: Home) -> None:
    times = [
        "2024-01-06T10:00:00-05:00", "2024-07-06 10:00:00-04", "07/06/2024 10:00 AM EDT", "2024-07-06",
        "2024-07-06 00:00:00", "07/06/2024 12:00:00 AM",
    ]  # fmt: skip
    deliver(home, {"people.csv": as_csv([good(at, hearing=text) for at, text in enumerate(times)])})
    receipt = take_in(home)
    assert receipt.staged == len(times)
    assert receipt.refusals == ()


def test_a_dataset_without_a_key_is_identified_by_place(home: Home) -> None:
    deliver(home, {"visits.csv": b"place,day\nX,2024-01-01\nX,2024-01-01\n"})
    receipt = take_in(home)
    assert [row[KEY] for row in staged_rows(home, receipt, "visits")] == ["visits.csv#1", "visits.csv#2"]


def test_every_reason_is_worded() -> None:
    assert set(EXPLANATIONS) == set(Reason)


def test_every_reason_is_produced_by_a_test_of_this_file() -> None:
    rows = {reason for _, reason in ROW_REASONS.values()}
    others = {Reason.UNLISTED_FILE, Reason.UNKNOWN_COLUMN}
    assert rows | set(FILE_REASONS.values()) | others == set(Reason)


def assert_no_value_in_clear(home: Home, *values: bytes) -> None:
    """None of *values* lies in quarantine or in a receipt."""
    files = [path for path in home.quarantine.rglob("*") if path.is_file()]
    files += (home.staged / "cases" / "_batches").iterdir()
    assert any(path.name == "refusals.json" for path in files)
    for path in files:
        content = path.read_bytes()
        for value in values:
            assert value not in content, path.name
            assert value.decode() not in path.name


def test_quarantine_holds_no_value_in_clear(home: Home) -> None:
    bad = [good(1), good(1, name="HIDDEN\0NAME"), good(4, note="one", state=None)[:-1]]
    deliver(
        home,
        {"people.csv": as_csv([good(1), *bad]), "people-x.csv": as_csv([good(5)])},
        rows={"people-x.csv": 2},
    )
    receipt = take_in(home)
    assert receipt.quarantined == 5
    assert_no_value_in_clear(
        home, b"QUERALT", b"ZABALETA", b"HIDDEN", b"200000", b"1990-", b'"R1"', b"R1,", b"seen at"
    )
    with pytest.raises(KeyMissingError, match="does not open with this key"):
        list(open_rows(home, Keys(b"x" * 32), "cases", "b1"))


def test_quarantine_is_for_its_owner_only(home: Home) -> None:
    deliver(home, {"people.csv": as_csv([good(1), good(1)])})
    take_in(home)
    folder = home.quarantine / "cases" / "b1"
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def snapshot(home: Home) -> dict[str, tuple[bytes, int]]:
    """Every file under the home: content and time of last change."""
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in home.root.rglob("*")
        if path.is_file()
    }


def test_a_second_run_changes_nothing(home: Home) -> None:
    deliver(home, {"people.csv": as_csv([*GOOD, good(1)])})
    first = take_in(home)
    before = snapshot(home)
    again, staged_now = stage_batch(home, KEYS, contract(), FIELDS, only_batch(home))
    assert not staged_now
    assert again == first
    assert snapshot(home) == before


def test_the_same_batch_with_other_content_is_refused(home: Home) -> None:
    deliver(home, {"people.csv": as_csv(GOOD)})
    first = take_in(home)
    before = snapshot(home)
    deliver(home, {"people.csv": as_csv([good(9)])})
    with pytest.raises(BatchChangedError, match=r"E303 batch b1 of cases .* under a new batch id"):
        stage_batch(home, KEYS, contract(), FIELDS, only_batch(home))
    assert read_receipt(home, "cases", "b1") == first
    staged = {path: content for path, content in before.items() if "landing" not in path}
    assert {path: content for path, content in snapshot(home).items() if "landing" not in path} == staged


def test_a_damaged_receipt_is_named(home: Home) -> None:
    path = path_of(home, "cases", "b1")
    path.parent.mkdir(parents=True)
    path.write_text('{"source": "QUERALT"}')
    with pytest.raises(StorageError, match=r"b1\.json is not a receipt of this version") as caught:
        read_receipt(home, "cases", "b1")
    assert "QUERALT" not in str(caught.value)
    with pytest.raises(StorageError):
        list_receipts(home)


_KILLED = """
    import os, signal, sys
    from pathlib import Path
    from shield1367 import storage
    from shield1367.home import Home
    from shield1367.intake import {module} as module
    from tests.intake.deliveries import take_in

    calls, kept = int(sys.argv[2]), module.{function}
    def killing(*args, **options):
        global calls
        if calls == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        calls -= 1
        return kept(*args, **options)
    module.{function} = killing
    take_in(Home(root=Path(sys.argv[1])), rows_per_part=2)
"""
# In the middle of the parts, before one dataset is moved into place, after it, before quarantine, before the receipt.
KILLS = [
    ("stage", "write_atomically", 2),
    ("stage", "move_folder", 0),
    ("stage", "move_folder", 1),
    ("quarantine", "write_bytes", 0),
    ("receipt", "write_json", 0),
]


@pytest.mark.parametrize(("module", "function", "calls"), KILLS)
def test_a_killed_run_leaves_nothing_that_counts_and_the_next_one_finishes(
    home: Home, module: str, function: str, calls: int
) -> None:
    files = {
        "people.csv": as_csv([*(good(n) for n in range(9)), good(1)]),
        "visits.csv": b"place,day\nX,2024-01-01\n",
    }
    deliver(home, files)
    script = textwrap.dedent(_KILLED).format(module=module, function=function)
    killed = subprocess.run(
        [sys.executable, "-c", script, str(home.root), str(calls)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sys.path))},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert read_receipt(home, "cases", "b1") is None
    assert list_receipts(home) == []

    receipt = take_in(home, rows_per_part=2)
    assert (receipt.staged, receipt.quarantined) == (10, 1)
    assert_reconciled(home, receipt)
    assert [str(path) for path in home.root.rglob(".tmp-*") if path.is_dir()] == []
    on_disk = {str(path.relative_to(home.root)) for path in home.staged.rglob("*.parquet")}
    canaries = {part.path for part in receipt.canaries.values()}
    assert on_disk == canaries | {part.path for parts in receipt.parts.values() for part in parts}


def test_what_a_killed_run_left_in_quarantine_does_not_outlive_a_clean_delivery(home: Home) -> None:
    deliver(home, {"people.csv": as_csv([good(1), good(1)])})
    take_in(home)
    path_of(home, "cases", "b1").unlink()  # as if it had been killed before its receipt
    deliver(home, {"people.csv": as_csv(GOOD)})
    receipt = take_in(home)
    assert receipt.quarantined == 0
    assert list(open_rows(home, KEYS, "cases", "b1")) == []


_FULL = """
    import resource, signal, sys
    from pathlib import Path
    from shield1367.errors import StorageError
    from shield1367.home import Home
    from tests.intake.deliveries import take_in

    import pyarrow.parquet
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    try:
        take_in(Home(root=Path(sys.argv[1])))
    except StorageError as error:
        print(error)
"""


def test_no_room_for_a_part_stages_nothing_and_says_so(home: Home) -> None:
    """A limit on the size of files is the full disk that every machine has."""
    rows = [good(n, note=os.urandom(40).hex()) for n in range(2000)]
    deliver(home, {"people.csv": as_csv(rows)})
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_FULL), str(home.root)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "E101 cannot write" in run.stdout, run.stderr
    assert "QUERALT" not in run.stdout + run.stderr
    assert [path for path in home.staged.rglob("*") if path.is_file()] == []
    assert take_in(home).staged == 2000


_LINES: dict[str, Callable[[int], bytes]] = {
    "good": lambda n: as_csv([good(n)], header=("x",)).split(b"\n", 1)[1],
    "repeated": lambda n: as_csv([good(0)], header=("x",)).split(b"\n", 1)[1],
    "one cell too many": lambda n: as_csv([(*good(n), "z")], header=("x",)).split(b"\n", 1)[1],
    "NUL": lambda n: as_csv([good(n, name="A\0B")], header=("x",)).split(b"\n", 1)[1],
    "bytes": lambda n: as_csv([good(n, name="P\udce9")], header=("x",)).split(b"\n", 1)[1],
    "shifted": lambda n: as_csv([good(n, dob="APT", hearing="N")], header=("x",)).split(b"\n", 1)[1],
    "keyless": lambda n: as_csv([good(n, id=None)], header=("x",)).split(b"\n", 1)[1],
    "blank": lambda n: b"\n",
}


@settings(max_examples=40, deadline=None)
@given(
    files=st.lists(st.lists(st.sampled_from(sorted(_LINES)), max_size=12), min_size=1, max_size=3),
    announced=st.lists(st.sampled_from([None, 0, 1]), min_size=3, max_size=3),
    rows_per_part=st.integers(1, 5),
)
def test_no_row_is_lost(
    tmp_path_factory: pytest.TempPathFactory,
    files: list[list[str]],
    announced: list[int | None],
    rows_per_part: int,
) -> None:
    """Every row of a batch is staged, or openable in quarantine, or in a file that is refused whole."""
    home = Home(root=tmp_path_factory.mktemp("home"))
    contents, counts, number = {}, {}, 0
    for at, (kinds, wrong) in enumerate(zip(files, announced, strict=False)):
        body = b""
        for kind in kinds:
            number += 1
            body += _LINES[kind](number)
        name = f"people-{at}.csv"
        contents[name] = ",".join(HEADER).encode() + b"\n" + body
        real = sum(kind != "blank" for kind in kinds)
        if wrong is not None:
            counts[name] = real + wrong
    deliver(home, contents, rows=counts)
    receipt = take_in(home, rows_per_part=rows_per_part)
    assert_reconciled(home, receipt)
    for file, kinds, wrong in zip(receipt.files, files, announced, strict=False):
        real = sum(kind != "blank" for kind in kinds)
        if wrong:
            assert file.refused is Reason.ROW_COUNT
            continue
        assert file.refused is None
        places = {row[ROW] for row in staged_rows(home, receipt) if row[FILE] == file.name}
        opened = {row.row for row in open_rows(home, KEYS, "cases", "b1") if row.file == file.name}
        assert places.isdisjoint(opened)
        assert places | opened == set(range(1, real + 1))
        assert opened == {r.row for r in receipt.refusals if r.file == file.name and r.row is not None}


def test_a_refusal_is_printable_whatever_its_file_is_called() -> None:
    refusal = Refusal(file="a\udce9", reason=Reason.UNLISTED_FILE, column="b\udcff")
    assert refusal.model_dump_json().isascii()
