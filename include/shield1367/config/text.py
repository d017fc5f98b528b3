"""Settings of the narrative scrubber, read from ``include/config/text.yaml``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from shield1367.config.loading import ConfigModel, config_folder, load
from shield1367.config.terms import Terms

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Probability = Annotated[float, Field(ge=0, le=1)]


class Strictness(StrEnum):
    """How much evidence a name that nobody told us needs before it is masked.

    ``BALANCED`` wants a capital, a neighbour, a cue or the model; ``STRICT`` masks every word that
    no dictionary knows.
    """

    BALANCED = "balanced"
    STRICT = "strict"


class PersonToken(StrEnum):
    """What stands for a name: its type, or the pseudonym that the person has in the columns as well."""

    TYPE = "type"
    PSEUDONYM = "pseudonym"


class DateToken(StrEnum):
    """What stands for a date: its type, or the day shifted as the subject's dates in the columns are."""

    TYPE = "type"
    SHIFT = "shift"


class PlaceToken(StrEnum):
    """What stands for a place or an address: its type, or the region its state or country is in."""

    TYPE = "type"
    REGION = "region"


class Replacements(ConfigModel):
    """What a reader of a scrubbed narrative is told of a masked stretch; by default its type alone."""

    person: PersonToken = PersonToken.TYPE
    date: DateToken = DateToken.TYPE
    place: PlaceToken = PlaceToken.TYPE


class NerBackend(StrEnum):
    """What runs the model. ``NONE`` must be said; it is never what a failure falls back to."""

    RAMPART = "rampart"
    SPACY = "spacy"
    NONE = "none"


class NerModel(ConfigModel):
    """One model: the installed package that carries it, and the files it must consist of.

    Attributes:
        folder: folder of the model inside the package.
        files: path below ``folder`` to the SHA-256 the file must have; a model with other bytes is refused.
        threshold: probability from which a label counts, per strictness.
    """

    backend: NerBackend
    package: str
    folder: str
    files: dict[str, Sha256] = Field(min_length=1)
    threshold: dict[Strictness, Probability]


class Budget(ConfigModel):
    """Bounds on what one text may cost; a text beyond them is withheld whole.

    Attributes:
        characters: longest text that is read.
        spans: most spans in one text.
    """

    characters: Annotated[int, Field(gt=0)]
    spans: Annotated[int, Field(gt=0)]


class TextSettings(ConfigModel):
    """The file ``text.yaml``.

    Attributes:
        ner: name of one of ``models``, or ``none``.
        batch_characters: texts are joined to batches of about this size.
        ner_batch: sentences per call of the model.
        sentence_memo: sentences whose result is remembered, so that boilerplate costs once.
    """

    version: int
    ner: str
    models: dict[str, NerModel] = Field(default_factory=dict)
    budget: Budget
    batch_characters: Annotated[int, Field(gt=0)]
    ner_batch: Annotated[int, Field(gt=0, le=1024)]
    sentence_memo: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _model_exists(self) -> TextSettings:
        if self.ner != NerBackend.NONE and self.ner not in self.models:
            raise ValueError(f"`ner` names {self.ner!r}, not `none` or one of {sorted(self.models)}")
        return self

    @property
    def model(self) -> NerModel | None:
        """The model to run, ``None`` when the settings say ``ner: none``."""
        return self.models.get(self.ner)

    @property
    def terms_in_force(self) -> Terms | None:
        """The words that reviewers agreed on; the file has none."""
        return None


class SettingsWithTerms(TextSettings):
    """The file's settings, and the words of one home; they hash together."""

    terms: Terms

    @property
    def terms_in_force(self) -> Terms | None:
        """The words that reviewers agreed on."""
        return self.terms


def with_terms(settings: TextSettings, terms: Terms) -> TextSettings:
    """The settings with other words in force; without any words they are those of the file alone."""
    content = {name: getattr(settings, name) for name in TextSettings.model_fields}
    if not (terms.deny or terms.allow):
        return TextSettings.model_validate(content)
    return SettingsWithTerms.model_validate(content | {"terms": terms})


def load_text_settings(folder: Path | None = None) -> TextSettings:
    """Read ``text.yaml``.

    Raises:
        ConfigError: the file does not hold.
    """
    return load(TextSettings, (folder or config_folder()) / "text.yaml")
