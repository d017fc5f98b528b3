"""Field kinds: what a column means, what it tells, and how it is treated for outside recipients."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from shield1367.config.benefits import normalise
from shield1367.config.loading import ConfigModel, config_folder, load


class Treatment(StrEnum):
    """What happens to the cells of a column on the way out; the same for every row of a release."""

    KEEP = "keep"
    DROP = "drop"
    WITHHOLD = "withhold"
    TOKEN = "token"
    PSEUDONYM = "pseudonym"
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    AGE_BAND = "age_band"
    STATE = "state"
    REGION = "region"
    BROAD = "broad"
    ROUND = "round"
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


class CodeClasses(ConfigModel):
    """Broad classes that take the place of a code list's codes, so that a telling code looks like many others.

    Attributes:
        normalise: how a cell becomes the form that the classes list, as in ``benefits.yaml``.
        classes: class → its codes.
        other: class of every code that is in no class; of unknown ones too.
    """

    normalise: Literal["alphanumeric", "class_of_admission", "ead_category", "words"]
    classes: dict[str, tuple[str, ...]] = Field(min_length=1)
    other: str = "other"

    @model_validator(mode="after")
    def _apart(self) -> CodeClasses:
        counts = Counter(code for codes in self.classes.values() for code in codes)
        if twice := sorted(code for code, count in counts.items() if count > 1):
            raise ValueError(f"codes are listed in more than one class: {', '.join(twice)}")
        return self

    @cached_property
    def _class_of(self) -> dict[str, str]:
        return {code: name for name, codes in self.classes.items() for code in codes}

    def of(self, text: str) -> str:
        """The class of the code in a cell."""
        return self._class_of.get(normalise(self.normalise, text), self.other)

    def names(self) -> frozenset[str]:
        """Every class there is."""
        return frozenset({*self.classes, self.other})


class FieldKind(ConfigModel):
    """One entry of the vocabulary; the comments in ``fields.yaml`` say what each key means."""

    title: str
    category: Category
    parser: Literal["text", "code", "date", "identifier", "number", "narrative"]
    valid: Literal["date", "us_state", "postal_code", "age", "number"] | None = None
    identity: Literal["strong", "weak"] | None = None
    trigger: str | None = None
    outside: Treatment
    allows: tuple[Treatment, ...] = ()
    step: Literal[2, 5, 10, 100, 1000] | None = None
    classes: CodeClasses | None = None

    @model_validator(mode="after")
    def _can_be_treated(self) -> FieldKind:
        named = (self.outside, *self.allows)
        wrong = []
        if Treatment.ROUND in named and (self.step is None or self.parser != "number"):
            wrong.append("treatment round needs `step:` and `parser: number`")
        if Treatment.BROAD in named and self.classes is None:
            wrong.append("treatment broad needs `classes:`")
        if Treatment.QUARTER in named and self.parser != "date":
            wrong.append("treatment quarter is for dates")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @property
    def check(self) -> str | None:
        """What a cell of this kind is held against, where there is anything."""
        return self.valid or (self.parser if self.parser in ("date", "number") else None)

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
