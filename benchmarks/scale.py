"""What a release costs as the people grow, from the landing zone to the recipient, and what a cluster would take.

``python -m benchmarks.scale [--size small|full] [--people N ...] [--recipient NAME] [--keep DIR] [--json]``

Each stage is a process of its own, as it is a task of its own in Airflow: seconds of the processor, and its memory at
its most. Costs are held against those at a tenth of the people. Two workers are two processes that begin at once,
each opening the registry for itself; by the clock on the wall, so nothing else may run on the machine. The
simulation plays a cluster that nobody has here with the stages' measured costs, see ``benchmarks/cluster.py``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.cluster import Cluster, fitted, played
from benchmarks.measures import Measure, report
from benchmarks.scale_stages import Cost, costs_of, orchestration, two_workers

SIZES = {"small": (200, 1_000), "full": (10_000, 100_000)}
RECIPIENT = "state-university-research"
MEMORY_MIB = 2048
SIMULATED = Cluster(people=100_000_000, workers=64)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument(
        "--people", type=int, nargs="+", help="the numbers of people, in the place of the size's"
    )
    parser.add_argument("--recipient", default=RECIPIENT)
    parser.add_argument(
        "--keep", type=Path, help="make the homes here, keep them, and take up those that are there"
    )
    parser.add_argument("--skip-workers", action="store_true", help="where the machine is not idle")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    sizes = sorted(options.people or SIZES[options.size])
    with tempfile.TemporaryDirectory(prefix="bench-scale-") as scratch:
        folder = options.keep or Path(scratch)
        costs = {people: costs_of(folder / str(people), people, options.recipient) for people in sizes}
        measures = [measure for people in sizes for measure in stage_measures(people, costs[people])]
        measures += growth_measures(costs)
        if not options.skip_workers:
            measures += two_workers(folder / str(sizes[-1]), options.recipient)
        measures += orchestration(costs[sizes[-1]])
        if len(sizes) > 1:
            measures += simulation_measures(costs)
    return report(measures, as_json=options.json)


def stage_measures(people: int, costs: Sequence[Cost]) -> list[Measure]:
    """Seconds and memory of each stage, and of the whole."""
    measures = [Measure(f"{people}.{cost.stage}", cost.seconds, "s") for cost in costs]
    whole = [cost for cost in costs if cost.stage != "generate"]
    rows = next(cost.rows for cost in costs if cost.stage == "generate")
    highest = max(whole, key=lambda cost: cost.mebibytes)
    return [
        *measures,
        Measure(f"{people}.landing_to_release", sum(cost.seconds for cost in whole), f"s, {rows} rows"),
        Measure(f"{people}.memory.{highest.stage}", highest.mebibytes, "MiB", MEMORY_MIB, "lower"),
    ]


def growth_measures(costs: dict[int, Sequence[Cost]]) -> list[Measure]:
    """The cost of a row against that with fewer people, by stage; the bar is on the whole."""
    measures = []
    sizes = sorted(costs)
    for fewer, more in pairwise(sizes):
        rows = costs[more][0].rows / costs[fewer][0].rows
        before = {cost.stage: cost.seconds for cost in costs[fewer][1:]}
        after = {cost.stage: cost.seconds for cost in costs[more][1:]}
        measures += [
            Measure(
                f"{more}.{stage}.row_to_{fewer}", after[stage] / before[stage] / rows, "x", better="lower"
            )
            for stage in after
        ]
        whole = sum(after.values()) / sum(before.values()) / rows
        measures.append(Measure(f"{more}.cost_of_row_to_{fewer}", whole, "x", 1.15, "lower"))
    return measures


def simulation_measures(costs: dict[int, Sequence[Cost]]) -> list[Measure]:
    """What the cluster that nobody has here would take, and where it would wait."""
    timeline = played(SIMULATED, fitted(costs))
    total = sum(timeline.values())
    measures = [
        Measure(f"simulated.{stage}", hours, f"h, {100 * hours / total:.0f} %")
        for stage, hours in timeline.items()
    ]
    bottleneck = max(timeline, key=lambda stage: timeline[stage])
    return [*measures, Measure(f"simulated.total.bottleneck_{bottleneck}", total, "h")]


if __name__ == "__main__":
    sys.exit(main())
