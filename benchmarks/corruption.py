"""One record of a person as another source may hold it: clean, or wrong in one of the ways that happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from shield1367.config.linkage import LinkageSettings
from shield1367.protection.identity.linkage import NameRecord
from shield1367.testing.identifiers import Identifiers
from shield1367.testing.mess import plain, typo, write_date, write_name
from shield1367.testing.people import Person, draw_household


@dataclass(frozen=True, slots=True)
class Drawn:
    """A person with the record a source should hold, and the household it belongs to."""

    person: Person
    household: int
    record: NameRecord


def draw(count: int, *, seed: int) -> list[Drawn]:
    """At least *count* people."""
    identifiers = Identifiers(seed)
    people: list[Drawn] = []
    index = 0
    while len(people) < count:
        household = draw_household(index, first=len(people), limit=99, seed=seed, identifiers=identifiers)
        people += [Drawn(person, index, record_of(person)) for person in household.people]
        index += 1
    return people


def record_of(person: Person) -> NameRecord:
    """What is true."""
    name = person.name
    return NameRecord(person.person_id, f"{name.given} {name.middle}".strip(), name.family, person.born)


Corruption = Callable[[Drawn, Random, LinkageSettings], NameRecord | None]


def as_written(drawn: Drawn, rng: Random, _: LinkageSettings) -> NameRecord:
    """As the generator's exports hold it, with their rates of slips."""
    name = write_name(drawn.person.name, rng, upper=rng.random() < 0.7)
    given = f"{name.given} {name.middle}".strip()
    return NameRecord(drawn.record.record_id, given, name.family, write_date(drawn.person.born, rng))


def family_typo(drawn: Drawn, rng: Random, _: LinkageSettings) -> NameRecord | None:
    return _changed(drawn, family=typo(plain(drawn.record.family), rng))


def given_typo(drawn: Drawn, rng: Random, _: LinkageSettings) -> NameRecord | None:
    return _changed(drawn, given=typo(plain(drawn.person.name.given), rng))


def one_surname(drawn: Drawn, rng: Random, _: LinkageSettings) -> NameRecord | None:
    """The first of two surnames, sometimes the second."""
    surnames = drawn.person.name.surnames
    return _changed(drawn, family=surnames[rng.random() < 0.2]) if len(surnames) == 2 else None


def transposed(drawn: Drawn, _: Random, __: LinkageSettings) -> NameRecord | None:
    return _changed(drawn, given=drawn.record.family, family=drawn.person.name.given)


def nickname(drawn: Drawn, rng: Random, settings: LinkageSettings) -> NameRecord | None:
    forms = settings.nicknames.get(plain(drawn.person.name.given).lower())
    return _changed(drawn, given=rng.choice(forms)) if forms else None


def respelt(drawn: Drawn, _: Random, __: LinkageSettings) -> NameRecord | None:
    """Another spelling of the same sounds, in both names."""

    def spell(text: str) -> str:
        text = plain(text).lower()
        for one, other in (
            ("z", "s"),
            ("v", "b"),
            ("ph", "f"),
            ("kh", "k"),
            ("ou", "u"),
            ("y", "i"),
            ("ck", "k"),
        ):
            text = text.replace(one, other)
        return text

    return _changed(drawn, given=spell(drawn.record.given), family=spell(drawn.record.family))


def day_and_month(drawn: Drawn, _: Random, __: LinkageSettings) -> NameRecord | None:
    born = drawn.person.born
    return _changed(drawn, born=born.replace(month=born.day, day=born.month)) if born.day <= 12 else None


def digit_of_birth(drawn: Drawn, rng: Random, _: LinkageSettings) -> NameRecord | None:
    """One digit of the date wrong, and still a date."""
    text = drawn.person.born.isoformat()
    at = rng.choice([2, 3, 5, 6, 8, 9])
    try:
        return _changed(drawn, born=date.fromisoformat(text[:at] + str(rng.randrange(10)) + text[at + 1 :]))
    except ValueError:
        return None


def year_of_birth(drawn: Drawn, rng: Random, _: LinkageSettings) -> NameRecord | None:
    try:
        return _changed(
            drawn,
            born=drawn.person.born.replace(year=drawn.person.born.year + rng.choice([-10, -2, -1, 1, 2, 10])),
        )
    except ValueError:
        return None


def typo_and_birth(drawn: Drawn, rng: Random, settings: LinkageSettings) -> NameRecord | None:
    """Two things wrong at once: a letter of a name, and the date of birth."""
    first = rng.choice([family_typo, given_typo])(drawn, rng, settings)
    second = rng.choice([day_and_month, digit_of_birth])(drawn, rng, settings)
    return replace(first, born=second.born) if first and second else None


# Kind of mistake → how many of a hundred records have it, when the weights are estimated.
CORRUPTIONS: dict[Corruption, int] = {
    as_written: 72, family_typo: 4, given_typo: 4, one_surname: 4, transposed: 2, nickname: 2, respelt: 2,
    day_and_month: 3, digit_of_birth: 3, year_of_birth: 2, typo_and_birth: 2,
}  # fmt: skip


def _changed(drawn: Drawn, **parts: object) -> NameRecord | None:
    """The true record with parts replaced; ``None`` when that changes nothing."""
    changed = replace(drawn.record, **parts)  # type: ignore[arg-type]
    return changed if changed != drawn.record else None
