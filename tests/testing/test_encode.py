from __future__ import annotations

import csv
import gzip
import io
import zipfile
from datetime import date

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.testing.encode import BANNER, encode_csv, encode_pipe_gzip, encode_tsv, encode_xlsx

HEADER = ("one", "two", "three")
# What a narrative may hold; a lone carriage return is none of it.
letters = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
) | st.just("\n")
cell = st.text(letters, max_size=20)
rows = st.lists(st.tuples(cell, cell, cell), max_size=5)


@given(rows)
def test_csv_comes_back(written: list[tuple[str, ...]]) -> None:
    read = csv.reader(io.StringIO(encode_csv(HEADER, written).decode(), newline=""))
    assert [tuple(line) for line in read] == [HEADER, *written]


@given(rows)
def test_pipe_gzip_comes_back_and_tells_no_time(written: list[tuple[str, ...]]) -> None:
    content = encode_pipe_gzip(HEADER, written)
    assert content[4:8] == b"\0\0\0\0"
    text = gzip.decompress(content).decode()
    assert [tuple(line) for line in csv.reader(io.StringIO(text, newline=""), delimiter="|")] == [
        HEADER,
        *written,
    ]


def test_tsv_leaves_quotes_and_bad_bytes_alone() -> None:
    content = encode_tsv(HEADER, [('say "no', "b", "P\udce9REZ")])
    assert content == b'one\ttwo\tthree\r\nsay "no\tb\tP\xe9REZ\r\n'


@settings(max_examples=25, deadline=None)
@given(rows)
def test_xlsx_comes_back_under_its_banner(written: list[tuple[str, ...]]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(encode_xlsx(HEADER, written)))["Roster"]
    lines = [tuple(value or "" for value in line) for line in sheet.iter_rows(max_col=3, values_only=True)]
    assert [line[0] for line in lines[: len(BANNER)]] == list(BANNER)
    read = lines[len(BANNER) :]
    read += [("", "", "")] * (len(written) + 1 - len(read))
    assert read == [HEADER, *written]


def test_xlsx_holds_excel_dates_and_no_properties() -> None:
    content = encode_xlsx(HEADER, [(date(1987, 3, 9), "", date(1900, 3, 1))])
    row = next(openpyxl.load_workbook(io.BytesIO(content))["Roster"].iter_rows(min_row=8))
    assert row[0].is_date
    assert row[0].value.date() == date(1987, 3, 9)
    assert row[2].value.date() == date(1900, 3, 1)
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert not [name for name in names if name.startswith("docProps")]
    assert {info.date_time for info in zipfile.ZipFile(io.BytesIO(content)).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }
