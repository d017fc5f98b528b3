"""What is searched for: every protected person's identifiers, addresses, names and dates of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from shield1367.identities import Identity
from shield1367.validation.audit.distinctive import is_distinctive
from shield1367.validation.audit.folding import fold_value
from shield1367.validation.audit.windows import LONGEST, skeleton


class Scope(IntEnum):
    """Where a needle is searched: in free text only, in all data, or in every byte of the package."""

    NARRATIVE = 0
    DATA = 1
    EVERYWHERE = 2


@dataclass(frozen=True, slots=True)
class Needle:
    """One thing to search for.

    Attributes:
        kind: ``a_number``, ``full_name``, ``single_name``, ``date_of_birth`` …
        text: folded; matched without what stands between its letters and digits.
    """

    kind: str
    text: str
    scope: Scope


SINGLE_NAME = "single_name"
FULL_NAME = "full_name"
DATE_OF_BIRTH = "date_of_birth"
REVERSED = "reversed"
_IDENTIFIERS = (
    "a_number",
    "receipt_number",
    "ssn",
    "fin",
    "sevis_id",
    "i94_number",
    "passport_number",
    "eoir_case_id",
    "eid_id",
    "person_pseudonym",
    "phone",
)
# As the text is cut: a run of letters, or a run of digits.
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
KINDS = (*_IDENTIFIERS, "email", "street_address", FULL_NAME, SINGLE_NAME, DATE_OF_BIRTH, REVERSED)
_SHORTEST_IDENTIFIER = 7
_DIGITS_NEEDED = 5
# Shorter bare numbers are searched in the data only: a manifest is full of sizes and counts.
_BARE_NUMBER_EVERYWHERE = 9
_SHORTEST_ADDRESS = 9
_SHORTEST_FULL_NAME = 6
_SHORTEST_REVERSED = 8
_REVERSIBLE = frozenset({*_IDENTIFIERS, "email", FULL_NAME})
_MONTHS = (
    ("january", "jan", "enero"),
    ("february", "feb", "febrero"),
    ("march", "mar", "marzo"),
    ("april", "apr", "abril"),
    ("may", "may", "mayo"),
    ("june", "jun", "junio"),
    ("july", "jul", "julio"),
    ("august", "aug", "agosto"),
    ("september", "sep", "septiembre"),
    ("october", "oct", "octubre"),
    ("november", "nov", "noviembre"),
    ("december", "dec", "diciembre"),
)


def needles_of(identity: Identity) -> Iterator[Needle]:
    """Everything one person is searched by; the same needle may come more than once."""
    for needle in _written_forward(identity):
        yield needle
        if needle.kind in _REVERSIBLE and len(skeleton(needle.text)) >= _SHORTEST_REVERSED:
            yield Needle(REVERSED, needle.text[::-1], needle.scope)


def is_of_ordinary_words(needle: Needle) -> bool:
    """Whether it is a whole name no word of which, met alone, points at a person."""
    return needle.kind == FULL_NAME and not any(map(is_distinctive, needle.text.split()))


def _written_forward(identity: Identity) -> Iterator[Needle]:
    values = identity.values
    for kind in _IDENTIFIERS:
        for value in values.get(kind, ()):
            yield from _identifier(kind, value)
    for value in values.get("email", ()):
        if "@" in value:
            yield Needle("email", _first_tokens(value), Scope.EVERYWHERE)
    for value in values.get("street_address", ()):
        text = _street(value)
        if any(c.isdigit() for c in text) and any(c.isalpha() for c in text):
            yield Needle("street_address", text, Scope.DATA)
    yield from _names(identity)
    for value in values.get(DATE_OF_BIRTH, ()):
        yield from _births(value)


def _identifier(kind: str, value: str) -> Iterator[Needle]:
    bare = "".join(c for c in fold_value(value) if c.isalnum())
    digits = "".join(c for c in bare if c.isdigit())
    forms = {bare}
    if kind == "a_number":
        number = skeleton(bare.removeprefix("a")).lstrip("0")
        forms = {number, number.zfill(8), number.zfill(9)}
    elif kind == "phone" and len(digits) == 11 and digits.startswith("1"):
        forms = {digits, digits[1:]}
    elif kind == "receipt_number":
        # The digits alone still find the case; a series shared by many would not be ten digits long.
        forms = {bare, bare[3:]}
    for form in forms:
        numerals = [c for c in skeleton(form) if c.isdigit()]
        if len(form) < _SHORTEST_IDENTIFIER or len(numerals) < _DIGITS_NEEDED or len(set(numerals)) == 1:
            continue
        scope = Scope.EVERYWHERE
        if len(numerals) == len(form) < _BARE_NUMBER_EVERYWHERE:
            scope = Scope.DATA
        yield Needle(kind, form, scope)


def _names(identity: Identity) -> Iterator[Needle]:
    given = [_words(value) for value in identity.values.get("given_name", ())]
    middle = [_words(value) for value in identity.values.get("middle_name", ())]
    family = [_words(value) for value in identity.values.get("family_name", ())]
    whole = [_words(v) for kind in ("full_name", "alias") for v in identity.values.get(kind, ())]
    orders: set[tuple[str, ...]] = set()
    for last in family:
        for first in given:
            for left in {first, first[:1]}:
                # Two surnames are used together or one at a time.
                for right in {last, last[:1], last[-1:]}:
                    orders |= {left + right, right + left}
            for second in middle:
                orders |= {first + second + last, last + first + second}
                orders.add(first + second[:1] + last)
    orders |= {name for name in whole if len(name) > 1}
    for order in orders:
        text = " ".join(order)
        if len(order) > 1 and len(text) > _SHORTEST_FULL_NAME:
            yield Needle(FULL_NAME, " ".join(order[:LONGEST]), Scope.EVERYWHERE)
    for name in (*given, *middle, *family, *whole):
        for word in name:
            # A name that reads as a number (Lili, 1111) would be found in numbers.
            if is_distinctive(word) and not skeleton(word).isdigit():
                yield Needle(SINGLE_NAME, word, Scope.NARRATIVE)


def _births(value: str) -> Iterator[Needle]:
    try:
        born = date.fromisoformat(value[:10])
    except ValueError:
        return
    year, month, day = born.year, born.month, born.day
    numeric = {f"{year:04} {month:02} {day:02}"}
    for m in {f"{month}", f"{month:02}"}:
        for d in {f"{day}", f"{day:02}"}:
            numeric.add(f"{m} {d} {year}")
            # Day first only where it cannot be read as month first: 3/4/2020 is the fourth of March here.
            if day > 12:
                numeric.add(f"{d} {m} {year}")
    for name in _MONTHS[month - 1]:
        for d in {f"{day}", f"{day:02}", f"{day}{_ordinal(day)}"}:
            numeric |= {f"{name} {d} {year}", f"{d} {name} {year}", f"{d} de {name} de {year}"}
    for text in numeric:
        yield Needle(DATE_OF_BIRTH, text, Scope.NARRATIVE)


def _ordinal(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _words(value: str) -> tuple[str, ...]:
    return tuple("".join(c if c.isalnum() else " " for c in fold_value(value)).split())


def _first_tokens(value: str, count: int = LONGEST) -> str:
    """As much of *value* as so many tokens span."""
    return " ".join(_TOKEN.findall(fold_value(value))[:count])


def _street(value: str) -> str:
    """House number and street: as few tokens as tell one address from another; flat and city vary."""
    text = ""
    for count in range(3, LONGEST + 1):
        text = _first_tokens(value, count)
        if len(skeleton(text)) >= _SHORTEST_ADDRESS:
            return text
    return text if len(skeleton(text)) > _SHORTEST_IDENTIFIER else ""
