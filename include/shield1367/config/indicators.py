"""Indicators: what in a narrative gives reason to believe that somebody is protected, and what does not."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from shield1367.config.loading import ConfigModel, config_folder, load
from shield1367.config.phrases import Phrase
from shield1367.config.reviews import ReviewedTable

Phrases = Annotated[tuple[Phrase, ...], Field(min_length=1)]
GroupName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


class Consequence(StrEnum):
    """What reason to believe means for a person: the policy switch of rule R-08."""

    INDETERMINATE = "indeterminate"
    IGNORED = "ignored"


class Context(StrEnum):
    """What around a phrase takes its meaning away.

    ``ABSENCE`` says that there is none ("no record of"), ``DENIAL`` that the person denies it ("denies abuse"),
    ``ANSWER`` answers a question about it ("victim of trafficking: no"), ``OTHER_PERSON`` says it of somebody
    whose family the person is not, ``PLACE`` names the place of an enforcement action, which 8 U.S.C. 1229(e)
    and not the person answers for.
    """

    ABSENCE = "absence"
    DENIAL = "denial"
    ANSWER = "answer"
    OTHER_PERSON = "other_person"
    PLACE = "place"


class IndicatorGroup(ConfigModel):
    """Phrases that mean the same thing.

    Attributes:
        source: where it is said that they count.
        phrases: each gives reason to believe wherever it stands.
        traps: longer phrases in which one of *phrases* means something else.
        cancelled_by: contexts that take the meaning away. Not ``denial`` where a thing can be denied by an
            authority: a denied application is an application.
    """

    title: str
    source: str
    phrases: Phrases
    traps: tuple[Phrase, ...] = ()
    # In the order of the file: a set would have another order, and hash, in every process.
    cancelled_by: tuple[Context, ...] = ()

    @model_validator(mode="after")
    def _phrases_are_unique(self) -> IndicatorGroup:
        counts = Counter((*self.phrases, *self.traps))
        if doubled := sorted(phrase for phrase, count in counts.items() if count > 1):
            raise ValueError(f"phrases that stand twice: {', '.join(doubled)}")
        return self


class Frame(ConfigModel):
    """A turn of speech before a phrase: an opening, at most five words of a name, a closing, then the phrase.

    Attributes:
        fillers: words that may stand between the closing and the phrase.
        stops: words behind the opening with which the sentence says more: the frame does not hold.
    """

    openings: Phrases
    closings: Phrases
    fillers: Phrases
    stops: Phrases


class Contexts(ConfigModel):
    """The words around a phrase that take its meaning away, and those that give it back.

    Attributes:
        absence: openings that say there is none.
        denial: openings by which the person denies.
        bridges: words that may stand between such an opening and a phrase; any other word ends its reach.
        alternatives: words that carry a negation on from one phrase to the next.
        answers: answers after a colon, a dash or a question mark.
        replies: answers in words.
        revives: whatever a sentence with one of these negates, it counts.
        other_person: how the person tells of a former partner, a cellmate; never of a member of the family.
        place: how officers say where they met the person; not where the person lives.
    """

    absence: Phrases
    denial: Phrases
    bridges: Phrases
    alternatives: Phrases
    answers: Phrases
    replies: Phrases
    revives: Phrases
    other_person: Frame
    place: Frame


class Indicators(ReviewedTable):
    """The file ``indicators.yaml``.

    Attributes:
        reason_to_believe: ``indeterminate``, the safe default of rule R-08, or ``ignored``.
    """

    file: ClassVar[str] = "indicators.yaml"

    version: str
    reason_to_believe: Consequence = Consequence.INDETERMINATE
    groups: dict[GroupName, IndicatorGroup] = Field(min_length=1)
    contexts: Contexts


def load_indicators(folder: Path | None = None) -> Indicators:
    """Read ``indicators.yaml``.

    Raises:
        ConfigError: the file does not hold.
    """
    return load(Indicators, (folder or config_folder()) / "indicators.yaml")
