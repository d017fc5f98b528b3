from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shield1367.config.contract import load_contracts
from shield1367.intake.manifest import read_manifest
from shield1367.testing.faults import Fault
from shield1367.testing.generate import FolderInUseError, GeneratedSummary, TooManyPeopleError, generate
from shield1367.testing.limbs import Status
from shield1367.testing.truth import read_faults, read_people, read_rows

Tables = dict[tuple[str, str], list[Any]]


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def in_another_process(code: str, *arguments: str | Path, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={"PYTHONPATH": os.pathsep.join(sys.path), **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_same_seed_same_bytes_in_another_process_clock_and_locale(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    generate(people=150, seed=3, out=here)
    code = (
        "import sys; from pathlib import Path; from shield1367.testing.generate import generate;"
        "generate(people=150, seed=3, out=Path(sys.argv[1]))"
    )
    in_another_process(code, there, PYTHONHASHSEED="4711", TZ="Asia/Tokyo", LC_ALL="C")
    assert digests(here) == digests(there)
    assert digests(here)


def test_another_seed_draws_other_people(tmp_path: Path) -> None:
    first = generate(people=60, seed=1, out=tmp_path / "1")
    second = generate(people=60, seed=2, out=tmp_path / "2")
    numbers = [
        {person.identifiers["a_number"] for person in read_people(run.truth)} for run in (first, second)
    ]
    assert not numbers[0] & numbers[1]


def test_a_second_call_touches_nothing(tmp_path: Path) -> None:
    first = generate(people=60, seed=1, out=tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert generate(people=60, seed=1, out=tmp_path) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_damaged_folder_is_made_again(tmp_path: Path) -> None:
    summary = generate(people=60, seed=1, out=tmp_path)
    good = digests(tmp_path)
    victim = next(summary.landing.rglob("applications*.csv"))
    victim.write_bytes(victim.read_bytes()[:-20])
    assert generate(people=60, seed=1, out=tmp_path) == summary
    assert digests(tmp_path) == good


def test_other_settings_in_the_same_folder_are_refused(tmp_path: Path) -> None:
    generate(people=60, seed=1, out=tmp_path)
    before = digests(tmp_path)
    with pytest.raises(FolderInUseError, match="other settings"):
        generate(people=61, seed=1, out=tmp_path)
    assert digests(tmp_path) == before


@pytest.mark.parametrize(("people", "batches"), [(0, 1), (-5, 1), (3, 4), (3, 0), (10**9, 1)])
def test_impossible_numbers_are_refused(tmp_path: Path, people: int, batches: int) -> None:
    with pytest.raises(TooManyPeopleError):
        generate(people=people, seed=1, out=tmp_path, batches=batches)
    assert not list(tmp_path.iterdir())


def test_exactly_as_many_people_as_asked_for(generated: GeneratedSummary) -> None:
    people = list(read_people(generated.truth))
    assert len(people) == generated.people
    assert [person.person_id for person in people] == [f"P{number:08d}" for number in range(len(people))]
    counts = Counter(person.status for person in people)
    assert (counts[Status.PROTECTED], counts[Status.INDETERMINATE], counts[Status.CLEAR]) == (
        generated.protected,
        generated.indeterminate,
        generated.clear,
    )


def test_manifests_tell_hash_and_row_count_of_every_file(generated: GeneratedSummary, tables: Tables) -> None:
    rows = Counter(row.file for table in tables.values() for row in table)
    listed = set()
    for manifest in generated.landing.rglob("manifest.json"):
        batch = read_manifest(manifest.parent)
        assert (batch.source, batch.batch) == manifest.relative_to(generated.landing).parts[:2]
        for file in batch.files:
            path = manifest.parent / file.name
            assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
            assert rows[path] == file.rows
            listed.add(path)
    assert listed == {row.file for table in tables.values() for row in table}
    assert len(listed) > 14, "several parts and batches"


def test_files_stay_within_the_bound_of_a_part(tables: Tables) -> None:
    rows = Counter(row.file for table in tables.values() for row in table)
    # A damaged copy follows its original into the same part.
    assert max(rows.values()) <= 401


def test_memory_does_not_grow_with_the_number_of_people(tmp_path: Path) -> None:
    code = (
        "import sys, tracemalloc; from pathlib import Path; from shield1367.testing.generate import generate;"
        "out, people = Path(sys.argv[1]), int(sys.argv[2]);"
        "generate(people=100, seed=1, out=out / 'warm', part_rows=50);"
        "tracemalloc.start();"
        "generate(people=people, seed=1, out=out / 'measured', part_rows=50);"
        "print(tracemalloc.get_traced_memory()[1])"
    )
    # Beside what other tests left, cycles would be collected the later the more that is.
    few, more = 300, 900
    peaks = [
        int(in_another_process(code, tmp_path / str(n), str(n), PYTHONHASHSEED="1")) for n in (few, more)
    ]
    # Tables of names fill up, and longer files are read in longer pieces; the rows of one person alone take more.
    assert (peaks[1] - peaks[0]) / (more - few) < 4096


def test_good_rows_have_the_keys_of_the_truth(generated: GeneratedSummary, tables: Tables) -> None:
    contracts = load_contracts()
    faults = {(fault.batch, fault.file, fault.row) for fault in read_faults(generated.truth)}
    true = Counter((row.source, row.dataset, row.key) for row in read_rows(generated.truth))
    found: Counter[tuple[str, str, str]] = Counter()
    for (source, dataset), rows in tables.items():
        entry = contracts[source].datasets[dataset]
        positions = [list(entry.columns).index(column) for column in entry.key]
        for row in rows:
            if (row.file.parent.name, row.file.name, row.number) not in faults:
                found[source, dataset, "|".join(row.cells[at] for at in positions)] += 1
    assert found == true
    assert set(true.values()) == {1}
    assert sum(true.values()) + generated.faults == sum(generated.rows.values())


def test_every_damaged_row_is_damaged_as_the_truth_says(generated: GeneratedSummary, tables: Tables) -> None:
    places = {
        (row.file.parent.name, row.file.name, row.number): (key, row)
        for key, table in tables.items()
        for row in table
    }
    contracts = load_contracts()
    seen: Counter[Fault] = Counter()
    for fault in read_faults(generated.truth):
        (source, dataset), row = places[fault.batch, fault.file, fault.row]
        entry = contracts[source].datasets[dataset]
        header = list(entry.columns)
        assert (source, dataset) == (fault.source, fault.dataset)
        assert fault.people
        match fault.reason:
            case Fault.COLUMN_COUNT:
                assert len(row.cells) == len(header) + 1
            case Fault.NUL_BYTE:
                assert "\0" in "".join(row.cells)
            case Fault.BAD_ENCODING:
                assert "\ufffd" in "".join(row.cells)
            case Fault.INVALID_VALUE:
                assert "00/00/0000" in row.cells
            case Fault.SHIFTED_ROW:
                assert len(row.cells) == len(header)
                assert not re.fullmatch("[A-Z]{2}", row.cells[header.index("ALIEN_STATE")])
            case Fault.DUPLICATE_KEY:
                key = [row.cells[header.index(column)] for column in entry.key]
                earlier = [
                    other
                    for other in tables[source, dataset]
                    if other.file.parent == row.file.parent
                    and (other.file.name, other.number) < (row.file.name, row.number)
                    and [other.cells[header.index(column)] for column in entry.key] == key
                ]
                assert len(earlier) == 1
        seen[fault.reason] += 1
    assert set(seen) == set(Fault)


def test_rates_are_near_what_is_documented(generated: GeneratedSummary, tables: Tables) -> None:
    assert 0.09 < generated.protected / generated.people < 0.15
    assert 0.03 < generated.indeterminate / generated.people < 0.09
    missing = total = 0
    for (source, dataset), rows in tables.items():
        kinds = load_contracts()[source].datasets[dataset]
        column = kinds.people.get("subject", {}).get("a_number")
        if column:
            at = list(kinds.columns).index(column)
            total += len(rows)
            missing += sum(not row.cells[at] for row in rows)
    assert 0.10 < missing / total < 0.19


def test_protected_people_are_named_in_the_rows_of_people_who_are_clear(generated: GeneratedSummary) -> None:
    status = {person.person_id: person.status for person in read_people(generated.truth)}
    telling = 0
    for row in read_rows(generated.truth):
        roles = {role: person for person, role in row.people}
        assert row.protected == any(status[person] is Status.PROTECTED for person, _ in row.people)
        named = [person for person, role in row.people if role == "mentioned"]
        if "subject" in roles and status[roles["subject"]] is Status.CLEAR:
            telling += any(status[person] is Status.PROTECTED for person in named)
    assert telling > 20
