"""Settings of probabilistic linkage, read from ``include/config/linkage.yaml``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from shield1367.config.loading import ConfigModel, config_folder, load
from shield1367.config.reviews import ReviewedTable

Open = Annotated[float, Field(gt=0, lt=1)]


class FamilyAgreement(StrEnum):
    """How far the surnames of two people agree, best first."""

    SAME = "same"
    PART = "part"
    TRANSPOSED = "transposed"
    SIMILAR = "similar"
    SOUND = "sound"
    DIFFERENT = "different"


class GivenAgreement(StrEnum):
    """How far the given names of two people agree, best first."""

    SAME = "same"
    PART = "part"
    NICKNAME = "nickname"
    SIMILAR = "similar"
    SOUND = "sound"
    DIFFERENT = "different"


class BirthAgreement(StrEnum):
    """How far the dates of birth of two people agree, best first."""

    SAME = "same"
    SWAPPED = "swapped"
    SLIP = "slip"
    YEAR_OFF = "year_off"
    DIFFERENT = "different"


class Weight(ConfigModel):
    """How often two records agree this far.

    Attributes:
        m: among records of one person.
        u: among records of two people.
    """

    m: Open
    u: Open


class LinkageSettings(ReviewedTable):
    """The file ``linkage.yaml``. Nothing in it is learned from real people, at run time or before.

    Attributes:
        prior: chance that two records taken at random are of one person.
        threshold: probability from which two records are a possible match. Never a merge.
        similar_family: Jaro-Winkler similarity from which surnames are similar.
        similar_given: the same for given names.
        years_off: years by which a date of birth may be off with day and month right.
        family: weights by agreement of the surnames.
        given: weights by agreement of the given names.
        birth: weights by agreement of the date of birth.
        nicknames: given name → its everyday forms, folded.
    """

    file: ClassVar[str] = "linkage.yaml"

    version: int
    prior: Open
    threshold: Open
    similar_family: Open
    similar_given: Open
    years_off: Annotated[int, Field(ge=1, le=30)]
    family: dict[FamilyAgreement, Weight]
    given: dict[GivenAgreement, Weight]
    birth: dict[BirthAgreement, Weight]
    nicknames: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _every_agreement_weighs(self) -> LinkageSettings:
        parts: tuple[tuple[str, type[StrEnum], set[str]], ...] = (
            ("family", FamilyAgreement, set(self.family)),
            ("given", GivenAgreement, set(self.given)),
            ("birth", BirthAgreement, set(self.birth)),
        )
        for name, agreements, weighed in parts:
            if missing := [str(a) for a in agreements if a not in weighed]:
                raise ValueError(f"`{name}` gives no weight for {', '.join(missing)}")
        return self

    @property
    def namesakes(self) -> float:
        """Probability that two records with equal names and dates of birth are of one person."""
        ratio = (
            _ratio(self.family[FamilyAgreement.SAME])
            * _ratio(self.given[GivenAgreement.SAME])
            * _ratio(self.birth[BirthAgreement.SAME])
        )
        return self._probability(ratio)

    def _probability(self, ratio: float) -> float:
        odds = self.prior / (1 - self.prior) * ratio
        return odds / (1 + odds)

    @model_validator(mode="after")
    def _names_alone_are_no_match(self) -> LinkageSettings:
        """Only people with a date of birth in common are compared: equal names are half a country's."""
        family = {agreement: _ratio(weight) for agreement, weight in self.family.items()}
        # Names the other way round count with the family name, once.
        transposed = family.pop(FamilyAgreement.TRANSPOSED)
        names = max(transposed, max(family.values()) * max(map(_ratio, self.given.values())))
        most = self._probability(names * _ratio(self.birth[BirthAgreement.DIFFERENT]))
        if most >= self.threshold:
            raise ValueError(
                f"`threshold` {self.threshold} is not above {most:.3f}, what equal names with different dates of"
                " birth come to by these weights; raise it, or lower the weight of a different `birth`"
            )
        return self


def _ratio(weight: Weight) -> float:
    return weight.m / weight.u


def load_linkage_settings(folder: Path | None = None) -> LinkageSettings:
    """Read ``linkage.yaml``.

    Raises:
        ConfigError: the file does not hold.
    """
    return load(LinkageSettings, (folder or config_folder()) / "linkage.yaml")
