"""What Presidio, with our recognisers, makes of a column's values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from shield1367.config.text import NerBackend, Strictness, TextSettings
from shield1367.onboarding.propose import Detector
from shield1367.redaction.text.presidio import build_analyzer
from shield1367.redaction.text.scrub import Scrubber

# Of a value that is a name or an address, most is: "Maria G." less so than "Maria Garcia".
_MOST_OF_IT = 0.6


def presidio_detector(settings: TextSettings) -> Detector:
    """A detector that reads each value with :class:`presidio_analyzer.AnalyzerEngine`, patterns and vocabulary.

    Without the model: a column's values have no sentence around them for a model to read.
    """
    silent = settings.model_copy(update={"ner": NerBackend.NONE})
    analyzer = build_analyzer(Scrubber((), settings=silent, strictness=Strictness.STRICT))

    def detect(values: Sequence[str]) -> Mapping[str, float]:
        counts: Counter[str] = Counter()
        for value in values:
            covered: Counter[str] = Counter()
            for result in analyzer.analyze(value, language="en"):
                covered[result.entity_type] += result.end - result.start
            if covered and covered.most_common(1)[0][1] >= _MOST_OF_IT * len(value):
                counts[covered.most_common(1)[0][0]] += 1
        return {entity: count / len(values) for entity, count in counts.items()}

    return detect
