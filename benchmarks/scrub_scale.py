"""What the number of protected people and of texts costs: time to build the index, memory, and time a text."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.measures import Measure
from benchmarks.narratives import Sample, generated
from benchmarks.scrub_engines import SEED, scrubber, spans_of
from shield1367.config.text import Strictness
from shield1367.identities import Identity
from shield1367.redaction.text.scrub import Scrubber

# Texts a call, as a partition of an export has them.
CHUNK = 1000


def many_people(count: int, drawn: Sequence[Identity]) -> Iterator[Identity]:
    """*count* people, no two alike: the names of drawn ones in every combination, their numbers changed."""
    rng = Random(SEED)  # noqa: S311
    for number, (one, other) in enumerate(product(drawn, drawn)):
        if number == count:
            return
        shift = str.maketrans("0123456789", "".join(rng.sample("0123456789", 10)))
        changed = {
            kind: tuple(value.translate(shift) for value in values)
            for kind, values in other.values.items()
            if kind not in ("date_of_birth", "family_name")
        }
        names = {"family_name": one.values["family_name"], "date_of_birth": one.values["date_of_birth"]}
        yield Identity(f"many-{number}", changed | names)
    raise ValueError("too few people were drawn for so many")


def index_measures(counts: Sequence[int], samples: Sequence[Sample]) -> list[Measure]:
    """For each number of protected people: seconds to build the index, its memory, and characters a second."""
    measures = []
    for count in counts:
        # A process of its own each, so that the memory is that of this index.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            seconds, megabytes, rate = pool.submit(_index, count, samples).result()
        measures += [
            Measure(f"index.{count}.build", seconds, "s"),
            Measure(f"index.{count}.memory", megabytes, "MB"),
            Measure(f"index.{count}.speed", rate, "chars/s"),
        ]
    return measures


def _index(count: int, samples: Sequence[Sample]) -> tuple[float, float, float]:
    _, drawn = generated(800_000, seed=SEED + 4)
    scrubber((), Strictness.BALANCED, ner="none")
    making = 0.0

    def made() -> Iterator[Identity]:
        # One by one, so that only the index stays; making them is not part of its cost.
        nonlocal making
        people = many_people(count, drawn)
        while True:
            started = time.process_time()
            person = next(people, None)
            making += time.process_time() - started
            if person is None:
                return
            yield person

    before, started = resident(), time.process_time()
    engine = scrubber(made(), Strictness.BALANCED, ner="none")
    # Memory that was free in the process before counts for nothing: below some thousand people, too little.
    seconds, megabytes = time.process_time() - started - making, resident() - before
    spans_of(engine, samples[::2])
    started = time.process_time()
    spans_of(engine, samples[1::2])
    size = sum(len(s.text) for s in samples[1::2])
    return seconds, megabytes, size / (time.process_time() - started)


def resident() -> float:
    """Megabytes of memory this process holds now."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("the kernel does not tell how much memory a process holds")


def text_measures(count: int, samples: Sequence[Sample], crowd: Sequence[Identity]) -> list[Measure]:
    """The cost of a text, and the memory held, at the end of *count* texts against their beginning."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        cost, growth = pool.submit(partial(_texts, count), samples, crowd).result()
    return [
        Measure(f"texts.{count}.cost_to_first_1000", cost, "x", 1.1, "lower"),
        Measure(f"texts.{count}.memory_growth", growth, "MB", 50, "lower"),
    ]


def _texts(count: int, samples: Sequence[Sample], crowd: Sequence[Identity]) -> tuple[float, float]:
    engine = scrubber(crowd, Strictness.BALANCED, ner="none")
    # What is remembered of words fills first: a cold beginning would hide that the end costs more.
    spans_of(engine, samples)
    calls = max(4, count // CHUNK)
    seconds, held = [], []
    for call in range(calls):
        texts, people = _numbered(samples, call)
        started = time.process_time()
        engine.find(texts, people)
        seconds.append(time.process_time() - started)
        held.append(resident())
    # The same texts stand in calls that are as far apart as there are samples.
    lap = max(1, len(samples) // CHUNK)
    edge = min(max(lap, calls // 20 // lap * lap), calls // 2)
    return median(seconds[-edge:]) / median(seconds[:edge]), held[-1] - held[min(edge, calls - 1) - 1]


def _numbered(samples: Sequence[Sample], call: int) -> tuple[list[str], list[tuple[str, ...]]]:
    """The next thousand texts; a number makes each one that was never seen before."""
    first = call * CHUNK
    chosen = [(n, samples[n % len(samples)]) for n in range(first, first + CHUNK)]
    return [f"{s.text}\nRecord no. {n:09d}." for n, s in chosen], [s.people for _, s in chosen]


def process_measure(samples: Sequence[Sample], crowd: Sequence[Identity]) -> Measure:
    """Two processes against one, by the clock on the wall."""
    parts = [samples[i::16] for i in range(16)]
    clocks = []
    for workers in (1, 2):
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_load, initargs=(crowd,)) as pool:
            list(pool.map(_work, [samples[:4]] * workers * 2))
            started = time.perf_counter()
            list(pool.map(_work, parts))
            clocks.append(time.perf_counter() - started)
    return Measure("speed.two_processes", clocks[0] / clocks[1], "x", 1.8)


_WORKER: dict[str, Scrubber] = {}


def _load(crowd: Sequence[Identity]) -> None:
    _WORKER["engine"] = scrubber(crowd, Strictness.BALANCED, ner="none")


def _work(samples: Sequence[Sample]) -> int:
    return sum(map(len, spans_of(_WORKER["engine"], samples)))
