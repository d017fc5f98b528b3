from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.intake.zones import UNTOLD, zones_of

PLACES = ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage"]
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC)).filter(
    lambda moment: moment.second or moment.minute
)


@given(st.sampled_from(PLACES), st.lists(MOMENTS, min_size=1, max_size=8))
def test_what_was_written_in_one_place_is_of_one_zone(place: str, moments: list[datetime]) -> None:
    """At any time of the year, and on the days on which the clocks change."""
    found = [zones_of(moment.astimezone(ZoneInfo(place)).isoformat()) for moment in moments]
    assert all(zones is not None and place in zones for zones in found)


@given(MOMENTS, st.integers(-12, 14), st.integers(-12, 14))
def test_two_offsets_on_one_day_are_two_zones(moment: datetime, one: int, other: int) -> None:
    first, second = (zones_of(f"{moment:%Y-%m-%dT%H:%M:%S}{hours:+03d}:00") for hours in (one, other))
    assert first is not None
    assert second is not None
    # On a day when the clocks change both may be of one place.
    if abs(one - other) > 1:
        assert not first & second
    if one == other:
        assert first == second


@pytest.mark.parametrize(
    "text", ["", "2024-01-02", "2024-01-02 00:00:00", "01/02/2024 12:00 AM", "10:00", "x T10:00Z", "20240102"]
)
def test_a_day_without_a_time_is_in_no_zone(text: str) -> None:
    assert zones_of(text) is None


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("2024-01-02 10:11", {UNTOLD}),
        ("01/02/2024 10:11 PM", {UNTOLD}),
        ("2024-01-02T10:11:12.5Z", {"UTC+0"}),
        ("2024-01-02T10:11:12GMT", {"UTC+0"}),
        ("2024-01-02T00:00:00+0530", {"UTC+330"}),
        ("2024-01-02 10:11 MSK", {"MSK"}),
        ("2024-01-02 10:11 PM CST", {"UTC-360", "America/Chicago"}),
    ],
)
def test_zones_are_read_in_the_notations_of_exports(text: str, zones: set[str]) -> None:
    assert zones_of(text) == zones


@given(st.text(max_size=40))
def test_any_text_is_in_some_zones_or_in_none(text: str) -> None:
    assert zones_of(text) is None or zones_of(text)
