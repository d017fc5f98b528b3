"""Code tables: what a form, class of admission or category says about protection."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from shield1367.config.loading import ConfigModel, config_folder, load
from shield1367.config.reviews import Review

_NOT_ALNUM = re.compile(r"[^A-Z0-9]+")
_EAD = re.compile(r"^(?:(?:8CFR)?274A12)?([AC])0*(\d{1,2})([A-Z]?)(?:I|II|III)?$")
_WHOLE_NUMBER = re.compile(r"^(\d+)\.0+$")


class Switch(StrEnum):
    """What policy, not the statute, counts as protected (R-08); every one is on by default.

    Except ``NATURALIZATION_ENDS``: whether naturalization ends protection, as USCIS policy has it.
    """

    CONTINUED_PRESENCE = "continued_presence"
    ABUSED_SPOUSES = "abused_spouses_of_ina_106"
    I_929 = "i_929"
    FORMER_SUSPENSION = "former_suspension_of_ina_244"
    SPECIAL_IMMIGRANT_JUVENILES = "special_immigrant_juveniles"
    NATURALIZATION_ENDS = "naturalization_ends"


class Meaning(StrEnum):
    """What a code says; ``UNKNOWN`` is a code in no list, and never harmless."""

    REVEALS = "reveals"
    AMBIGUOUS = "ambiguous"
    NO = "no"
    SILENT = "silent"
    UNKNOWN = "unknown"


class Period(ConfigModel):
    """Days from *since* on, up to and without *until*; an open end is ``None``."""

    since: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether *day* lies in the period."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


class CodeTable(ConfigModel):
    """One table of ``benefits.yaml``.

    Attributes:
        source: where the codes come from.
        owner: who answers for the table.
        reviewed: the day somebody last compared it with its source.
        effective: when the table as a whole is in force.
        codes_effective: when single codes are, where that differs.
        depends: codes that count only while a switch of the policy is on.
    """

    source: str
    owner: str
    reviewed: date
    effective: Period
    codes_effective: dict[str, Period] = Field(default_factory=dict)
    depends: dict[str, Switch] = Field(default_factory=dict)
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
        if strangers := sorted({*self.codes_effective, *self.depends} - counts.keys()):
            raise ValueError(f"dates or switches for codes that are in no list: {', '.join(strangers)}")
        return self

    @cached_property
    def _meanings(self) -> dict[str, Meaning]:
        return (
            dict.fromkeys(self.silent, Meaning.SILENT)
            | dict.fromkeys(self.no, Meaning.NO)
            | dict.fromkeys(self.ambiguous, Meaning.AMBIGUOUS)
            | dict.fromkeys(self.reveals, Meaning.REVEALS)
        )

    def meaning(self, text: str, on: date | None = None) -> Meaning:
        """What the code in a cell says. Exact match after normalisation, never by prefix (R-10).

        Args:
            on: the day of the fact, if known. A harmless code out of force says nothing one could rely on;
                a revealing one still reveals, since the date is as likely to be the wrong one.
        """
        code = normalise(self.normalise, text)
        found = self._meanings.get(code, Meaning.UNKNOWN)
        if on and found in (Meaning.NO, Meaning.SILENT):
            period = self.codes_effective.get(code, self.effective)
            return found if period.covers(on) else Meaning.UNKNOWN
        return found

    def under(self, switches: dict[Switch, bool]) -> CodeTable:
        """The table as the policy has it: a code whose switch is off concerns no protection."""
        off = {code for code, switch in self.depends.items() if not switches[switch]}
        if not off:
            return self
        kept = {
            name: tuple(code for code in getattr(self, name) if code not in off)
            for name in ("reveals", "ambiguous", "silent")
        }
        # Made anew: a copy would keep what is cached of this one.
        changed = {**kept, "no": (*self.no, *sorted(off - {*self.no})), "depends": {}}
        return CodeTable.model_validate({**self.model_dump(), **changed})


class ApplicationState(StrEnum):
    """Where an application stands (docs/architecture.md, "Life cycle")."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED_APPEALABLE = "denied_appealable"
    DENIED_FINAL = "denied_final"
    DENIED_OTHERWISE = "denied_otherwise"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"
    NATURALIZED = "naturalized"
    DECEASED = "deceased"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class Benefits(ConfigModel):
    """``benefits.yaml``.

    Attributes:
        max_age_days: days after its last review until a table counts as nobody's (R-28).
        switches: policy, each with its safe value.
        statuses: state of an application → how the sources write it, in alphanumeric normal form.
    """

    version: str
    owner: str
    max_age_days: int = Field(default=180, ge=1)
    switches: dict[Switch, bool]
    tables: dict[str, CodeTable] = Field(min_length=1)
    statuses: dict[ApplicationState, tuple[str, ...]]

    @model_validator(mode="after")
    def _holds_together(self) -> Benefits:
        if missing := sorted(set(Switch) - self.switches.keys()):
            raise ValueError(f"switches without a value: {', '.join(missing)}")
        if ApplicationState.UNKNOWN in self.statuses:
            raise ValueError("what is in no list is `unknown`; it has no list of its own")
        written = Counter(chain.from_iterable(map(set, self.statuses.values())))
        if doubled := sorted(text for text, count in written.items() if count > 1):
            raise ValueError(f"statuses in more than one list: {', '.join(doubled)}")
        if odd := sorted(text for text in written if normalise("alphanumeric", text) != text):
            raise ValueError(f"statuses that are not in their normal form: {', '.join(odd)}")
        return self

    def table(self, name: str) -> CodeTable:
        """A table as the switches have it."""
        return self._in_force[name]

    @cached_property
    def _in_force(self) -> dict[str, CodeTable]:
        return {name: table.under(self.switches) for name, table in self.tables.items()}

    def state_of(self, text: str) -> ApplicationState:
        """The state that a status in a cell says; one in no list is ``UNKNOWN`` and ends nothing."""
        return self._states.get(normalise("alphanumeric", text), ApplicationState.UNKNOWN)

    @cached_property
    def _states(self) -> dict[str, ApplicationState]:
        return {text: state for state, texts in self.statuses.items() for text in texts}

    def reviews(self) -> tuple[Review, ...]:
        """Each table's own."""
        return tuple(
            Review("benefits.yaml", name, table.owner, table.source, table.reviewed, self.max_age_days)
            for name, table in self.tables.items()
        )


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
