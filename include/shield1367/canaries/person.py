"""Who a canary is: derived from the site's key, so that whoever has the key can tell what to search for.

Its numbers lie where none is issued, and its names are no words of any language, so that it is nobody and nothing
else looks like it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from shield1367.identities import Identity
from shield1367.keys import Keys

PURPOSE: Final = "canary"
# Rare letters in pairs that no language has: nothing but a canary is called so.
_SYLLABLES: Final = (
    "zuq",
    "vexo",
    "qaji",
    "wuzo",
    "xivu",
    "yaqo",
    "jexu",
    "quvi",
    "zoxa",
    "vuqe",
    "xojo",
    "wiqa",
)
_TELLING: Final = (
    "family_name", "given_name", "a_number", "fin", "ssn", "receipt_number", "phone", "email", "passport_number",
)  # fmt: skip
# Names that are words, in small letters no rule but the one for known people takes for a name.
_FIRST: Final = (
    "window",
    "garden",
    "silver",
    "copper",
    "market",
    "morning",
    "harbor",
    "button",
    "candle",
    "ribbon",
)
_LAST: Final = (
    "rivers",
    "brook",
    "fields",
    "stone",
    "marsh",
    "waters",
    "bridge",
    "meadow",
    "corner",
    "shadow",
)
_BORN: Final = date(1961, 1, 1)


@dataclass(frozen=True, slots=True)
class Canary:
    """One canary.

    Attributes:
        person_id: opaque, known to no registry: who is unknown there is INDETERMINATE, and shielded.
        values: field kind → the one value of that kind, as a source would write it.
    """

    person_id: str
    values: dict[str, str]

    def __repr__(self) -> str:
        # Its values must leave no trace, in a traceback neither.
        return f"Canary({self.person_id})"

    @property
    def identity(self) -> Identity:
        """The canary as the scrubber and the audit know people."""
        return Identity(self.person_id, {kind: (value,) for kind, value in self.values.items()})

    @property
    def needles(self) -> tuple[str, ...]:
        """What is its own alone, in lower case, long enough to be met nowhere by chance."""
        of = self.values
        return tuple(of[kind].lower() for kind in _TELLING)


def canary_of(keys: Keys, source: str, batch: str, role: str) -> Canary:
    """The canary of a batch in one role of its rows; always the same one."""
    person_id = keys.fingerprint(PURPOSE).of(source, batch, role)
    # No cryptography: the seed is secret, and what comes of it is nobody's.
    draw = Random(person_id)  # noqa: S311
    family, given = (_name(draw) for _ in range(2))
    serial = draw.randrange(10**7, 10**8)
    values = {
        "family_name": family,
        "given_name": given,
        "full_name": f"{given} {family}",
        "alias": f"{draw.choice(_FIRST)} {draw.choice(_LAST)}",
        "date_of_birth": (_BORN + timedelta(days=draw.randrange(14_000))).isoformat(),
        # Neither an A-Number nor a Social Security number nor an ITIN begins so; no area code has a 9 in the middle.
        "a_number": f"A9{serial}",
        "ssn": f"9{draw.randrange(10, 99)}-{draw.randrange(11, 49)}-{draw.randrange(1000, 9999)}",
        "receipt_number": f"ZZQ{draw.randrange(10**9, 10**10)}",
        "fin": f"99{draw.randrange(10**7, 10**8)}",
        "passport_number": f"ZQ{draw.randrange(10**7, 10**8)}",
        "phone": f"({draw.randrange(2, 9)}9{draw.randrange(10)}) {draw.randrange(200, 999)}-{serial % 9000 + 1000}",
        "email": f"{given.lower()}.{family.lower()}@canary.example",
        "street_address": f"{draw.randrange(1000, 9999)} {_name(draw)} Street",
    }
    return Canary(person_id, values)


def _name(draw: Random) -> str:
    return "".join(draw.sample(_SYLLABLES, 4)).capitalize()
