from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.safeguards.rows import RowPlace
from shield1367.protection.safeguards.verifications import (
    ReferenceRefusedError,
    Verifications,
    VerificationsBrokenError,
)

AT = RowPlace("enforcement", "encounters", "b1", "encounters_1.csv.gz", 3)
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def kept(tmp_path: Path) -> Verifications:
    return Verifications(Home(root=tmp_path), Keys(b"k" * 32))


def file(tmp_path: Path) -> Path:
    return tmp_path / "safeguards" / "verifications.jsonl"


def record(kept: Verifications, row: int) -> None:
    at = RowPlace(AT.source, AT.dataset, AT.batch, AT.file, row)
    kept.record(at, by="J. Ruiz", reference=f"R-{row}", now=NOW)


def test_an_entry_says_who_when_and_where(kept: Verifications) -> None:
    assert kept.entries() == []
    empty = kept.digest()
    entry = kept.record(AT, by=" J. Ruiz ", reference="OPLA-2026-114", now=NOW)
    assert kept.entries() == [entry]
    assert kept.by_row() == {AT: entry}
    assert (entry.by, entry.reference, entry.recorded_at) == ("J. Ruiz", "OPLA-2026-114", NOW)
    assert kept.digest() != empty


def test_entries_stay_and_the_latest_of_a_row_counts(kept: Verifications) -> None:
    record(kept, 3)
    record(kept, 4)
    kept.record(AT, by="M. Cole", reference="R-9", now=NOW)
    assert [entry.reference for entry in kept.entries()] == ["R-3", "R-4", "R-9"]
    assert kept.by_row()[AT].reference == "R-9"


@pytest.mark.parametrize("line", [0, 1, 2])
def test_a_changed_line_is_named(kept: Verifications, tmp_path: Path, line: int) -> None:
    for row in range(3):
        record(kept, row)
    lines = file(tmp_path).read_text().splitlines()
    content = json.loads(lines[line])
    content["entry"]["by"] = "somebody else"
    lines[line] = json.dumps(content)
    file(tmp_path).write_text("\n".join(lines) + "\n")
    with pytest.raises(VerificationsBrokenError, match=f"line {line + 1}"):
        kept.entries()
    before = file(tmp_path).read_bytes()
    with pytest.raises(VerificationsBrokenError):
        record(kept, 9)
    assert file(tmp_path).read_bytes() == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [*lines, lines[0]],
        lambda lines: [*lines, "{}"],
        lambda lines: [*lines, "no json"],
        lambda lines: [*lines, "[]"],
    ],
)
def test_lines_removed_or_put_in_are_seen(kept: Verifications, tmp_path: Path, damage: object) -> None:
    for row in range(3):
        record(kept, row)
    lines = file(tmp_path).read_text().splitlines()
    file(tmp_path).write_text("\n".join(damage(lines)) + "\n")  # type: ignore[operator]
    with pytest.raises(VerificationsBrokenError):
        kept.by_row()


def test_another_key_does_not_open_it(kept: Verifications, tmp_path: Path) -> None:
    record(kept, 3)
    with pytest.raises(VerificationsBrokenError):
        Verifications(Home(root=tmp_path), Keys(b"x" * 32)).entries()


def test_two_at_once_wait_for_each_other(kept: Verifications) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda row: record(kept, row), range(24)))
    assert sorted(entry.row for entry in kept.entries()) == list(range(24))


@pytest.mark.parametrize(
    ("by", "reference"),
    [("", "R-1"), ("J. Ruiz", " "), ("J. Ruiz", "A087654321"), ("J. Ruiz", "file of A 087-654-321"),
     ("J. Ruiz", "087-654-321"),
     ("J. Ruiz", "EAC-21-900-12345"), ("J. Ruiz", "EAC*190012345"), ("J. Ruiz", "211-54-1234"),
     ("J. Ruiz", "EAC2190012345"), ("A87654321", "R-1"), ("J. Ruiz", "x" * 121), ("J. Ruiz", "R-1\nR-2")],
)  # fmt: skip
def test_what_may_name_a_person_is_not_kept(kept: Verifications, by: str, reference: str) -> None:
    with pytest.raises(ReferenceRefusedError) as caught:
        kept.record(AT, by=by, reference=reference)
    assert "654" not in str(caught.value)
    assert kept.entries() == []
