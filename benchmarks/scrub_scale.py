"""What the number of protected people and of texts costs: time to build the index, memory, and time a text."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measures import Measure
from benchmarks.narratives import Sample, generated
from benchmarks.scrub_engines import SEED, scrubber, spans_of
from shield1367.config.text import Strictness
from shield1367.identities import Identity
from shield1367.redaction.text.scrub import Scrubber

# Texts a call, as a partition of an export has them.
CHUNK = 1000
# Characters of a text of which a million are read; a narrative of full length would make it an hour.
_SHORT = 200


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
    """The cost of a text after *count* texts against that after a thousand, and the memory that came to be held.

    Two processes read the same texts in turn, one of which has read all others before: what else the machine
    does at the time is the same for both.
    """
    calls = max(4, count // CHUNK)
    compared = range(max(1, calls - _COMPARED), calls)
    with ExitStack() as stack:
        old, young = (stack.enter_context(_process(crowd, samples)) for _ in range(2))
        held = [old.submit(_read, 0).result()[1]]
        # Before anything is compared the young one knows the words of all texts, as the old one does.
        young.submit(_read, 0).result()
        for call in range(1, compared.start):
            held.append(old.submit(_read, call).result()[1])
        costs = []
        for call in compared:
            aged, held_now = old.submit(_read, call).result()
            costs.append(aged / young.submit(_read, call).result()[0])
            held.append(held_now)
    # By then every memory of words has been full at least once, if the texts are many.
    settled = held[min(_SETTLING, len(held) // 2)]
    return [
        Measure(f"texts.{count}.cost_to_first_1000", median(costs), "x", 1.1, "lower"),
        Measure(f"texts.{count}.memory_growth", held[-1] - settled, "MB", 50, "lower"),
    ]


# Calls at the end in which the two are compared: the young one stays young.
_COMPARED = 15
# Calls until memory is told to be flat from then on.
_SETTLING = 20
_READER: dict[str, tuple[Scrubber, Sequence[Sample]]] = {}


def _process(crowd: Sequence[Identity], samples: Sequence[Sample]) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=context, initializer=_load, initargs=(crowd, samples))


def _load(crowd: Sequence[Identity], samples: Sequence[Sample]) -> None:
    engine = scrubber(crowd, Strictness.BALANCED, ner="none")
    # What is remembered of words fills first: a cold beginning would hide that the end costs more.
    spans_of(engine, samples)
    _READER["engine"] = engine, samples


def _read(call: int) -> tuple[float, float]:
    """Seconds of the processor that a thousand texts take, and the memory held after them."""
    engine, samples = _READER["engine"]
    texts, people = _numbered(samples, call)
    started = time.process_time()
    engine.find(texts, people)
    return time.process_time() - started, resident()


def _numbered(samples: Sequence[Sample], call: int) -> tuple[list[str], list[tuple[str, ...]]]:
    """The next thousand texts; a number makes each one that was never seen before."""
    first = call * CHUNK
    chosen = [(n, samples[n % len(samples)]) for n in range(first, first + CHUNK)]
    return [f"{_opening(s.text)}\nRecord no. {n:09d}." for n, s in chosen], [s.people for _, s in chosen]


def _opening(text: str) -> str:
    """The first words of a narrative."""
    return text if len(text) <= _SHORT else text[:_SHORT].rpartition(" ")[0]


def process_measures(samples: Sequence[Sample], crowd: Sequence[Identity]) -> list[Measure]:
    """Two processes against one on the partitions of an export.

    Each partition is a process of its own, as in a run: it starts, reads whom to know and its texts from files,
    builds its index and scrubs. By the clock on the wall, so nothing else may run on the machine; seconds of the
    processor tell, whatever runs, whether two at once hinder each other.
    """
    with TemporaryDirectory() as folder:
        known = Path(folder) / "known.json"
        known.write_text(json.dumps([(i.person_id, i.values, i.protected) for i in crowd]), encoding="utf-8")
        parts = [Path(folder) / f"part-{number}.json" for number in range(_PARTS)]
        for number, part in enumerate(parts):
            texts = [(sample.text, sample.people) for sample in samples[number::_PARTS]]
            part.write_text(json.dumps(texts), encoding="utf-8")
        clocks, seconds = [], []
        for workers in (1, 2):
            context = multiprocessing.get_context("spawn")
            started = time.perf_counter()
            with ProcessPoolExecutor(workers, mp_context=context, max_tasks_per_child=1) as pool:
                seconds.append(sum(pool.map(partial(_partition, known), parts)))
            clocks.append(time.perf_counter() - started)
    return [
        Measure("speed.two_processes", clocks[0] / clocks[1], "x", 1.8),
        Measure("speed.two_processes.processor", seconds[1] / seconds[0], "x", better="lower"),
    ]


_PARTS = 8


def _partition(known: Path, part: Path) -> float:
    """Scrub one partition; the seconds of the processor that all of its process took."""
    crowd = (
        Identity(person_id, {kind: tuple(of_kind) for kind, of_kind in values.items()}, protected)
        for person_id, values, protected in json.loads(known.read_text(encoding="utf-8"))
    )
    engine = scrubber(crowd, Strictness.BALANCED, ner="none")
    texts, people = zip(*json.loads(part.read_text(encoding="utf-8")), strict=True)
    engine.scrub(texts, people)
    return time.process_time()
