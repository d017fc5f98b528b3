"""Answers that are kept while their files stay the same."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shield1367.desk.remembered import Remembered, stamp_of


def test_an_answer_is_read_once_for_each_state() -> None:
    remembered, read = Remembered[int](), iter(range(10))
    assert [remembered.get(stamp, lambda: next(read)) for stamp in (1, 1, 2, 2, 1)] == [0, 0, 1, 1, 2]


def test_of_many_at_once_one_reads() -> None:
    remembered, read = Remembered[int](), []

    def slow() -> int:
        time.sleep(0.05)
        read.append(1)
        return len(read)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: remembered.get("x", slow), range(16))) == {1}


def test_a_failed_reading_is_tried_again() -> None:
    remembered = Remembered[int]()

    def fail() -> int:
        raise LookupError

    with pytest.raises(LookupError):
        remembered.get(1, fail)
    assert remembered.get(1, lambda: 7) == 7


def test_a_stamp_changes_with_what_it_is_of(tmp_path: Path) -> None:
    file, stamps = tmp_path / "a", []

    def note() -> None:
        stamps.append(stamp_of(tmp_path.glob("*")))

    note()
    file.write_text("1")
    note()
    file.write_text("22")
    note()
    os.utime(file, (0, 0))
    note()
    (tmp_path / "b").write_text("")
    note()
    assert len(set(stamps)) == len(stamps)
    assert stamp_of([tmp_path / "gone"]) == ()
