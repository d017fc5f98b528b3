"""Characters a second of one core, with the model and without, against Presidio on the same texts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from benchmarks.measures import Measure
from benchmarks.narratives import Sample
from benchmarks.scrub_engines import scrubber, spans_of
from shield1367.config.text import Strictness
from shield1367.identities import Identity
from shield1367.redaction.text.scrub import Scrubber

_PARTS = 5


def speed_measures(
    known: Sequence[Sample],
    rival: Sequence[Sample],
    crowd: Sequence[Identity],
    presidio_rate: float,
) -> list[Measure]:
    """Characters a second on the rival's texts, without the model and with it, and without it on all of *known*.

    Seconds are of the processor, for the rival as well: what else runs on the machine counts for neither.
    """
    engine = scrubber(crowd, Strictness.BALANCED, ner="none")
    # Words, letters and dates are remembered from text to text, so each text is read once, after others.
    spans_of(engine, known[: len(rival)])
    same = rate(engine, rival)
    without = median(rate(engine, known[part::_PARTS]) for part in range(_PARTS))
    with_model = rate(scrubber(crowd, Strictness.BALANCED), rival)
    return [
        Measure("speed.without_model", same, "chars/s", rival=presidio_rate),
        Measure("speed.without_model.ratio", same / presidio_rate, "x", 100),
        Measure("speed.without_model.all", without, "chars/s"),
        Measure("speed.with_model", with_model, "chars/s", rival=presidio_rate),
        Measure("speed.with_model.ratio", with_model / presidio_rate, "x", 4),
    ]


def rate(engine: Scrubber, samples: Sequence[Sample]) -> float:
    """Characters a second of the processor."""
    started = time.process_time()
    spans_of(engine, samples)
    return sum(len(s.text) for s in samples) / (time.process_time() - started)
