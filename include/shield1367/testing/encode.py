"""Rows to the bytes of a file as each source system writes it; equal rows give equal bytes."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from xml.sax.saxutils import escape

from shield1367.testing.rows import Cell

SHEET = "Roster"
BANNER = (
    "ENFORCEMENT AND REMOVAL OPERATIONS",
    "Detention roster",
    "FOR OFFICIAL USE ONLY",
    "Rows are stays, not people.",
    "",
    "Source: detention management module",
)
_EPOCH = date(1899, 12, 30)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
# A lone surrogate in a cell stands for a byte that is not UTF-8; see faults.py.
_ENCODING = ("utf-8", "surrogateescape")

Encode = Callable[[Sequence[str], Sequence[Sequence[Cell]]], bytes]


def encode_csv(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Comma-separated, quoted where needed, lines end in CRLF."""
    return _delimited(header, rows, ",")


def encode_pipe_gzip(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """``|``-separated and quoted where needed, then gzip without name or time."""
    return gzip.compress(_delimited(header, rows, "|"), compresslevel=6, mtime=0)


def encode_tsv(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Tab-separated; a quote is a character like any other."""
    return "".join("\t".join(map(str, row)) + "\r\n" for row in (header, *rows)).encode(*_ENCODING)


def encode_xlsx(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet: a banner, the header, then rows; dates are Excel dates.

    Written as XML by hand: openpyxl stamps the time into the document, and is ten times slower.
    """
    lines = [_xml_row(number, (text,)) for number, text in enumerate(BANNER, start=1)]
    first = len(BANNER) + 1
    lines.append(_xml_row(first, header))
    lines += [_xml_row(number, row) for number, row in enumerate(rows, start=first + 1)]
    sheet = f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*_WORKBOOK, ("xl/worksheets/sheet1.xml", sheet)):
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            # Whatever the platform, the archive says the same.
            info.create_system = 3
            archive.writestr(info, content.encode("utf-8"))
    return buffer.getvalue()


def _delimited(header: Sequence[str], rows: Sequence[Sequence[Cell]], delimiter: str) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode(*_ENCODING)


def _xml_row(number: int, cells: Sequence[Cell]) -> str:
    parts = []
    for position, cell in enumerate(cells):
        if isinstance(cell, date):
            parts.append(f'<c r="{_LETTERS[position]}{number}" s="1"><v>{(cell - _EPOCH).days}</v></c>')
        elif cell:
            text = f'<is><t xml:space="preserve">{escape(cell)}</t></is>'
            parts.append(f'<c r="{_LETTERS[position]}{number}" t="inlineStr">{text}</c>')
    return f'<row r="{number}">{"".join(parts)}</row>'


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WORKBOOK = (
    (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>',
    ),
    (
        "_rels/.rels",
        f'{_XML}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
    ),
    (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    ),
    (
        "xl/_rels/workbook.xml.rels",
        f'{_XML}<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    ),
    (
        "xl/styles.xml",
        f'{_XML}<styleSheet xmlns="{_MAIN}">'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    ),
)
