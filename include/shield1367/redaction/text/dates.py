"""Dates in every notation of case files, English and Spanish, as stretches and as values."""
# ruff: noqa: E501  (a regular expression is read in one piece)

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import re2

from shield1367.redaction.text.batch import Batch, Hit
from shield1367.redaction.text.people import SEVERAL

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene", "february feb febrero", "march mar marzo", "april apr abril abr", "may mayo",
            "june jun junio", "july jul julio", "august aug agosto ago", "september sept sep septiembre setiembre",
            "october oct octubre", "november nov noviembre", "december dec diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ORDINALS: Final = {
    word: number
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
            "twenty-first",
            "twenty-second",
            "twenty-third",
            "twenty-fourth",
            "twenty-fifth",
            "twenty-sixth",
            "twenty-seventh",
            "twenty-eighth",
            "twenty-ninth",
            "thirtieth",
            "thirty-first",
        ],
        start=1,
    )
}
_MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_GLUED = "(?:" + "|".join(sorted((m for m in MONTHS if len(m) == 3), reverse=True)) + ")"
_DAY = r"\d{1,2}(?:st|nd|rd|th|o|er)?"
_SPELLED = "(?:" + "|".join(sorted(_ORDINALS, key=len, reverse=True)).replace("-", "[- ]") + ")"
_YEAR = r"(?:\d{4}|'\d{2})"
_TIME = r"(?:T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?)?"
PATTERNS: Final = {
    "date.year_first": rf"\b\d{{4}} ?[-/.] ?\d{{1,2}} ?[-/.] ?\d{{1,2}}(?:\b|{_TIME}\b)",
    "date.year_last": r"\b\d{1,2} ?[-/.] ?\d{1,2} ?[-/.] ?(?:\d{4}|\d{2})\b",
    "date.month_year_numeric": r"\b(?:0?[1-9]|1[0-2])/(?:19|20)\d{2}\b",
    "date.day_month": rf"\b(?:{_DAY}|{_SPELLED})(?: day)?,?(?: of| de|-|/|,)?[ \n]*{_MONTH}"
    rf"(?:,?(?: of| del?| in|-|/|,)?[ \n]*(?:{_YEAR}\b|\d{{2}}\b))?",
    "date.month_day": rf"\b{_MONTH}[ \n]?(?:the )?(?:{_DAY}|{_SPELLED})\b(?:,?(?: of| del?|,)?[ \n]*{_YEAR}\b|-\d{{2,4}}\b)?",
    "date.month_year": rf"\b{_MONTH},?(?: of| del?|-|/)?[ \n]*(?:\d{{4}}|'\d{{2}})\b",
    "date.glued": rf"\b\d{{1,2}}{_GLUED}(?:\d{{4}}|\d{{2}})\b",
}
_SCAN = re2.compile(("(?i)" + "|".join(PATTERNS.values())).encode())
_WORDS = re.compile(r"[a-z]+")
_NUMBERS = re.compile(r"\d+")
_LETTERS = re.compile(r"[a-z]++(?:-[a-z]++)?")


def find_dates(batch: Batch, births: dict[date, int]) -> None:
    """Add every exact date. One that equals a known date of birth is tagged with its person."""
    for match in _SCAN.finditer(batch.ascii):
        start, end = match.span()
        reading = read_date(batch.lower[start:end])
        if not reading.is_day or (reading.may_be_verb and batch.cased.startswith("may ", start)):
            continue
        born = {births[day] for day in reading.days if day in births}
        if born:
            person = born.pop() if len(born) == 1 else SEVERAL
            batch.add(Hit(start, end, "DATE", "known.date_of_birth", 1.0, person))
        else:
            batch.add(Hit(start, end, "DATE", "date.any", 0.9))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a stretch that is shaped like a date says.

    Attributes:
        is_day: it names a day, or a month of a year.
        days: the days it may mean: 03/05/80 is March 5 or 3 May; two-digit years in either century.
        may_be_verb: "may 10 people apply": the verb, unless a capital or a year says otherwise.
    """

    is_day: bool
    days: frozenset[date]
    may_be_verb: bool


# Shapes are no longer than a line of blanks allows; the same days are written again and again.
@lru_cache(maxsize=1 << 15)
def read_date(text: str) -> Reading:
    """Read a folded, lower-case stretch."""
    days = frozenset(values(text))
    if _month(text):
        return Reading(True, days, text.startswith("may ") and not re.search(r"\d{4}", text))
    return Reading(bool(days) or len(_NUMBERS.findall(text)[:3]) == 2, days, False)


def _month(text: str) -> int:
    """The first month that a stretch names, 1 to 12; 0 for none."""
    return next((MONTHS[word] for word in _WORDS.findall(text) if word in MONTHS), 0)


def values(text: str) -> set[date]:
    """The days a stretch may mean: 03/05/80 is March 5 or 3 May; two-digit years in either century."""
    month = _month(text)
    numbers = _NUMBERS.findall(text)
    if month:
        spelled = next((_ORDINALS[word] for word in _LETTERS.findall(text) if word in _ORDINALS), None)
        if spelled is not None and numbers:
            return _days(int(numbers[-1]), month, spelled, wide=len(numbers[-1]) == 4)
        if len(numbers) < 2:
            return set()
        first, last = numbers[0], numbers[-1]
        return _days(int(last), month, int(first), wide=len(last) == 4)
    if len(numbers) < 3:
        return set()
    a, b, c = numbers[:3]
    if len(a) == 4:
        return _days(int(a), int(b), int(c), wide=True)
    wide = len(c) == 4
    return _days(int(c), int(a), int(b), wide=wide) | _days(int(c), int(b), int(a), wide=wide)


def _days(year: int, month: int, day: int, *, wide: bool) -> set[date]:
    found = set()
    for full in (year,) if wide else (1900 + year, 2000 + year):
        try:
            found.add(date(full, month, day))
        except ValueError:
            continue
    return found
