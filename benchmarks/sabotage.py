"""Single faults in redactor, contracts, profiles, files and ledger: which check caught what before publication.

``python -m benchmarks.sabotage [--size small|full] [--json] [--write FILE]``; *small* is one fault a check.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

from benchmarks.measures import Measure, report
from benchmarks.releases import releases
from shield1367.validation.audit.needles import KINDS
from shield1367.validation.forbidden import IDENTIFIER_PATTERNS
from tests.sabotage.faults import FAULTS, one_for_each_check
from tests.sabotage.scene import CANARY_CHECKS, COUNTY, INSIDE, UNIVERSITY, After, Bench, Fault

# What the audit can say besides the kinds of identifiers.
_AUDIT = (
    *("benefit_code", "hidden_bytes", "marker", "no_banner", "no_banner_column", "no_data", "no_notice"),
    *("no_notice_column", "no_regular_file", "nothing_to_search", "pattern_date_of_birth", "trigger_phrase"),
    *("unplanned_columns", "unreadable_file"),
)
Caught = Mapping[Fault, frozenset[str]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Put in the faults and print; 1 when one of them was not caught."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sabotage", description=__doc__)
    parser.add_argument("--size", choices=("small", "full"), default="small")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, help="file to write the table to")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-sabotage-") as folder:
        caught, checks = sabotage(Path(folder), FAULTS if options.size == "full" else one_for_each_check())
    if options.write:
        options.write.write_text(table(caught, checks), encoding="utf-8")
    missed = [fault.name for fault, by in caught.items() if fault.check not in by]
    for name in missed:
        print(f"not caught by the check that is there for it: {name}", file=sys.stderr)
    without = checks - only_by(caught)
    return report(
        [
            Measure("faults put in", len(caught), "faults", bar=60 if options.size == "full" else None),
            Measure("caught before publication", sum(map(bool, caught.values())), "faults", bar=len(caught)),
            Measure("caught by the check named for it", len(caught) - len(missed), "faults", bar=len(caught)),
            Measure("checks with a fault that only they catch", len(only_by(caught)), "checks"),
            # A bar of the whole suite; fewer faults leave more checks without one.
            Measure(
                "checks without one",
                len(without),
                "checks",
                bar=0 if options.size == "full" else None,
                better="lower",
            ),
        ],
        as_json=options.json,
    )


def sabotage(
    folder: Path, faults: Sequence[Fault], *, processes: int | None = None
) -> tuple[dict[Fault, frozenset[str]], set[str]]:
    """Which checks caught each fault, and all checks there are."""
    releases(folder / "finished", people=80, seed=3)
    (folder / "bench").mkdir()
    bench = Bench(folder / "finished", folder / "bench")
    for recipient in (COUNTY, UNIVERSITY, INSIDE):
        (folder / recipient).mkdir()
        bench.scene(recipient, After.CHECKED, folder / recipient)
    for recipient, after in {(fault.recipient, fault.after) for fault in faults}:
        bench.prepare(recipient, after)
    # A fault is put into the code of a process: as many at a time as there are processes.
    with ProcessPoolExecutor(
        processes or len(os.sched_getaffinity(0)), mp_context=multiprocessing.get_context("spawn")
    ) as pool:
        names = [fault.name for fault in faults]
        found = pool.map(_caught, repeat(bench), names, (folder / str(n) for n in range(len(names))))
        caught = dict(zip(faults, found, strict=True))
    kinds = {*KINDS, *_AUDIT, *(f"pattern_{name}" for name in IDENTIFIER_PATTERNS)}
    seen = {check for by in caught.values() for check in by}
    return caught, bench.inventory | {f"audit: {kind}" for kind in kinds} | set(CANARY_CHECKS.values()) | seen


def _caught(bench: Bench, name: str, folder: Path) -> frozenset[str]:
    # By its name: a fault is a function, which cannot be sent to another process.
    (fault,) = (fault for fault in FAULTS if fault.name == name)
    # What others leave in a temporary folder meanwhile is theirs: each fault has one of its own.
    (folder / "tmp").mkdir(parents=True)
    tempfile.tempdir = str(folder / "tmp")
    try:
        return bench.caught_by(fault, folder)
    finally:
        shutil.rmtree(folder)


def only_by(caught: Caught) -> set[str]:
    """The checks that caught a fault which no other caught."""
    return {check for by in caught.values() if len(by) == 1 for check in by}


def table(caught: Caught, checks: set[str]) -> str:
    """The page: what was put in, which checks held the release, and which checks no fault needs."""
    lines = [
        "# Sabotage",
        "",
        "Single faults, each put into a small release on its way, and every check that held the release because",
        "of it. Made by `make sabotage`; a part of it, one fault a check, runs with the tests.",
        "",
        "| part | fault | caught by |",
        "|---|---|---|",
    ]
    for fault, by in sorted(caught.items(), key=lambda pair: pair[0].part):
        lines.append(f"| {fault.part} | {fault.name} | {_listed(by, fault.check)} |")
    lines += ["", "## Checks without a fault that only they catch", ""]
    alone = only_by(caught)
    seen = {check for by in caught.values() for check in by}
    lines += ["None."] if checks <= alone else []
    lines += [
        f"- {check}" + ("" if check in seen else " (none of these faults)")
        for check in sorted(checks - alone)
    ]
    return "\n".join(lines) + "\n"


def _listed(by: frozenset[str], named: str) -> str:
    """The named check first; of many others their number."""
    if not by:
        return "**nothing**"
    others = sorted(by - {named})
    shown = [*([named] if named in by else []), *others[:3]]
    more = len(by) - len(shown)
    return "<br>".join(shown) + (f"<br>and {more} more" if more else "")


if __name__ == "__main__":
    sys.exit(main())
