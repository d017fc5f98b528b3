from __future__ import annotations

import gc
import gzip
import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shield1367.config.contract import FileFormat
from shield1367.intake.reasons import Reason
from shield1367.intake.rows import BadRow, GoodRow, Row
from shield1367.intake.tables import UnreadableFileError, open_table, readable_rows, readable_text

HEADER = ["id", "name", "note"]
CELLS: list[tuple[str | None, ...]] = [("1", "Ávila", "a, b|c"), ("2", None, "x"), ("3", "O'Neil", None)]


def file_format(type_: str, **more: Any) -> FileFormat:
    """A format as a contract would give it."""
    return FileFormat.model_validate({"type": type_, **more})


def read(path: Path, form: FileFormat) -> tuple[list[str], list[Row]]:
    """Header and rows of a file."""
    with open_table(path, form) as (header, rows):
        return header, list(rows)


def written(path: Path, content: bytes) -> Path:
    """*path*, holding *content*."""
    path.write_bytes(content)
    return path


def delimited(separator: str) -> bytes:
    """The sample with one separator, quoted where needed."""
    lines = [separator.join(HEADER)]
    for cells in CELLS:
        quoted = [f'"{c}"' if c and (separator in c) else (c or "") for c in cells]
        lines.append(separator.join(quoted))
    return ("\r\n".join(lines) + "\r\n").encode()


def objects() -> list[dict[str, str | None]]:
    """The sample as JSON objects."""
    return [dict(zip(HEADER, cells, strict=True)) for cells in CELLS]


def workbook(lines: Sequence[Sequence[Any]], sheet: str = "Data") -> bytes:
    """An Excel workbook with one sheet."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for line in lines:
        page.append(list(line))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(columns: dict[str, Any]) -> bytes:
    """A Parquet file."""
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def fixed() -> bytes:
    """The sample with cells at fixed places."""
    return "".join(f"{a or '':<4}{b or '':<8}{c or '':<8}\n" for a, b, c in CELLS).encode()


SAMPLES: dict[str, tuple[FileFormat, Callable[[], bytes]]] = {
    "csv": (file_format("csv"), lambda: delimited(",")),
    "csv-semicolon": (file_format("csv", delimiter=";"), lambda: delimited(";")),
    "tsv": (file_format("tsv"), lambda: delimited("\t")),
    "pipe": (file_format("pipe"), lambda: delimited("|")),
    "json": (file_format("json"), lambda: json.dumps(objects()).encode()),
    "jsonl": (file_format("jsonl"), lambda: "".join(json.dumps(o) + "\n" for o in objects()).encode()),
    "xlsx": (file_format("xlsx"), lambda: workbook([HEADER, *CELLS])),
    "parquet": (
        file_format("parquet"),
        lambda: parquet({name: [cells[at] for cells in CELLS] for at, name in enumerate(HEADER)}),
    ),
    "fixed": (file_format("fixed", widths={"id": 4, "name": 8, "note": 8}), fixed),
}


@pytest.mark.parametrize("packing", ["plain", "gz", "GZ", "zip"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_format_gives_the_same_rows(tmp_path: Path, sample: str, packing: str) -> None:
    form, make = SAMPLES[sample]
    content = make()
    path = tmp_path / ("data" if packing == "plain" else f"data.{packing}")
    if packing == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner/data", content)
    else:
        path.write_bytes(content if packing == "plain" else gzip.compress(content))
    header, rows = read(path, form)
    assert header == HEADER
    assert rows == [GoodRow(number, cells) for number, cells in enumerate(CELLS, start=1)]


@pytest.mark.parametrize("read_first", [False, True], ids=["header refused", "stopped half-way"])
@pytest.mark.parametrize("packing", ["", ".gz"])
@pytest.mark.parametrize("sample", ["csv", "jsonl", "fixed"])
def test_files_are_closed_in_order_and_without_a_warning(
    tmp_path: Path, sample: str, packing: str, read_first: bool
) -> None:
    """The rows are dropped before their end, as when a header is refused or a stage fails."""
    form, make = SAMPLES[sample]
    path = written(tmp_path / f"data{packing}", gzip.compress(make()) if packing else make())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with open_table(path, form) as (_, rows):
            if read_first:
                assert next(rows).number == 1
            del rows
            gc.collect()
        gc.collect()
    assert [str(warning.message) for warning in caught if warning.category is ResourceWarning] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_encodings_of_the_contract_are_decoded(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path / "data.csv", "id,name\n1,Núñez\n".encode(encoding))
    assert read(path, file_format("csv", encoding=encoding)) == (
        ["id", "name"],
        [GoodRow(1, ("1", "Núñez"))],
    )


@pytest.mark.parametrize("sample", ["csv", "json", "jsonl"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path, sample: str) -> None:
    form, make = SAMPLES[sample]
    header, rows = read(written(tmp_path / "data", b"\xef\xbb\xbf" + make()), form)
    assert header == HEADER
    assert len(rows) == len(CELLS)


BAD_LINES = {
    "too few cells": (b"2,x", Reason.COLUMN_COUNT),
    "too many cells": (b"2,x,y,z", Reason.COLUMN_COUNT),
    "NUL": (b"2,x\0,y", Reason.NUL_BYTE),
    "bytes of another encoding": (b"2,P\xe9rez,y", Reason.BAD_ENCODING),
}


@pytest.mark.parametrize(("line", "reason"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_row_is_told_apart_and_the_rest_goes_on(tmp_path: Path, line: bytes, reason: Reason) -> None:
    path = written(tmp_path / "data.csv", b"id,name,note\n1,a,b\n" + line + b"\n\n3,c,d\n")
    _, rows = read(path, file_format("csv"))
    first, bad, last = rows
    assert (first, last) == (GoodRow(1, ("1", "a", "b")), GoodRow(3, ("3", "c", "d")))
    assert isinstance(bad, BadRow)
    assert (bad.number, bad.reason) == (2, reason)


def test_quotes_mean_nothing_where_the_contract_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "d.tsv", b'a\tb\n"x\ty\n')
    _, rows = read(path, file_format("tsv", quoting=False))
    assert rows == [GoodRow(1, ('"x', "y"))]


def test_a_quoted_cell_may_hold_lines_and_separators(tmp_path: Path) -> None:
    path = written(tmp_path / "d.csv", b'a,b\n1,"x,\n""y"""\n2,z\n')
    assert read(path, file_format("csv"))[1] == [GoodRow(1, ("1", 'x,\n"y"')), GoodRow(2, ("2", "z"))]


def test_a_last_line_without_its_end_is_a_row(tmp_path: Path) -> None:
    assert read(written(tmp_path / "d.csv", b'a,b\n1,"x"'), file_format("csv"))[1] == [GoodRow(1, ("1", "x"))]


def test_lines_before_the_header_are_skipped(tmp_path: Path) -> None:
    path = written(tmp_path / "d.csv", b'banner\nby "ERO"\na,b\n1,2\n')
    assert read(path, file_format("csv", skip_rows=2)) == (["a", "b"], [GoodRow(1, ("1", "2"))])


def test_an_open_quote_that_swallows_the_rest_refuses_the_file(tmp_path: Path) -> None:
    """The number of cells is right: without this the rows inside would be a narrative."""
    path = written(tmp_path / "d.csv", b'id,note\n1,a\n2,"open\n3,c\n4,A200000004\n')
    form = file_format("csv")
    with pytest.raises(UnreadableFileError) as caught:
        read(path, form)
    assert caught.value.reason is Reason.UNREADABLE
    assert "A200000004" not in str(caught.value)
    # What it swallowed can still be searched for whom it names.
    assert any("A200000004" in (cell or "") for row in readable_rows(path, form) for cell in row.cells)


UNREADABLE = {
    "empty": ("d.csv", b"", "csv", Reason.UNREADABLE),
    "header with an open quote": ("d.csv", b'id,"name\n1,2\n', "csv", Reason.UNREADABLE),
    "truncated gzip": (
        "d.csv.gz",
        gzip.compress(b"id,name\n" + b"1,a\n" * 999)[:-20],
        "csv",
        Reason.TRUNCATED,
    ),
    "no gzip": ("d.csv.gz", b"id,name\n1,a\n", "csv", Reason.UNREADABLE),
    "gzip with a wrong checksum": (
        "d.csv.gz",
        gzip.compress(b"id,name\n1,a\n")[:-8] + struct.pack("<II", 1, 12),
        "csv",
        Reason.UNREADABLE,
    ),
    "no zip": ("d.zip", b"PK not really", "csv", Reason.UNREADABLE),
    "utf-16 with half a character": (
        "d.csv",
        "id\nNúñez\n".encode("utf-16")[:-1],
        "utf-16",
        Reason.BAD_ENCODING,
    ),
    "no JSON": ("d.json", b'[{"id": 1}, {"id": ', "json", Reason.UNREADABLE),
    "JSON nested without end": ("d.json", b"[" * 200_000, "json", Reason.UNREADABLE),
    "JSON but no array": ("d.json", b'{"id": 1}', "json", Reason.UNREADABLE),
    "JSON array of no objects": ("d.json", b"[1, 2]", "json", Reason.UNREADABLE),
    "JSON with a key twice": ("d.json", b'[{"id": 1, "id": 2}]', "json", Reason.UNREADABLE),
    "no JSON lines": ("d.jsonl", b"id,name\n1,2\n", "jsonl", Reason.UNREADABLE),
    "no workbook": ("d.xlsx", b"id,name\n", "xlsx", Reason.UNREADABLE),
    "empty workbook": ("d.xlsx", workbook([]), "xlsx", Reason.UNREADABLE),
    "no Parquet": ("d.parquet", b"id,name\n1,a\n", "parquet", Reason.UNREADABLE),
    "truncated Parquet": ("d.parquet", parquet({"id": ["1"]})[:-3], "parquet", Reason.UNREADABLE),
}


@pytest.mark.parametrize(("name", "content", "type_", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_trusted_is_refused_as_a_whole(
    tmp_path: Path, name: str, content: bytes, type_: str, reason: Reason
) -> None:
    form = file_format("csv", encoding="utf-16") if type_ == "utf-16" else file_format(type_)
    path = written(tmp_path / name, content)
    with pytest.raises(UnreadableFileError) as caught:
        read(path, form)
    assert caught.value.reason is reason
    assert str(caught.value).startswith(f"E302 {name}: ")
    assert caught.value.__suppress_context__
    assert list(readable_rows(path, form)) is not None


def test_damage_inside_a_parquet_file_is_found_while_reading(tmp_path: Path) -> None:
    content = bytearray(parquet({"id": [str(number) for number in range(5000)]}))
    content[100:600] = b"\xff" * 500
    with pytest.raises(UnreadableFileError):
        read(written(tmp_path / "d.parquet", bytes(content)), file_format("parquet"))


def test_damage_inside_a_workbook_is_found_while_reading(tmp_path: Path) -> None:
    source, target = zipfile.ZipFile(io.BytesIO(workbook([["id"], ["1"], ["2"]]))), io.BytesIO()
    with source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, content[:-40] if "sheet1" in name else content)
    with pytest.raises(UnreadableFileError) as caught:
        read(written(tmp_path / "d.xlsx", target.getvalue()), file_format("xlsx"))
    assert caught.value.reason is Reason.UNREADABLE


def test_a_zip_of_several_files_is_refused_with_their_number(tmp_path: Path) -> None:
    path = tmp_path / "d.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "id\n1\n")
        archive.writestr("b.csv", "id\n1\n")
    with pytest.raises(UnreadableFileError, match="holds 2 files where one is expected"):
        read(path, file_format("csv"))


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "id\n1\n")
    content = bytearray(path.read_bytes())
    # Bit 0 of the flags, in the local header and in the directory: encrypted.
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableFileError, match="encrypted"):
        read(written(path, bytes(content)), file_format("csv"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"cannot be read: No such file"):
        read(tmp_path / "d.csv", file_format("csv"))


def test_fixed_width_lines_that_are_too_long_are_bad_and_short_ones_padded(tmp_path: Path) -> None:
    path = written(tmp_path / "d.txt", b"banner\n1   Ann     x\n2   Bob\n\n3   Cy      0123456789\n")
    _, rows = read(path, file_format("fixed", widths={"id": 4, "name": 8, "note": 8}, skip_rows=1))
    assert rows[:2] == [GoodRow(1, ("1", "Ann", "x")), GoodRow(2, ("2", "Bob", None))]
    assert isinstance(rows[2], BadRow)
    assert rows[2].reason is Reason.COLUMN_COUNT


def test_a_bad_json_line_is_a_bad_row_wherever_it_is(tmp_path: Path) -> None:
    lines = [
        b"{broken",
        b'{"id": 1}',
        b"[1]",
        b'{"id": 2, "name": "x"}',
        b'{"id": 3, "id": 4}',
        b"[" * 99_999,
    ]
    _, rows = read(written(tmp_path / "d.jsonl", b"\n".join(lines)), file_format("jsonl"))
    assert [type(row) for row in rows] == [BadRow, GoodRow, BadRow, GoodRow, BadRow, BadRow]
    assert {row.reason for row in rows if isinstance(row, BadRow)} == {Reason.UNREADABLE}
    assert rows[0].cells == ("{broken",)


@pytest.mark.parametrize("type_", ["json", "jsonl"])
def test_json_objects_may_leave_keys_out(tmp_path: Path, type_: str) -> None:
    items = [{"id": 1}, {"id": 2, "name": "x"}, {"name": "y"}]
    text = json.dumps(items) if type_ == "json" else "\n".join(map(json.dumps, items))
    header, rows = read(written(tmp_path / "d", text.encode()), file_format(type_))
    assert header == ["id", "name"]
    assert [row.cells for row in rows] == [("1", None), ("2", "x"), (None, "y")]


def test_objects_whose_keys_are_data_are_refused(tmp_path: Path) -> None:
    content = json.dumps([{f"A2{number:08d}": 1} for number in range(2500)]).encode()
    with pytest.raises(UnreadableFileError, match="2000 different keys"):
        read(written(tmp_path / "d.json", content), file_format("json"))


def test_a_workbook_is_read_to_its_end_whatever_size_it_claims(tmp_path: Path) -> None:
    source, target = (
        zipfile.ZipFile(io.BytesIO(workbook([["id", "name"], ["1", "a"], ["2", "b"]]))),
        io.BytesIO(),
    )
    with source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, content.replace(b'ref="A1:B3"', b'ref="A1"'))
    header, rows = read(written(tmp_path / "d.xlsx", target.getvalue()), file_format("xlsx"))
    assert header == ["id", "name"]
    assert [row.cells for row in rows] == [("1", "a"), ("2", "b")]


def test_a_nameless_column_of_a_workbook_does_not_shift_the_others(tmp_path: Path) -> None:
    content = workbook(
        [["id", None, "note", None], ["1", "secret", None], ["2", "secret", "x"], [None], ["3"]]
    )
    header, rows = read(written(tmp_path / "d.xlsx", content), file_format("xlsx"))
    assert header == ["id", "", "note"]
    assert [row.cells for row in rows] == [("1", "secret", None), ("2", "secret", "x"), ("3", None, None)]


def test_the_sheet_of_the_contract_is_read_and_a_missing_one_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["cover"])
    page = book.create_sheet("Roster")
    for line in (["title"], ["id"], ["7"]):
        page.append(line)
    path = tmp_path / "d.xlsx"
    book.save(path)
    book.close()
    assert read(path, file_format("xlsx", sheet="Roster", skip_rows=1)) == (["id"], [GoodRow(1, ("7",))])
    with pytest.raises(UnreadableFileError, match="no sheet named 'Stays'"):
        read(path, file_format("xlsx", sheet="Stays"))


def test_typed_cells_become_the_text_of_a_delimited_export(tmp_path: Path) -> None:
    line = [384, 384.0, 1.5, datetime(2024, 1, 2), datetime(2024, 1, 2, 3, 4), True, " x "]
    wanted = ("384", "384", "1.5", "2024-01-02", "2024-01-02T03:04:00", "True", "x")
    names = [f"c{at}" for at in range(len(line))]
    path = written(tmp_path / "d.xlsx", workbook([names, line]))
    assert read(path, file_format("xlsx"))[1] == [GoodRow(1, wanted)]
    path = written(tmp_path / "d.parquet", parquet({name: [v] for name, v in zip(names, line, strict=True)}))
    assert read(path, file_format("parquet"))[1] == [GoodRow(1, wanted)]


def test_parquet_types_that_no_other_format_has(tmp_path: Path) -> None:
    columns = {
        "day": pa.array([date(2024, 1, 2)]),
        "bytes": pa.array([b"GARC\xc3\x8dA"], pa.binary()),
        "number": pa.array([Decimal("200000001")], pa.decimal128(9, 0)),
        "nested": pa.array([{"when": date(2024, 1, 2), "codes": ["a"]}]),
        "category": pa.array(["x"]).dictionary_encode(),
    }
    _, rows = read(written(tmp_path / "d.parquet", parquet(columns)), file_format("parquet"))
    day, text, number, nested, category = rows[0].cells
    assert (day, text, number, category) == ("2024-01-02", "GARCÍA", "200000001", "x")
    assert json.loads(nested or "") == {"when": "2024-01-02", "codes": ["a"]}


def test_bytes_in_a_parquet_column_that_are_no_text_make_a_bad_row(tmp_path: Path) -> None:
    columns = {"id": pa.array(["1", "2"]), "name": pa.array([b"P\xe9rez", b"ok"], pa.binary())}
    _, rows = read(written(tmp_path / "d.parquet", parquet(columns)), file_format("parquet"))
    assert isinstance(rows[0], BadRow)
    assert rows[0].reason is Reason.BAD_ENCODING
    assert rows[1] == GoodRow(2, ("2", "ok"))


LEFT_OVERS = {
    "a gzip cut off": (
        "d.csv.gz",
        gzip.compress(b"id,n\n1,A200000001\n" + bytes(range(256)) * 90)[:-9],
        "csv",
    ),
    "JSON cut off": ("d.json", b'[{"a": "A200000001"}, {"a": ', "json"),
    "JSON in one line, cut off in gzip": (
        "d.json.gz",
        gzip.compress(b'[{"a": "A200000001"}, ' + bytes(range(256)) * 90, 1)[:-9],
        "json",
    ),
    "a file without a header": ("d.csv", b"A200000001,x\n", "csv"),
    "delivered as another format": ("d.parquet", b"id\nA200000001\n", "parquet"),
}


@pytest.mark.parametrize(("name", "content", "type_"), LEFT_OVERS.values(), ids=LEFT_OVERS)
def test_what_a_refused_file_names_can_still_be_read(
    tmp_path: Path, name: str, content: bytes, type_: str
) -> None:
    path = written(tmp_path / name, content)
    assert any("A200000001" in text for text in readable_text(path, file_format(type_)))


def test_nothing_falls_between_two_pieces_of_a_refused_file(tmp_path: Path) -> None:
    for shift in range(0, 20, 3):
        path = written(tmp_path / "d.json", b"[" + b" " * (65_520 + shift) + b'"A200000001" ')
        assert any("A200000001" in text for text in readable_text(path, file_format("json")))


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(st.tuples(st.from_regex(r"[a-z0-9]{1,5}", fullmatch=True), _TEXT, _TEXT), max_size=6))
@pytest.mark.parametrize("type_", ["csv", "tsv", "pipe", "jsonl", "json", "parquet"])
def test_whatever_is_written_is_read_back(
    tmp_path: Path, type_: str, table: list[tuple[str, str, str]]
) -> None:
    """Any text in any cell comes back, stripped, in its own column."""
    import csv

    path = tmp_path / "data"
    if type_ in ("csv", "tsv", "pipe"):
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(
                stream, delimiter={"csv": ",", "tsv": "\t", "pipe": "|"}[type_], quoting=csv.QUOTE_ALL
            )
            writer.writerows([HEADER, *table])
    elif type_ == "parquet":
        columns = {
            name: pa.array([line[at] for line in table], pa.string()) for at, name in enumerate(HEADER)
        }
        path.write_bytes(parquet(columns))
    else:
        items = [dict(zip(HEADER, line, strict=True)) for line in [("0", "", ""), *table]]
        path.write_text(json.dumps(items) if type_ == "json" else "\n".join(map(json.dumps, items)))
        table = [("0", "", ""), *table]
    header, rows = read(path, file_format(type_))
    assert header == HEADER
    assert [row.cells for row in rows] == [tuple(cell.strip() or None for cell in line) for line in table]
    assert all(isinstance(row, GoodRow) for row in rows)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
@pytest.mark.parametrize("name", ["d", "d.gz", "d.zip"])
@pytest.mark.parametrize("type_", ["csv", "jsonl", "json", "fixed", "parquet", "xlsx"])
def test_any_bytes_give_rows_or_a_refusal(tmp_path: Path, type_: str, name: str, content: bytes) -> None:
    form = file_format(type_, widths={"id": 4, "note": 6}) if type_ == "fixed" else file_format(type_)
    path = written(tmp_path / name, content)
    try:
        header, rows = read(path, form)
    except UnreadableFileError as error:
        assert error.reason in {Reason.UNREADABLE, Reason.TRUNCATED}
    else:
        assert all(len(row.cells) == len(header) for row in rows if isinstance(row, GoodRow))
    assert all(isinstance(text, str) for text in readable_text(path, form))
