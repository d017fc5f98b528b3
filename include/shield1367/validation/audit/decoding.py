"""What cells and bytes say once an encoding is taken off: base64, hexadecimal, escapes, UTF-16, spelling out.

Candidates are found in one linear pass over the text; only what decodes to readable text is searched again.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from typing import Any
from urllib.parse import unquote_plus

from shield1367.validation.audit.hints import HEX_PAIRS, Hints
from shield1367.validation.audit.joined import Joined

# Bytes of printable ASCII, whatever stands between them: "41:30", "4130", "%41%30", and UTF-16's zeros.
_HEX = (rf"(?:[2-7][0-9A-Fa-f](?:00)?(?:[ :,;-]|0x|\\x)?){{{HEX_PAIRS},}}").encode("ascii")
_ESCAPES = re.compile(rb"%[0-9A-Fa-f]{2}|&#?[0-9A-Za-z]+;|\\[ux][0-9A-Fa-f]{2}|=[0-9A-F]{2}")
_BACKSLASH = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")
_QUOTED_PRINTABLE = re.compile(r"=\r?\n|=([0-9A-F]{2})")
# "A-0-1-2-3-4-5-6-7-8", "M a r i s o l".
_LETTER_BY_LETTER = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,3}[^\W_]){6,}(?![^\W_])")
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]|0x|\\x")
_URL_SAFE = str.maketrans("-_", "+/")
# So many encodings are taken off, one after the other.
DEPTH = 2
# A readable stretch inside what was decoded; chance makes short ones.
_READABLE = re.compile(rb"[\x20-\x7e\xc3-\xc5\x80-\xbf]{6,}")


def decoded(joined: Joined) -> Iterator[tuple[int, str]]:
    """Row and text of everything readable that is behind one encoding in some cells; it may be behind another one."""
    cells, hints = joined.cells, Hints.of(joined)
    return chain(_escaped(cells, hints), _binary(cells, hints), _spelled(cells, hints))


def _spelled(cells: Sequence[str], hints: Hints) -> Iterator[tuple[int, str]]:
    """What is written letter by letter, put together: longer than the matcher's windows of tokens are."""
    for row in hints.spelled():
        for match in _LETTER_BY_LETTER.finditer(cells[row]):
            yield row, "".join(filter(str.isalnum, match[0]))


def _escaped(cells: Sequence[str], hints: Hints) -> Iterator[tuple[int, str]]:
    for row in hints.escaped(_ESCAPES):
        cell = cells[row]
        for plain in {unquote_plus(cell), html.unescape(cell), _unescaped(cell), _unquoted(cell)} - {cell}:
            yield row, plain


def _unescaped(cell: str) -> str:
    return _BACKSLASH.sub(lambda match: chr(int(match[1] or match[2], 16)), cell)


def _unquoted(cell: str) -> str:
    return _QUOTED_PRINTABLE.sub(lambda match: chr(int(match[1], 16)) if match[1] else "", cell)


def _binary(cells: Sequence[str], hints: Hints) -> Iterator[tuple[int, str]]:
    for row, run in hints.base64():
        for text in _from_base64(run):
            yield row, text
    near = hints.hexadecimal()
    # One pass over all of them: a column of pseudonyms is short cells of hexadecimal, none of them readable.
    if near:
        digits = [cells[row] for row in near]
        joined = Joined.of(digits).text
        ends = [end + number for number, end in enumerate(accumulate(map(len, digits)), start=1)]
        # A byte for each character, so that places are the same.
        for match in _hexadecimal().finditer(joined.encode("ascii", "replace")):
            row = near[bisect_right(ends, match.start())]
            pairs = _NOT_HEX.sub(b"", match[0])
            for text in _readable(binascii.unhexlify(pairs[: len(pairs) & ~1])):
                yield row, text


@lru_cache(maxsize=1)
def _hexadecimal() -> Any:
    import re2

    return re2.compile(_HEX)


def _is_word(run: str) -> bool:
    """Whether a run is written like a word, a slug or a digest, and not like base64 of readable text."""
    if run.islower():
        # Every group of base64 of digits begins with M, N or O; digests and pseudonyms are in lower case.
        return True
    letters = run.replace("-", "").replace("/", "").replace("_", "")
    return letters.isdigit() or (letters.isalpha() and (letters.isupper() or letters[1:].islower()))


@lru_cache(maxsize=1 << 14)
def _from_base64(run: str) -> tuple[str, ...]:
    """Everything readable in one run; the same long words come again and again."""
    return () if _is_word(run) else tuple(_readings(run))


def _readings(run: str) -> Iterator[str]:
    # The run may begin with letters that are not of it: each of the four alignments is one reading.
    plain = run.translate(_URL_SAFE)
    for skipped in range(4):
        part = plain[skipped:]
        part = part[: len(part) - 1] if len(part) % 4 == 1 else part
        try:
            content = base64.b64decode(part + "=" * (-len(part) % 4))
        except (binascii.Error, ValueError):
            continue
        yield from _readable(content)


def _readable(content: bytes) -> Iterator[str]:
    plain = content.replace(b"\0", b"")
    for match in _READABLE.finditer(plain):
        yield match[0].decode("utf-8", "replace")
