"""How identifiers and dates look in prose: many notations of one canonical value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from shield1367.testing.draws import pick

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_MESES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
    "noviembre", "diciembre",
)  # fmt: skip

_DATES: tuple[Callable[[date], str], ...] = (
    lambda d: f"{d.month:02d}/{d.day:02d}/{d.year}",
    lambda d: f"{d.month}/{d.day}/{d.year % 100:02d}",
    lambda d: f"{d.month}/{d.day}/{d.year}",
    lambda d: f"{_MONTHS[d.month - 1]} {d.day}, {d.year}",
    lambda d: f"{_MONTHS[d.month - 1][:3]}. {d.day}, {d.year}",
    lambda d: f"{d.day} {_MONTHS[d.month - 1]} {d.year}",
    lambda d: f"{d.day:02d}-{_MONTHS[d.month - 1][:3].upper()}-{d.year}",
    lambda d: d.isoformat(),
    lambda d: f"{d.month:02d}-{d.day:02d}-{d.year}",
    lambda d: f"{d.month:02d}.{d.day:02d}.{d.year}",
    lambda d: f"{d.month:02d}{d.day:02d}{d.year}",
    lambda d: f"{_MONTHS[d.month - 1]} {d.day}{_ordinal(d.day)}, {d.year}",
)
_DATE_WEIGHTS = (24, 12, 10, 18, 6, 6, 5, 7, 4, 2, 2, 4)
_WEIGHTED = tuple(write for write, times in zip(_DATES, _DATE_WEIGHTS, strict=True) for _ in range(times))
_A_NUMBERS = (
    "A{n}", "A{n}", "A-{n}", "A{a}-{b}-{c}", "A-{a}-{b}-{c}", "A {a} {b} {c}", "{n}", "{a}-{b}-{c}", "A#{n}",
    "A# {a}-{b}-{c}", "a{n}", "A{s}", "A {s}", "A{a} {b} {c}", "A{a}.{b}.{c}",
)  # fmt: skip
_SSNS = ("{a}-{b}-{c}", "{a}-{b}-{c}", "{a}-{b}-{c}", "{a}{b}{c}", "{a} {b} {c}")
_PHONES = (
    "({a}) {b}-{c}", "{a}-{b}-{c}", "{a}.{b}.{c}", "+1 {a} {b} {c}", "{a}{b}{c}", "1-{a}-{b}-{c}",
    "({a}){b}-{c}", "+1 ({a}) {b}-{c}", "{a} {b} {c}", "{a}/{b}-{c}",
)  # fmt: skip
_RECEIPTS = (
    "{p}{n}",
    "{p}{n}",
    "{p}{n}",
    "{p}-{y}-{d}-{q}",
    "{p} {y} {d} {q}",
    "{p}-{n}",
    "{p} {n}",
    "{p}*{t}",
    "{l}{n}",
)


def write_day(day: date, rng: Random) -> str:
    """A date in English, in one of a dozen notations."""
    return pick(rng, _WEIGHTED)(day)


def write_dia(day: date, rng: Random) -> str:
    """A date in Spanish."""
    mes = _MESES[day.month - 1]
    if rng.random() < 0.7:
        return f"{day.day} de {mes} de {day.year}"
    return (
        f"{day.day} de {mes} del {day.year}"
        if rng.random() < 0.5
        else f"{day.day:02d}/{day.month:02d}/{day.year}"
    )


def write_alien_number(number: str, rng: Random) -> str:
    """Nine digits as officers write them, with and without the A, separators and leading zeros."""
    shape = pick(rng, _A_NUMBERS)
    return shape.format(n=number, s=number.lstrip("0"), a=number[:3], b=number[3:6], c=number[6:])


def write_ssn(number: str, rng: Random) -> str:
    """Nine digits as an SSN."""
    return pick(rng, _SSNS).format(a=number[:3], b=number[3:5], c=number[5:])


def write_phone(number: str, rng: Random) -> str:
    """Ten digits as a US telephone number."""
    return pick(rng, _PHONES).format(a=number[:3], b=number[3:6], c=number[6:])


def draw_foreign_phone(prefix: str, rng: Random) -> str:
    """A telephone number abroad, in the grouping of the country's prefix."""

    def digits(count: int) -> str:
        return str(rng.randrange(10 ** (count - 1), 10**count))

    match prefix:
        case "+1":
            return pick(rng, ("({}) {}-{}", "{}-{}-{}")).format(
                pick(rng, ("809", "829", "876")), digits(3), digits(4)
            )
        case "+52" | "+55" | "+57":
            return f"{prefix} {digits(pick(rng, (2, 3)))} {digits(3)} {digits(4)}"
        case "+502" | "+503" | "+504" | "+505" | "+509" | "+53":
            return pick(rng, ("{} {}-{}", "{} {} {}", "({}) {}-{}")).format(prefix, digits(4), digits(4))
        case _:
            return f"{prefix} {digits(2)} {digits(3)} {digits(4)}"


def write_receipt(receipt: str, rng: Random) -> str:
    """Three letters and ten digits, with and without separators, or the ``*`` variant."""
    prefix, number = receipt[:3], receipt[3:]
    return pick(rng, _RECEIPTS).format(
        p=prefix, l=prefix.lower(), n=number, y=number[:2], d=number[2:5], q=number[5:], t=number[1:]
    )


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
