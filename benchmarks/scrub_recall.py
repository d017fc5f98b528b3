"""What is found and what is masked for nothing: recall and over-redaction, side by side with Presidio."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from benchmarks.measures import Measure
from benchmarks.narratives import Sample, Truth
from benchmarks.scrub_engines import SEED, Stretch, presidio_spans, scrubber, spans_of
from benchmarks.sentences import COURT, SENTENCES, samples
from shield1367.config.text import Strictness


def cover(text: str, spans: Iterable[Stretch]) -> bytearray:
    """One byte per character, 1 where masked."""
    covered = bytearray(len(text))
    for start, end in spans:
        covered[start:end] = b"\x01" * (end - start)
    return covered


def left(sample: Sample, covered: bytearray, truth: Truth) -> int:
    """Letters and digits of an identifier that stay readable."""
    return sum(not covered[i] and sample.text[i].isalnum() for i in range(truth.start, truth.end))


def recall(
    samples: Sequence[Sample], spans: Sequence[Sequence[Stretch]], kinds: frozenset[str] | None = None
) -> float:
    """Identifiers of these kinds of which nothing stays readable."""
    total = hidden = 0
    for sample, found in zip(samples, spans, strict=True):
        covered = cover(sample.text, found)
        for truth in sample.truth:
            if kinds is None or truth.kind in kinds:
                total += 1
                hidden += left(sample, covered, truth) == 0
    return hidden / total if total else 1.0


def over_redaction(samples: Sequence[Sample], spans: Sequence[Sequence[Stretch]]) -> float:
    """Words outside every identifier that are masked, even in part, among all such words."""
    others = masked = 0
    for sample, found in zip(samples, spans, strict=True):
        covered = cover(sample.text, found)
        true = cover(sample.text, [(t.start, t.end) for t in sample.truth])
        for word in re.finditer(r"\w+", sample.text):
            if not any(true[word.start() : word.end()]):
                others += 1
                masked += any(covered[word.start() : word.end()])
    return masked / max(1, others)


def kind_measures(
    name: str, rival: Sequence[Sample], presidio: Sequence[Sequence[Stretch]], *, least: int = 5
) -> list[Measure]:
    """Recall per kind of identifier, with nobody known, against Presidio's defaults; kinds met *least* times."""
    spans = spans_of(scrubber((), Strictness.BALANCED), rival, linked=False)
    counts = Counter(truth.kind for sample in rival for truth in sample.truth)
    measures = []
    for kind, count in sorted(counts.items()):
        if count < least:
            continue
        ours, theirs = recall(rival, spans, frozenset({kind})), recall(rival, presidio, frozenset({kind}))
        measures.append(Measure(f"{name}.{kind}", ours, f"of {count}", theirs, rival=theirs))
    ours, theirs = over_redaction(rival, spans), over_redaction(rival, presidio)
    words = sum(len(re.findall(r"\w+", sample.text)) for sample in rival)
    return [*measures, Measure(f"{name}.over_redaction", ours, f"of {words}", theirs, "lower", rival=theirs)]


def sentence_measures(count: int) -> list[Measure]:
    """The same on *count* sentences of presidio-research's entity types and *count* of court narratives."""
    measures = []
    for name, templates in (("sentences", SENTENCES), ("court", COURT)):
        texts = samples(templates, count, seed=SEED)
        measures += kind_measures(name, texts, presidio_spans(texts)[0])
    return measures
