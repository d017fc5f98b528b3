"""How looking back is run, read from ``include/config/lookback.yaml``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from shield1367.config.loading import ConfigModel, config_folder, load

LOOKBACK = "lookback.yaml"


class TreatedAlike(StrEnum):
    """What becomes of a release in which every row was treated alike and nothing of anybody is found."""

    ASK = "ask"
    CLOSE = "close"


class Office(ConfigModel):
    """Whom a recipient answers to."""

    name: Annotated[str, Field(min_length=1)]
    address: Annotated[str, Field(min_length=1)]
    contact: Annotated[str, Field(min_length=1)]


class LookbackSettings(ConfigModel):
    """``lookback.yaml``.

    Attributes:
        page_minutes: from the finding until the privacy office knows of it.
        report_minutes: from the finding until the formal report.
        answer_days: from the recall until the recipient has certified that everything is back or destroyed.
        treated_alike: whether a person decides also where every row was treated alike and the audit of today
            finds nothing of those concerned.
        office: who signs notices and gets answers.
    """

    page_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    report_minutes: Annotated[int, Field(ge=1, le=4320)] = 60
    answer_days: Annotated[int, Field(ge=1, le=90)] = 10
    treated_alike: TreatedAlike = TreatedAlike.ASK
    office: Office


def load_lookback(folder: Path | None = None) -> LookbackSettings:
    """Read ``lookback.yaml``.

    Raises:
        ConfigError: the file is not there or does not hold.
    """
    return load(LookbackSettings, (folder or config_folder()) / LOOKBACK)
