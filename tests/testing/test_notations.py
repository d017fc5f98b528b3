from __future__ import annotations

import re
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.testing import notations
from shield1367.testing.identifiers import Identifiers, Sequence

seeds = st.integers(0, 2**32)


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@given(st.from_regex(r"\A[0-2][0-9]{8}\Z").filter(lambda n: n.strip("0")), seeds)
def test_an_alien_number_keeps_its_digits(number: str, seed: int) -> None:
    assert digits(notations.write_alien_number(number, Random(seed))).zfill(9) == number


@given(st.from_regex(r"\A[0-9]{9}\Z"), seeds)
def test_an_ssn_keeps_its_digits(number: str, seed: int) -> None:
    assert digits(notations.write_ssn(number, Random(seed))) == number


@given(st.from_regex(r"\A[2-9][0-9]{9}\Z"), seeds)
def test_a_phone_keeps_its_digits(number: str, seed: int) -> None:
    assert digits(notations.write_phone(number, Random(seed)))[-10:] == number


@given(st.from_regex(r"\A(IOE|EAC|LIN)[0-9]{10}\Z"), seeds)
def test_a_receipt_keeps_its_letters_and_digits(receipt: str, seed: int) -> None:
    written = re.sub(r"[^A-Z0-9*]", "", notations.write_receipt(receipt, Random(seed)).upper())
    assert written in (receipt, f"{receipt[:3]}*{receipt[4:]}")


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2030, 1, 1)), seeds)
def test_a_date_tells_its_year_and_day(day: date, seed: int) -> None:
    for written in (notations.write_day(day, Random(seed)), notations.write_dia(day, Random(seed))):
        assert f"{day.year % 100:02d}" in written
        assert str(day.day) in written


def test_dates_come_in_many_notations() -> None:
    shapes = {
        re.sub(r"[A-Za-z]+", "x", re.sub(r"\d", "9", notations.write_day(date(1999, 11, 23), Random(seed))))
        for seed in range(400)
    }
    assert len(shapes) >= 9


def test_phones_abroad_carry_their_prefix() -> None:
    rng = Random(1)
    for prefix in ("+52", "+503", "+502", "+86"):
        assert prefix in notations.draw_foreign_phone(prefix, rng)


@given(st.sampled_from([2, 3, 7, 101, 997]), st.integers(0, 10**6))
def test_a_sequence_is_a_permutation(prime: int, seed: int) -> None:
    sequence = Sequence.seeded("test", prime=prime, seed=seed)
    assert sorted(sequence.at(index) for index in range(prime)) == list(range(prime))


@pytest.mark.parametrize("seed", [0, 1, 99])
def test_identifiers_have_the_shapes_of_the_real_ones(seed: int) -> None:
    ids = Identifiers(seed)
    for index in range(0, 4_000_000, 39_999):
        assert re.fullmatch(r"[0-2]\d{8}", ids.a_number(index))
        ssn = ids.ssn(index)
        assert re.fullmatch(r"(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}", ssn)
        assert re.fullmatch(r"1\d{9}", ids.fin(index))
        assert re.fullmatch(r"3\d{8}", ids.eid(index))
        assert re.fullmatch(r"\d{11}|\d{9}[A-Z]\d", ids.i94(index))
        assert re.fullmatch(r"[A-Z]\d{8}|\d{9}", ids.passport(index))
        assert re.fullmatch(r"[2-9]\d{2}[2-9]\d{6}", ids.phone(index))
        assert re.fullmatch(r"[A-Z]{3}26\d{8}", ids.receipt(index, filed=date(2025, 10, 1)))
        assert 10_000_000 <= ids.record(index) < 100_000_000
        assert 1_000_000 <= ids.case(index) < 10_000_000
