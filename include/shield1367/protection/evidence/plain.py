"""A narrative as plain lower-case ASCII for phrases to be found in, and the way back to its own characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

# Apostrophes and controls vanish (women's, womens); any other blank than a line break is one.
_DELETED = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c") + b"'`\x7f"
_LOWER = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ_\x0b\x0c", b"abcdefghijklmnopqrstuvwxyz   ")
_APOSTROPHES = "\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc"
_QUOTES = "\u201c\u201d\u201e\u2033\u00ab\u00bb"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
# Carries on nothing and begins nothing: what stands for it is no part of any phrase or negation.
_UNKNOWN = "~"
_WRITTEN = {
    "\u00a7": " section ", "\u0085": "\n", "\u2028": "\n", "\u2029": "\n\n", "\u00ba": "o", "\u00aa": "a",
    **dict.fromkeys(_APOSTROPHES, ""), **dict.fromkeys(_DASHES, "-"), **dict.fromkeys(_QUOTES, '"'),
}  # fmt: skip
# An accented letter whose UTF-8 was read as Windows-1252: the C3 B3 of ó reads Ã³.
_CONTINUATION = "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122"
_MOJIBAKE = re.compile(f"\u00c3[{_CONTINUATION}]|.", re.DOTALL)


class _Folded(dict[str, str]):
    def __missing__(self, atom: str) -> str:
        folded = self[atom] = _fold(atom)
        return folded


_FOLDED = _Folded()


def plain(text: str) -> bytes:
    """*text* in lower case without marks; what has no Latin letter becomes ``~``."""
    if text.isascii():
        return text.encode().translate(_LOWER, _DELETED)
    return "".join(map(_FOLDED.__getitem__, _atoms(text))).encode()


def places(text: str) -> Sequence[int]:
    """For every position of ``plain(text)``, its end included, the position in *text* it came from."""
    found, at = [], 0
    for atom in _atoms(text):
        found += [at] * len(_FOLDED[atom])
        at += len(atom)
    return [*found, at]


def _atoms(text: str) -> Iterable[str]:
    return _MOJIBAKE.findall(text) if "\u00c3" in text else text


def _fold(atom: str) -> str:
    if len(atom) == 2:
        # Only the C3 block: its second byte is the letter, less 0x40.
        byte = ord(atom[1]) if ord(atom[1]) < 256 else atom[1].encode("cp1252", "replace")[0]
        return _fold(chr(byte + 0x40))
    if atom.isascii():
        return atom.encode().translate(_LOWER, _DELETED).decode()
    if (written := _WRITTEN.get(atom)) is not None:
        return written
    return "".join(map(_fold_part, unicodedata.normalize("NFKD", atom)))


def _fold_part(part: str) -> str:
    if part.isascii():
        return part.encode().translate(_LOWER, _DELETED).decode()
    category = unicodedata.category(part)
    if category[0] in "MC":
        return ""
    return " " if category[0] == "Z" else _UNKNOWN
