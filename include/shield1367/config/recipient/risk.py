"""What a profile says about being found by what is not a name: quasi-identifiers, k and l."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from shield1367.config.evidence import Document
from shield1367.config.fields import Treatment
from shield1367.config.loading import ConfigModel
from shield1367.config.recipient.generalisation import Levels, faults_of

# The smallest group that may be told apart (CMS, cell size policy; R-16).
SMALLEST = 11


def _leads_on(levels: Levels) -> Levels:
    if wrong := list(faults_of(levels)):
        raise ValueError("; ".join(wrong))
    return levels


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
    quasi_identifiers: Annotated[tuple[str, ...], Field(min_length=1, max_length=12)]
    telling: tuple[str, ...] = ()
    hierarchies: dict[
        str, Annotated[tuple[Treatment, ...], Field(min_length=1), AfterValidator(_leads_on)]
    ] = Field(default_factory=dict)
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
        for name in self.hierarchies:
            if name not in self.quasi_identifiers:
                yield f"hierarchies.{name} is for no quasi-identifier; name it there, or remove its hierarchy"


class Uncounted(Document):
    """The paper by which somebody accepted that kinds which may find people go without being counted.

    Attributes:
        kinds: the field kinds it is about.
        why: what keeps people from being found all the same, or why that may be; readers of the dossier see it.
        by: who decided.
    """

    kinds: Annotated[tuple[str, ...], Field(min_length=1)]
    why: Annotated[str, Field(min_length=10, max_length=600)]
    by: Annotated[str, Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _names_each_once(self) -> Uncounted:
        if len(set(self.kinds)) < len(self.kinds):
            raise ValueError("kinds names one twice")
        return self
