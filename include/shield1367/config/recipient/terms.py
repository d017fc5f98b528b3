"""The terms of a profile: for what, since when and until when, how often, where to, and for how long."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, log
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from shield1367.config.cron import Cron
from shield1367.config.loading import ConfigModel
from shield1367.config.notices import Address

# The chance that is left to 95 % confidence.
_CHANCE = 0.05

Duration = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}[hd]$")]


def span(duration: str) -> timedelta:
    """``72h`` or ``3d`` as a time."""
    count = int(duration[:-1])
    return timedelta(hours=count) if duration.endswith("h") else timedelta(days=count)


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
    """When a release is made: at a time, or whenever staged data has been evaluated.

    Attributes:
        late_after: how long after its beginning a run without a release is late, ``6h`` or ``2d``; people whom
            ``notices.yaml`` names are told. The time that approvers have is not counted.
    """

    cron: Cron | None = None
    on: Literal["staged data"] | None = None
    late_after: Duration = "4h"

    @model_validator(mode="after")
    def _one_of_two(self) -> Schedule:
        if (self.cron is None) == (self.on is None):
            raise ValueError("say either `cron: …` or `on: staged data`")
        return self

    @property
    def patience(self) -> timedelta:
        """How long a run may take before it is late."""
        return span(self.late_after)


class Delivery(ConfigModel):
    """Where and in which format the package goes; without a URL it waits in the released folder."""

    format: Literal["parquet", "csv"] = "parquet"
    url: str | None = None


# Came later than the rest: left unsaid they are no part of what was signed, so that a signature outlives an upgrade.
_LATER = ("remind_after", "escalate_after", "escalate_to")


class Approval(ConfigModel):
    """Whether people have to answer for a release before it goes out.

    Attributes:
        approvers: who may answer: ids of Airflow's auth manager (names; with FAB the numbers of its users), or
            of ``approvers.yaml`` for the command.
        within: how long an answer is waited for, ``72h`` or ``3d``; no answer is a no.
        four_eyes: whether two of them have to approve.
        remind_after: when those whom ``notices.yaml`` names are reminded, once, that nobody has answered yet.
        escalate_after: when somebody else is told, once; *escalate_to* are their mail addresses.
    """

    required: bool = False
    approvers: tuple[Annotated[str, Field(pattern=r"^[\w.@-]+$", max_length=60)], ...] = ()
    within: Duration | None = None
    four_eyes: bool = False
    remind_after: Duration | None = None
    escalate_after: Duration | None = None
    escalate_to: tuple[Address, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Approval:
        if not self.required:
            said = [name for name in ("approvers", "within", "four_eyes", *_LATER) if getattr(self, name)]
            if said:
                raise ValueError(f"{', '.join(said)} are for `required: true`; remove them")
            return self
        if len(set(self.approvers)) < self.needed:
            raise ValueError(
                f"names {len(set(self.approvers))} approver(s), and {self.needed} have to approve: add to `approvers`"
            )
        if self.within is None:
            raise ValueError("says not how long an answer is waited for: add `within: 72h`")
        return self

    @model_validator(mode="after")
    def _in_time(self) -> Approval:
        if (self.escalate_after is None) != (not self.escalate_to):
            raise ValueError("escalate_after and escalate_to go together: say when, and whom")
        for name in ("remind_after", "escalate_after"):
            after = getattr(self, name)
            if self.within and after and span(after) >= span(self.within):
                raise ValueError(
                    f"{name}: {after} is not before `within: {self.within}`, when it is too late"
                )
        if self.remind_after and self.escalate_after and span(self.remind_after) > span(self.escalate_after):
            raise ValueError("remind_after: comes after escalate_after; approvers are reminded first")
        return self

    @model_serializer(mode="wrap")
    def _without_what_is_unsaid(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = handler(self)
        return {name: value for name, value in content.items() if value or name not in _LATER}

    @property
    def needed(self) -> int:
        """How many different people have to approve."""
        return (2 if self.four_eyes else 1) if self.required else 0

    @property
    def patience(self) -> timedelta:
        """How long an answer is waited for."""
        return span(self.within) if self.within else timedelta(0)


class Recall(ConfigModel):
    """What a release must show of its scrubbed narratives. Both hold: the share, and how sure it is.

    Attributes:
        at_least: share of the identifiers planted in its own narratives, mutated, that are masked entirely.
        sample: identifiers to plant, each in another narrative, or several in one when there are fewer.
        lower_bound: what recall is at least with 95 % confidence, after Clopper and Pearson. Unsaid, the bound that
            *sample* identifiers show of which just *at_least* are masked: fewer must not pass by luck.
    """

    at_least: Annotated[float, Field(gt=0, le=1)] = 0.99
    sample: Annotated[int, Field(ge=1, le=10_000)] = 200
    lower_bound: Annotated[float, Field(gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _can_be_shown(self) -> Recall:
        # Of n identifiers that are all masked, the bound is the n-th root of 5 %.
        if self.lower_bound is not None and _CHANCE ** (1 / self.sample) < self.lower_bound:
            needed = ceil(log(_CHANCE) / log(self.lower_bound))
            raise ValueError(
                f"lower_bound: a sample of {self.sample} cannot show {self.lower_bound}, even if all are masked;"
                f" it takes a sample of {needed} at least"
            )
        return self

    @model_serializer(mode="wrap")
    def _without_what_is_unsaid(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Came later: left unsaid it is no part of what was signed, so that a signature outlives an upgrade.
        content: dict[str, Any] = handler(self)
        return {name: value for name, value in content.items() if value is not None}
