from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from shield1367.testing.mess import plain, slip_digit, typo, write_a_number, write_date, write_name
from shield1367.testing.names import PersonName, draw_name, draw_origin, draw_surnames, origins

seeds = st.integers(0, 2**32)


@given(st.text(), seeds)
def test_a_typo_is_one_edit_and_keeps_the_first_letter(text: str, seed: int) -> None:
    slipped = typo(text, Random(seed))
    assert OSA.distance(text, slipped) <= 1
    assert slipped[:1] == text[:1]


@given(seeds)
def test_a_typo_in_a_long_word_changes_it(seed: int) -> None:
    assert typo("Hernandez", Random(seed)) != "Hernandez"


@given(st.text())
def test_plain_text_is_ascii_and_stays_so(text: str) -> None:
    assert plain(text).isascii()
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("marked", "unmarked"),
    [("Núñez", "Nunez"), ("Łomża", "Lomza"), ("Đà Nẵng", "Da Nang"), ("Yıldız", "Yildiz"), ("Groß", "Gross")],
)
def test_marks_are_dropped(marked: str, unmarked: str) -> None:
    assert plain(marked) == unmarked


@given(st.from_regex(r"\A[0-9]{9}\Z"), seeds)
def test_a_slip_changes_the_number_but_not_its_length(number: str, seed: int) -> None:
    slipped = slip_digit(number, Random(seed))
    assert slipped != number
    assert len(slipped) == 9
    assert slipped.isdigit()


@given(st.dates(), seeds)
def test_a_swapped_date_is_the_date_or_its_mirror(day: date, seed: int) -> None:
    written = write_date(day, Random(seed))
    assert written == day or (written.year, written.month, written.day) == (day.year, day.day, day.month)


@pytest.mark.parametrize(
    ("shape", "written"),
    [
        ("{n}", "012345678"),
        ("A{n}", "A012345678"),
        ("{s}", "12345678"),
        ("A-{a}-{b}-{c}", "A-012-345-678"),
        ("{a} {b} {c}", "012 345 678"),
    ],
)
def test_shapes_of_a_number(shape: str, written: str) -> None:
    assert write_a_number("012345678", Random(0), missing=0, shape=shape) == written
    assert write_a_number("012345678", Random(0), missing=1, shape=shape) == ""


def test_the_mess_shows_at_its_rates() -> None:
    name = PersonName("José", "Luis", ("Hernández", "Núñez"))
    rng = Random(1)
    written = [write_name(name, rng, upper=False) for _ in range(4000)]
    one_surname = sum(row.family in ("Hernández", "Hernandez") for row in written) / 4000
    transposed = sum(row.given.startswith(("Hern", "Hern")) for row in written) / 4000
    unmarked = sum(row.given == "Jose" for row in written) / 4000
    assert 0.17 < one_surname < 0.27
    assert 0.005 < transposed < 0.02
    assert 0.28 < unmarked < 0.42
    assert all(
        "".join(part).isupper() and part.isascii()
        for row in (write_name(name, rng, upper=True) for _ in range(50))
        for part in (row.family, row.given)
    )


def test_names_come_from_many_origins() -> None:
    pools, _ = origins()
    assert len(pools) >= 40
    for origin in pools:
        for part in (*origin.female, *origin.male, *origin.family):
            assert part == part.strip()
            assert part
    rng = Random(3)
    drawn = [draw_origin(rng) for _ in range(3000)]
    assert len({origin.name for origin in drawn}) >= 40
    names = [draw_name(origin, female=True, surnames=draw_surnames(origin, rng), rng=rng) for origin in drawn]
    assert sum(not name.full.isascii() for name in names) > 500
    assert len({name.full for name in names}) > 2500
