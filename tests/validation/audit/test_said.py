"""Whatever lies in a Parquet file is said by its rows, or the file is refused."""

from __future__ import annotations

import math
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.identities import Identity
from shield1367.validation.audit import audit_package
from shield1367.validation.audit.contents import Stored, read_runs, require_plain
from shield1367.validation.audit.exceptions import HiddenBytesError, UnreadableFileError
from shield1367.validation.audit.frames import is_one_frame
from shield1367.validation.audit.pages import opened
from shield1367.validation.audit.said import require_all_said, texts_of
from shield1367.validation.audit.thrift import read_struct
from tests.validation.audit.test_search import keyed

PERSON = Identity("p", {"a_number": ("A087654321",)})
# Of the same digits as the number of the person: compressed, none of them is left readable.
WORDS = [f"A{87654321 * number % 10**9:09d}" for number in range(1, 400)]
USED = ["Female", "Male", None, "Male"] * 50


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "part.parquet"


def require_said(path: Path) -> None:
    with opened(path) as file:
        require_all_said(file)


def kinds(package: Path, *, outside: bool = True) -> set[str]:
    report = audit_package(package, [PERSON], outside=outside, fingerprint=keyed)
    return {finding.kind for finding in report.findings}


def with_words(words: list[str], cells: list[str | None] = USED) -> pa.Table:
    """A column whose dictionary has *words* besides those that its cells have."""
    used = pa.array(cells, pa.string()).dictionary_encode()
    dictionary = pa.concat_arrays([used.dictionary, pa.array(words, pa.string())])
    return pa.table({"gender": pa.DictionaryArray.from_arrays(used.indices, dictionary)})


@pytest.mark.parametrize("compression", ["zstd", "snappy", "none"])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_dictionary_has_no_word_that_no_row_has(file: Path, compression: str, version: str) -> None:
    pq.write_table(with_words([]), file, compression=compression, data_page_version=version)
    require_said(file)
    pq.write_table(with_words(["x"]), file, compression=compression, data_page_version=version)
    with pytest.raises(HiddenBytesError):
        require_said(file)


def test_an_audit_refuses_a_file_whose_compressed_dictionary_has_a_number_that_no_row_has(file: Path) -> None:
    pq.write_table(with_words(WORDS), file, compression="zstd", compression_level=19)
    assert kinds(file.parents[1]) == {"hidden_bytes"}


def test_an_inside_package_hides_nothing_either(file: Path) -> None:
    table = with_words(["x"])
    for name in ("protection_status", "protection_banner"):
        table = table.append_column(name, pa.array(["CLEAR"] * len(table)))
    pq.write_table(table, file)
    assert kinds(file.parents[1], outside=False) == {"hidden_bytes"}


def test_words_of_one_group_of_rows_are_no_words_of_another(file: Path) -> None:
    both = pa.concat_tables([with_words(["x"], ["Male"] * 9), with_words([], ["x"] * 9)]).unify_dictionaries()
    pq.write_table(both, file, row_group_size=9)
    with pytest.raises(HiddenBytesError):
        require_said(file)


def test_what_plain_pages_say_excuses_no_word_of_the_dictionary(file: Path) -> None:
    """A dictionary that became too long: what comes behind it is written out, and may be one of its words."""
    cells = [f"{'long' * 9}{number}" for number in range(3000)]
    pq.write_table(pa.table({"a": cells}), file, dictionary_pagesize_limit=1000, write_batch_size=100)
    assert {"PLAIN", "RLE_DICTIONARY"} <= set(pq.read_metadata(file).row_group(0).column(0).encodings)
    require_said(file)


@pytest.mark.parametrize("place", ["before the footer", "before the first page"])
def test_no_bytes_lie_where_no_column_is(file: Path, place: str) -> None:
    pq.write_table(with_words([]), file, compression="zstd")
    content = file.read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    at = footer if place == "before the footer" else 4
    file.write_bytes(content[:at] + b"\x9c\xef" + content[at:])
    with pytest.raises(UnreadableFileError):
        require_said(file)


def test_an_index_of_pages_is_nothing_that_rows_say(file: Path) -> None:
    pq.write_table(with_words([]), file, write_page_index=True)
    with pytest.raises(HiddenBytesError):
        require_said(file)


def test_a_list_in_a_cell_is_nothing_that_is_released(file: Path) -> None:
    pq.write_table(pa.table({"a": [["x", "y"], ["z"]]}), file)
    with pytest.raises(UnreadableFileError):
        require_said(file)


def patched(file: Path, before: bytes, after: bytes) -> None:
    """Write some bytes of a page anew, as long as they were."""
    content = file.read_bytes()
    assert content.count(before) == 1
    assert len(before) == len(after)
    file.write_bytes(content.replace(before, after))


# What is short is not packed any closer by these, so that the lengths within can be told apart.
@pytest.mark.parametrize("compression", ["none", "zstd", "snappy"])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("nullable", [True, False])
def test_no_page_goes_on_behind_its_last_value(
    file: Path, compression: str, version: str, nullable: bool
) -> None:
    schema = pa.schema([pa.field("a", pa.string(), nullable=nullable)])
    pq.write_table(
        pa.table({"a": ["Male and more"]}, schema), file, compression=compression,
        data_page_version=version, use_dictionary=False, write_statistics=False,
    )  # fmt: skip
    require_said(file)
    patched(file, b"\x0d\0\0\0Male", b"\x04\0\0\0Male")
    with opened(file) as opened_file:
        assert list(opened_file.texts('"a"')) == [["Male"]]
    assert kinds(file.parents[1]) == {"hidden_bytes"}


def test_what_is_no_text_is_refused(file: Path) -> None:
    pq.write_table(
        pa.table({"a": ["Jose"]}), file, compression="none", use_dictionary=False, write_statistics=False
    )
    patched(file, b"\x04\0\0\0Jose", b"\x04\0\0\0Jos\xe9")
    assert kinds(file.parents[1]) == {"unreadable_file"}


@pytest.mark.parametrize("compression", ["gzip", "brotli", "lz4"])
def test_a_page_whose_packing_may_go_on_behind_its_end_is_refused(file: Path, compression: str) -> None:
    pq.write_table(with_words([]), file, compression=compression)
    with pytest.raises(UnreadableFileError):
        require_said(file)


@given(st.binary(max_size=300), st.integers(0, 2000), st.binary(max_size=9))
def test_what_is_packed_is_one_frame_and_nothing_to_skip(said: bytes, times: int, hidden: bytes) -> None:
    packed = pa.Codec("zstd").compress(said * times, asbytes=True)
    skipped = b"\x50\x2a\x4d\x18" + len(hidden).to_bytes(4, "little") + hidden
    assert is_one_frame(packed)
    nothing = pa.Codec("zstd").compress(b"", asbytes=True)
    for content in (packed + skipped, skipped + packed, packed + nothing):
        # A reader says the same of both.
        unpacked = pa.Codec("zstd").decompress(content, decompressed_size=len(said) * times, asbytes=True)
        assert unpacked == said * times
        assert not is_one_frame(content)


def test_the_bits_that_fill_a_group_up_say_nothing(file: Path) -> None:
    pq.write_table(pa.table({"a": ["x", "y", "x"]}), file, compression="none")
    require_said(file)
    # Entries of one bit, a group of eight of them: the second is the other entry.
    patched(file, b"\x01\x03\x02", b"\x01\x03\xa2")
    assert kinds(file.parents[1]) == {"hidden_bytes"}


@pytest.mark.parametrize(
    ("kind", "content", "count"),
    [
        ("INT32", bytes(12), 3),
        ("DOUBLE", bytes(16), 2),
        ("BOOLEAN", b"\x07", 3),
        ("FIXED_LEN_BYTE_ARRAY", bytes(6), 2),
    ],
)
def test_values_fill_their_page(kind: str, content: bytes, count: int) -> None:
    stored = Stored(kind, length=3, optional=False)
    require_plain(content, 0, stored, count)
    with pytest.raises(HiddenBytesError):
        require_plain(content + b"\0", 0, stored, count)
    with pytest.raises((ValueError, IndexError)):
        require_plain(content[:-1], 0, stored, count)


def test_a_truth_value_behind_the_last_one_is_hidden() -> None:
    with pytest.raises(HiddenBytesError):
        require_plain(b"\x0f", 0, Stored("BOOLEAN", length=0, optional=False), 3)


@pytest.mark.parametrize(
    "runs",
    [
        pytest.param(b"\x0a\x01", id="a run longer than the page"),
        pytest.param(b"\x08\x03", id="a number wider than it may be"),
        pytest.param(b"\x00\x01\x08\x01", id="a run of nothing"),
        pytest.param(b"\x05\x0f\0", id="a group too many"),
        pytest.param(b"\x03\x1f", id="a bit behind the last"),
    ],
)
def test_runs_say_as_much_as_they_have_to(runs: bytes) -> None:
    """Four numbers of a bit."""
    for plain in (b"\x08\x01", b"\x03\x0f", b"\x04\x01\x04\x00"):
        _, end = read_runs(plain, 0, width=1, count=4)
        assert end == len(plain)
    with pytest.raises(HiddenBytesError):
        read_runs(runs, 0, width=1, count=4)


@given(st.integers(0, 32), st.lists(st.integers(0, 2**32 - 1), max_size=40), st.booleans())
def test_numbers_in_groups_and_in_runs_are_read_as_they_were(
    width: int, numbers: list[int], packed: bool
) -> None:
    numbers = [number % (1 << width) for number in numbers]
    if packed:
        groups = -(-len(numbers) // 8)
        bits = sum(number << width * place for place, number in enumerate(numbers))
        content = bytes([groups << 1 | 1]) + bits.to_bytes(groups * width, "little") if numbers else b""
    else:
        content = b"".join(b"\x02" + number.to_bytes(-(-width // 8), "little") for number in numbers)
    found, end = read_runs(content, 0, width=width, count=len(numbers))
    assert found.tolist() == numbers
    assert end == len(content)


CELLS = {
    pa.string(): st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    pa.int8(): st.integers(-128, 127),
    pa.int32(): st.integers(-(2**31), 2**31 - 1),
    pa.int64(): st.integers(-9, 9),
    pa.float64(): st.sampled_from([0.0, -0.0, math.nan, math.inf, 0.1]),
    pa.bool_(): st.booleans(),
    pa.date32(): st.integers(0, 20_000),
    pa.timestamp("us"): st.integers(0, 10**15),
}


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    rows = draw(st.integers(0, 40))
    columns = {}
    for number, kind in enumerate(draw(st.lists(st.sampled_from(list(CELLS)), min_size=1, max_size=4))):
        cells = st.lists(st.none() | CELLS[kind], min_size=rows, max_size=rows)
        # A name with what has to be quoted in it.
        columns[f'a "{number}".b'] = pa.array(draw(cells), kind)
    return pa.table(columns)


@settings(max_examples=60, deadline=None)
@given(
    tables(),
    st.integers(1, 50),
    st.sampled_from([1, 40, 1 << 20]),
    st.sampled_from(["1.0", "2.0"]),
    st.sampled_from(["zstd", "snappy", "none"]),
)
def test_whatever_is_written_in_the_ordinary_way_is_all_said_and_read(
    tmp_path_factory: pytest.TempPathFactory,
    table: pa.Table,
    group: int,
    limit: int,
    version: str,
    compression: str,
) -> None:
    path = tmp_path_factory.mktemp("said") / "part.parquet"
    pq.write_table(
        table, path, row_group_size=group, dictionary_pagesize_limit=limit, data_page_size=limit,
        write_batch_size=7, data_page_version=version, compression=compression,
    )  # fmt: skip
    require_said(path)
    with opened(path) as file:
        assert file.of_text == {n for n, kind in enumerate(table.schema.types) if kind == pa.string()}
        for number in file.of_text:
            cells = [cell for block in texts_of(file, number) for cell in block]
            assert cells == [text or "" for text in table.column(number).to_pylist()]
        require_all_said(file, read=file.of_text)


@given(st.binary(max_size=40))
def test_a_header_of_any_bytes_is_read_or_refused(content: bytes) -> None:
    try:
        _, end = read_struct(content, 0)
    except (ValueError, IndexError):
        return
    assert 0 < end <= len(content)
