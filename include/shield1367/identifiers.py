"""Canonical forms of identifiers, so that one number written in many ways is one value.

Formats: docs/architecture.md, "Identifiers". A value that is not of its kind's shape, or that is a
placeholder such as ``A00000000`` or ``999999999``, has no canonical form and identifies nobody.
Placeholders go by their digits without leading zeros: ``A99999999`` is one as much as ``A999999999``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_LOOKALIKES = str.maketrans("OIL", "011")
_NOT_ALNUM = re.compile(r"[^A-Z0-9]")
_NOT_DIGIT = re.compile(r"[^0-9]")
_NOT_RECEIPT = re.compile(r"[^A-Z0-9*]")
_A_NUMBER = re.compile(r"^A?([0-9OIL]{7,9})$")
_RECEIPT = re.compile(r"^[A-Z]{3}[*0-9][0-9]{9}$")
_I94 = re.compile(r"^(?:[0-9]{11}|[0-9]{9}[A-Z][0-9])$")
_SEVIS = re.compile(r"^N[0-9]{10}$")
# What stands in a cell that has no identifier, or from which a FOIA office took it: everybody who has one
# of these would be the same person.
_NOBODY = frozenset(
    {"NA", "NAN", "NONE", "NULL", "UNK", "UNKNOWN", "PENDING", "TBD", "MISSING", "BLANK", "REDACTED"}
    | {"NOTAVAILABLE", "NOTAPPLICABLE", "NOTPROVIDED", "B6", "B7C", "B6B7C", "B3B6B7C", "B7E"}
)

# Typed where a number was asked for. In other kinds shorter ones may well be somebody's.
_RUNS = frozenset({"123456789", "1234567890", "012345678", "0123456789", "987654321", "9876543210"})
_A_NUMBER_RUNS = frozenset({"012345678", "098765432"})
_A_NUMBER_FROM = 1_000_000  # the first ones, of 1940, had seven digits
# Printed on specimen cards, and used by thousands; the areas are never issued.
_SPECIMEN_SSN = frozenset({"078051120", "219099999"})
_NO_SSN_AREA = ("000", "666")

# What an identifier may look like inside a cell that no contract explains.
_LOOSE_A_NUMBER = re.compile(r"(?<![A-Z0-9])A?[-#: ]{0,2}(?:[0-9][-. ]?){6,8}[0-9](?![A-Z0-9])")
_LOOSE_RECEIPT = re.compile(r"(?<![A-Z0-9])[A-Z]{3}[- ]?(?:\*|[0-9])(?:[- ]?[0-9]){9}(?![A-Z0-9])")

_OF_A_SHAPE = frozenset({"a_number", "receipt_number", "ssn", "i94_number", "sevis_id", "passport_number"})


def canonical(kind: str, text: str) -> str | None:
    """The one form of *text* as an identifier of *kind*, or ``None`` when it identifies nobody."""
    # ASCII is its own normal form, and most identifiers are written in it.
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if kind not in _OF_A_SHAPE and plain.isascii() and plain.isalnum():
        value: str | None = plain.upper()
    else:
        value = _shaped(kind, plain.upper())
    return None if value is None or _is_nobodys(kind, value) else value


def is_placeholder(kind: str, text: str) -> bool:
    """Whether *text* has a number where an identifier of *kind* belongs that stands for nobody.

    ``False`` for words such as ``PENDING``, for what is merely of another shape, and for identifiers.
    """
    upper = unicodedata.normalize("NFKC", text).upper()
    bare = _NOT_ALNUM.sub("", upper)
    if bare in _NOBODY or not any(character.isdigit() for character in bare):
        return False
    return _is_nobodys(kind, _shaped(kind, upper) or bare)


def is_of_shape(kind: str, text: str) -> bool:
    """Whether *text* looks as identifiers of *kind* do, or says in words that there is none."""
    upper = unicodedata.normalize("NFKC", text).upper()
    return _shaped(kind, upper) is not None or _NOT_ALNUM.sub("", upper) in _NOBODY


def _shaped(kind: str, upper: str) -> str | None:
    """*upper* as an identifier of *kind*, whatever it stands for; ``None`` when it is of another shape."""
    bare = upper if upper.isascii() and upper.isalnum() else _NOT_ALNUM.sub("", upper)
    match kind:
        case "a_number":
            match = _A_NUMBER.match(bare)
            return match[1].translate(_LOOKALIKES).zfill(9) if match else None
        case "receipt_number":
            compact = _NOT_RECEIPT.sub("", upper)
            return compact if _RECEIPT.match(compact) else None
        case "ssn":
            return bare if bare.isdigit() and len(bare) == 9 else None
        case "i94_number":
            return bare if _I94.match(bare) else None
        case "sevis_id":
            return bare if _SEVIS.match(bare) else None
        case "passport_number":
            return bare if 5 <= len(bare) <= 12 and any(c.isdigit() for c in bare) else None
        case _:
            return bare or None


def _is_nobodys(kind: str, value: str) -> bool:
    if value in _NOBODY:
        return True
    # What is shaped is ASCII.
    digits = value if value.isdigit() else _NOT_DIGIT.sub("", value)
    if not digits:
        return len(set(value)) == 1
    if kind == "a_number" and len(digits) == 9 and (digits in _A_NUMBER_RUNS or int(digits) < _A_NUMBER_FROM):
        return True
    if kind == "ssn" and (digits in _SPECIMEN_SSN or digits.startswith(_NO_SSN_AREA)):
        return True
    return _is_filler(digits)


def _is_filler(digits: str) -> bool:
    """Zeros, one digit again and again, or a run up or down the keys, with zeros before it or without."""
    telling = digits.lstrip("0")
    return bool(digits) and (
        not telling or (len(telling) > 3 and telling == telling[0] * len(telling)) or telling in _RUNS
    )


def identifiers_within(text: str) -> Iterator[tuple[str, str]]:
    """Every A-Number and receipt that *text* may hold, as (kind, canonical form).

    For rows that could not be read: better one person too many than one too few.
    """
    upper = unicodedata.normalize("NFKC", text).upper()
    for kind, pattern in (("a_number", _LOOSE_A_NUMBER), ("receipt_number", _LOOSE_RECEIPT)):
        for match in pattern.finditer(upper):
            value = canonical(kind, match[0])
            if value:
                yield kind, value
