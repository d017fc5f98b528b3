"""Names as they are written in Latin letters elsewhere: "Schröder" as Schroeder, "Щербакова" as Shcherbakova.

Folding drops marks and takes letters for those they look like; a passport spells them out. The tables are those of
ICAO Doc 9303 part 3, section 6, for Latin letters with marks and for Cyrillic, and of ISO 843 for Greek, and the other
usual form of a letter that has two. Scripts that are not spelt out letter by letter are not in them: Chinese, Arabic.
"""

from __future__ import annotations

import unicodedata
from typing import Final


def _table(spelt: str) -> dict[str, str]:
    return {pair[0]: pair[2:] for pair in spelt.split()}


_MARKED: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
# "ü" behind "g" is a Spanish letter, which nobody spells out.
_SPANISH: Final = ("gü", "gu")
_CYRILLIC: Final = _table(
    "а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch"
    " ъ=ie ы=y ь= э=e ю=iu я=ia ё=e і=i ї=i є=ie ґ=g ў=u ѓ=g ќ=k ј=j љ=lj њ=nj ћ=c ђ=d џ=dz"
)
# As English writes them outside passports.
_CYRILLIC_ENGLISH: Final = _CYRILLIC | {
    "й": "y", "ъ": "", "ю": "yu", "я": "ya", "ё": "yo", "ї": "yi", "є": "ye", "ґ": "g",
}  # fmt: skip
_GREEK: Final = _table(
    "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o"
)
_PAIRS: Final = (("ου", "ou"), ("αυ", "av"), ("ευ", "ev"), ("μπ", "b"), ("γγ", "ng"))


def romanised(name: str) -> tuple[str, ...]:
    """The other ways to write *name* in Latin letters, without those that are the name itself; mostly none."""
    if name.isascii():
        return ()
    low = unicodedata.normalize("NFC", name).lower()
    if not low.isascii() and any("α" <= letter <= "ώ" for letter in low):
        low = _unmarked(low)
        for pair, latin in _PAIRS:
            low = low.replace(pair, latin)
        forms = [_spelt(low, _GREEK)]
    elif any("а" <= letter <= "џ" for letter in low):
        forms = [_spelt(low, table) for table in (_CYRILLIC, _CYRILLIC_ENGLISH)]
    else:
        forms = [_spelt(low.replace(*_SPANISH), _MARKED)]
    return tuple(form for form in dict.fromkeys(forms) if form != low)


def _spelt(name: str, table: dict[str, str]) -> str:
    return "".join(table.get(letter, letter) for letter in name)


def _unmarked(name: str) -> str:
    parts = unicodedata.normalize("NFD", name)
    return "".join(part for part in parts if not unicodedata.combining(part))
