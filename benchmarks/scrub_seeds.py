"""Recall of ``strict`` on names nobody told us, pooled over fresh seeds, and where it is least.

``python -m benchmarks.scrub_seeds [--size small|full] [--json]``
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from benchmarks.measures import Measure, report
from benchmarks.narratives import NAME_KINDS, Sample, generated
from benchmarks.scrub_engines import Stretch, first, scrubber, spans_of
from benchmarks.scrub_names import CASES, recased
from benchmarks.scrub_recall import cover, left
from benchmarks.sentences import COURT, LOCALES, SENTENCES, samples
from shield1367.config.text import Strictness
from shield1367.redaction.text.scrub import Scrubber
from shield1367.validation.recall import lower_bound

# Seeds no rule was written on; sentences of each locale and characters of narratives for each seed.
SEEDS = range(90_001, 90_006)
SIZES = {"small": (SEEDS[:1], 8, 4_000), "full": (SEEDS, 44, 20_000)}
_AS_WRITTEN = "as written"
_TOLD = 5


def drawn(seed: int, sentences: int, characters: int) -> Iterator[tuple[str, list[Sample]]]:
    """The texts of one seed, by where their names come from."""
    yield "narratives", first(generated(characters, seed=seed)[0], characters)
    for number, locale in enumerate(LOCALES):
        yield locale, samples((*SENTENCES, *COURT), sentences, seed=seed + 100 * number, locales=(locale,))


def seed_measures(seeds: Sequence[int], sentences: int, characters: int) -> list[Measure]:
    """Pooled recall with its lower bound, over-redaction, and the origins and cases with the least recall."""
    engine = scrubber((), Strictness.STRICT)
    names: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    words = masked = 0
    changes: dict[str, Callable[[str], str]] = {_AS_WRITTEN: str, **CASES}
    for seed in seeds:
        for origin, texts in drawn(seed, sentences, characters):
            for case, change in changes.items():
                found, others, taken = _read(engine, texts, change)
                for key in (origin, case):
                    names[key] += len(found)
                    hidden[key] += sum(found)
                words, masked = words + others, masked + taken
    cases = (_AS_WRITTEN, *CASES)
    total, kept = sum(names[case] for case in cases), sum(hidden[case] for case in cases)
    worst = sorted((key for key in names if key not in cases), key=lambda key: hidden[key] / names[key])
    return [
        Measure("seeds.strict", kept / total, f"of {total}", 0.995),
        Measure("seeds.strict.at_least", lower_bound(kept, total), "95 %"),
        Measure("seeds.strict.over", masked / words, f"of {words}", 0.08, "lower"),
        *(
            Measure(f"seeds.strict.{key.replace(' ', '_')}", hidden[key] / names[key], f"of {names[key]}")
            for key in (*cases, *worst[:_TOLD])
        ),
    ]


def _read(
    engine: Scrubber, texts: Sequence[Sample], change: Callable[[str], str]
) -> tuple[list[bool], int, int]:
    """For each name whether nothing of it is left; other words, and how many of them are masked."""
    cased = recased(texts, change)
    found: list[bool] = []
    others = taken = 0
    for sample, spans in zip(cased, spans_of(engine, cased, linked=False), strict=True):
        covered = cover(sample.text, spans)
        found += [left(sample, covered, truth) == 0 for truth in sample.truth if truth.kind in NAME_KINDS]
        true = cover(sample.text, _stretches(sample))
        for word in re.finditer(r"\w+", sample.text):
            if not any(true[word.start() : word.end()]):
                others += 1
                taken += any(covered[word.start() : word.end()])
    return found, others, taken


def _stretches(sample: Sample) -> list[Stretch]:
    return [(truth.start, truth.end) for truth in sample.truth]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scrub_seeds", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    return report(seed_measures(*SIZES[options.size]), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
