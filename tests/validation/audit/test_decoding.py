"""Whatever is planted, in whatever encoding, in whatever place of whatever file: found."""

from __future__ import annotations

import base64
import csv
import gzip
import html
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.identities import Identity
from shield1367.validation.audit import audit_package, bounds
from shield1367.validation.audit.bounds import require_bounded
from shield1367.validation.audit.decoding import decoded
from shield1367.validation.audit.exceptions import UnreadableFileError
from shield1367.validation.audit.joined import Joined
from shield1367.validation.audit.pages import opened
from tests.validation.audit.test_search import NURIA, keyed

ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64, second offset": lambda text: base64.b64encode(f"-{text}".encode()).decode(),
    "base64, third offset": lambda text: base64.b64encode(f"-.{text}".encode()).decode(),
    "base64 in a word": lambda text: "id" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "base64 twice": lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal capitals, spaced": lambda text: text.encode().hex(" ").upper(),
    "hexadecimal UTF-16": lambda text: text.encode("utf-16-le").hex(),
    "URL": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "URL, ordinary": quote,
    "HTML": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "HTML, hexadecimal": lambda text: "".join(f"&#x{ord(c):x};" for c in text),
    "HTML, ordinary": html.escape,
    "backslash u": lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
    "backslash x": lambda text: "".join(f"\\x{ord(c):02x}" for c in text),
    "quoted-printable": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "reversed": lambda text: text[::-1],
}
PLANTED = ("A087654321", "EAC1599912345", "523-45-6781", "nuria.q@example.org", "Nuria Belen Quinonez Tzul")


def table(folder: Path, name: str, columns: dict[str, list[str]]) -> None:
    pq.write_table(pa.table(columns), folder / name)


def _parquet(folder: Path, text: str) -> None:
    table(folder, "part.parquet", {"code": ["B2", text], "note": ["all well here", "all well there"]})


def _key_value(folder: Path, text: str) -> None:
    pq.write_table(
        pa.table({"code": ["B2"]}).replace_schema_metadata({"origin": text}), folder / "part.parquet"
    )


def _csv(folder: Path, text: str) -> None:
    with (folder / "part.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([["code", "note"], ["B2", "all well"], ["B2", text]])


def _gzip(folder: Path, text: str) -> None:
    (folder / "part.csv.gz").write_bytes(gzip.compress(f'code\r\n"{text}"\r\n'.encode()))


def _workbook(part: str) -> Callable[[Path, str], None]:
    def write(folder: Path, text: str) -> None:
        with zipfile.ZipFile(folder / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
            half = len(text) // 2
            # A run of text ends where its look changes, in the middle of a word if need be.
            runs = f"<r><t>{html.escape(text[:half])}</t></r><r><t>{html.escape(text[half:])}</t></r>"
            archive.writestr(part, f"<x>{runs}</x>")

    return write


def _document(name: str) -> Callable[[Path, str], None]:
    def write(folder: Path, text: str) -> None:
        table(folder, "part.parquet", {"code": ["B2"]})
        (folder.parent.parent / name).write_text(f"<p>It says {text} here.</p>", encoding="utf-8")

    return write


PLACES: dict[str, Callable[[Path, str], None]] = {
    "Parquet": _parquet,
    "Parquet metadata": _key_value,
    "CSV": _csv,
    "compressed CSV": _gzip,
    "shared strings": _workbook("xl/sharedStrings.xml"),
    "document properties": _workbook("docProps/core.xml"),
    "comments": _workbook("xl/comments1.xml"),
    "dossier": _document("dossier.html"),
    "note": _document("note.txt"),
}


def found(folder: Path) -> set[str]:
    report = audit_package(folder, [NURIA], outside=True, fingerprint=keyed)
    return {finding.kind for finding in report.findings}


def data(folder: Path) -> Path:
    made = folder / "data" / "enforcement.encounters"
    made.mkdir(parents=True)
    return made


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_is_planted_is_found(encoding: str, place: str, tmp_path: Path) -> None:
    for number, value in enumerate(PLANTED):
        package = tmp_path / str(number)
        PLACES[place](data(package), ENCODINGS[encoding](value))
        kinds = found(package) - {"unreadable_file"}
        assert kinds, f"identifier {number}"


@pytest.mark.parametrize("place", PLACES)
def test_a_clean_file_of_each_sort_is_no_finding(place: str, tmp_path: Path) -> None:
    PLACES[place](data(tmp_path), "all is well")
    assert found(tmp_path) == set()


@pytest.mark.parametrize(
    "cells",
    [
        ("Nuria", "Quinonez"),
        ("Tzul", "Nuria Belen"),
        ("087", "654321"),
        ("0876", "54321"),
        ("523", "45", "6781"),
    ],
)
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_what_is_divided_over_the_cells_of_a_row_is_found(
    cells: tuple[str, ...], form: str, tmp_path: Path
) -> None:
    folder = data(tmp_path)
    columns = {f"c{number}": ["x", cell] for number, cell in enumerate(cells)}
    if form == "parquet":
        table(folder, "part.parquet", columns)
    else:
        with (folder / "part.csv").open("w", newline="") as stream:
            csv.writer(stream).writerows([list(columns), *zip(*columns.values(), strict=True)])
    report = audit_package(tmp_path, [NURIA], outside=True, fingerprint=keyed)
    assert {(f.row, f.column) for f in report.findings} == {(1, "row")}


def test_years_side_by_side_are_nobody(tmp_path: Path) -> None:
    born = Identity("p9", {"a_number": ("A020192020",)})
    table(data(tmp_path), "part.parquet", {"a": ["2019"], "b": ["2020"], "c": ["02"], "d": ["0"]})
    assert audit_package(tmp_path, [born], outside=True, fingerprint=keyed).passed


def test_narratives_behind_many_codes_are_searched_as_such(tmp_path: Path) -> None:
    named = Identity("p8", {"family_name": ("Zwinglerova",)})
    codes = [f"code-{number:09d}" for number in range(37_500)]
    notes = [f"On day {number} she told the officer that Zwinglerova was at home." for number in range(3_000)]
    table(data(tmp_path), "part.parquet", {"note": codes + notes})
    report = audit_package(tmp_path, [named], outside=True, fingerprint=keyed)
    assert {f.row for f in report.findings if f.kind == "single_name"} >= {37_500, 37_501}


@pytest.mark.parametrize("encoding", ["plain", "base64"])
def test_of_a_cell_that_comes_again_every_row_is_told(encoding: str, tmp_path: Path) -> None:
    planted = ENCODINGS[encoding]("A087654321")
    cells = ["B2", "F1", planted, "B2"] * 30
    table(data(tmp_path), "part.parquet", {"code": cells})
    report = audit_package(tmp_path, [NURIA], outside=True, fingerprint=keyed)
    rows = {f.row for f in report.findings if f.kind == "a_number" and f.column == "code"}
    assert rows == {row for row, cell in enumerate(cells) if cell == planted}


@given(
    st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=8, max_size=40),
    st.sampled_from(
        [name for name in ENCODINGS if name not in {"plain", "reversed"} and "ordinary" not in name]
    ),
    st.sampled_from(["", "see ", "x: "]),
)
def test_whatever_is_encoded_is_read_again(text: str, encoding: str, before: str) -> None:
    digits = f"{text}0123456789"
    cell = before + ENCODINGS[encoding](digits)
    once = [plain for _, plain in decoded(Joined.of(["first", cell]))]
    twice = [plain for _, plain in decoded(Joined.of(once))]
    assert any("0123456789" in plain for plain in once + twice)


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_cells_are_decoded_without_an_error_and_keep_their_row(cells: list[str]) -> None:
    assert all(0 <= row < len(cells) for row, _ in decoded(Joined.of(cells)))


def _workbook_bomb(folder: Path) -> None:
    with zipfile.ZipFile(folder / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"\0" * (64 << 20))


def _many_parts(folder: Path) -> None:
    with zipfile.ZipFile(folder / "book.zip", "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}", "")


def _gzip_bomb(folder: Path) -> None:
    (folder / "part.csv.gz").write_bytes(gzip.compress(b"a" * (64 << 20)))


def _word_in_every_row(folder: Path) -> None:
    """A tenth of a terabyte of text in a file of a few kilobytes."""
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array(["a" * (1 << 20)]))
    pq.write_table(pa.table({"note": cells}), folder / "part.parquet", compression="zstd")


@pytest.mark.parametrize("bomb", [_workbook_bomb, _many_parts, _gzip_bomb, _word_in_every_row])
def test_a_bomb_is_not_unpacked(bomb: Callable[[Path], None], tmp_path: Path) -> None:
    bomb(data(tmp_path))
    assert found(tmp_path) == {"unreadable_file"}


def test_a_table_whose_pages_unpack_to_too_much_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = data(tmp_path)
    pq.write_table(
        pa.table({"note": ["a" * (8 << 20)]}),
        folder / "part.parquet",
        use_dictionary=False,
        compression="zstd",
    )
    with opened(folder / "part.parquet") as file:
        require_bounded(file)
    monkeypatch.setattr(bounds, "_MOST_ANYWAY", 1 << 20)
    with opened(folder / "part.parquet") as file, pytest.raises(UnreadableFileError):
        require_bounded(file)


@pytest.mark.parametrize("between", ["-", " ", ". ", "_", " - "])
@pytest.mark.parametrize("number", ["A087654321", "EAC1599912345", "523456781"])
def test_a_number_whose_every_character_stands_alone_is_found(
    between: str, number: str, tmp_path: Path
) -> None:
    table(data(tmp_path), "part.parquet", {"note": [f"See {between.join(number)}."]})
    assert found(tmp_path) - {"unreadable_file"}
