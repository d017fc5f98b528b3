"""Which mentions are the same person: shared strong identifiers first, then name and birth date.

Contradictory identifiers are never merged silently: one A-Number on two people who share neither a
name nor a birth date links the row to both and makes both INDETERMINATE.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from shield1367.protection.identity.mention import Mention


class LinkReason(StrEnum):
    """Why a row is linked to a person."""

    IDENTIFIER = "identifier"
    NAME_AND_BIRTH = "name and date of birth"
    FIRST_SEEN = "first seen"
    CONTRADICTION = "contradictory identifiers"


class Link(NamedTuple):
    """One mention's person.

    Attributes:
        score: how sure it is that the row is about this person, up to 1; ``None``: identifiers contradict
            each other, and nobody can say.
        fits: whether the row may tell us more about the person: not where it contradicts what is known.
    """

    person_id: str
    reason: LinkReason
    score: float | None
    fits: bool = True


@dataclass(slots=True)
class PersonIndex:
    """Everything known that tells people apart, as keyed fingerprints.

    Attributes:
        new_id: makes an opaque person id from the fingerprint a person is first seen by.
        namesakes: how sure an equal name with an equal date of birth is, up to 1.
    """

    new_id: Callable[[str], str]
    namesakes: float
    identifiers: dict[str, str] = field(default_factory=dict)
    exact: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    marks: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    merged: dict[str, str] = field(default_factory=dict)

    def root(self, person_id: str) -> str:
        """The id a person goes by after all merges."""
        while (into := self.merged.get(person_id)) is not None:
            person_id = into
        return person_id

    def resolve(self, mention: Mention) -> tuple[Link, ...]:
        """The person or people a mention is about; empty when it names nobody that can be told."""
        known = {self.root(self.identifiers[fp]) for fp in mention.strong if fp in self.identifiers}
        fitting = {person for person in known if self._fits(person, mention)}
        if known and not fitting:
            # The identifier is somebody else's: a typo, or one number on two people.
            own = self._by_name(mention) - known or self._start(mention, contradictory=True)
            self._learn(mention, own, with_identifiers=False)
            return _links(known | own, LinkReason.CONTRADICTION, None, fitting=own)
        if known - fitting or not self._agree(fitting, mention):
            self._learn(mention, fitting, with_identifiers=False)
            return _links(known, LinkReason.CONTRADICTION, None, fitting=fitting)
        if fitting:
            person = self._merge(fitting)
            self._learn(mention, {person}, with_identifiers=True)
            return _links({person}, LinkReason.IDENTIFIER, 1.0)
        same_name = self._by_name(mention)
        if same_name and not mention.strong:
            self._learn(mention, same_name, with_identifiers=False)
            return _links(same_name, LinkReason.NAME_AND_BIRTH, self.namesakes)
        started = self._start(mention, contradictory=False)
        self._learn(mention, started, with_identifiers=True)
        return _links(started, LinkReason.FIRST_SEEN, 1.0)

    def _agree(self, people: set[str], mention: Mention) -> bool:
        """Whether several people may be one; only needed where the row has neither name nor birth date."""
        if mention.tokens or mention.birth:
            return True
        marks = [self.marks[person] for person in people if self.marks.get(person)]
        return all(one & other for one, other in combinations(marks, 2))

    def _fits(self, person: str, mention: Mention) -> bool:
        """Whether a mention may be this person: a shared name token or birth date, or nothing to compare."""
        marks = self.marks.get(person)
        seen = {*mention.tokens, *({mention.birth} if mention.birth else ())}
        return not marks or not seen or bool(marks & seen)

    def _by_name(self, mention: Mention) -> set[str]:
        found = self.exact.get(mention.exact, set()) if mention.exact else set()
        return {self.root(person) for person in found}

    def _start(self, mention: Mention, *, contradictory: bool) -> set[str]:
        first = mention.exact if contradictory else min(mention.strong, default=mention.exact)
        return {self.root(self.new_id(first))} if first else set()

    def _merge(self, people: set[str]) -> str:
        first, *others = sorted(people)
        for other in others:
            self.merged[other] = first
            self.marks[first] |= self.marks.pop(other, set())
        return first

    def _learn(self, mention: Mention, people: set[str], *, with_identifiers: bool) -> None:
        for person in people:
            self.marks[person].update(mention.tokens)
            if mention.birth:
                self.marks[person].add(mention.birth)
            if mention.exact:
                self.exact[mention.exact].add(person)
            if with_identifiers:
                self.identifiers.update(dict.fromkeys(mention.strong, person))


def _links(
    people: Iterable[str], reason: LinkReason, score: float | None, *, fitting: set[str] | None = None
) -> tuple[Link, ...]:
    return tuple(
        Link(person, reason, score, fits=fitting is None or person in fitting) for person in sorted(people)
    )
