"""What clerks, scanners, keyboards and exports do to a name or number, for the measurement of recall.

Case, marks, what cannot be seen, punctuation, order and one slip of the hand; none of it is taken from the redactor's
own list of variants.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from random import Random

from shield1367.validation.audit.folding import fold_value

Mutation = Callable[[str, Random], str]

_WORD = re.compile(r"[^\W\d_]+")
_INVISIBLE = "\u200b\u200d\u00ad\u2060"
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_LOOKALIKES = str.maketrans("aeopcxy", "\u0430\u0435\u043e\u0440\u0441\u0445\u0443")
# A shorter word with a slip in it is another word.
_SHORTEST_SLIP = 6


def _swapped(name: str, _: Random) -> str:
    first, last = name.split(" ", 1)
    return f"{last}, {first}"


def _initial(name: str, _: Random) -> str:
    first, last = name.split(" ", 1)
    return f"{first[0]}. {last}"


def _slip(change: Callable[[str, int, Random], str]) -> Mutation:
    """*change* somewhere inside the longest word of a name, when that is long enough."""

    def slipped(name: str, rng: Random) -> str:
        longest = max(_WORD.finditer(name), key=lambda match: len(match[0]))
        word = longest[0]
        if len(word) < _SHORTEST_SLIP:
            return name
        return (
            name[: longest.start()]
            + change(word, rng.randrange(1, len(word) - 2), rng)
            + name[longest.end() :]
        )

    return slipped


def _inserted(value: str, rng: Random) -> str:
    at = rng.randrange(1, len(value))
    return value[:at] + rng.choice(_INVISIBLE) + value[at:]


def _grouped(separator: str) -> Mutation:
    """The letters in front, then the digits by threes."""

    def grouped(value: str, _: Random) -> str:
        plain = re.sub(r"[\W_]", "", value)
        head = re.match(r"[A-Za-z]*", plain)
        letters = head[0] if head else ""
        digits = plain[len(letters) :]
        groups = [letters, *(digits[i : i + 3] for i in range(0, len(digits), 3))]
        return separator.join(groups).strip(separator)

    return grouped


NAME_MUTATIONS: Mapping[str, Mutation] = {
    "as recorded": lambda name, _: name,
    "capitals": lambda name, _: name.upper(),
    "small letters": lambda name, _: name.lower(),
    "surname first": _swapped,
    "initial and surname": _initial,
    "without diacritics": lambda name, _: fold_value(name).title(),
    "decomposed diacritics": lambda name, _: unicodedata.normalize("NFD", name),
    "double space": lambda name, _: name.replace(" ", "  "),
    "line break": lambda name, _: name.replace(" ", "\n", 1),
    "underscore": lambda name, _: name.replace(" ", "_"),
    "full stop": lambda name, _: name.replace(" ", ". "),
    "hyphen": lambda name, _: name.replace(" ", "-"),
    "zero-width character": _inserted,
    "full-width letters": lambda name, _: name.translate(_FULL_WIDTH),
    "letters of another script": lambda name, _: name.translate(_LOOKALIKES),
    "letters changed places": _slip(lambda word, at, _: word[:at] + word[at + 1] + word[at] + word[at + 2 :]),
    "letter left out": _slip(lambda word, at, _: word[:at] + word[at + 1 :]),
    "letter typed twice": _slip(lambda word, at, _: word[:at] + word[at] + word[at:]),
    "letter mistyped": _slip(lambda word, at, rng: word[:at] + rng.choice("aeiou") + word[at + 1 :]),
}

NUMBER_MUTATIONS: Mapping[str, Mutation] = {
    "number as recorded": lambda value, _: value,
    "hyphens": _grouped("-"),
    "spaces": _grouped(" "),
    "full stops": _grouped("."),
    "no separators": lambda value, _: re.sub(r"[\W_]", "", value),
    "number in small letters": lambda value, _: value.lower(),
    "letter O for zero": lambda value, _: value.replace("0", "O", 1),
    "letter l for one": lambda value, _: value.replace("1", "l", 1),
    "full-width digits": lambda value, _: value.translate(_FULL_WIDTH),
    "zero-width character in a number": _inserted,
    "number over a line break": lambda value, _: value[:4] + "\n" + value[4:],
}
