"""Names of many origins: pools drawn once a process, then combined by the caller's generator."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import yaml

_FILE = Path(__file__).with_name("names.yaml")
# Draws a locale, duplicates kept: where Faker weighs names by frequency, so does the pool.
_POOL = 400
_POOL_SEED = 1367
# Chances.
_SECOND_GIVEN = 0.45
_HYPHENATED = 0.06
_MOTHERS_SURNAME_ONLY = 0.08


@dataclass(frozen=True, slots=True)
class Country:
    """A country as immigration systems write it, with EOIR's codes for nationality and language."""

    name: str
    nationality: str
    language: str
    phone_prefix: str
    cities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """One pool of names and the countries where people carry them."""

    name: str
    countries: tuple[Country, ...]
    surnames: int
    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's true name. ``surnames`` has one or two parts; ``middle`` may be empty."""

    given: str
    middle: str
    surnames: tuple[str, ...]
    joint: str = " "

    @property
    def family(self) -> str:
        """All surnames, as the person writes them."""
        return self.joint.join(self.surnames)

    @property
    def full(self) -> str:
        """Given, middle and family name in Western order."""
        return " ".join(part for part in (self.given, self.middle, self.family) if part)


@lru_cache(maxsize=1)
def origins() -> tuple[tuple[Origin, ...], tuple[float, ...]]:
    """All origins and their cumulative weights, the same in every process."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    countries = {
        name: Country(name, row[0], row[1], row[2], tuple(row[3:]))
        for name, row in content["countries"].items()
    }
    pools = tuple(_origin(name, entry, countries) for name, entry in content["origins"].items())
    return pools, tuple(accumulate(entry["weight"] for entry in content["origins"].values()))


@lru_cache(maxsize=1)
def american() -> Origin:
    """Names of officers, judges and lawyers."""
    return next(origin for origin in origins()[0] if origin.name == "american")


def draw_origin(rng: Random) -> Origin:
    """One origin by weight."""
    pools, cumulative = origins()
    return pools[bisect(cumulative, rng.random() * cumulative[-1])]


def draw_surnames(origin: Origin, rng: Random) -> tuple[str, ...]:
    """One or two surnames, by the custom of the origin."""
    family = origin.family
    first = family[int(rng.random() * len(family))]
    if origin.surnames == 1 or rng.random() < _MOTHERS_SURNAME_ONLY:
        return (first,)
    return (first, family[int(rng.random() * len(family))])


def draw_name(origin: Origin, *, female: bool, surnames: tuple[str, ...], rng: Random) -> PersonName:
    """A name from the origin's pools with the surnames given."""
    pool = origin.female if female else origin.male
    given = pool[int(rng.random() * len(pool))]
    middle = ""
    if " " not in given and rng.random() < _SECOND_GIVEN:
        middle = pool[int(rng.random() * len(pool))]
        if " " in middle or middle == given:
            middle = ""
    joint = "-" if len(surnames) == 2 and rng.random() < _HYPHENATED else " "
    return PersonName(given, middle, surnames, joint)


def _origin(name: str, entry: dict[str, Any], countries: dict[str, Country]) -> Origin:
    if locale := entry.get("locale"):
        female, male, family = _faker_pools(locale)
    else:
        female, male, family = (tuple(entry[part]) for part in ("female", "male", "family"))
    return Origin(
        name=name,
        countries=tuple(countries[country] for country in entry["countries"]),
        surnames=entry["surnames"],
        female=female,
        male=male,
        family=family,
    )


def _faker_pools(locale: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    from faker import Faker

    # Only the names: loading every provider of two dozen locales takes seconds.
    faker = Faker(locale, providers=["faker.providers.person"])
    faker.seed_instance(_POOL_SEED)
    return (
        tuple(faker.first_name_female().strip() for _ in range(_POOL)),
        tuple(faker.first_name_male().strip() for _ in range(_POOL)),
        tuple(faker.last_name().strip() for _ in range(_POOL)),
    )
