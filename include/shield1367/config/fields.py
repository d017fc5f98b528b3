"""Field kinds: what a column means, what it tells, and how it is treated for outside recipients."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field

from shield1367.config.loading import ConfigModel, config_folder, load


class Treatment(StrEnum):
    """What happens to the cells of a column on the way out; the same for every row of a release."""

    KEEP = "keep"
    DROP = "drop"
    WITHHOLD = "withhold"
    TOKEN = "token"
    PSEUDONYM = "pseudonym"
    YEAR = "year"
    MONTH = "month"
    AGE_BAND = "age_band"
    STATE = "state"
    REGION = "region"
    SHIFT = "shift"
    SCRUB = "scrub"


class Category(StrEnum):
    """What a column can give away (the column classes of docs/architecture.md)."""

    DIRECT_IDENTIFIER = "direct_identifier"
    CONTACT = "contact"
    LOCATION = "location"
    FAMILY = "family"
    BENEFIT_REVEALING = "benefit_revealing"
    QUASI_IDENTIFIER = "quasi_identifier"
    NARRATIVE = "narrative"
    OPERATIONAL = "operational"


class FieldKind(ConfigModel):
    """One entry of the vocabulary; the comments in ``fields.yaml`` say what each key means."""

    title: str
    category: Category
    parser: Literal["text", "code", "date", "identifier", "number", "narrative"]
    valid: Literal["date", "us_state", "postal_code", "age"] | None = None
    identity: Literal["strong", "weak"] | None = None
    trigger: str | None = None
    outside: Treatment
    allows: tuple[Treatment, ...] = ()

    def permits_outside(self, treatment: Treatment) -> bool:
        """Whether a profile may choose *treatment* for an outside recipient without an authority."""
        return treatment in (self.outside, *self.allows)


class FieldVocabulary(ConfigModel):
    """All field kinds, by name, and how fresh the registry must be: what binds every release.

    Attributes:
        registry_max_age_hours: hours since the protect stage last found everything staged judged, after
            which nothing is released (R-09).
    """

    version: int
    registry_max_age_hours: int = Field(default=24, ge=1, le=168)
    kinds: dict[str, FieldKind] = Field(min_length=1)

    def strong_kinds(self) -> frozenset[str]:
        """Kinds whose equal values mean the same person."""
        return frozenset(name for name, kind in self.kinds.items() if kind.identity == "strong")


def load_fields(folder: Path | None = None) -> FieldVocabulary:
    """Read ``fields.yaml``.

    Raises:
        ConfigError: the file does not hold.
    """
    return load(FieldVocabulary, (folder or config_folder()) / "fields.yaml")
