"""Names as tokens that compare equal whatever the case, marks, order or punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NOT_LETTERS = re.compile(r"[^\w]+|_+")
# Particles and titles say nothing about who somebody is.
_NOISE = frozenset({"de", "del", "la", "las", "los", "y", "da", "do", "dos", "van", "von", "der", "den", "bin",
                    "ibn", "al", "el", "mr", "mrs", "ms", "dr", "jr", "sr", "ii", "iii"})  # fmt: skip
NAME_KINDS = ("family_name", "given_name", "middle_name", "full_name")


def name_tokens(names: Iterable[str]) -> frozenset[str]:
    """The telling tokens of several name fields together; initials are left out."""
    tokens: set[str] = set()
    for name in names:
        plain = unicodedata.normalize("NFKD", name)
        plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
        tokens.update(token for token in _NOT_LETTERS.split(plain) if len(token) > 1)
    return frozenset(tokens - _NOISE) or frozenset(tokens)
