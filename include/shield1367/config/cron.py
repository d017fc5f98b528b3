"""Cron expressions, checked where they are written rather than when a scheduler first trips over them.

The five classic fields, as Airflow's own timetables take them: minute, hour, day of month, month, day of week.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LONGEST = dict(zip(range(1, 13), (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True))
_PART = re.compile(r"^(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>[0-9]{1,2}))?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> set[int]:
        """The numbers that *text* stands for."""
        return {value for part in text.split(",") for value in self._values_of(part)}

    def _values_of(self, part: str) -> range:
        match = _PART.match(part)
        if not match or (match["step"] and int(match["step"]) == 0):
            raise ValueError(self._allowed(part))
        first = self._number(match["first"], part) if match["first"] else self.low
        last = self._number(match["last"], part) if match["last"] else first
        if not match["first"] or (match["step"] and not match["last"]):
            last = self.high
        if first > last:
            raise ValueError(self._allowed(part))
        return range(first, last + 1, int(match["step"] or 1))

    def _number(self, text: str, part: str) -> int:
        if text.upper() in self.names:
            return self.low + self.names.index(text.upper())
        if not text.isdecimal() or len(text) > 2 or not self.low <= int(text) <= self.high:
            raise ValueError(self._allowed(part))
        return int(text)

    def _allowed(self, part: str) -> str:
        words = f", {self.names[0]} to {self.names[-1]}" if self.names else ""
        return (
            f"cron field {self.name!r} cannot be {part!r};"
            f" allowed: {self.low} to {self.high}{words}, *, a-b, a,b, */n"
        )


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _DAYS),
)


def check_cron(text: str) -> str:
    """*text* itself, when it is a cron expression of five fields that comes round at least every leap year.

    Raises:
        ValueError: it is not; says which field and what is allowed there.
    """
    parts = text.split()
    if len(parts) != len(_FIELDS):
        names = ", ".join(field.name for field in _FIELDS)
        raise ValueError(f"cron expression {text!r} does not have five fields: {names}")
    _, _, days, months, _ = (field.values(part) for field, part in zip(_FIELDS, parts, strict=True))
    if parts[4].startswith("*") and min(days) > max(_LONGEST[month] for month in months):
        raise ValueError(f"cron expression {text!r} names a day that none of its months has")
    return text


Cron = Annotated[str, AfterValidator(check_cron)]
