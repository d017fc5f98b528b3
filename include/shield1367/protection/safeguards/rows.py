"""What a row says to the directive's two other safeguards. Pure: cells in, an answer out.

Information that comes *solely* from a prohibited source must not ground an adverse determination of
admissibility or deportability (8 U.S.C. § 1367(a)(1)): such a row is marked until it is verified from
elsewhere. An enforcement action at a protected location needs a certification (8 U.S.C. § 1229(e)):
one without is reported. Neither answer holds a value of a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shield1367.config.contract import Dataset
from shield1367.config.safeguards import Record, Recorded, Safeguards, SourceMeaning
from shield1367.intake.values import parse_date
from shield1367.protection.evidence.rows import CERTIFICATION
from shield1367.protection.safeguards.locations import Need, Place, PlaceFinder

SOURCE, VERIFICATION, LANDMARK, NARRATIVE = (
    "information_source",
    "source_verification",
    "landmark",
    "narrative",
)


class ItemState(StrEnum):
    """Where a work item stands. ``REVIEW``: nobody can tell from the words; somebody has to look."""

    OPEN = "open"
    REVIEW = "review"
    VERIFIED = "verified"
    CERTIFIED = "certified"

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self in (ItemState.VERIFIED, ItemState.CERTIFIED)


@dataclass(frozen=True, slots=True)
class RowPlace:
    """The coordinates of a staged row: *row* counts the data rows of *file* from 1."""

    source: str
    dataset: str
    batch: str
    file: str
    row: int

    def __str__(self) -> str:
        return f"{self.source}/{self.dataset}/{self.batch}/{self.file}/{self.row}"


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What a row says about who gave its information.

    Attributes:
        source_class: class of prohibited source; ``None`` where the word may mean one.
    """

    state: ItemState
    source_class: str | None


@dataclass(frozen=True, slots=True)
class ActionAnswer:
    """What a row says about the place of an action.

    Attributes:
        kind: kind of place in ``safeguards.yaml``.
        column: the column that named it.
    """

    state: ItemState
    kind: str
    column: str


@dataclass(frozen=True, slots=True)
class ProhibitedSource:
    """A work item: a row whose information comes, or may come, solely from a prohibited source.

    Attributes:
        month: month of the event, ``YYYY-MM``; ``None`` where the row dates none.
        age_days: days since its batch was staged.
        reference: reference of the verification that compliance recorded.
    """

    at: RowPlace
    office: str | None
    month: str | None
    age_days: int
    state: ItemState
    source_class: str | None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class UncertifiedAction:
    """A work item: an enforcement action at a protected location; attributes as beside."""

    at: RowPlace
    office: str | None
    month: str | None
    age_days: int
    state: ItemState
    kind: str
    column: str


class SafeguardReader:
    """Reads the rows of one dataset; what can be known from the contract is known once.

    Args:
        missing: contract columns that a file of the batch did not have.
    """

    def __init__(
        self, dataset: Dataset, safeguards: Safeguards, missing: frozenset[str] = frozenset()
    ) -> None:
        self._safeguards = safeguards
        self._sources = dataset.columns_of_kind(SOURCE)
        self._verifications = dataset.columns_of_kind(VERIFICATION)
        self._certifications = dataset.columns_of_kind(CERTIFICATION)
        self._landmarks = dataset.columns_of_kind(LANDMARK)
        self._narratives = dataset.columns_of_kind(NARRATIVE)
        self._office = next(iter(dataset.columns_of_kind("office")), None)
        dates = dataset.columns_of_kind("event_date")
        preferred = [name for name in safeguards.event_columns if name in dates]
        self._event = next(iter([*preferred, *dates]), None)
        self._places = PlaceFinder(safeguards.locations)
        self.names_sources = bool(self._sources)
        self.lacks_sources = bool(missing.intersection(self._sources))
        self.is_of_actions = bool(self._landmarks or self._certifications)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        named = (*self._sources, *self._verifications, *self._certifications, *self._landmarks)
        named += self._narratives if self.is_of_actions else ()
        return tuple(dict.fromkeys([*named, *filter(None, (self._office, self._event))]))

    def source(self, row: Mapping[str, str | None], *, as_of: date) -> SourceAnswer | None:
        """Whether the row's information comes solely from a prohibited source; ``None``: it does not.

        A row whose file does not say who gave the information is to be reviewed. A prohibited source
        beside an independent one is not the only one: verified.
        """
        listed = self._safeguards.prohibited_sources
        parts = [part for name in self._sources for part in listed.parts(row.get(name) or "")]
        if not parts and not self.lacks_sources:
            return None
        meanings = {listed.meaning(part) for part in parts}
        if parts and meanings == {SourceMeaning.INDEPENDENT}:
            return None
        named = next(filter(None, map(listed.class_of, parts)), None)
        if SourceMeaning.INDEPENDENT in meanings or self._is_verified(row, as_of):
            return SourceAnswer(ItemState.VERIFIED, named)
        return SourceAnswer(ItemState.OPEN if named else ItemState.REVIEW, named)

    def action(self, row: Mapping[str, str | None]) -> ActionAnswer | None:
        """Whether the row is of an action at a protected location; ``None``: nothing says so.

        What needs the certification goes before what is to be reviewed, the field before narratives.
        """
        if not self.is_of_actions:
            return None
        found = sorted(self._places_of(row), key=lambda pair: pair[0].need is Need.REVIEW)
        if not found:
            return None
        place, column = found[0]
        state = ItemState.REVIEW if place.need is Need.REVIEW else ItemState.OPEN
        return ActionAnswer(ItemState.CERTIFIED if self._is_certified(row) else state, place.kind, column)

    def office(self, row: Mapping[str, str | None]) -> str | None:
        """The office of the row."""
        return row.get(self._office) if self._office else None

    def month(self, row: Mapping[str, str | None]) -> str | None:
        """The month of the row's event, ``YYYY-MM``."""
        text = row.get(self._event) if self._event else None
        day = parse_date(text) if text else None
        return f"{day:%Y-%m}" if day else None

    def _places_of(self, row: Mapping[str, str | None]) -> Iterator[tuple[Place, str]]:
        narratives = {name: text for name in self._narratives if (text := row.get(name))}
        beside = "\n".join(narratives.values())
        for name in self._landmarks:
            if (text := row.get(name)) and (place := self._places.in_field(text, beside=beside)):
                yield place, name
        for name, text in narratives.items():
            if place := self._places.in_narrative(text):
                yield place, name

    def _is_verified(self, row: Mapping[str, str | None], as_of: date) -> bool:
        return any(_records(self._safeguards.verification, row.get(n), as_of) for n in self._verifications)

    def _is_certified(self, row: Mapping[str, str | None]) -> bool:
        return any(_records(self._safeguards.certification, row.get(n), None) for n in self._certifications)


def _records(record: Record, cell: str | None, as_of: date | None) -> bool:
    """Whether a cell records something: a listed code, or a date, which must have come where *as_of* is given."""
    if not cell:
        return False
    meaning = record.meaning(cell)
    if meaning is Recorded.UNKNOWN and (day := parse_date(cell)):
        return as_of is None or day <= as_of
    return meaning is Recorded.YES
