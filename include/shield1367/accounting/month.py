"""One calendar month, in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from shield1367.errors import TerminalError

_FORM = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class NoMonthError(TerminalError):
    """Error raised for a month that is not written as one, or has not begun."""

    code = "E760"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the proleptic Gregorian calendar."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str, *, today: date) -> Month:
        """A month from ``2026-10``.

        Raises:
            NoMonthError: it is not of that form, or lies in the future.
        """
        match = _FORM.fullmatch(text)
        if match is None or cls(int(match[1]), int(match[2])) > cls.of(today) or match[1] == "0000":
            raise NoMonthError(f"{text!r} is no month up to now.", mend="write it as 2026-10.")
        return cls(int(match[1]), int(match[2]))

    def back(self, months: int) -> Month:
        """So many months earlier."""
        count = self.year * 12 + self.month - 1 - months
        return Month(count // 12, count % 12 + 1)

    @property
    def start(self) -> str:
        """Its first moment, ISO 8601 in UTC."""
        return datetime(self.year, self.month, 1, tzinfo=UTC).isoformat()

    @property
    def end(self) -> str:
        """The first moment after it."""
        return self.back(-1).start

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
