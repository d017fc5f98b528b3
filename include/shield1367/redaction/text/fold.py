"""Fold a text to the form that is searched, with an exact way back to the original offsets.

Folding decomposes (NFKD), drops marks, controls and invisible characters, maps look-alike letters of
other scripts to Latin, resolves HTML entities and repairs UTF-8 that was read as Windows-1252. Case is
kept; :attr:`Folded.lower` has the same length. Printable ASCII folds to itself and costs one scan.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

# Letters that read as a Latin letter and have no decomposition to it (Unicode TR39 confusables, the part
# that occurs in names), and Latin letters without a decomposition.
_LOOKALIKES = str.maketrans(
    {
        **dict(zip("АВЕЅІЈКМНОРСТУХаеіјорсухѕԁһԛԝ", "ABESIJKMHOPCTYXaeijopcyxsdhqw", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορυχ", "ABEZHIKMNOPTYXaivopux", strict=True)),
        **dict(zip("ıȷɑɡɩʟʏℓƒⅼꓲꓳ", "ijagilylflIO", strict=True)),
        # Armenian, Cherokee, Lisu, Latin small capitals and letters with hooks.
        **dict(zip("օոսհցզѵ", "onuhgqv", strict=True)),
        **dict(zip("ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ", "ABCDEGHJKLMPRSTVWZ", strict=True)),
        **dict(zip("ꓐꓒꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓴ", "BPDTGKJCZFMNLSRVHWXYAEU", strict=True)),
        **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋᴍɴᴏᴘʀꜱᴛᴜᴠᴡᴢ", "abcdefghijkmnoprstuvwz", strict=True)),
        **dict(zip("ɓɖɗɛɦɨɲɔɵƥʂƭʋƴƙƈɫƞȼɇɏ", "bddehinoopstvykclncey", strict=True)),
        **dict(zip("ƁƉƊƐƝƆƤƬƲƳƘƇ", "BDDENOPTVYKC", strict=True)),
        **dict(zip("ØøŁłĐđĦħŊŋŦŧƏəÞðÐ", "OoLlDdHhNnTtEeTdD", strict=True)),
        "ß": "ss", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "þ": "th", "ʼ": "'",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "﹘": "-", "－": "-",
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'",
        "“": '"', "”": '"', "„": '"', "″": '"', "·": ".", "•": " ", "⁄": "/", "∕": "/",
    }
)  # fmt: skip
# An entity may have been escaped again: "&amp;eacute;".
_ENTITY = r"&(?:amp;){0,3}(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
# UTF-8 lead and continuation bytes as Windows-1252 shows them: the C3 A9 of é reads Ã©.
_CONTINUATION = "\u0080-\u00bf" + "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_TWICE = rf"\u00c3[\u0083ƒ\u0082‚]\u00c2[{_CONTINUATION}]"
_MOJIBAKE = rf"{_TWICE}|[\u00c2-\u00df][{_CONTINUATION}]|[\u00e0-\u00ef][{_CONTINUATION}]{{2}}"
# The grave accent is the one printable ASCII character that does not stand for itself.
_ATOM = re.compile(rf"{_ENTITY}|{_MOJIBAKE}|[^\t\n\r\x20-\x5f\x61-\x7e]")
_PLAIN = bytes((*range(0x20, 0x60), *range(0x61, 0x7F), 9, 10, 13))
_IS_PLAIN = np.isin(np.arange(256), list(_PLAIN))
_CONTINUED = re.compile(f"[{_CONTINUATION}]")
_REPAIRED = re.compile(_MOJIBAKE)
# Folds to nothing itself, so that no text which is folded together with others holds it.
_JOINER = "\x1e"
# Controls that divide: the ends of pages and of records. Dropped, they would make one word of two.
_BREAKS = frozenset("\x0b\x0c\x1c\x1d\x1e\x1f\x85")
_DROPPED = frozenset({"Mn", "Me", "Mc", "Cf", "Cc", "Cs", "Co", "Cn"})
REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the way back.

    Attributes:
        text: the folded text, case kept.
        lower: ``text`` in lower case, character for character.
        source: length of the original.
        atoms: (start in ``text``, end in ``text``, start in original, end in original) of every place
            where the two differ, in order; between atoms offsets run in step.
    """

    text: str
    lower: str
    source: int
    atoms: tuple[tuple[int, int, int, int], ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that ``text[start:end]`` came from; whole characters, and marks
        and invisible characters that follow it.
        """
        if not self.atoms:
            return start, end
        return self._begin(start), self._finish(end)

    def _begin(self, position: int) -> int:
        index = bisect_right(self.atoms, position, key=lambda atom: atom[0]) - 1
        while index >= 0 and self.atoms[index][1] <= position:
            # Behind this atom; an atom that folded to nothing may lie at the same place as one that did not.
            if self.atoms[index][1] > self.atoms[index][0] or self.atoms[index][0] < position:
                break
            index -= 1
        if index < 0:
            return position
        folded_start, folded_end, start, end = self.atoms[index]
        if folded_start <= position < folded_end:
            return start
        following = index + 1
        # Skip what folded to nothing right here: it belongs to what stands before it.
        while (
            following < len(self.atoms) and self.atoms[following][0] == self.atoms[following][1] == position
        ):
            end = self.atoms[following][3]
            folded_end = position
            following += 1
        return end + (position - folded_end)

    def _finish(self, position: int) -> int:
        index = bisect_right(self.atoms, position, key=lambda atom: atom[0]) - 1
        while index >= 0 and self.atoms[index][0] == position and self.atoms[index][1] > position:
            index -= 1
        if index < 0:
            return position
        _, folded_end, _, end = self.atoms[index]
        return end if position <= folded_end else end + (position - folded_end)


def fold(text: str) -> Folded:
    """Fold *text*. Never raises: a lone surrogate becomes U+FFFD."""
    first = _ATOM.search(text)
    if first is None:
        return Folded(text, text.lower(), len(text))
    pieces: list[str] = []
    atoms: list[tuple[int, int, int, int]] = []
    length = done = 0
    for match in _ATOM.finditer(text, first.start()):
        start, end = match.span()
        pieces.append(text[done:start])
        length += start - done
        done = end
        replacement = _fold_atom(match.group())
        pieces.append(replacement)
        if len(replacement) != 1 or end - start != 1:
            atoms.append((length, length + len(replacement), start, end))
        length += len(replacement)
    pieces.append(text[done:])
    folded = "".join(pieces)
    return Folded(folded, _lower(folded), len(text), tuple(atoms))


def odd_characters(text: str) -> set[str]:
    """The characters of a text that do not stand for themselves."""
    if text.isascii():
        return set(text.encode("ascii").translate(None, _PLAIN).decode("ascii"))
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return set(map(chr, np.unique(codes[~_IS_PLAIN[np.minimum(codes, 255)]]).tolist()))


def fold_many(texts: Sequence[str]) -> list[Folded]:
    """What :func:`fold` gives for each of *texts*, at less cost for many.

    Where every character folds to one, the texts are folded together, one kind of character at a time.
    """
    odd = odd_characters("".join(texts))
    folds = {character: _fold_atom(character) for character in odd}
    steady = {c: f for c, f in folds.items() if len(f) == 1 and folds.get(f, f) == f and c != _JOINER}
    hard = ["&", *(odd - steady.keys())]
    continued = [character for character in odd if _CONTINUED.match(character)]
    results: list[Folded | None] = [
        fold(text)
        if any(c in text for c in hard) or (any(c in text for c in continued) and _REPAIRED.search(text))
        else None
        for text in texts
    ]
    easy = [text for text, result in zip(texts, results, strict=True) if result is None]
    joined = _JOINER.join(easy)
    for character, folded in steady.items():
        if folded != character:
            joined = joined.replace(character, folded)
    done = iter(joined.split(_JOINER))
    for at, (text, result) in enumerate(zip(texts, results, strict=True)):
        if result is None:
            folded = next(done)
            results[at] = Folded(folded, _lower(folded), len(text))
    return [result for result in results if result is not None]


def fold_value(value: str) -> str:
    """The folded lower-case form of a known value."""
    return value.lower() if _ATOM.search(value) is None else fold(value).lower


@lru_cache(maxsize=65536)
def _fold_atom(atom: str) -> str:
    if len(atom) > 1:
        if atom[0] == "&":
            plain = _unescape(atom)
            return atom if plain == atom else "".join(_fold_character(c) for c in plain)
        # What was read wrongly twice is still so.
        return "".join(_fold_character(c) for c in _repair(_repair(atom)))
    return _fold_character(atom)


def _unescape(atom: str) -> str:
    for _ in range(4):
        unescaped = html.unescape(atom)
        if unescaped == atom:
            break
        atom = unescaped
    return atom


def _repair(atom: str) -> str:
    try:
        return b"".join(_byte(character) for character in atom).decode("utf-8")
    except UnicodeError:
        return atom


def _byte(character: str) -> bytes:
    return bytes((ord(character),)) if ord(character) < 256 else character.encode("cp1252")


def _fold_character(character: str) -> str:
    if "\ud800" <= character <= "\udfff":
        return REPLACEMENT
    folded = []
    for part in unicodedata.normalize("NFKD", character.translate(_LOOKALIKES)):
        category = unicodedata.category(part)
        if category == "Nd":
            folded.append(str(unicodedata.digit(part)))
        elif category[0] == "Z":
            folded.append(" " if part not in "\u2028\u2029" else "\n")
        elif part in "\t\n\r":
            folded.append(part)
        elif part in _BREAKS:
            folded.append("\n")
        elif category not in _DROPPED:
            folded.append(part.translate(_LOOKALIKES))
    return "".join(folded)


def _lower(text: str) -> str:
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)
