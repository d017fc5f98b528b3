"""No file unpacks to more than it may, and to know that few have to be read."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.validation.audit import bounds
from shield1367.validation.audit.bounds import require_bounded
from shield1367.validation.audit.exceptions import UnreadableFileError
from shield1367.validation.audit.pages import opened


def is_bounded(path: Path) -> bool:
    with opened(path) as file:
        try:
            require_bounded(file)
        except UnreadableFileError:
            return False
    return True


@settings(max_examples=40)
@given(
    st.lists(st.text("abcß", max_size=60), min_size=1, max_size=4),
    st.lists(st.text("xyz ", max_size=40), max_size=5),
    st.integers(1, 400),
    st.sampled_from(["1.0", "2.0"]),
    st.floats(0.5, 4.0),
)
def test_a_file_passes_only_where_its_texts_are_few_enough_and_surely_at_half_of_that(
    tmp_path_factory: pytest.TempPathFactory,
    words: list[str],
    others: list[str],
    times: int,
    version: str,
    share: float,
) -> None:
    path = tmp_path_factory.mktemp("bounds") / "part.parquet"
    cells = words * times
    notes = [others[row % len(others)] if others else None for row in range(len(cells))]
    columns = {
        "code": pa.array(cells),
        "note": pa.array(notes, pa.string()),
        "year": pa.array(range(len(cells))),
    }
    pq.write_table(pa.table(columns), path, data_page_version=version)
    texts = sum(len(cell.encode()) for cell in cells + [note or "" for note in notes])
    with pytest.MonkeyPatch.context() as patch:
        most = int(texts * share)
        patch.setattr(bounds, "_MOST_RATIO", 0)
        patch.setattr(bounds, "_MOST_ANYWAY", most)
        with opened(path) as file:
            unpacked = file.unpacked
        if is_bounded(path):
            assert max(unpacked, texts) <= most
        else:
            assert max(unpacked, 2 * texts) > most


def test_a_column_whose_longest_word_tells_enough_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> int:
        raise AssertionError("its cells are read")

    path = tmp_path / "part.parquet"
    pq.write_table(pa.table({"person": [f"{row:020d}" for row in range(400)] * 10}), path)
    # All words in each cell are thirty million characters, the longest one in each is eighty thousand.
    monkeypatch.setattr(bounds, "_MOST_RATIO", 0)
    monkeypatch.setattr(bounds, "_MOST_ANYWAY", 1_000_000)
    monkeypatch.setattr(bounds, "_characters", never)
    assert is_bounded(path)
