"""Identifiers of synthetic people: each unique in a run, drawn without remembering any.

A sequence walks its space in the order of an affine permutation modulo a prime, so the n-th value
needs no memory of the others and no two are equal. The shapes are those of
docs/architecture.md, identifier formats.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

_AREA_CODES = [
    "202",
    "206",
    "209",
    "210",
    "212",
    "213",
    "214",
    "253",
    "281",
    "303",
    "305",
    "312",
    "323",
    "346",
    "360",
    "404",
    "408",
    "415",
    "425",
    "469",
    "480",
    "503",
    "504",
    "505",
    "509",
    "510",
    "512",
    "559",
    "602",
    "615",
    "619",
    "623",
    "626",
    "646",
    "661",
    "671",
    "702",
    "713",
    "714",
    "718",
    "754",
    "786",
    "801",
    "803",
    "813",
    "816",
    "817",
    "832",
    "901",
    "909",
    "915",
    "916",
    "919",
    "929",
    "956",
    "971",
    "973",
    "980",
]
RECEIPT_PREFIXES = ("IOE", "EAC", "LIN", "SRC", "WAC", "MSC", "YSC")


@dataclass(frozen=True, slots=True)
class Sequence:
    """A permutation of ``0 … prime-1``.

    Attributes:
        prime: size of the space; at most this many values.
    """

    prime: int
    step: int
    start: int

    @classmethod
    def seeded(cls, purpose: str, *, prime: int, seed: int) -> Sequence:
        """The permutation of one purpose in a run."""
        digest = hashlib.sha256(f"{purpose}/{seed}".encode()).digest()
        return cls(
            prime=prime,
            step=1 + int.from_bytes(digest[:8]) % (prime - 1),
            start=int.from_bytes(digest[8:16]) % prime,
        )

    def at(self, index: int) -> int:
        """The *index*-th value."""
        return (self.start + self.step * index) % self.prime


class Identifiers:
    """All identifier sequences of one run; the n-th person gets the n-th value of each."""

    def __init__(self, seed: int) -> None:
        def sequence(purpose: str, prime: int) -> Sequence:
            return Sequence.seeded(purpose, prime=prime, seed=seed)

        self._a_number = sequence("a_number", 219_999_919)
        self._ssn = sequence("ssn", 599_999_957)
        self._fin = sequence("fin", 899_999_963)
        self._eid = sequence("eid_id", 99_999_989)
        self._i94 = sequence("i94_number", 899_999_963)
        self._passport = sequence("passport_number", 899_999_963)
        self._phone = sequence("phone", 463_999_927)
        self._receipt = sequence("receipt_number", 99_999_989)
        self._record = sequence("record", 89_999_999)
        self._case = sequence("eoir_case_id", 8_999_993)

    def a_number(self, index: int) -> str:
        """Nine digits, ``0…`` for those issued as eight."""
        return f"{20_000_000 + self._a_number.at(index):09d}"

    def ssn(self, index: int) -> str:
        """Nine digits with an area, group and serial that may be issued."""
        area, rest = divmod(self._ssn.at(index), 989_901)
        group, serial = divmod(rest, 9_999)
        area += 1 + (area >= 665)
        return f"{area:03d}{1 + group:02d}{1 + serial:04d}"

    def fin(self, index: int) -> str:
        """Ten digits, as IDENT numbers are."""
        return f"1{100_000_000 + self._fin.at(index):09d}"

    def eid(self, index: int) -> str:
        """Nine digits: the EID subject id."""
        return f"3{self._eid.at(index):08d}"

    def i94(self, index: int) -> str:
        """Eleven characters: all digits before May 2019, a letter in the tenth place since."""
        number = 100_000_000 + self._i94.at(index)
        return (
            f"{number}{'ABCDEFGHJK'[number % 10]}{number % 7}" if number % 3 else f"{number}{number % 97:02d}"
        )

    def passport(self, index: int) -> str:
        """A letter and eight digits, or nine digits."""
        number = 100_000_000 + self._passport.at(index)
        return (
            f"{'XABCEGHKNP'[number // 100_000_000]}{number % 100_000_000:08d}" if number % 2 else str(number)
        )

    def phone(self, index: int) -> str:
        """Ten digits of a US number: area code, exchange from 200, line."""
        area, rest = divmod(self._phone.at(index), 8_000_000)
        return f"{_AREA_CODES[area % len(_AREA_CODES)]}{2_000_000 + rest:07d}"

    def receipt(self, index: int, *, filed: date) -> str:
        """Three letters and ten digits; the first two are the fiscal year of filing."""
        number = self._receipt.at(index)
        year = (filed.year + (filed.month >= 10)) % 100
        return f"{RECEIPT_PREFIXES[number % 7]}{year:02d}{number:08d}"

    def record(self, index: int) -> int:
        """Eight digits: the key of a record in a source system."""
        return 10_000_000 + self._record.at(index)

    def case(self, index: int) -> int:
        """Seven digits: EOIR's IDNCASE."""
        return 1_000_000 + self._case.at(index)
