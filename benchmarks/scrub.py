"""The narrative scrubber against Presidio's BatchAnalyzerEngine with spaCy's small model, on the same texts.

``python -m benchmarks.scrub [--size small|full] [--json] [--narratives FILE]``
"""

from __future__ import annotations

import argparse
import logging
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measures import report
from benchmarks.narratives import generated, read
from benchmarks.scrub_engines import SEED, crowded, first, presidio_spans
from benchmarks.scrub_known import known_measures
from benchmarks.scrub_names import name_measures
from benchmarks.scrub_recall import kind_measures, sentence_measures
from benchmarks.scrub_scale import index_measures, process_measures, text_measures
from benchmarks.scrub_speed import speed_measures

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

    presidio, presidio_rate = presidio_spans(rival)
    measures = [
        *known_measures(known, identities, crowd),
        *name_measures(stranger, rival, presidio),
        *kind_measures("narratives", rival, presidio),
        *sentence_measures(SENTENCES[options.size]),
        *speed_measures(known, rival, crowd, presidio_rate),
    ]
    if options.size == "full":
        measures += process_measures(known, crowd)
    texts, index = SCALES[options.size]
    measures += text_measures(texts, first(known, 300_000), crowd)
    measures += index_measures(index, first(known, 300_000))
    return report(measures, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
