"""The terms of a profile: for what, since when and until when, how often, where to, and for how long."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from shield1367.config.cron import Cron
from shield1367.config.loading import ConfigModel

Duration = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}[hd]$")]


def _time_of(duration: str) -> timedelta:
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
        return _time_of(self.late_after)


class Delivery(ConfigModel):
    """Where and in which format the package goes; without a URL it waits in the released folder."""

    format: Literal["parquet", "csv"] = "parquet"
    url: str | None = None


class Approval(ConfigModel):
    """Whether people have to answer for a release before it goes out.

    Attributes:
        approvers: who may answer: ids of Airflow's auth manager (names; with FAB the numbers of its users), or
            of ``approvers.yaml`` for the command.
        within: how long an answer is waited for, ``72h`` or ``3d``; no answer is a no.
        four_eyes: whether two of them have to approve.
    """

    required: bool = False
    approvers: tuple[Annotated[str, Field(pattern=r"^[\w.@-]+$", max_length=60)], ...] = ()
    within: Duration | None = None
    four_eyes: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> Approval:
        if not self.required:
            if self.approvers or self.within or self.four_eyes:
                raise ValueError("approvers, within and four_eyes are for `required: true`; remove them")
            return self
        if len(set(self.approvers)) < self.needed:
            raise ValueError(
                f"names {len(set(self.approvers))} approver(s), and {self.needed} have to approve: add to `approvers`"
            )
        if self.within is None:
            raise ValueError("says not how long an answer is waited for: add `within: 72h`")
        return self

    @property
    def needed(self) -> int:
        """How many different people have to approve."""
        return (2 if self.four_eyes else 1) if self.required else 0

    @property
    def patience(self) -> timedelta:
        """How long an answer is waited for."""
        return timedelta(0) if self.within is None else _time_of(self.within)


class Recall(ConfigModel):
    """What a release must show of its scrubbed narratives.

    Attributes:
        at_least: share of the identifiers planted in its own narratives, mutated, that are masked entirely.
        sample: narratives to plant them in, or all when there are fewer.
    """

    at_least: Annotated[float, Field(gt=0, le=1)] = 0.99
    sample: Annotated[int, Field(ge=1, le=10_000)] = 200
