"""How a name sounds, written as consonants: one key for what clerks of several languages make of it.

Not Soundex: that is English, and most names here are not. Spanish sounds that share a letter or
differ in it (b/v, s/z/c, j/g/x, y/ll, silent h) and common transliterations (kh, sh, ph, w/v, q/k)
fall together; vowels are dropped, since they vary most (Mohammed, Muhamad).
"""

from __future__ import annotations

import re
from functools import lru_cache

# Letters that Unicode does not take apart; marks are gone before.
_LETTERS = str.maketrans(
    {
        "ł": "l", "đ": "d", "ø": "o", "ı": "i", "ə": "a", "ß": "ss", "æ": "ae", "œ": "oe", "ŋ": "n", "ɛ": "e",
        "ɔ": "o", "þ": "t", "ð": "d",
    }
)  # fmt: skip
# In this order: longer spellings first.
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in [
        (r"ph", "f"),
        (r"sch|sh|ch|tch", "C"),
        (r"kh", "j"),
        (r"gh", "g"),
        (r"th", "t"),
        (r"ll", "y"),
        (r"qu(?=[ei])|ck|q", "k"),
        (r"gu(?=[ei])", "G"),
        (r"c(?=[eiy])|z|ts", "s"),
        (r"c", "k"),
        (r"g(?=[ei])|^x", "j"),
        (r"G", "g"),
        (r"x", "ks"),
        (r"[vw]", "b"),
        (r"ñ|ny", "n"),
        (r"^h(?=[aeiou])", ""),
        (r"^[iy](?=[aeou])", "y"),
        (r"^[aeiou]", "a"),
    ]
]
_VOWELS = re.compile(r"(?<!^)[aeiouy]")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=50_000)
def sound(token: str) -> str:
    """The key of one folded token of a name; the token itself where nothing would be left of it.

    Keys of fewer than two sounds say nothing and stay the token as it is.
    """
    plain = token.translate(_LETTERS)
    key = plain
    for pattern, replacement in _SOUNDS:
        key = pattern.sub(replacement, key)
    key = _TWICE.sub(r"\1", _VOWELS.sub("", key))
    return key if len(key) > 1 else plain
