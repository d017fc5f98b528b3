"""How fast the leak audit reads a package, with many protected people to search for; CPU time of one core.

``python -m benchmarks.audit [--size small|full] [--json]``

The package is read several times, each time by a process that has read nothing before, and the middle one counts: the
speed of a machine with others on it changes from one second to the next.

The narratives are of generated sentences as the scrubber leaves them, drawn anew for each row so that no cell
comes twice, and clean but for what the benchmark plants; columns of pseudonyms, codes, dates and numbers stand
beside them. The memory is measured above that of the index, for a package of one and of several files.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import re
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measures import Measure, report
from benchmarks.narratives import generated
from benchmarks.scrub_engines import SEED, crowded
from shield1367.identities import Identity
from shield1367.validation.audit.collecting import Collector
from shield1367.validation.audit.folding import fold
from shield1367.validation.audit.index import NeedleIndex
from shield1367.validation.audit.matching import find
from shield1367.validation.audit.needles import Scope
from shield1367.validation.audit.outside import search_with
from shield1367.validation.audit.report import AuditReport
from shield1367.validation.audit.residue import residues

# Characters of narratives, files they are in, and people.
SIZES = {"small": (6_000_000, 2, 10_000), "full": (60_000_000, 6, 100_000)}
BAR = 30.0
MEMORY_BAR = 1024.0
_SAMPLE = 1_000_000
_PLANTED = "A-number {} was read back."
_PASSES = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    characters, files, people = SIZES[options.size]
    with tempfile.TemporaryDirectory(prefix="bench-audit-") as folder:
        return report(measured(Path(folder), characters, files, people), as_json=options.json)


def measured(package: Path, characters: int, files: int, people: int) -> list[Measure]:
    """The measures of one size."""
    crowd = crowded(people)
    started = time.process_time()
    index = NeedleIndex.build(crowd)
    building = time.process_time() - started
    text, planted = write_package(package, characters, files, crowd, clean_sentences(index))
    passes = [_cold(package, index) for _ in range(_PASSES)]
    seconds = median(one.seconds for one in passes)
    result = passes[0].report
    found = {f.file for f in result.findings if f.kind == "a_number"}
    others = sum(f.kind != "a_number" for f in result.findings)
    return [
        Measure("text searched per second and core", text / 1e6 / seconds, "MB/s", bar=BAR),
        Measure("the same, slowest pass", text / 1e6 / max(one.seconds for one in passes), "MB/s"),
        Measure("the same, fastest pass", text / 1e6 / min(one.seconds for one in passes), "MB/s"),
        Measure("all cells searched per second and core", result.characters / 1e6 / seconds, "MB/s"),
        Measure("protected people", people, "people"),
        Measure("needles", index.count, "needles"),
        Measure("index of all of them", building, "s CPU"),
        Measure(
            "more memory while searching",
            max(one.mebibytes for one in passes),
            "MiB",
            bar=MEMORY_BAR,
            better="lower",
        ),
        Measure("files with somebody planted that were found", len(found) / planted, "share", bar=1.0),
        Measure("other findings per million characters", others / (text / 1e6), "findings"),
    ]


@dataclass(frozen=True, slots=True)
class _Pass:
    """One search of the package: seconds of the processor, and the memory that it took more."""

    report: AuditReport
    seconds: float
    mebibytes: float


def _cold(package: Path, index: NeedleIndex) -> _Pass:
    """A search by a process that has the index, and has searched nothing yet."""
    _INDEX.append(index)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        done = pool.submit(_search, package).result()
    _INDEX.clear()
    return done


# A process that is forked has it; to hand it over would take longer than to search.
_INDEX: list[NeedleIndex] = []


def _search(package: Path) -> _Pass:
    collector = Collector(package, fingerprint, None)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    report = search_with(collector, _INDEX[0])
    seconds = time.process_time() - started
    return _Pass(report, seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)


def fingerprint(text: str) -> str:
    """Keyed, as every report wants it."""
    return hashlib.blake2b(text.encode(), key=b"benchmark", digest_size=8).hexdigest()


def clean_sentences(index: NeedleIndex) -> list[str]:
    """Generated sentences, masked, without those in which anything is found: a release with one is no release."""
    samples, _ = generated(_SAMPLE, seed=SEED)
    sentences: list[str] = []
    for sample in samples:
        pieces, done = [], 0
        for span in sample.truth:
            pieces += (sample.text[done : span.start], "[PERSON]")
            done = span.end
        sentences += re.split(r"(?<=[.!?]) ", "".join([*pieces, sample.text[done:]]))
    folded = fold(sentences)
    found = {match.row for match in find(index, folded, sentences, Scope.NARRATIVE)}
    found |= {row for row, _, _ in residues(folded)}
    return [sentence for number, sentence in enumerate(sentences) if number not in found]


def write_package(
    package: Path, characters: int, files: int, crowd: Sequence[Identity], sentences: Sequence[str]
) -> tuple[int, int]:
    """Files with one planted person each; the characters of narratives, and how many were planted."""
    rng = Random(SEED)  # noqa: S311  # draws for a benchmark
    total = 0
    folder = package / "data" / "bench.narratives"
    folder.mkdir(parents=True)
    for number in range(files):
        rows: list[str] = []
        size = 0
        while size < characters / files:
            rows.append(" ".join(rng.choices(sentences, k=rng.randint(4, 24))))
            size += len(rows[-1])
        person = crowd[rng.randrange(len(crowd))]
        rows[rng.randrange(len(rows))] += " " + _PLANTED.format(person.values["a_number"][0])
        total += size
        columns = {
            "person": [f"person-{rng.getrandbits(80):020x}" for _ in rows],
            "year": [rng.randrange(1950, 2010) for _ in rows],
            "code": [rng.choice(["B2", "F1", "EWI", ""]) for _ in rows],
            "age": [rng.choice(["18-24", "25-34", "35-44"]) for _ in rows],
            "narrative": rows,
        }
        pq.write_table(pa.table(columns), folder / f"part-{number:05d}.parquet", compression="zstd")
    return total, files


if __name__ == "__main__":
    sys.exit(main())
