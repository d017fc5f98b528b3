"""What a profile says about being found by what is not a name: quasi-identifiers, k and l."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, model_validator

from shield1367.config.contract import unknown_kind
from shield1367.config.fields import Category, FieldVocabulary, Treatment
from shield1367.config.loading import ConfigModel
from shield1367.config.recipient.generalisation import faults_of, misfits

if TYPE_CHECKING:
    from shield1367.config.recipient.profile import RecipientProfile

# The smallest group that may be told apart (CMS, cell size policy; R-16).
SMALLEST = 11
_GENERALISED = frozenset(
    {
        Treatment.KEEP,
        Treatment.MONTH,
        Treatment.QUARTER,
        Treatment.YEAR,
        Treatment.AGE_BAND,
        Treatment.STATE,
        Treatment.REGION,
    }
)
# What is removed or replaced as a whole is no part of anybody's class.
_CLOSED = frozenset({Category.DIRECT_IDENTIFIER, Category.CONTACT, Category.NARRATIVE})


class Risk(ConfigModel):
    """The quasi-identifiers of a release, and how many people must share each combination of them.

    Attributes:
        k: people in the smallest class; upwards only.
        l: different values of each telling kind in every class.
        quasi_identifiers: field kinds that may find somebody, taken together.
        telling: field kinds whose value must not follow from a class.
        hierarchies: kind → its levels, from the finest on; kinds not named have the shipped ones.
        suppress_at_most: share of the rows of a table that may lose their quasi-identifiers before all rows
            are generalised further.
    """

    k: Annotated[int, Field(ge=SMALLEST)] = SMALLEST
    l: Annotated[int, Field(ge=1)] = 2  # noqa: E741  # its name wherever it is written about
    quasi_identifiers: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    telling: tuple[str, ...] = ()
    hierarchies: dict[str, Annotated[tuple[Treatment, ...], Field(min_length=1)]] = Field(
        default_factory=dict
    )
    suppress_at_most: Annotated[float, Field(ge=0, le=0.2)] = 0.05

    @model_validator(mode="after")
    def _holds_together(self) -> Risk:
        if wrong := list(self._contradictions()):
            raise ValueError("; ".join(wrong))
        return self

    def _contradictions(self) -> Iterator[str]:
        if len(set(self.quasi_identifiers)) < len(self.quasi_identifiers):
            yield "quasi_identifiers names one twice"
        if both := sorted({*self.quasi_identifiers} & {*self.telling}):
            yield f"telling: {', '.join(both)} cannot be a quasi-identifier as well"
        for name, levels in self.hierarchies.items():
            if name not in self.quasi_identifiers:
                yield f"hierarchies.{name} is for no quasi-identifier"
            yield from (f"hierarchies.{name} {fault}" for fault in faults_of(levels))


def risk_faults(profile: RecipientProfile, fields: FieldVocabulary) -> Iterator[tuple[str, str]]:
    """Key and message for what of a profile's ``risk`` does not fit the vocabulary."""
    risk = profile.risk
    if risk is None:
        return
    for key, names in (("quasi_identifiers", risk.quasi_identifiers), ("telling", risk.telling)):
        for name in names:
            if name not in fields.kinds:
                yield f"risk.{key}", unknown_kind(name, fields)
            elif fields.kinds[name].category in _CLOSED:
                yield (
                    f"risk.{key}",
                    f"{name} ({fields.kinds[name].category}) finds people by itself; remove it",
                )
    for name in risk.quasi_identifiers:
        kind = fields.kinds.get(name)
        if kind is None:
            continue
        treatment = profile.treatment_of(name, fields)
        if treatment not in _GENERALISED | {Treatment.DROP, Treatment.WITHHOLD}:
            yield f"treatments.{name}", f"{treatment} cannot be generalised, as risk.quasi_identifiers asks"
        levels = risk.hierarchies.get(name)
        if levels is None:
            continue
        for fault in misfits(levels, name, kind, outside=profile.is_outside):
            yield f"risk.hierarchies.{name}", fault
        if treatment in _GENERALISED and treatment not in levels:
            yield (
                f"risk.hierarchies.{name}",
                f"has a hole: {treatment}, which the profile gives of {name}, is no level",
            )
