"""The canary search: everything a run left behind, opened and read for whom it must not name.

It shares no code with the redaction or with the leak audit. Where it cannot read a file it fails.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import html
import io
import json
import re
import sqlite3
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

_NUMBERS = (
    "a_number",
    "ssn",
    "fin",
    "phone",
    "eid_id",
    "i94_number",
    "receipt_number",
    "eoir_case_id",
    "passport_number",
)
_LONGEST_WORDS = 10
_DIGITS = re.compile(r"(?<![0-9A-Za-z.])[Aa]?[#:\s-]{0,2}(\(?\d(?:[-. ()]{0,2}\d){6,12})(?!\d)")
_CODE = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,4}[-. ]?\d(?:[-. ]?\d){4,14}(?![0-9A-Za-z])")
_TOKEN = re.compile(r"(?=[A-Za-z]*[0-9])[A-Za-z0-9]{6,20}")
_EMAIL = re.compile(r"[\w.+-]+@[\w.-]+\w")
_WORD = re.compile(r"[a-z0-9]+")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True)
class Hit:
    """One find. Says where and of which kind; whose it is, by the generator's own id."""

    place: str
    kind: str
    person_id: str


class Canaries:
    """What to search for: every identifier of some people, in the forms it is written in."""

    def __init__(self, people: Iterable[tuple[str, dict[str, tuple[str, ...]]]]) -> None:
        self._known: dict[str, tuple[str, str]] = {}
        self._words: dict[str, set[int]] = {}
        self.kinds: Counter[str] = Counter()
        for person_id, identifiers in people:
            for kind, values in identifiers.items():
                for value in values:
                    for form in _forms(kind, value, identifiers):
                        self._add(form, kind, person_id)

    def __len__(self) -> int:
        return len(self._known)

    def search_tree(self, root: Path, *, skip: Iterable[Path] = ()) -> tuple[list[Hit], int]:
        """All finds below *root*, and how many files were read."""
        left_out, hits, files = tuple(skip), [], 0
        for path in sorted(root.rglob("*")):
            if any(path.is_relative_to(folder) for folder in left_out):
                continue
            name = path.relative_to(root).as_posix()
            hits += self.search_text(name.replace("/", " / "), f"the name of {name}")
            if path.is_file() and not path.is_symlink():
                files += 1
                for text in _texts(path):
                    hits += self.search_text(text, name)
        return list(dict.fromkeys(hits)), files

    def search_text(self, text: str, place: str) -> list[Hit]:
        """All finds in one text."""
        readings = {text}
        if _ESCAPE.search(text):
            readings.add(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text))
        if "&" in text:
            readings.add(html.unescape(text))
        found: dict[Hit, None] = {}
        for reading in readings:
            for form in self._candidates(reading):
                if owner := self._known.get(form):
                    found[Hit(place, *owner)] = None
        return list(found)

    def _add(self, form: str, kind: str, person_id: str) -> None:
        self.kinds[kind] += 1
        self._known.setdefault(form, (kind, person_id))
        if form.startswith("words:"):
            words = form.removeprefix("words:").split()
            self._words.setdefault(words[0], set()).add(len(words))

    def _candidates(self, text: str) -> Iterator[str]:
        for match in _DIGITS.finditer(text):
            digits = _only_digits(match[1])
            yield f"digits:{digits.lstrip('0')}"
            if len(digits) == 11 and digits[0] == "1":
                yield f"digits:{digits[1:]}"
        for pattern in (_CODE, _TOKEN):
            for match in pattern.finditer(text):
                yield f"code:{_plain(match[0])}"
        for match in _EMAIL.finditer(text):
            yield f"email:{match[0].casefold()}"
        words = _WORD.findall(_fold(text))
        for position, word in enumerate(words):
            for length in self._words.get(word, ()):
                yield "words:" + " ".join(words[position : position + length])


def _forms(kind: str, value: str, identifiers: dict[str, tuple[str, ...]]) -> Iterator[str]:
    if kind in _NUMBERS:
        plain = _plain(value)
        # An A-Number is written with and without its letter.
        digits = plain.removeprefix("a") if kind == "a_number" else plain
        yield f"digits:{digits.lstrip('0')}" if digits.isdigit() else f"code:{plain}"
    elif kind == "email":
        yield f"email:{value.casefold()}"
    elif kind in ("street_address", "full_name", "alias"):
        words = _WORD.findall(_fold(value))[:_LONGEST_WORDS]
        if len(words) > 1:
            yield "words:" + " ".join(words)
    elif kind == "family_name":
        for given in identifiers.get("given_name", ()):
            for first, last in ((given, value), (value, given)):
                yield "words:" + " ".join(_WORD.findall(_fold(f"{first} {last}")))
    elif kind not in ("given_name", "middle_name", "date_of_birth"):
        raise AssertionError(f"the search knows no forms of {kind}")


def _texts(path: Path) -> Iterator[str]:
    """Everything a file says, as its bytes and as what they encode."""
    content = path.read_bytes()
    yield from _contents(path.name, content)
    if content.startswith(b"SQLite format 3\0"):
        yield from _database(path)
    elif content.startswith(b"PAR1"):
        table = pq.read_table(path)
        yield str(table.schema)
        for row in table.to_pylist():
            yield json.dumps(row, ensure_ascii=False, default=str)


def _contents(name: str, content: bytes) -> Iterator[str]:
    yield content.decode("utf-8", "replace")
    if content.startswith(b"\x1f\x8b"):
        yield from _contents(name, gzip.decompress(content))
    elif content.startswith(b"BZh"):
        yield from _contents(name, bz2.decompress(content))
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from _contents(member, archive.read(member))
    elif name.endswith(".csv"):
        for row in csv.reader(io.StringIO(content.decode("utf-8", "replace"), newline="")):
            yield " | ".join(row)


def _database(path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            for row in connection.execute(f'SELECT * FROM "{name}"'):
                yield " | ".join(
                    cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell) for cell in row
                )


def _only_digits(value: str) -> str:
    return "".join(character for character in value if character.isdigit())


def _plain(value: str) -> str:
    return "".join(character for character in value if character.isalnum()).casefold()


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))
