"""The narratives of a planned release before redaction, and the scrubber on other texts under the same plan.

For the measurement of its recall: what is planted in a narrative is scrubbed by the rules, identities and
people that the narrative itself was scrubbed by.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from shield1367.config.project import Project
from shield1367.disclosure.plan import ColumnPlan, ReleasePlan
from shield1367.home import Home
from shield1367.identities import Identity
from shield1367.keys import Keys
from shield1367.protection.registry.store import Registry
from shield1367.protection.snapshot import take_snapshot
from shield1367.redaction.canaries import canaries_in
from shield1367.redaction.json_cells import passages_in
from shield1367.redaction.known_people import KnownPeople, known_people, snapshot_path
from shield1367.redaction.partition import Redaction

if TYPE_CHECKING:
    from shield1367.redaction.text.scrub import Scrubbed


@dataclass(frozen=True, slots=True)
class Narrative:
    """One narrative as staged.

    Attributes:
        place: part, row and column: what it is drawn by.
        people: ids of those linked to its row; *named_only* are those of them whom no registry knows.
    """

    place: str
    text: str
    people: tuple[str, ...]
    named_only: tuple[Identity, ...]

    def __repr__(self) -> str:
        # The text must not reach a log by way of a traceback.
        return f"Narrative({self.place})"


class Again:
    """The redaction of one release, to be asked again."""

    def __init__(self, home: Home, keys: Keys, project: Project, plan: ReleasePlan) -> None:
        self._home, self._keys, self._project, self._plan = home, keys, project, plan
        self._known = _known(home, keys, plan)
        # Of everybody, those who are asked about: a million people with all that is known of them are gigabytes.
        self._told: dict[str, Identity] = {}

    def sample(self, size: int, rank: Callable[[str], str]) -> tuple[list[Narrative], int]:
        """The *size* narratives that *rank* puts first, and how many there are in all."""
        count = 0

        def counted() -> Iterator[Narrative]:
            nonlocal count
            for narrative in self._narratives():
                count += 1
                yield narrative

        chosen = heapq.nsmallest(size, counted(), key=lambda narrative: rank(narrative.place))
        wanted = {person for narrative in chosen for person in narrative.people}
        self._told = {one.person_id: one for one in self._known.identities() if one.person_id in wanted}
        return chosen, count

    def people_of(self, narrative: Narrative) -> list[Identity]:
        """The identities of the people whom the row of a narrative of the last sample is linked to."""
        known = [self._told[person] for person in dict.fromkeys(narrative.people) if person in self._told]
        return [*known, *narrative.named_only]

    def with_stand_ins(self, narratives: Sequence[Narrative]) -> list[Narrative]:
        """Of the last sample, narratives in whose rows nobody is known get a canary for one of their people.

        An export without names holds narratives all the same, and what is done to these is measured, too.
        """
        canaries = canaries_in(self._keys, self._project, self._plan)
        if not canaries:
            return list(narratives)
        one = canaries[0].identity
        return [
            narrative
            if self.people_of(narrative)
            else replace(
                narrative,
                people=(*narrative.people, one.person_id),
                named_only=(*narrative.named_only, one),
            )
            for narrative in narratives
        ]

    def scrub(self, texts: Sequence[str], narratives: Sequence[Narrative]) -> list[str]:
        """*texts* scrubbed as if each stood in the place of its narrative."""
        return [answer.text for answer in self.scrubbed(texts, narratives)]

    def scrubbed(self, texts: Sequence[str], narratives: Sequence[Narrative]) -> list[Scrubbed]:
        """The same with the spans that were masked."""
        extra = [identity for narrative in narratives for identity in narrative.named_only]
        dataset = self._plan.datasets[0]
        rewriter = self._redaction(dataset.name).rewriter(extra)
        return rewriter.scrub(texts, [n.people for n in narratives])

    def _redaction(self, name: str) -> Redaction:
        dataset = next(d for d in self._plan.datasets if d.name == name)
        return Redaction(
            self._home,
            self._keys,
            self._project,
            self._plan,
            dataset,
            self._known,
            # What a row is marked with is no part of its narratives.
            None,
        )

    def _narratives(self) -> Iterator[Narrative]:
        for dataset, part in self._plan.parts():
            columns = [column for column in dataset.released_columns if column.scrubs]
            if not columns:
                continue
            redaction = self._redaction(dataset.name)
            for row in redaction.read(part):
                if not row.decision.is_released:
                    continue
                alone = tuple(redaction.named_only(row))
                # As many rows may share a position as there are parts; their ids are kept apart.
                alone = tuple(
                    Identity(f"{part.index}-{person.person_id}", person.values, protected=False)
                    for person in alone
                )
                people = (*redaction.linked(row), *(person.person_id for person in alone))
                for column in columns:
                    at = f"{part.staged}|{part.first + row.position}|{column.name}"
                    for place, text in _texts(column, at, row.cells[column.name]):
                        yield Narrative(place, text, people, alone)


def _texts(column: ColumnPlan, place: str, cell: str | None) -> Iterator[tuple[str, str]]:
    """The narratives in a cell with the place of each: itself, or what stands inside its JSON."""
    if column.json_keys is not None:
        for number, text in enumerate(passages_in(column.json_keys, cell)):
            yield f"{place}|{number}", text
    elif cell:
        yield place, cell


def _known(home: Home, keys: Keys, plan: ReleasePlan) -> KnownPeople:
    """Whom a release in the making was told of; of one that is out, whom the registry knows today."""
    if snapshot_path(home, plan).exists():
        return known_people(home, keys, plan)
    registry = Registry(home, keys)
    snapshot = take_snapshot(registry, date.fromisoformat(plan.as_of))
    return KnownPeople(snapshot, lambda: registry.everybody(snapshot.statuses))
