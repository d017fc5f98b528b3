"""The terms of a profile: for what, since when and until when, how often, where to, and for how long."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from shield1367.config.cron import Cron
from shield1367.config.loading import ConfigModel


class Agreement(ConfigModel):
    """The agreement the recipient signed; nothing is released after it expires."""

    reference: str
    expires: date


class Effective(ConfigModel):
    """The days a profile holds, both included; nothing is released before or after."""

    begins: date
    expires: date

    @model_validator(mode="after")
    def _in_order(self) -> Effective:
        if self.expires < self.begins:
            raise ValueError("expires before it begins")
        return self


class Retention(ConfigModel):
    """How long the recipient may keep a release, and what happens to it then."""

    days: Annotated[int, Field(ge=1, le=36_500)]
    then: Literal["destroy", "return"]


class Schedule(ConfigModel):
    """When a release is made: at a time, or whenever staged data has been evaluated."""

    cron: Cron | None = None
    on: Literal["staged data"] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Schedule:
        if (self.cron is None) == (self.on is None):
            raise ValueError("say either `cron: …` or `on: staged data`")
        return self


class Delivery(ConfigModel):
    """Where and in which format the package goes; without a URL it waits in the released folder."""

    format: Literal["parquet", "csv"] = "parquet"
    url: str | None = None


class Approval(ConfigModel):
    """Whether a person has to answer for a release before it goes out.

    Not built yet: a profile that asks for it is refused, rather than released without.

    Attributes:
        approvers: groups of people who may answer.
        within: how long an answer is waited for, ``72h`` or ``3d``.
    """

    required: bool = False
    approvers: tuple[str, ...] = ()
    within: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}[hd]$")] | None = None

    @model_validator(mode="after")
    def _is_built(self) -> Approval:
        if self.required:
            raise ValueError(
                "approval by people is not part of this version; a profile that needs it cannot release yet"
            )
        if self.approvers or self.within:
            raise ValueError("approvers and within are for `required: true`; remove them")
        return self


class Recall(ConfigModel):
    """What a release must show of its scrubbed narratives.

    Attributes:
        at_least: share of the identifiers planted in its own narratives, mutated, that are masked entirely.
        sample: narratives to plant them in, or all when there are fewer.
    """

    at_least: Annotated[float, Field(gt=0, le=1)] = 0.99
    sample: Annotated[int, Field(ge=1, le=10_000)] = 200
