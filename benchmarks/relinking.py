"""Can pseudonyms be matched: between two releases, or with raw data of one person in a hundred?

``python -m benchmarks.relinking [--size small|full] [--json]``

The reader has the pseudonyms of two releases in the order of their rows and tries what there is: equality, the rank
among all, the nearest spelling, the place in the file. Then, with the A-Numbers of 1 % of the people, every plain hash
of every way to write a number. Told is how many people are matched; chance matches about one.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from random import Random

from benchmarks.measures import Measure, report
from shield1367.keys import Keys
from shield1367.redaction.pseudonyms import Pseudonyms

SIZES = {"small": 3_000, "full": 100_000}
KNOWN = 0.01
# Of guesses that hit by chance once in all, more than this many are hit once in ten thousand runs.
MOST_BY_CHANCE = 7


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relinking", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    return report(measured(SIZES[options.size]), as_json=options.json)


def measured(people: int) -> list[Measure]:
    """What each way of matching finds."""
    keys = Keys(b"k" * 32)
    persons = [f"person{number:07d}" for number in range(people)]
    university = _released(Pseudonyms(keys, recipient="university", release_id="r-1"), persons)
    pairs = {
        "two_recipients": Pseudonyms(keys, recipient="county", release_id="r-2"),
        "two_releases": Pseudonyms(keys, recipient="university", release_id="r-2"),
    }
    measures = []
    for pair, pseudonyms in pairs.items():
        other = _released(pseudonyms, persons)
        for way, guesses in _guesses(university, other):
            hits = sum(university[one] == other[guess] for one, guess in guesses.items())
            measures.append(_measure(f"relinking.{pair}.{way}", hits))
    hits, tried = _hashed(university, persons)
    measures.append(_measure("relinking.plain_hashes", hits))
    measures.append(Measure("relinking.plain_hashes.tried", tried, "hashes"))
    # The same matching where it must succeed, so that the measure can fail.
    series = [
        _released(Pseudonyms(keys, recipient="university", release_id=r, series="yearly"), persons)
        for r in ("r-1", "r-2")
    ]
    same = sum(one in series[1] for one in series[0]) / people
    measures.append(Measure("relinking.one_series.equality", same, "of people", 1.0))
    return measures


def _measure(name: str, hits: int) -> Measure:
    return Measure(name, hits, "people", MOST_BY_CHANCE, "lower")


def _released(pseudonyms: Pseudonyms, persons: Sequence[str]) -> dict[str, str]:
    """Pseudonym → whose, in the order of the release's rows."""
    ordered = sorted(persons, key=lambda person: pseudonyms.order(f"staged/part|{person}"))
    return {pseudonyms.of("person_id", person): person for person in ordered}


def _guesses(one: Mapping[str, str], other: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Ways to match the pseudonyms of two releases, with what each takes for whose."""
    yield "equality", {pseudonym: pseudonym for pseudonym in one if pseudonym in other}
    yield "place", dict(zip(one, other, strict=True))
    ranked = sorted(one), sorted(other)
    yield "rank", dict(zip(*ranked, strict=True))
    # In the order of their spellings the nearest one is a neighbour.
    both = sorted([*((p, True) for p in one), *((p, False) for p in other)])
    yield (
        "nearest",
        {p: q for (p, mine), (q, others) in pairwise(both) if mine and not others},
    )


def _hashed(released: Mapping[str, str], persons: Sequence[str]) -> tuple[int, int]:
    """How many of the known people's pseudonyms are a plain hash of their number, and how many hashes were tried."""
    known = Random(1367).sample(range(len(persons)), max(1, int(len(persons) * KNOWN)))  # noqa: S311
    digits = {pseudonym.split("-", 1)[1] for pseudonym in released}
    hits = tried = 0
    for number in known:
        for text in _written(persons[number], number):
            for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256"):
                found = hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()
                tried += 1
                hits += any(found[at : at + 20] in digits for at in range(0, len(found) - 19, 4))
    return hits, tried


def _written(person: str, number: int) -> Iterator[str]:
    plain = f"2{number:08d}"
    yield from (person, plain, f"A{plain}", f"A{plain[:3]}-{plain[3:6]}-{plain[6:]}", f"a{plain}")
    for salt in ("university", "r-1", "person_id", "pseudonym"):
        yield from (salt + plain, plain + salt, f"{salt}|{plain}", f"{salt}:{person}")


if __name__ == "__main__":
    sys.exit(main())
