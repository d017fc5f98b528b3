"""Faults: processes ended at their writes, full disks, senders and clocks, and a cluster that loses its parts.

``python -m benchmarks.faults [--size small|full] [--only NAME] [--json]``. ``small`` ends each stage at a few of its
writes; ``full`` at many more, and then runs the cluster of docker-compose.yaml natively (root) and takes its parts
away one by one. Every line counts what was not as if nothing had happened: exactly one release, a ledger that
verifies, nothing half-published, nothing lost, nothing left behind. The bar is none.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.interruptions import shim
from benchmarks.measures import Measure, report

if TYPE_CHECKING:
    from shield1367.config.project import Project

PROJECT = Path(__file__).resolve().parents[1]
# Points a stage and mode, and of how many of them the release is made to the end.
SIZES = {"small": (2, 1), "full": (40, 2)}
MODES = (shim.Mode.END, shim.Mode.TEAR, shim.Mode.FULL)
RECOVERY_SECONDS = 180.0
PEOPLE = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a bar does not hold."""
    from benchmarks.interruptions.deliveries import CASES

    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--only",
        action="append",
        help=f"writes, {', '.join(CASES)}, or a fault of the cluster; may be given several times",
    )
    options = parser.parse_args(arguments)
    folder = Path(os.environ.get("INTERRUPTIONS_FOLDER") or tempfile.mkdtemp(prefix="faults-"))
    try:
        shim.loaded_before_everything(folder, "benchmarks.faults")
    except shim.NoCompilerError as error:
        print(error, file=sys.stderr)
        return 1
    # Temporary files of what is interrupted belong to the scratch folder, and go with it.
    tempfile.tempdir = str(folder)
    wanted = set(options.only or ())
    measures: list[Measure] = []
    if not wanted or "writes" in wanted:
        measures += written(folder, *SIZES[options.size])
    measures += delivered(folder, [name for name in CASES if not wanted or name in wanted])
    cluster = sorted(wanted - set(CASES) - {"writes"})
    if cluster or (not wanted and options.size == "full"):
        measures += clustered(cluster)
    return report(measures, as_json=options.json)


def written(folder: Path, most: int, to_the_end: int) -> Iterator[Measure]:
    """Every stage ended, torn and without space, at *most* of its calls each."""
    from benchmarks.interruptions.deliveries import new_site
    from benchmarks.interruptions.embedded import interrupt_all, warm_up

    site = new_site(folder / "home", _project(), people=PEOPLE)
    warm_up(site, folder)
    points = dict.fromkeys(MODES, 0)
    failed = dict.fromkeys(MODES, 0)
    leftovers: set[str] = set()
    for tally in interrupt_all(site, folder, modes=MODES, most=most, to_the_end=to_the_end):
        points[tally.mode] += tally.points
        failed[tally.mode] += len(tally.failures)
        leftovers |= tally.leftovers
        for line in tally.failures:
            print(f"{tally.stage}, {tally.mode.name}: {line}", file=sys.stderr)
    for name in sorted(leftovers):
        print(f"left behind: {name}", file=sys.stderr)
    for mode in MODES:
        yield Measure(f"writes.{mode.name.lower()}.points", points[mode], "points")
        yield Measure(f"writes.{mode.name.lower()}.not_recovered", failed[mode], "points", 0, "lower")
    yield Measure("writes.left_behind", len(leftovers), "files", 0, "lower")


def delivered(folder: Path, names: Sequence[str]) -> Iterator[Measure]:
    """Batches again, late, out of order, a year of them; a clock set back."""
    from benchmarks.interruptions.deliveries import run_case

    for name in names:
        case = run_case(name, folder / "cases", _project())
        for line in case.troubles:
            print(f"{name}: {line}", file=sys.stderr)
        yield Measure(f"deliveries.{name}.troubles", len(case.troubles), "troubles", 0, "lower")


def clustered(names: Sequence[str]) -> Iterator[Measure]:
    """Parts of the cluster taken away while it works, in namespaces of their own."""
    chosen = [word for name in names for word in ("--only", name)]
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    environment["PYTHONPATH"] = os.pathsep.join([str(PROJECT / "include"), str(PROJECT)])
    command = [sys.executable, "-m", "deploy.enter", "benchmarks.interruptions.scenarios", *chosen]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():
            if not line.startswith("{"):
                print(line, end="", file=sys.stderr, flush=True)
                continue
            found = json.loads(line)
            for trouble in found["troubles"]:
                print(f"{found['fault']}: {trouble}", file=sys.stderr)
            name = f"cluster.{found['fault']}"
            yield Measure(f"{name}.troubles", len(found["troubles"]), "troubles", 0, "lower")
            if found["fault"] != "none":
                yield Measure(f"{name}.recovery", found["seconds"], "s", RECOVERY_SECONDS, "lower")
    if running.returncode not in (0, 1):
        yield Measure("cluster.ended_with", running.returncode, "exit code", 0, "lower")


def _project() -> Project:
    from shield1367.config.project import load_project

    sources = ["benefits", "court", "detention", "enforcement"]
    return load_project(sources=sources, recipients=["county-analytics"])


if __name__ == "__main__":
    sys.exit(main())
