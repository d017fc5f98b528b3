"""How a source's feed should behave: what of it holds a release back, because something went wrong upstream."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shield1367.config.loading import ConfigModel


class FeedLimits(ConfigModel):
    """``feed`` of a contract.

    Attributes:
        max_age_days: days since the newest batch was taken in; a feed that dried up tells of a past state.
        shrink: the newest batch of a table has at least this share of the rows that its batches usually have
            (their median), and at most *grow* times as many.
        volume_from: tables whose batches are smaller than so many rows are not judged by volume.
        quarantined: share of the rows of a table's newest batch that may wait in quarantine.
        quarantined_from: fewer refused rows than this are no matter, whatever their share.
    """

    max_age_days: Annotated[int, Field(ge=1)] = 45
    shrink: Annotated[float, Field(gt=0, lt=1)] = 0.5
    grow: Annotated[float, Field(gt=1)] = 2.0
    volume_from: Annotated[int, Field(ge=1)] = 1000
    quarantined: Annotated[float, Field(gt=0, lt=1)] = 0.1
    quarantined_from: Annotated[int, Field(ge=1)] = 20
