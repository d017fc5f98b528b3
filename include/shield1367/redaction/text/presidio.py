"""The same rules as Presidio's own extension points: recognisers and an operator.

Presidio's engine fails open when a recogniser raises and can log raw text in its decision log; ours answer
for a text they cannot read with ``WITHHELD`` over all of it, and the decision log stays off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.operators import Operator, OperatorType

from shield1367.redaction.text.scrub import Scrubber
from shield1367.redaction.text.spans import Span
from shield1367.redaction.text.tokens import TOKENS

# The recognisers by the rules they answer for. What none of the others answers for is the last one's, so that
# no finding of the bulk path is lost however the rules are called.
FAMILIES: dict[str, tuple[str, ...]] = {
    "KnownIdentities": ("known.",),
    "HouseTerms": ("house.",),
    "NearMisses": ("near.",),
    "Dates": ("date.",),
    "Benefits": ("pattern.benefit", "pattern.shelter"),
    "Patterns": ("pattern.",),
    "Model": ("model.",),
    "UnknownNames": ("",),
}


def family_of(rule: str) -> str:
    """The recogniser that answers for a rule: the first whose prefix it has."""
    return next(family for family, prefixes in FAMILIES.items() if rule.startswith(prefixes))


class Reading:
    """What the scrubber finds in a text; the recognisers of one engine ask for the same text one after another."""

    def __init__(self, scrubber: Scrubber, people: Sequence[str]) -> None:
        self._scrubber = scrubber
        self._people = tuple(people)
        self._last: tuple[str, list[Span]] | None = None

    def of(self, text: str) -> list[Span]:
        """The spans of the bulk path."""
        last = self._last
        if last is None or last[0] != text:
            last = self._last = (text, self._scrubber.find([text], [self._people])[0])
        return last[1]


class ScrubberRecognizer(EntityRecognizer):
    """One family of rules as a Presidio recogniser.

    Args:
        family: key of :data:`FAMILIES`.
        reading: shared by all families; a text is scrubbed as a whole and each gives its part.
    """

    def __init__(self, family: str, reading: Reading) -> None:
        self.name: str = f"shield1367.{family}"
        self._family = family
        self._reading = reading
        super().__init__(supported_entities=sorted(TOKENS), name=self.name, supported_language="en")

    def load(self) -> None:
        """Nothing to load: the scrubber holds everything."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Spans of this family; ``entities`` narrows them, ``nlp_artifacts`` are not needed."""
        return [
            self._result(span)
            for span in self._reading.of(text)
            if family_of(span.rule) == self._family and (not entities or span.entity in entities)
        ]

    def _result(self, span: Span) -> RecognizerResult:
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            "rule": span.rule,
        }
        return RecognizerResult(span.entity, span.start, span.end, span.score, recognition_metadata=metadata)


class TokenOperator(Operator):
    """Replace a span by the token of its type."""

    def operate(self, text: str, params: dict[str, Any] | None = None) -> str:
        """The token; the text itself is not looked at."""
        return TOKENS[(params or {})["entity_type"]]

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """Refuse a type without a token, rather than let it through.

        Raises:
            ValueError: the type has no token.
        """
        if (params or {}).get("entity_type") not in TOKENS:
            raise ValueError("the entity type has no token")

    def operator_name(self) -> str:
        """The name to use in an ``OperatorConfig``."""
        return "shield1367_token"

    def operator_type(self) -> OperatorType:
        """It anonymises."""
        return OperatorType.Anonymize


class WordlessNlpEngine(NlpEngine):
    """An engine that gives no tokens: no model is loaded, no context words move our scores."""

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        """Always."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Empty artefacts."""
        # Presidio types the tokens as a spaCy document; its own no-op engine passes lists as well.
        return NlpArtifacts([], [], [], [], self, language)  # type: ignore[arg-type]

    def process_batch(
        self, texts: Any, language: str, batch_size: int = 1, n_process: int = 1, **_: Any
    ) -> Any:
        """Empty artefacts per text."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        """Never."""
        return False

    def is_punct(self, word: str, language: str) -> bool:
        """Never."""
        return False

    def get_supported_entities(self) -> list[str]:
        """None of its own."""
        return []

    def get_supported_languages(self) -> list[str]:
        """English: the language code our recognisers are registered under; the rules read Spanish as well."""
        return ["en"]


def build_analyzer(scrubber: Scrubber, *, people: Sequence[str] = ()) -> AnalyzerEngine:
    """Presidio's analyzer with our registry alone; for one text it gives the spans of the bulk path."""
    reading = Reading(scrubber, people)
    registry = RecognizerRegistry(recognizers=[ScrubberRecognizer(family, reading) for family in FAMILIES])
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=WordlessNlpEngine(),
        supported_languages=["en"],
        log_decision_process=False,
    )


def build_anonymizer() -> AnonymizerEngine:
    """Presidio's anonymizer with our operator added."""
    engine = AnonymizerEngine()  # type: ignore[no-untyped-call]
    engine.add_anonymizer(TokenOperator)
    return engine
