"""Words of the two other safeguards: prohibited sources, and locations that need a certification.

Read from ``include/config/safeguards.yaml``; the comments there say what each list is for.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, model_validator

from shield1367.config.loading import ConfigModel, config_folder, load
from shield1367.config.reviews import ReviewedTable

_APOSTROPHES = re.compile("['\u2019\u2018`\u00b4]")
# Accents, once they stand apart, and what is not seen at all: soft hyphen, zero width.
_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\ufeff]+")
_NOT_ALNUM = re.compile(r"[^A-Z0-9]+")
_BETWEEN_SOURCES = re.compile(r"[;+/]")


def words(text: str) -> str:
    """The form in which words are compared: upper case, no accents, one blank for whatever is no letter."""
    plain = _APOSTROPHES.sub("", text).upper()
    if not text.isascii():
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain)).upper()
    return _NOT_ALNUM.sub(" ", plain).strip()


def _normal(phrase: str) -> str:
    if words(phrase) != phrase or not phrase:
        raise ValueError(f"{phrase!r} is not in its normal form {words(phrase)!r}")
    return phrase


Phrase = Annotated[str, AfterValidator(_normal)]
Phrases = Annotated[tuple[Phrase, ...], Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$", max_length=40)]


class SourceMeaning(StrEnum):
    """What a cell says about who gave the information; ``REVIEW`` is whatever cannot be told."""

    PROHIBITED = "prohibited"
    REVIEW = "review"
    INDEPENDENT = "independent"


class Recorded(StrEnum):
    """What a cell says that records something; ``UNKNOWN`` is filled with what no list knows."""

    YES = "yes"
    NONE = "none"
    UNKNOWN = "unknown"


class SourceClass(ConfigModel):
    """One class of prohibited source.

    Attributes:
        values: what an export calls it.
    """

    citation: str
    values: Phrases


class ProhibitedSources(ConfigModel):
    """Who must not be the only source of an adverse determination, 8 U.S.C. § 1367(a)(1).

    Attributes:
        review: values that may or may not mean one.
        independent: values that mean none.
    """

    classes: dict[Name, SourceClass] = Field(min_length=1)
    review: Phrases
    independent: Phrases

    @model_validator(mode="after")
    def _one_list_each(self) -> ProhibitedSources:
        lists = [*(entry.values for entry in self.classes.values()), self.review, self.independent]
        _refuse_doubles(lists)
        return self

    @cached_property
    def _classes(self) -> dict[str, str]:
        return {value: name for name, entry in self.classes.items() for value in entry.values}

    @cached_property
    def _independent(self) -> frozenset[str]:
        return frozenset(self.independent)

    def parts(self, cell: str) -> tuple[str, ...]:
        """The sources that a cell names; one in no Latin letters is ``?``, which no list knows."""
        return tuple(words(part) or "?" for part in _BETWEEN_SOURCES.split(cell) if part.strip())

    def meaning(self, part: str) -> SourceMeaning:
        """What one source is; a value in no list is to be reviewed."""
        if part in self._classes:
            return SourceMeaning.PROHIBITED
        return SourceMeaning.INDEPENDENT if part in self._independent else SourceMeaning.REVIEW

    def class_of(self, part: str) -> str | None:
        """The class of a prohibited source; ``None`` for every other."""
        return self._classes.get(part)


class Record(ConfigModel):
    """Codes that say whether something was recorded; a date says so too, where a column may hold one.

    Attributes:
        none: codes that say that it was not.
    """

    recorded: Phrases
    none: Phrases

    @model_validator(mode="after")
    def _one_list_each(self) -> Record:
        _refuse_doubles([self.recorded, self.none])
        return self

    def meaning(self, cell: str) -> Recorded:
        """What a code says; a date is the caller's to read."""
        code = words(cell)
        if code in self.recorded:
            return Recorded.YES
        return Recorded.NONE if code in self.none else Recorded.UNKNOWN


class LocationKind(ConfigModel):
    """One kind of place.

    Attributes:
        names: words for it; a plural is recognised.
        appearances: words about a case that make the certification required at a place to be reviewed.
    """

    citation: str
    names: Phrases
    appearances: tuple[Phrase, ...] = ()


class Locations(ConfigModel):
    """Places of 8 U.S.C. § 1229(e)(2), and how texts speak of an action there.

    Attributes:
        certified: kinds of place that need the certification by themselves.
        reviewed: kinds of place that need it in some cases only.
        traps: phrases that hold a name and mean another thing.
        nearness: words before a place that say "at or near".
        actions: words for an enforcement action.
    """

    certified: dict[Name, LocationKind] = Field(min_length=1)
    reviewed: dict[Name, LocationKind]
    traps: tuple[Phrase, ...] = ()
    nearness: Phrases
    actions: Phrases

    @model_validator(mode="after")
    def _one_list_each(self) -> Locations:
        lists = [entry.names for entry in (*self.certified.values(), *self.reviewed.values())]
        if doubled := sorted(self.certified.keys() & self.reviewed.keys()):
            raise ValueError(f"kinds under both `certified` and `reviewed`: {', '.join(doubled)}")
        _refuse_doubles([*lists, self.traps])
        return self


class Safeguards(ReviewedTable):
    """The file ``safeguards.yaml``.

    Attributes:
        event_columns: names of columns that date an enforcement action, the best first.
    """

    file: ClassVar[str] = "safeguards.yaml"

    version: str
    prohibited_sources: ProhibitedSources
    verification: Record
    certification: Record
    locations: Locations
    event_columns: tuple[str, ...] = ()


def load_safeguards(folder: Path | None = None) -> Safeguards:
    """Read ``safeguards.yaml``.

    Raises:
        ConfigError: the file does not hold.
    """
    return load(Safeguards, (folder or config_folder()) / "safeguards.yaml")


def _refuse_doubles(lists: list[tuple[str, ...]]) -> None:
    counts = Counter(phrase for phrases in lists for phrase in phrases)
    if doubled := sorted(phrase for phrase, count in counts.items() if count > 1):
        raise ValueError(f"phrases listed twice: {', '.join(doubled)}")
