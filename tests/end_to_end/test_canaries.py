"""The search of the end-to-end test finds what it is for, in every file format a run leaves behind."""

from __future__ import annotations

import bz2
import gzip
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.end_to_end.canaries import Canaries

PERSON = {
    "given_name": ("José María",),
    "family_name": ("Núñez-Okafor",),
    "full_name": ("José María Emeka Núñez-Okafor",),
    "a_number": ("A098765431",),
    "ssn": ("521-44-9876",),
    "receipt_number": ("EAC2190012345",),
    "i94_number": ("71234567A89",),
    "eoir_case_id": ("10034567",),
    "passport_number": ("X1234567",),
    "phone": ("(202) 555-0147",),
    "email": ("jm.okafor@example.org",),
    "street_address": ("1207 Sycamore Hollow Rd, Apt 4",),
}


@pytest.fixture(scope="module")
def canaries() -> Canaries:
    return Canaries([("p1", PERSON)])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("a_number", "A098765431"),
        ("a_number", "a098765431."),
        ("a_number", "A98765431"),
        ("a_number", "A# 098-765-431"),
        ("a_number", "A-098 765 431"),
        ("a_number", '{"a_number":98765431}'),
        ("ssn", "521449876"),
        ("ssn", "ssn=521-44-9876"),
        ("receipt_number", "eac2190012345"),
        ("receipt_number", "EAC-21-900-12345"),
        ("i94_number", "i94:71234567a89"),
        ("eoir_case_id", "10034567\tNTA"),
        ("passport_number", "passport X1234567,"),
        ("phone", "+1 202 555 0147"),
        ("phone", "(202)555-0147"),
        ("phone", "202.555.0147"),
        ("email", "JM.Okafor@example.org"),
        ("family_name", "JOSE MARIA NUNEZ-OKAFOR"),
        ("family_name", "Núñez Okafor, José María"),
        ("family_name", "Jos\\u00e9 Mar\\u00eda N\\u00fa\\u00f1ez-Okafor"),
        ("family_name", "Jos&eacute; Mar&iacute;a N&uacute;&ntilde;ez-Okafor"),
        ("full_name", "jose_maria.emeka nunez okafor"),
        ("street_address", "1207 SYCAMORE HOLLOW RD APT 4"),
    ],
)
def test_finds_every_form(canaries: Canaries, kind: str, text: str) -> None:
    assert kind in {hit.kind for hit in canaries.search_text(f"before {text} after", "here")}


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T10:15:30.123456Z",
        "r-9f98765431ab00c1d2e3",
        "1.098765431",
        "José Okafor",
        "rows: 987654312",
        "sha256 98765431098765431098765431",
    ],
)
def test_takes_nothing_else_for_one(canaries: Canaries, text: str) -> None:
    assert canaries.search_text(text, "here") == []


def _sqlite(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE xcom (value BLOB)")
        connection.execute("INSERT INTO xcom VALUES (?)", (json.dumps({"a": text}).encode(),))
        connection.commit()


def _zip(path: Path, text: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("part.txt.gz", gzip.compress(text.encode()))


FORMATS: dict[str, Callable[[Path, str], object]] = {
    "task.log": lambda path, text: path.write_text(f"INFO value: {text}\n"),
    "rows.csv": lambda path, text: path.write_text(f'a,b\n1,"{text}"\n'),
    "rows.csv.gz": lambda path, text: path.write_bytes(gzip.compress(text.encode())),
    "rows.bz2": lambda path, text: path.write_bytes(bz2.compress(text.encode())),
    "book.xlsx": _zip,
    "airflow.db": _sqlite,
    "part.parquet": lambda path, text: pq.write_table(pa.table({"c": [text]}), path, compression="zstd"),
    "report.html": lambda path, text: path.write_text(f"<td>{text}</td>"),
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("value", ["098-765-431", "Nunez-Okafor Jose Maria"])
def test_opens_every_format(canaries: Canaries, tmp_path: Path, name: str, value: str) -> None:
    FORMATS[name](tmp_path / name, value)
    hits, files = canaries.search_tree(tmp_path)
    assert files == 1
    assert {hit.place for hit in hits} == {name}


def test_reads_the_names_of_files_and_leaves_out_what_it_is_told(canaries: Canaries, tmp_path: Path) -> None:
    (tmp_path / "A098765431").mkdir()
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "part").write_text("A098765431")
    hits, files = canaries.search_tree(tmp_path, skip=[tmp_path / "registry"])
    assert files == 0
    assert [hit.place for hit in hits] == ["the name of A098765431"]
