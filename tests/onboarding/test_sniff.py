"""How a file is to be read is told from its bytes, and read so it gives back what was written."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shield1367.intake.tables import open_table
from shield1367.onboarding.sniff import UnknownFormatError, sniff

CELL = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12).map(
    str.strip
)
ROWS = st.lists(st.tuples(CELL, CELL, CELL), min_size=3, max_size=12)
HEADER = ["record id", "last name", "notes"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",|\t;"),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
    title=st.booleans(),
)
def test_what_was_written_with_a_delimiter_is_read_back(
    rows: list[tuple[str, ...]], delimiter: str, encoding: str, title: bool, tmp_path: Path
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([HEADER, *rows])
    path = tmp_path / "export.txt"
    path.write_bytes((("Made on request\n\n" if title else "") + text.getvalue()).encode(encoding))
    chosen = sniff(path)
    assert (chosen.separator, chosen.encoding) == (delimiter, encoding)
    with open_table(path, chosen) as (header, found):
        assert header == HEADER
        assert [row.cells for row in found] == [tuple(cell or None for cell in row) for row in rows]


@pytest.mark.parametrize("pack", ["plain", "gzip", "zip"])
def test_archives_are_opened(pack: str, tmp_path: Path) -> None:
    content = b"id\tname\n1\tx\n2\ty\n"
    path = tmp_path / {"plain": "e.tsv", "gzip": "e.tsv.gz", "zip": "e.zip"}[pack]
    if pack == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("e.tsv", content)
    else:
        path.write_bytes(gzip.compress(content) if pack == "gzip" else content)
    assert sniff(path).type == "tsv"


def test_objects_and_columns_formats(tmp_path: Path) -> None:
    rows = [{"id": 1, "name": "x"}, {"id": 2, "name": "y"}]
    (tmp_path / "a.json").write_text(json.dumps(rows, indent=1))
    (tmp_path / "b.json").write_text("\n".join(map(json.dumps, rows)))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "c.parquet")
    assert [sniff(tmp_path / name).type for name in ("a.json", "b.json", "c.parquet")] == [
        "json",
        "jsonl",
        "parquet",
    ]


def test_old_encodings_and_broken_bytes(tmp_path: Path) -> None:
    old, mixed = tmp_path / "old.csv", tmp_path / "mixed.csv"
    old.write_bytes("id,name\n1,Núñez\n2,Peña\n".encode("cp1252"))
    mixed.write_bytes("id,name\n1,Núñez\n2,Peña\n3,Gómez\n".encode() + b"4,\xff\n")
    assert (sniff(old).encoding, sniff(mixed).encoding) == ("cp1252", "utf-8")


def test_quotes_that_are_letters_are_left_so(tmp_path: Path) -> None:
    path = tmp_path / "e.tsv"
    path.write_text("".join(f'{n}\t"5 inch pipe\tleft\n' for n in ["id", *range(40)]))
    assert sniff(path).quoting is False


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n \n", "is empty"),
        ("picture.bin", bytes(range(256)) * 20, "is no text"),
        ("letter.txt", b"Dear colleague\nfind enclosed\nthe file\n", "without a delimiter"),
        ("cut.csv.gz", gzip.compress(b"id,name\n1,x\n" * 200, mtime=0)[:30], "damaged"),
        ("not.zip", b"id,name\n1,x\n", "damaged"),
        ("fake.xlsx", b"PK\x03\x04rubbish", "no Excel workbook"),
    ],
    ids=["empty", "blank", "picture", "letter", "cut", "not an archive", "not a workbook"],
)
def test_what_cannot_be_told_is_refused_with_a_mend(
    name: str, content: bytes, match: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnknownFormatError, match=match) as refused:
        sniff(path)
    assert refused.value.mend
