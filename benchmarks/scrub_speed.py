"""Characters a second with and without the model, two processes, and the cost of a text among many."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from benchmarks.measures import Measure
from benchmarks.narratives import Sample
from benchmarks.scrub_engines import scrubber, spans_of
from shield1367.config.text import Strictness
from shield1367.identities import Identity
from shield1367.redaction.text.scrub import Scrubber


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
