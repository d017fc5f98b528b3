from __future__ import annotations

import re
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.fields import FieldKind
from shield1367.intake.values import fits, parse_date, year_in_full

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(DAYS)
def test_one_day_in_every_notation(day: date) -> None:
    notations = [
        day.isoformat(), f"{day.isoformat()}T10:11:12Z", f"{day.isoformat()} 00:00:00", f"{day:%Y%m%d}",
        f"{day:%m/%d/%Y}", f"{day.month}/{day.day}/{day.year}", f"{day:%m-%d-%Y}", f"{day:%m.%d.%Y}",
        f"{day:%m/%d/%Y} 10:11 AM", f"{day:%d-%b-%Y}", f"{day:%d-%b-%Y}".upper(), f"{day:%d %B %Y}", f" {day} ",
    ]  # fmt: skip
    assert {notation: parse_date(notation) for notation in notations} == dict.fromkeys(notations, day)


@given(DAYS.filter(lambda day: day.day > 12))
def test_a_month_over_twelve_is_the_day(day: date) -> None:
    assert parse_date(f"{day:%d/%m/%Y}") == day


@given(DAYS, st.integers(1850, 2100))
def test_two_digits_of_a_year_stand_for_one_of_a_hundred(day: date, first: int) -> None:
    for form in ("%m/%d/%y", "%d-%b-%y", "%m.%d.%y", "%m/%d/%y 10:15"):
        read = parse_date(year_in_full(day.strftime(form), first))
        if read is None:  # there is no 29 February in that year
            assert (day.month, day.day) == (2, 29)
            continue
        assert (read.month, read.day, read.year % 100) == (day.month, day.day, day.year % 100)
        assert first <= read.year < first + 100


@given(st.text(max_size=20) | DAYS.map(str) | DAYS.map("{:%m/%d/%Y}".format))
def test_what_has_no_such_year_stays(text: str) -> None:
    if not re.search(r"\d{2}(\s|$)", text) or parse_date(text):
        assert year_in_full(text, 1940) == text


@pytest.mark.parametrize(
    "text",
    ["", "x", "00/00/0000", "13/13/2020", "02/30/2020", "2020-02-30", "2020-13-01", "20201301", "0000-01-01",
     "1/2/20", "12345678", "31-FOO-2020", "2020-01-01x", "APT 4", "\u00b2020-01-01"],
)  # fmt: skip
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_date(text) is None
    assert not fits("date", text)


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_none(text: str) -> None:
    day = parse_date(text)
    assert day is None or timedelta(0) <= day - date.min


CHECKS = {
    "us_state": (["CA", "ca", " NY ", "PR", "DC"], ["XX", "California", "", "C"]),
    "postal_code": (["90210", "90210-1234", "K1A 0B1", "SW1A 1AA"], ["", "ABCDE", "9", "a" * 20, "90210!"]),
    "age": (["0", "34", " 125 "], ["126", "-1", "34.5", "x", "", "²", "1" * 5000, "٣٤"]),
    "date": (
        ["2020-01-02", "1800-01-01", "2200-12-31", "1985", " 2024 "],
        [
            "soon",
            "985",
            "1799",
            "2201",
            "19850",
            "1985.0",
            "0001-01-01",
            "1799-12-31",
            "9999-12-31",
            "2024-02-31",
        ],
    ),
    "number": (["0", "-12", " 7 "], ["", "1.5", "two", "1e3", "²", "1" * 19]),
}


@pytest.mark.parametrize(
    ("check", "text"), [(check, text) for check, (good, _) in CHECKS.items() for text in good]
)
def test_a_cell_that_fits_its_kind(check: str, text: str) -> None:
    assert fits(check, text)


@pytest.mark.parametrize(
    ("check", "text"), [(check, text) for check, (_, bad) in CHECKS.items() for text in bad]
)
def test_a_cell_that_does_not_fit_its_kind(check: str, text: str) -> None:
    assert not fits(check, text)


@given(st.sampled_from(sorted(CHECKS)), st.text(max_size=20))
def test_any_text_fits_or_does_not(check: str, text: str) -> None:
    assert fits(check, text) in {True, False}


def test_every_check_of_the_vocabulary_is_known_here() -> None:
    allowed = FieldKind.model_fields["valid"].annotation
    names = {name for part in get_args(allowed) for name in get_args(part)}
    assert names == set(CHECKS)
    with pytest.raises(ValueError, match="unknown check"):
        fits("shoe_size", "1")
