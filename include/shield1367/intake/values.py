"""Reading single values: dates in the notations exports use, and checks that tell a shifted row."""

from __future__ import annotations

import re
from datetime import date

from shield1367.config.places import STATES

_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_US = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s.*)?$")
_WORDS = re.compile(r"^(\d{1,2})[ -]([A-Za-z]{3})[a-z]*\.?[ -](\d{4})$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_POSTAL = re.compile(r"^[A-Z0-9][A-Z0-9 -]{2,9}$", re.IGNORECASE)
_AGE = re.compile(r"^[0-9]{1,3}$")
EARLIEST = date(1880, 1, 1)


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


def fits(check: str, text: str) -> bool:
    """Whether a cell passes the ``valid:`` check of its field kind."""
    match check:
        case "date":
            return parse_date(text) is not None
        case "us_state":
            return text.strip().upper() in STATES
        case "postal_code":
            return bool(_POSTAL.match(text.strip())) and any(character.isdigit() for character in text)
        case "age":
            return bool(_AGE.match(text.strip())) and int(text) <= 125
        case _:
            raise ValueError(f"unknown check {check}")
