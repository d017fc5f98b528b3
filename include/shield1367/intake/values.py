"""Reading single values: dates in the notations exports use, and checks that tell a shifted row."""

from __future__ import annotations

import re
from datetime import date

from shield1367.config.places import STATES

_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_US = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s.*)?$")
_WORDS = re.compile(r"^(\d{1,2})[ -]([A-Za-z]{3})[a-z]*\.?[ -](\d{4})$")
_SHORT = re.compile(r"^(\s*\d{1,2}(?:[/.-]\d{1,2}[/.-]|[ -][A-Za-z]{3,9}\.?[ -]))(\d{2})(?=\s|$)")
_YEAR = re.compile(r"^[0-9]{4}$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_POSTAL = re.compile(r"^[A-Z0-9][A-Z0-9 -]{2,9}$", re.IGNORECASE)
_AGE = re.compile(r"^[0-9]{1,3}$")
_NUMBER = re.compile(r"-?[0-9]{1,18}")
# Days outside are typing errors or stand for none, as 0001-01-01 and 9999-12-31 do.
EARLIEST, LATEST = date(1800, 1, 1), date(2200, 12, 31)


def parse_date(text: str) -> date | None:
    """A calendar date from an export's cell, or ``None`` when it is none.

    ISO 8601 with or without a time, ``YYYYMMDD``, US month-first ``MM/DD/YYYY``, ``02-JAN-2024``.
    A month over 12 in a month-first date is read as the day, since exports mix both.
    """
    text = text.strip()
    if len(text) == 10 and text[4] == text[7] == "-" and text.isascii():
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass  # of another form, or no day of the calendar: told below
    if match := _ISO.match(text) or _COMPACT.match(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _US.match(text):
        month, day, year = (int(part) for part in match.groups())
        if month > 12 >= day:
            month, day = day, month
    elif (match := _WORDS.match(text)) and match[2].lower() in _MONTHS:
        day, month, year = int(match[1]), _MONTHS.index(match[2].lower()) + 1, int(match[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def year_in_full(text: str, first: int) -> str:
    """A date whose year has two digits with all four of it; any other text as it is.

    Args:
        first: of the hundred years that two digits may stand for.
    """
    match = _SHORT.match(text)
    if match is None:
        return text
    year = first + (int(match[2]) - first) % 100
    return f"{match[1]}{year}{text[match.end() :]}"


def parse_day(text: str) -> date | None:
    """A date that a record can be about: :func:`parse_date` from 1800 to 2200."""
    day = parse_date(text)
    return day if day is not None and EARLIEST <= day <= LATEST else None


def parse_year(text: str) -> int | None:
    """The year of a date, or a year that stands by itself, as many exports have it for births and fiscal years."""
    if (day := parse_day(text)) is not None:
        return day.year
    whole = _YEAR.match(text.strip())
    return int(whole[0]) if whole and EARLIEST.year <= int(whole[0]) <= LATEST.year else None


def parse_number(text: str) -> int | None:
    """A whole number of as many digits as 64 bits hold whatever they are, or ``None``."""
    return int(text) if _NUMBER.fullmatch(text) else None


def fits(check: str, text: str) -> bool:
    """Whether a cell passes the ``valid:`` check of its field kind."""
    match check:
        case "date":
            return parse_year(text) is not None
        case "number":
            return parse_number(text.strip()) is not None
        case "us_state":
            return text.strip().upper() in STATES
        case "postal_code":
            return bool(_POSTAL.match(text.strip())) and any(character.isdigit() for character in text)
        case "age":
            return bool(_AGE.match(text.strip())) and int(text) <= 125
        case _:
            raise ValueError(f"unknown check {check}")
