"""The ledger: how long a whole verification takes, and whether writers at once lose anything.

``python -m benchmarks.ledger [--size small|full] [--json]``. ``full`` verifies the 1,000,000 entries of the bar,
``small`` 50,000, told as what a million would take at that pace. Each entry holds two people.

With ``SHIELD1367_LEDGER_URL`` in the environment the ledger lies in that PostgreSQL database, which has to be empty
and is not emptied afterwards; its own processor time is not counted, the clock's is.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measures import Measure, report
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.release.ledger import Disclosure, Ledger, digest_of_people, is_begun, verify_ledger
from shield1367.release.signing import Signer

SIZES = {"small": (50_000, 20), "full": (1_000_000, 100)}
WRITERS = 8
BAR_SECONDS = 60.0
MILLION = 1_000_000
_AT_ONCE = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    entries, each = SIZES[options.size]
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        home = Home(root=Path(folder))
        if is_begun(home):
            parser.error("the database of SHIELD1367_LEDGER_URL holds a ledger already: name an empty one.")
        measures = [*written(home, each), *verified(home, entries)]
    return report(measures, as_json=options.json)


def written(home: Home, each: int) -> list[Measure]:
    """Eight processes that begin a ledger and add one entry after the other, each a transaction of its own."""
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=write, args=(home.root, number * each, each)) for number in range(WRITERS)
    ]
    started = time.perf_counter()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    seconds = time.perf_counter() - started
    held = verify_ledger(home, signer_of()).entries
    names = {entry.release_id for _, entry in Ledger(home).entries()}
    lost = WRITERS * each - len(names & {f"r-{n}" for n in range(WRITERS * each)})
    return [
        Measure("append.8_processes.lost", lost + abs(held - len(names)), f"of {WRITERS * each}", 0, "lower"),
        Measure("append.8_processes.failed", sum(w.exitcode != 0 for w in writers), "processes", 0, "lower"),
        Measure("append.8_processes.rate", WRITERS * each / seconds, "entries/s"),
    ]


def verified(home: Home, entries: int) -> list[Measure]:
    """The ledger filled up to so many entries and verified from its first to its last, and once on the way."""
    signer = signer_of()
    begun = verify_ledger(home, signer).entries
    clocks = []
    cpu = 0.0
    for first, last in ((begun, entries // 4), (entries // 4, entries)):
        for start in range(first, last, _AT_ONCE):
            Ledger(home).record_all(disclosures(range(start, min(start + _AT_ONCE, last))), signer)
        started, wall = time.process_time(), time.perf_counter()
        assert verify_ledger(home, signer).entries == last
        cpu, clock = time.process_time() - started, time.perf_counter() - wall
        clocks.append(clock / last)
    return [
        Measure("verify.million_entries.cpu", cpu * MILLION / entries, "s", BAR_SECONDS, "lower"),
        Measure("verify.million_entries.clock", clocks[1] * MILLION, "s", BAR_SECONDS, "lower"),
        # A walk that asked for more the longer the ledger is would make this 4.
        Measure("verify.an_entry_of_all_to_one_of_a_quarter", clocks[1] / clocks[0], "times", 2, "lower"),
    ]


def write(root: Path, first: int, count: int) -> None:
    """What one writer does."""
    for added in disclosures(range(first, first + count)):
        Ledger(Home(root=root)).record(added[0], added[1], signer_of())


def disclosures(numbers: range) -> Iterator[tuple[Disclosure, list[str]]]:
    """Entries as long as real ones."""
    for number in numbers:
        people = [f"{number % 5_000:032x}", f"{number % 7_919 + 5_000:032x}"]
        entry = Disclosure(
            release_id=f"r-{number}", recorded_at="2026-09-01T12:00:00+00:00", recipient="county-analytics",
            organization="Riverbend County Department of Analytics", address="1 County Plaza, Riverbend",
            authority="none needed: nothing that relates to a protected person is disclosed",
            purpose="service planning: where services are short", agreement="MOU-2026-17",
            nature='["enforcement.encounters"] with scrubbed narratives', content_digest="0" * 64, rows_in=10_000,
            rows_released=9_900, rows_withheld=100, narratives=9_900, spans={"PERSON": 40_000, "DATE": 12_000},
            validation="61 of 61 expectations hold", audit="0 findings in 12 files",
            people=digest_of_people(people), manifest="0" * 64, approved_by=("ada", "bo"),
        )  # fmt: skip
        yield entry, people


def signer_of() -> Signer:
    return Signer(Keys(b"k" * 32), ("",))


if __name__ == "__main__":
    sys.exit(main())
