"""Who is found to be protected, against generated truth, beside a rival that compares A-Numbers for equality.

``python -m benchmarks.protection [--size small|full] [--people N] [--json]``

Four sources, 15 % of the rows without their A-Number and 10 % of the others with a slip in it. A
bar that does not hold is told; the exit code is non-zero on an error only.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from benchmarks.a_numbers import flagged_by_a_number
from benchmarks.measures import Measure, report
from shield1367.config.project import load_project
from shield1367.home import Home
from shield1367.intake.receipt import list_receipts
from shield1367.intake.stage import KEY
from shield1367.keys import Keys
from shield1367.pipeline import Site, protect, stage
from shield1367.protection.links import RowLink, links_path, read_links
from shield1367.protection.registry.store import Registry
from shield1367.protection.snapshot import take_snapshot
from shield1367.testing.generate import generate
from shield1367.testing.landing import batch_id
from shield1367.testing.limbs import Status
from shield1367.testing.rates import RATES
from shield1367.testing.truth import TruePerson, read_faults, read_people, read_rows

SEED = 1367
SIZES = {"small": 2_000, "full": 100_000}
AS_OF = date(2026, 9, 1)
SECOND_BATCH = 0.01
# A row is about whoever holds one of these roles; the others are only named in it.
OWN_ROLES = frozenset({"subject", "principal", "lead", "rider"})
HARD = replace(RATES, a_number_missing=0.15, a_number_missing_in_court=0.15, a_number_typo=0.10)

RowId = tuple[str, str, str]


@dataclass(slots=True)
class Share:
    """How many of the rows that count were flagged, by us and by the rival."""

    rows: int = 0
    ours: int = 0
    rival: int = 0

    def add(self, *, ours: bool, rival: bool) -> None:
        self.rows += 1
        self.ours += ours
        self.rival += rival

    @property
    def values(self) -> tuple[float, float]:
        """Our share and the rival's; of no rows at all it is 1, which no bar on others allows."""
        return (self.ours / self.rows, self.rival / self.rows) if self.rows else (1.0, 1.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.protection", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--people", type=int, help="how many people, in the place of the size's number")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-protection-") as folder:
        measures = measured(Path(folder), options.people or SIZES[options.size])
    report(measures, as_json=options.json)
    return 0


def measured(folder: Path, people: int) -> list[Measure]:
    """Everything this benchmark measures, in *folder*."""
    apart(prepare, folder, people)
    clocks, rows = [], []
    for number in (0, 1):
        apart(stage_batch, folder, number)
        started = time.perf_counter()
        rows.append(protect(site_in(folder)).rows)
        clocks.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    protected, others = shares(folder)
    found, exact = protected.values
    flagged, wrongly = others.values
    return [
        Measure("protected.flagged", found, f"of {protected.rows} rows", 0.995, rival=exact),
        Measure("protected.missed", protected.rows - protected.ours, "rows", rival=protected.rows - protected.rival),
        Measure("others.flagged", flagged, f"of {others.rows} rows", 0.02, "lower", rival=wrongly),
        Measure("speed.first_batch", rows[0] / clocks[0], "rows/s"),
        Measure("memory.peak", peak, "MiB"),
        Measure("cost.second_batch", clocks[1] / clocks[0], f"of {clocks[0]:.1f} s", 0.03, "lower"),
    ]  # fmt: skip


def apart(work: object, *arguments: object) -> None:
    """Run in a process of its own, so that its memory is not counted here."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(work, *arguments).result()  # type: ignore[arg-type]


def prepare(folder: Path, people: int) -> None:
    """The exports: one batch a source with 99 % of the people, and one with the others."""
    generate(people=people, seed=SEED, out=folder, batches=2, last_share=SECOND_BATCH, rates=HARD)


def stage_batch(folder: Path, number: int) -> None:
    """Take in every source's *number*-th batch."""
    site = site_in(folder)
    for source in sorted(path.name for path in site.home.landing.iterdir()):
        stage(site, source, batch_id(source, number))


def site_in(folder: Path) -> Site:
    """The home and the keys of the run."""
    return Site(
        Home(root=folder / "home", landing_override=folder / "landing"), Keys(b"b" * 32), load_project()
    )


def shares(folder: Path) -> tuple[Share, Share]:
    """Flagged rows about somebody protected, and about people who are all clear.

    Rows about anybody whose row waits in quarantine are left out: they are in doubt, rightly. So
    are rows about people who truly are in doubt, or whose protection has ended.
    """
    site, truth = site_in(folder), folder / "truth"
    people = {person.person_id: person for person in read_people(truth)}
    faulty = {person for fault in read_faults(truth) for person in fault.people}
    rows = {(row.source, row.dataset, row.key): row for row in read_rows(truth)}
    by_number = flagged_by_a_number(site)
    snapshot = take_snapshot(Registry(site.home, site.keys), AS_OF)
    protected, others = Share(), Share()
    for row_id, links in staged(site):
        row = rows.get(row_id)
        if row is None or any(person in faulty for person, _ in row.people):
            continue
        about = site.project.contracts[row.source].datasets[row.dataset].about
        ours = snapshot.status_of_row(links, about).is_shielded
        if any(is_protected(people[person]) for person, role in row.people if role in OWN_ROLES):
            protected.add(ours=ours, rival=row_id in by_number)
        elif all(people[person].status is Status.CLEAR for person, _ in row.people):
            others.add(ours=ours, rival=row_id in by_number)
    return protected, others


def is_protected(person: TruePerson) -> bool:
    """Whether somebody's protection holds on the day of the question."""
    return person.status is Status.PROTECTED and (person.ends is None or person.ends >= AS_OF)


def staged(site: Site) -> Iterator[tuple[RowId, list[RowLink]]]:
    """Every staged row by its key, with who is linked to it."""
    import pyarrow.parquet as pq

    for receipt in list_receipts(site.home):
        for dataset, parts in receipt.parts.items():
            for part in parts:
                keys = pq.read_table(site.home.root / part.path, columns=[KEY]).column(KEY).to_pylist()
                links: list[list[RowLink]] = [[] for _ in keys]
                for link in read_links(site.home.root / links_path(part.path)):
                    links[link.position].append(link)
                for key, linked in zip(keys, links, strict=True):
                    yield (receipt.source, dataset, key), linked


if __name__ == "__main__":
    sys.exit(main())
