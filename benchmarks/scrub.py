"""The narrative scrubber against Presidio's BatchAnalyzerEngine with spaCy's small model, on the same texts.

``python -m benchmarks.scrub [--size small|full] [--json] [--narratives FILE] [--only PART ...]``

Parts: ``known`` (identifiers of known people, as written and mutated), ``words`` (known people whose names are words),
``names`` (names nobody told us), ``kinds`` and ``sentences`` (every entity type, in narratives and in sentences),
``speed``, ``processes`` (two against one, by the clock on the wall), ``texts`` (what a text costs after how many),
``index`` (what people cost).
"""

from __future__ import annotations

import argparse
import logging
import sys
import warnings
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from benchmarks.measures import Measure, report
from benchmarks.narratives import generated, read
from benchmarks.scrub_engines import SEED, crowded, first, presidio_spans
from benchmarks.scrub_known import known_measures
from benchmarks.scrub_names import name_measures
from benchmarks.scrub_recall import kind_measures, sentence_measures
from benchmarks.scrub_scale import index_measures, process_measures, text_measures
from benchmarks.scrub_speed import speed_measures
from benchmarks.scrub_words import word_measures

SIZES = {
    # characters to scrub with the model, and with Presidio; characters without the model; people known
    "small": (60_000, 40_000, 600_000, 10_000),
    "full": (600_000, 300_000, 10_000_000, 10_000),
}
# Texts in a row, and numbers of protected people.
SCALES: dict[str, tuple[int, tuple[int, ...]]] = {
    "small": (4_000, (1_000,)),
    "full": (1_000_000, (1_000, 100_000, 1_000_000)),
}

# Sentences of each kind that presidio-research's entity types are measured on.
SENTENCES = {"small": 250, "full": 2000}


# What is measured, in this order; a part that a size leaves out is measured when it is asked for.
PARTS = ("known", "words", "names", "kinds", "sentences", "speed", "processes", "texts", "index")
LEFT_OUT = {"small": frozenset({"processes"}), "full": frozenset[str]()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scrub",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--narratives", type=Path, help="texts with spans to use instead of generated ones")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help="these parts alone")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    parts = options.only or [part for part in PARTS if part not in LEFT_OUT[options.size]]
    return report(measured(parts, options.size, options.narratives), as_json=options.json)


def measured(parts: Collection[str], size: str, narratives: Path | None) -> list[Measure]:
    """The measures of *parts*, in the order of :data:`PARTS`."""
    with_model, with_presidio, without_model, people = SIZES[size]
    texts, index = SCALES[size]
    known, identities = generated(without_model, seed=SEED)
    stranger, _ = read(narratives) if narratives else generated(with_model, seed=SEED + 1)
    stranger = first(stranger, with_model)
    rival = first(stranger, with_presidio)
    crowd = identities + crowded(people - len(identities))
    # The rival reads once, for all the parts that it is compared in.
    presidio, presidio_rate = presidio_spans(rival) if {"names", "kinds", "speed"} & {*parts} else ([], 0.0)
    makers: dict[str, Callable[[], list[Measure]]] = {
        "known": lambda: known_measures(known, identities, crowd),
        "words": lambda: word_measures(known, identities),
        "names": lambda: name_measures(stranger, rival, presidio),
        "kinds": lambda: kind_measures("narratives", rival, presidio),
        "sentences": lambda: sentence_measures(SENTENCES[size]),
        "speed": lambda: speed_measures(known, rival, crowd, presidio_rate),
        "processes": lambda: process_measures(known, crowd),
        "texts": lambda: text_measures(texts, first(known, 300_000), crowd),
        "index": lambda: index_measures(index, first(known, 300_000)),
    }
    return [measure for part in PARTS if part in parts for measure in makers[part]()]


if __name__ == "__main__":
    sys.exit(main())
