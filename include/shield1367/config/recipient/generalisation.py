"""Hierarchies: from the treatment of a field kind that loses least to the one that loses all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shield1367.config.fields import FieldKind, Treatment

Levels = tuple[Treatment, ...]

# Each tells less than the one before it. What leads from one chain to the other generalises nothing.
_CHAINS: tuple[Levels, ...] = (
    (
        Treatment.KEEP,
        Treatment.MONTH,
        Treatment.QUARTER,
        Treatment.YEAR,
        Treatment.AGE_BAND,
        Treatment.WITHHOLD,
    ),
    (Treatment.KEEP, Treatment.STATE, Treatment.REGION, Treatment.WITHHOLD),
)
# What leaves something to tell a class by.
GENERALISED = frozenset(level for chain in _CHAINS for level in chain) - {Treatment.WITHHOLD}
_OF_DATES = frozenset({Treatment.MONTH, Treatment.QUARTER, Treatment.YEAR})
_OF_PLACES = frozenset({Treatment.STATE, Treatment.REGION})

DEFAULT: Mapping[str, Levels] = {
    "date_of_birth": (Treatment.YEAR, Treatment.AGE_BAND, Treatment.WITHHOLD),
    "age": (Treatment.AGE_BAND, Treatment.WITHHOLD),
    "country": (Treatment.KEEP, Treatment.REGION, Treatment.WITHHOLD),
    "state": (Treatment.KEEP, Treatment.REGION, Treatment.WITHHOLD),
    "city": (Treatment.STATE, Treatment.REGION, Treatment.WITHHOLD),
    "office": (Treatment.STATE, Treatment.REGION, Treatment.WITHHOLD),
    "event_date": (Treatment.MONTH, Treatment.YEAR, Treatment.WITHHOLD),
    "entry_date": (Treatment.YEAR, Treatment.WITHHOLD),
}


def faults_of(levels: Levels) -> Iterator[str]:
    """What is wrong with a hierarchy whatever the kind it is for."""
    if len(set(levels)) < len(levels):
        yield "goes in a circle: a level occurs twice"
        return
    if levels[-1] is not Treatment.WITHHOLD:
        yield "has a hole at its end: the last level must be withhold, else k may be out of reach"
    fitting = [chain for chain in _CHAINS if set(levels) <= set(chain)]
    if not fitting:
        yield "has levels that do not lead into one another; allowed: " + " or ".join(
            " > ".join(chain) for chain in _CHAINS
        )
    elif not any(list(levels) == [level for level in chain if level in levels] for chain in fitting):
        yield "goes back: each level must tell less than the one before it"


def misfits(levels: Levels, name: str, kind: FieldKind, *, outside: bool) -> Iterator[str]:
    """What keeps a kind from being generalised along *levels*."""
    for level in levels:
        if outside and not kind.permits_outside(level):
            yield f"{level} is looser than the floor of {name}"
        elif level in _OF_DATES and kind.parser != "date":
            yield f"{level} is for dates; {name} is none"
        elif level is Treatment.AGE_BAND and kind.parser != "date" and kind.valid != "age":
            yield f"{level} is for dates of birth and ages; {name} is neither"
        elif level in _OF_PLACES and kind.parser in ("date", "number", "narrative"):
            yield f"{level} is for places; {name} is none"


def levels_from(treatment: Treatment, name: str, declared: Mapping[str, Levels]) -> Levels:
    """The levels of a kind that the profile treats so: that treatment and what tells less.

    A treatment that is no level of the kind's hierarchy stands before *withhold*, alone.
    """
    levels = declared.get(name) or DEFAULT.get(name, ())
    if treatment in levels:
        return levels[levels.index(treatment) :]
    return (treatment,) if treatment is Treatment.WITHHOLD else (treatment, Treatment.WITHHOLD)
