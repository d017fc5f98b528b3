"""Rows on their way into an export, with what is true about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from shield1367.testing.grammar import Span
from shield1367.testing.identifiers import Identifiers
from shield1367.testing.limbs import AdmissionClass
from shield1367.testing.narratives import Narrative
from shield1367.testing.people import Household, Person
from shield1367.testing.rates import RATES, Rates
from shield1367.testing.safeguards import SafeguardCells

# A date in the sheet; every other cell is text as the file holds it.
Cell = str | date


@dataclass(frozen=True, slots=True)
class Table:
    """One dataset of a source.

    Attributes:
        key: positions of the key columns.
        fresh: position of the key column that gets a new value in a damaged copy of a row.
        dated: position of a date column that such a copy may spoil.
        named: position of a name column that such a copy may spoil.
    """

    source: str
    dataset: str
    header: tuple[str, ...]
    key: tuple[int, ...]
    fresh: int
    dated: int
    named: int

    def key_of(self, cells: tuple[Cell, ...]) -> str:
        """The key columns joined by ``|``, as the ground truth names a row."""
        return "|".join(str(cells[position]) for position in self.key)


@dataclass(slots=True)
class Row:
    """One row and the truth about it.

    Attributes:
        people: who the row concerns, with the contract's role for them; ``mentioned`` for those whom
            only its narrative names.
        spans: column → identifiers in it; columns without any are left out.
        safeguards: what an encounter says to the two other safeguards.
    """

    table: Table
    cells: tuple[Cell, ...]
    people: list[tuple[Person, str]]
    spans: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    safeguards: SafeguardCells | None = None

    def narrate(self, column: str, narrative: Narrative, household: Household) -> None:
        """Record a narrative's spans, and the people whom it names."""
        if narrative.spans:
            self.spans[column] = narrative.spans
        known = {person.person_id for person, _ in self.people}
        named = {span.person_id for span in narrative.spans} - known
        self.people += [(person, "mentioned") for person in household.people if person.person_id in named]


@dataclass(frozen=True, slots=True)
class Context:
    """What the rows of a household are drawn with.

    Attributes:
        rates: how often an A-Number is missing or has a slip; everything else goes by ``RATES``.
    """

    household: Household
    identifiers: Identifiers
    rng: Random
    rates: Rates = RATES

    def record(self, person: Person, slot: int) -> str:
        """Key of a record about *person*; 16 slots a person keep the keys apart."""
        return str(self.identifiers.record(person.number * 16 + slot))


def admission(person: Person, rng: Random) -> AdmissionClass:
    """The class of admission a row shows: as granted, more often still as at entry."""
    if person.granted is not None and (person.shows_grant or rng.random() < RATES.granted_class_shown):
        code = person.granted.code
        if code[0] in "TU" and len(code) == 2 and rng.random() < 0.3:
            code = f"{code[0]}-{code[1]}"
        return AdmissionClass(code, person.granted.words)
    return person.entry
