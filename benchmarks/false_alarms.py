"""Clean releases from generated exports, one of every shipped profile a seed: how many are refused.

``python -m benchmarks.false_alarms [--size small|full] [--people N] [--seed N] [--json]``

Whatever is refused is a false alarm: the exports are as they should be, and so are the rules. An export of fewer
people than ``PEOPLE`` is refused with reason: what is left of it when everybody is among eleven is too little.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measures import Measure, report
from benchmarks.releases import protected
from shield1367.errors import TerminalError
from shield1367.pipeline import Site, State, export

SEED = 13670
# Enough for classes of eleven, where a profile asks for them, without more rows left out than it allows.
PEOPLE = 80
# Releases to make at least.
SIZES = {"small": 5, "full": 200}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a clean release was refused."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.false_alarms", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--people", type=int, default=PEOPLE, help="people in each export")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    made = refused = 0
    count = SIZES[options.size]
    started = time.process_time()
    for seed in range(options.seed, options.seed + count):
        if made >= count:
            break
        with tempfile.TemporaryDirectory(prefix="bench-false-alarms-") as folder:
            site = protected(Path(folder), people=options.people, seed=seed)
            for recipient in site.project.recipients:
                made += 1
                reason = refusal(site, recipient)
                if reason is not None:
                    refused += 1
                    print(f"seed {seed}, {recipient}: {reason}", file=sys.stderr)
    return report(
        [
            Measure("clean generated releases", made, "releases", bar=count),
            Measure("of them refused", refused, "releases", bar=0, better="lower"),
            Measure("a release, from landing on", (time.process_time() - started) / made, "s CPU"),
        ],
        as_json=options.json,
    )


def refusal(site: Site, recipient: str) -> str | None:
    """Why an export came to nothing, whether it was held at its end or could not be planned; ``None`` when released."""
    try:
        outcome = export(site, recipient)
    except TerminalError as error:
        return str(error)
    return None if outcome.state is State.RELEASED else outcome.reason or outcome.state.value


if __name__ == "__main__":
    sys.exit(main())
