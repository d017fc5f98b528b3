"""What has the shape of an identifier, or tells of a protected benefit, whoever is concerned."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import compress
from typing import Any

from shield1367.validation.audit.folding import SECTION, Folded
from shield1367.validation.forbidden import BENEFIT_CODES, IDENTIFIER_PATTERNS, MARKER_CELLS, TRIGGER_PHRASES

# A whole date behind a word for birth, known to be anybody's or not.
_BORN = (
    r"\b(?:d\.?o\.?b\b\.?|born|birth|nacid[ao]|nacimiento)[^0-9\x1e]{0,24}"
    r"[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}\b"
)
_MARKER = (
    r"(?:^|\x1e)"
    + MARKER_CELLS.removeprefix("^").removesuffix("$").replace(".*", r"[^\x1e]*")
    + r"(?:$|\x1e)"
)

BENEFIT_CODE = "benefit_code"
# Longer than the longest code with something between its words; shorter than a pseudonym.
_LONGEST_CODE = 24

_KINDS = {
    **{f"pattern_{name}": pattern for name, pattern in IDENTIFIER_PATTERNS.items()},
    "pattern_date_of_birth": _BORN,
    "trigger_phrase": TRIGGER_PHRASES.replace("§", SECTION),
    "marker": _MARKER,
}


@lru_cache(maxsize=1)
def _patterns() -> tuple[Any, dict[str, re.Pattern[bytes]]]:
    import re2

    whole = "|".join(f"(?:{pattern})" for pattern in _KINDS.values())
    parts = {kind: re.compile(pattern.encode("latin-1")) for kind, pattern in _KINDS.items()}
    return re2.compile(whole.encode("latin-1")), parts


def residues(folded: Folded) -> Iterator[tuple[int, str, str]]:
    """Row, kind and text of every residue; one linear pass over the text."""
    any_of, parts = _patterns()
    content = folded.ascii()
    for match in any_of.finditer(content):
        start, end = match.span()
        kind = next(
            (kind for kind, pattern in parts.items() if pattern.search(content[start:end])), "pattern"
        )
        # A marker begins with the divider before its cell.
        inside = start + 1 if content[start : start + 1] == b"\x1e" else start
        yield folded.row_of(inside), kind, folded.text(inside, end)


def benefit_codes(cells: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Row and code of every cell that is nothing but the code of a protected benefit: ``U2``, ``(c)(31)``."""
    found = {
        cell: code
        for cell in set(compress(cells, map(_LONGEST_CODE.__ge__, map(len, cells))))
        if (code := "".join(filter(str.isalnum, unicodedata.normalize("NFKC", cell))).upper())
        in BENEFIT_CODES
    }
    if found:
        yield from ((row, found[cell]) for row, cell in enumerate(cells) if cell in found)
