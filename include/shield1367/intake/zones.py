"""Time zones of timestamps: whether the cells of one column can all have been written in the same one.

A timestamp is read as the day it names. Two that name their day in different zones cannot be compared by it:
11 p.m. in Chicago is tomorrow in UTC. Winter and summer time of one place are one zone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from shield1367.intake.values import parse_date

# What a timestamp without a zone is in: that of whoever wrote it, told nowhere.
UNTOLD = "untold"

_TIME = re.compile(
    r"[T ](\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*([AP]M\b)?\s*(Z|[A-Z]{3,4}|[+-]\d{2}(?::?\d{2})?)?\s*$",
    re.IGNORECASE,
)
_MIDNIGHT = re.compile(r"(?:0{1,2}:00(?::00(?:[.,]0+)?)?|12:00(?::00(?:[.,]0+)?)?AM)")
# Hours from UTC; the names of the zones of the United States, and of none.
_NAMED: Mapping[str, int] = {
    "Z": 0, "UTC": 0, "GMT": 0, "AST": -4, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "SST": -11, "CHST": 10,
}  # fmt: skip
_SEASONAL = tuple(
    map(
        ZoneInfo,
        ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage"),
    )
)


def zones_of(text: str) -> frozenset[str] | None:
    """The zones a timestamp may have been written in; ``None`` when it names a day and no time of it.

    Midnight without a zone is how many systems write a day.
    """
    match = _TIME.search(text) if ":" in text else None
    day = parse_date(text) if match else None
    if match is None or day is None:
        return None
    half, written = (match[2] or "").upper(), (match[3] or "").upper()
    if not written:
        return None if _MIDNIGHT.fullmatch(match[1] + half) else frozenset({UNTOLD})
    if written in _NAMED:
        return _zones_at(day, _NAMED[written] * 60)
    if written[0] in "+-":
        hours, minutes = int(written[1:3]), int(written[3:].lstrip(":") or 0)
        return _zones_at(day, (hours * 60 + minutes) * (-1 if written[0] == "-" else 1))
    return frozenset({written})


@lru_cache(maxsize=65_536)
def _zones_at(day: date, minutes: int) -> frozenset[str]:
    """The fixed zone *minutes* from UTC, and those that are as far from it on *day*, at its beginning or its end."""
    offset = timedelta(minutes=minutes)
    moments = [datetime.combine(day, time(hour)) for hour in (0, 23)]
    seasonal = {
        zone.key
        for zone in _SEASONAL
        if offset in {moment.replace(tzinfo=zone).utcoffset() for moment in moments}
    }
    return frozenset({f"UTC{minutes:+d}", *seasonal})
