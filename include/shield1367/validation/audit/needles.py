"""What is searched for: every protected person's identifiers, addresses, names and dates of birth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from shield1367.identities import Identity
from shield1367.validation.audit.distinctive import is_distinctive
from shield1367.validation.audit.folding import fold_value
from shield1367.validation.audit.windows import LONGEST, hash_whole, skeleton


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
_KIND_INDEX = {kind: index for index, kind in enumerate(KINDS)}
_SHORTEST_IDENTIFIER = 7
_DIGITS_NEEDED = 5
# Shorter bare numbers are searched in the data only: a manifest is full of sizes and counts.
_BARE_NUMBER_EVERYWHERE = 9
_SHORTEST_ADDRESS = 9
_SHORTEST_FULL_NAME = 6
_SHORTEST_REVERSED = 8
_REVERSIBLE = frozenset({*_IDENTIFIERS, "email", FULL_NAME})
# People whose needles are made at a time, so that the strings of all never exist together.
_GROUP = 2000
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


_NONE: NDArray[np.int64] = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class NeedleIndex:
    """All needles as sorted hashes, with a table in front that says at once what is none of them.

    Attributes:
        people: person ids, by number.
        count: needles in the index.
    """

    people: tuple[str, ...]
    count: int
    _hashes: NDArray[np.uint64]
    _kinds: NDArray[np.uint8]
    _scopes: NDArray[np.uint8]
    _owners: NDArray[np.int32]
    _sieve: NDArray[np.bool_]
    _shift: np.uint64

    @classmethod
    def build(cls, identities: Iterable[Identity]) -> NeedleIndex:
        """Index everybody who is protected, or may be."""
        people: list[str] = []
        pieces: list[tuple[NDArray[np.uint64], list[int], list[int], list[int]]] = []
        for group in _groups(identities):
            needles = []
            for identity in group:
                needles += [(needle, len(people)) for needle in set(needles_of(identity))]
                people.append(identity.person_id)
            if needles:
                pieces.append(
                    (
                        hash_whole([needle.text for needle, _ in needles]),
                        [_KIND_INDEX[needle.kind] for needle, _ in needles],
                        [int(needle.scope) for needle, _ in needles],
                        [owner for _, owner in needles],
                    )
                )
        hashes = np.concatenate([piece[0] for piece in pieces] or [np.empty(0, dtype=np.uint64)])
        kinds = np.array([kind for piece in pieces for kind in piece[1]], dtype=np.uint8)
        scopes = np.array([scope for piece in pieces for scope in piece[2]], dtype=np.uint8)
        owners = np.array([owner for piece in pieces for owner in piece[3]], dtype=np.int32)
        # One entry for each hash. Of equal ones the widest scope stays, so that nothing is searched less.
        # What reads the same from behind keeps its own kind: that of what is reversed is the last.
        order = np.lexsort((kinds, owners, -scopes.astype(np.int16), hashes))
        hashes = hashes[order]
        unique = np.concatenate(([True], hashes[1:] != hashes[:-1]))[: len(hashes)]
        order = order[unique]
        hashes = hashes[unique]
        bits = min(max(len(hashes).bit_length() + 4, 16), 27)
        shift = np.uint64(64 - bits)
        sieve = np.zeros(1 << bits, dtype=np.bool_)
        sieve[_slot(hashes, shift)] = True
        return cls(
            tuple(people), len(hashes), hashes, kinds[order], scopes[order], owners[order], sieve, shift
        )

    def look_up(
        self, hashes: NDArray[np.uint64], scope: Scope
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions of *hashes* that are needles of *scope* or wider, and the number of the needle."""
        maybe = np.flatnonzero(self._sieve[_slot(hashes, self._shift)]) if self.count else _NONE
        at = np.searchsorted(self._hashes, hashes[maybe])
        at[at == self.count] = 0
        hit = (self._hashes[at] == hashes[maybe]) & (self._scopes[at] >= scope) if len(maybe) else at == -1
        return maybe[hit], at[hit]

    def kind(self, needle: int) -> str:
        """The kind of a needle."""
        return KINDS[int(self._kinds[needle])]

    def person(self, needle: int) -> str:
        """Id of a person the needle belongs to; the first one when several share it."""
        return self.people[int(self._owners[needle])]


def _groups(identities: Iterable[Identity]) -> Iterator[tuple[Identity, ...]]:
    protected = (identity for identity in identities if identity.protected)
    while group := tuple(islice(protected, _GROUP)):
        yield group


def _slot(hashes: NDArray[np.uint64], shift: np.uint64) -> NDArray[np.uint64]:
    # The high bits of a product depend on all bits of the hash; its own low bits do not.
    return (hashes * np.uint64(0xD6E8FEB86659FD93)) >> shift
