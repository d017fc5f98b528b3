"""A page unpacks to what its header says, and is never unpacked to more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cramjam
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shield1367.validation.audit.exceptions import HiddenBytesError
from shield1367.validation.audit.pages import opened
from shield1367.validation.audit.unpacking import values_of

TEXT = "a" * 100_000


@pytest.fixture(params=["zstd", "snappy"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    pq.write_table(
        pa.table({"note": [TEXT] * 3}),
        tmp_path / "part.parquet",
        compression=request.param,
        use_dictionary=False,
    )
    return tmp_path / "part.parquet"


def test_a_page_has_its_values(path: Path) -> None:
    with opened(path) as file:
        (chunk,) = file.chunks
        (page,) = file.pages(chunk)
        content = values_of(file, chunk, page)
    assert len(content) == page.size
    assert content.count(TEXT.encode()) == 3


def test_a_page_that_unpacks_to_more_than_its_header_says_is_not_unpacked(path: Path) -> None:
    with opened(path) as file:
        (chunk,) = file.chunks
        (page,) = file.pages(chunk)
        with pytest.raises(cramjam.DecompressionError):
            values_of(file, chunk, replace(page, size=page.size - 1))


def test_a_page_that_unpacks_to_less_than_its_header_says_is_refused(path: Path) -> None:
    with opened(path) as file:
        file.unpacked += 1
        (chunk,) = file.chunks
        (page,) = file.pages(chunk)
        with pytest.raises(HiddenBytesError):
            values_of(file, chunk, replace(page, size=page.size + 1))


def test_no_room_is_made_for_a_page_that_says_it_is_larger_than_the_file(path: Path) -> None:
    with opened(path) as file:
        (chunk,) = file.chunks
        (page,) = file.pages(chunk)
        with pytest.raises(HiddenBytesError):
            values_of(file, chunk, replace(page, size=1 << 60))
