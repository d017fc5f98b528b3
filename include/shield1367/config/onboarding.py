"""What exports call their columns: ``include/config/onboarding.yaml``, for drafting a contract."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from shield1367.config.fields import FieldVocabulary
from shield1367.config.loading import DEFAULT_CONFIG, ConfigModel, config_folder, load
from shield1367.errors import ConfigError, Problem

FILE = "onboarding.yaml"


class HeaderWords(ConfigModel):
    """The words of headers.

    Attributes:
        abbreviations: word → the words it stands for.
        filler: words that say nothing.
        weak: words that say little beside another.
        roles: role of a person → words before what is said of them.
        officials: field kind → words that make it of a name.
        kinds: field kind → phrases.
    """

    abbreviations: dict[str, str]
    filler: frozenset[str]
    weak: frozenset[str]
    roles: dict[str, frozenset[str]]
    officials: dict[str, frozenset[str]]
    kinds: dict[str, tuple[str, ...]] = Field(min_length=1)


def load_header_words(fields: FieldVocabulary, folder: Path | None = None) -> HeaderWords:
    """Read ``onboarding.yaml``, the shipped one where *folder* has none, and hold it against the vocabulary.

    Raises:
        ConfigError: the file does not hold, or names a field kind that there is none of.
    """
    path = (folder or config_folder()) / FILE
    if not path.exists():
        path = DEFAULT_CONFIG / FILE
    words = load(HeaderWords, path)
    unknown = sorted({*words.kinds, *words.officials} - fields.kinds.keys())
    if unknown:
        raise ConfigError([Problem(str(path), f"kinds.{kind}", "is no field kind") for kind in unknown])
    return words
