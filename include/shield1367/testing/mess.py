"""What source systems do to names, numbers and dates on the way in."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from random import Random

from shield1367.testing.draws import pick
from shield1367.testing.names import PersonName
from shield1367.testing.rates import RATES

# Letters that Unicode does not decompose.
_LETTERS = str.maketrans(
    {
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ı": "i", "ə": "a", "Ə": "A", "ß": "ss",
        "æ": "ae", "ŋ": "ng", "ɛ": "e", "Ɛ": "E", "ɔ": "o", "Ɔ": "O", "ʻ": "", "ʼ": "'", "‘": "'", "’": "'",
    }
)  # fmt: skip
_KEYS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class WrittenName:
    """A name as one row holds it."""

    family: str
    given: str
    middle: str


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """*text* in ASCII letters: marks dropped, special letters replaced."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).encode("ascii", "ignore").decode()


def typo(text: str, rng: Random) -> str:
    """*text* with one slip: two letters swapped, one left out, doubled or hit beside.

    The first letter stays, as it mostly does; texts under four letters stay as they are.
    """
    spots = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
    if len(text) < 4 or not spots:
        return text
    at = pick(rng, spots)
    match rng.randrange(4):
        case 0 if text[at] != text[at + 1]:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        case 1:
            return text[:at] + text[at + 1 :]
        case 2:
            return text[:at] + text[at] + text[at:]
        case _:
            letter = pick(rng, [key for key in _KEYS if key != text[at].lower()])
            return text[:at] + (letter.upper() if text[at].isupper() else letter) + text[at + 1 :]


def write_name(name: PersonName, rng: Random, *, upper: bool) -> WrittenName:
    """A name as a clerk enters it.

    With *upper* the system holds ALL CAPS without marks.
    """
    given, middle = name.given, name.middle
    family = name.surnames[0] if len(name.surnames) == 2 and rng.random() < RATES.one_surname else name.family
    if middle and rng.random() < RATES.middle_name_lost:
        middle = ""
    if rng.random() < RATES.name_typo:
        if rng.random() < 0.6:
            family = typo(family, rng)
        else:
            given = typo(given, rng)
    if rng.random() < RATES.names_transposed:
        family, given = given, family
    if upper:
        return WrittenName(*(plain(part).upper() for part in (family, given, middle)))
    if rng.random() < RATES.marks_lost:
        return WrittenName(*(plain(part) for part in (family, given, middle)))
    return WrittenName(family, given, middle)


def write_a_number(
    number: str, rng: Random, *, missing: float, slip: float = RATES.a_number_typo, shape: str = "{n}"
) -> str:
    """An A-Number as a row holds it: missing, or with a slip, at the rates given.

    In *shape* stand ``{n}`` for the nine digits, ``{s}`` for them without leading zeros, ``{a}``,
    ``{b}``, ``{c}`` for the groups of three.
    """
    if rng.random() < missing:
        return ""
    if rng.random() < slip:
        number = slip_digit(number, rng)
    return shape.format(n=number, s=number.lstrip("0"), a=number[:3], b=number[3:6], c=number[6:])


def slip_digit(number: str, rng: Random) -> str:
    """*number* with one digit wrong or two neighbours swapped."""
    at = rng.randrange(1, len(number) - 1)
    if number[at] != number[at + 1] and rng.random() < 0.5:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return number[:at] + str((int(number[at]) + rng.randint(1, 9)) % 10) + number[at + 1 :]


def write_date(day: date, rng: Random) -> date:
    """*day*, rarely with day and month swapped where that is a date too."""
    if day.day <= 12 and day.day != day.month and rng.random() < RATES.day_month_swapped:
        return date(day.year, day.day, day.month)
    return day
