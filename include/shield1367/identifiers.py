"""Canonical forms of identifiers, so that one number written in many ways is one value.

Formats: docs/architecture.md, "Identifiers". A value that is not of its kind's shape, or that is a
placeholder such as ``A00000000`` or ``999999999``, has no canonical form and identifies nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_LOOKALIKES = str.maketrans("OIL", "011")
_NOT_ALNUM = re.compile(r"[^A-Z0-9]")
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

# What an identifier may look like inside a cell that no contract explains.
_LOOSE_A_NUMBER = re.compile(r"(?<![A-Z0-9])A?[-#: ]{0,2}(?:[0-9][-. ]?){6,8}[0-9](?![A-Z0-9])")
_LOOSE_RECEIPT = re.compile(r"(?<![A-Z0-9])[A-Z]{3}[- ]?(?:\*|[0-9])(?:[- ]?[0-9]){9}(?![A-Z0-9])")


def canonical(kind: str, text: str) -> str | None:
    """The one form of *text* as an identifier of *kind*, or ``None`` when it identifies nobody."""
    upper = unicodedata.normalize("NFKC", text).upper()
    bare = _NOT_ALNUM.sub("", upper)
    match kind:
        case "a_number":
            match = _A_NUMBER.match(bare)
            value = match[1].translate(_LOOKALIKES).zfill(9) if match else None
        case "receipt_number":
            compact = _NOT_RECEIPT.sub("", upper)
            value = compact if _RECEIPT.match(compact) else None
        case "ssn":
            value = bare if bare.isdigit() and len(bare) == 9 else None
        case "i94_number":
            value = bare if _I94.match(bare) else None
        case "sevis_id":
            value = bare if _SEVIS.match(bare) else None
        case "passport_number":
            value = bare if 5 <= len(bare) <= 12 and any(c.isdigit() for c in bare) else None
        case _:
            value = bare or None
    return None if value is None or _is_placeholder(value) else value


def _is_placeholder(value: str) -> bool:
    if value in _NOBODY:
        return True
    digits = [character for character in value if character.isdigit()]
    if len(digits) < 4:
        return not digits and len(set(value)) == 1
    return len(set(digits)) == 1 or "".join(digits) in {"123456789", "0123456789", "012345678"}


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
