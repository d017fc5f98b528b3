"""Names nobody told us: of generated narratives, and of twenty locales in sentences, in every case."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from benchmarks.measures import Measure
from benchmarks.narratives import NAME_KINDS, Sample
from benchmarks.scrub_engines import SEED, Stretch, first, scrubber, spans_of
from benchmarks.scrub_recall import over_redaction, recall
from benchmarks.sentences import COURT, SENTENCES, samples
from shield1367.config.text import Strictness, load_text_settings
from shield1367.redaction.text.ner import load_model

CASES: dict[str, Callable[[str], str]] = {"upper": str.upper, "lower": str.lower, "title": str.title}


def name_measures(
    narratives: Sequence[Sample], rival: Sequence[Sample], presidio: Sequence[Sequence[Stretch]]
) -> list[Measure]:
    """Strict on everything in every case; balanced against Presidio with the same model beside its own."""
    sentences = samples((*SENTENCES, *COURT), 440, seed=SEED + 4)
    strict = scrubber((), Strictness.STRICT)
    measures = []
    for name, texts in (("narratives", narratives), ("locales", sentences)):
        part = first(texts, 40_000)
        cased = [*texts, *(changed for change in CASES.values() for changed in recased(part, change))]
        spans = spans_of(strict, cased, linked=False)
        count, words = _counts(cased)
        measures += [
            Measure(f"names.strict.{name}", recall(cased, spans, NAME_KINDS), f"of {count}", 0.995),
            Measure(f"names.strict.{name}.over", over_redaction(cased, spans), f"of {words}", 0.08, "lower"),
        ]
    ours = spans_of(scrubber((), Strictness.BALANCED), rival, linked=False)
    theirs = [[*a, *b] for a, b in zip(presidio, model_spans(rival), strict=True)]
    count, words = _counts(rival)
    named, over = recall(rival, theirs, NAME_KINDS), over_redaction(rival, presidio)
    return [
        *measures,
        Measure("names.balanced", recall(rival, ours, NAME_KINDS), f"of {count}", named, rival=named),
        Measure("names.balanced.over", over_redaction(rival, ours), f"of {words}", over, "lower", rival=over),
    ]


def model_spans(texts: Sequence[Sample]) -> list[list[Stretch]]:
    """What the model of ``text.yaml`` finds on its own, at the threshold of balanced."""
    settings = load_text_settings()
    if settings.model is None:
        return [[] for _ in texts]
    model = load_model(settings.model, settings.model.threshold[Strictness.BALANCED], settings.ner_batch)
    return [[(n.start, n.end) for n in found] for found in model.find([sample.text for sample in texts])]


def _counts(texts: Sequence[Sample]) -> tuple[int, int]:
    """Names, and words of any kind."""
    names = sum(truth.kind in NAME_KINDS for sample in texts for truth in sample.truth)
    return names, sum(len(re.findall(r"\w+", sample.text)) for sample in texts)


def recased(samples: Sequence[Sample], change: Callable[[str], str]) -> list[Sample]:
    """The samples in another case, where that keeps the offsets."""
    changed = [Sample(change(s.text), s.truth, s.people) for s in samples]
    return [new for new, old in zip(changed, samples, strict=True) if len(new.text) == len(old.text)]
