"""Code tables: what a form, class of admission or category says about protection."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from enum import StrEnum
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from shield1367.config.loading import ConfigModel, config_folder, load

_NOT_ALNUM = re.compile(r"[^A-Z0-9]+")
_EAD = re.compile(r"^(?:(?:8CFR)?274A12)?([AC])0*(\d{1,2})([A-Z]?)(?:I|II|III)?$")
_WHOLE_NUMBER = re.compile(r"^(\d+)\.0+$")


class Meaning(StrEnum):
    """What a code says; ``UNKNOWN`` is a code in no list, and never harmless."""

    REVEALS = "reveals"
    AMBIGUOUS = "ambiguous"
    NO = "no"
    SILENT = "silent"
    UNKNOWN = "unknown"


class CodeTable(ConfigModel):
    """One table of ``benefits.yaml``."""

    source: str
    normalise: Literal["alphanumeric", "words", "class_of_admission", "ead_category"]
    reveals: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _codes_are_normal(self) -> CodeTable:
        lists = (self.reveals, self.ambiguous, self.no, self.silent)
        for code in chain.from_iterable(lists):
            if normalise(self.normalise, code) != code:
                raise ValueError(
                    f"code {code!r} is not in its normal form {normalise(self.normalise, code)!r}"
                )
        counts = Counter(chain.from_iterable(map(set, lists)))
        if doubled := sorted(code for code, count in counts.items() if count > 1):
            raise ValueError(f"codes in more than one list: {', '.join(doubled)}")
        return self

    @cached_property
    def _meanings(self) -> dict[str, Meaning]:
        return (
            dict.fromkeys(self.silent, Meaning.SILENT)
            | dict.fromkeys(self.no, Meaning.NO)
            | dict.fromkeys(self.ambiguous, Meaning.AMBIGUOUS)
            | dict.fromkeys(self.reveals, Meaning.REVEALS)
        )

    def meaning(self, text: str) -> Meaning:
        """What the code in a cell says. Exact match after normalisation, never by prefix (R-10)."""
        return self._meanings.get(normalise(self.normalise, text), Meaning.UNKNOWN)


class Statuses(ConfigModel):
    """Application statuses; one that is in neither list keeps protection and is reported."""

    final_denial: tuple[str, ...]
    open: tuple[str, ...]

    def is_final_denial(self, text: str) -> bool:
        """Whether a status says: denied on the merits, finally."""
        return normalise("alphanumeric", text) in self.final_denial

    def is_known(self, text: str) -> bool:
        """Whether a status is in the vocabulary at all."""
        return normalise("alphanumeric", text) in (*self.final_denial, *self.open)


class Benefits(ConfigModel):
    """``benefits.yaml``."""

    version: str
    owner: str
    tables: dict[str, CodeTable] = Field(min_length=1)
    statuses: Statuses


def load_benefits(folder: Path | None = None) -> Benefits:
    """Read the code tables.

    Raises:
        ConfigError: the file does not hold.
    """
    return load(Benefits, (folder or config_folder()) / "benefits.yaml")


def normalise(how: str, text: str) -> str:
    """The form of a code that the tables hold.

    ``384.0`` is the code 384 that a spreadsheet made a number; ``T-1`` and ``t 1`` are T1;
    ``(c)(9)``, ``C9`` and ``274a.12(c)(9)`` are C09.
    """
    upper = unicodedata.normalize("NFKC", text).upper().strip()
    if match := _WHOLE_NUMBER.match(upper):
        upper = match[1]
    if how == "words":
        return _NOT_ALNUM.sub(" ", upper).strip()
    bare = _NOT_ALNUM.sub("", upper)
    if how == "ead_category" and (match := _EAD.match(bare)):
        return f"{match[1]}{int(match[2]):02d}{match[3]}"
    return bare
