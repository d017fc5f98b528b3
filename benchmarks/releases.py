"""Clean releases from generated exports, through the whole pipeline: how many are refused.

``python -m benchmarks.releases [--size small|full] [--people N] [--seed N] [--json]``
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measures import Measure, report
from shield1367.config.project import load_project
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import ExportOutcome, Site, State, export, protect, stage, waiting_batches
from shield1367.testing.generate import generate

SEED = 13670
# Releases to make at least.
SIZES = {"small": 9, "full": 200}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a clean release was refused."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.releases", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--people", type=int, default=20, help="people in each export")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    made = refused = 0
    count = SIZES[options.size]
    seed = options.seed
    while made < count:
        with tempfile.TemporaryDirectory(prefix="bench-releases-") as folder:
            for outcome in releases(Path(folder), people=options.people, seed=seed):
                made += 1
                if outcome.state is not State.RELEASED:
                    refused += 1
                    print(f"seed {seed}, {outcome.recipient}: {outcome.reason}", file=sys.stderr)
        seed += 1
    return report(
        [
            Measure("clean generated releases", made, "releases", bar=count),
            Measure("of them refused", refused, "releases", bar=0, better="lower"),
        ],
        as_json=options.json,
    )


def releases(root: Path, *, people: int, seed: int) -> list[ExportOutcome]:
    """One export of every recipient, from landing to released."""
    generate(people=people, seed=seed, out=root)
    home = Home(root=root)
    site = Site(home=home, keys=Keys.load(home), project=load_project())
    for source in site.project.contracts:
        for batch in waiting_batches(site, source)[0]:
            stage(site, source, batch.batch)
    protect(site)
    return [export(site, recipient) for recipient in site.project.recipients]


if __name__ == "__main__":
    sys.exit(main())
