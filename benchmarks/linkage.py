"""Possible matches on generated truth: recall by what is wrong in a record, and strangers taken for somebody.

``python -m benchmarks.linkage [--size small|full] [--json]`` measures the settings shipped, beside
equality of name and date of birth; ``--estimate`` prints the weights for ``linkage.yaml`` instead.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from benchmarks.corruption import CORRUPTIONS, as_written, draw
from benchmarks.measures import Measure, report
from shield1367.config.linkage import LinkageSettings, load_linkage_settings
from shield1367.protection.identity.linkage import (
    NameRecord,
    blocks_of,
    possible_matches,
    quiet_engine,
    record_table,
)
from shield1367.protection.identity.linkage_model import PARTS, splink_settings
from shield1367.protection.identity.names import name_tokens

SEED = 1367
# Protected people, and others; the share is that of a real registry.
SIZES = {"small": (1_500, 10_500), "full": (12_000, 88_000)}
PAIRS = 4_000_000
# What generated records never do, real ones do now and then.
LEAST = 0.004


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linkage", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--estimate", action="store_true", help="print the weights estimated on generated people"
    )
    options = parser.parse_args(arguments)
    settings = load_linkage_settings()
    if options.estimate:
        print(estimated(settings))
        return 0
    return report(measured(settings, *SIZES[options.size]), as_json=options.json)


def measured(settings: LinkageSettings, protected: int, others: int) -> list[Measure]:
    """Recall by kind of mistake, and the share of strangers who match anybody."""
    drawn = draw(protected + others, seed=SEED)
    # By household: the family of somebody protected is protected too, so it is no stranger.
    border = drawn[protected].household
    known = [person for person in drawn if person.household < border]
    strangers = [person for person in drawn if person.household >= border]
    rng = Random(SEED)  # noqa: S311
    right = [person.record for person in known]
    left: list[NameRecord] = []
    for corruption in CORRUPTIONS:
        for person in known[:2_000]:
            if record := corruption(person, rng, settings):
                left.append(replace(record, record_id=f"{corruption.__name__}/{record.record_id}"))
    left += [
        replace(as_written(p, rng, settings), record_id=f"stranger/{p.record.record_id}") for p in strangers
    ]
    started = time.perf_counter()
    found = {(match.left, match.right) for match in possible_matches(left, right, settings)}
    seconds = time.perf_counter() - started
    exact = {(name_of(record), record.born) for record in right}
    measures = []
    for corruption in CORRUPTIONS:
        name = corruption.__name__
        records = [record for record in left if record.record_id.startswith(f"{name}/")]
        hits = sum((record.record_id, record.record_id.split("/")[1]) in found for record in records)
        equal = sum((name_of(record), record.born) in exact for record in records)
        bar = BARS.get(name, 0.99)
        measures.append(
            Measure(
                f"recall.{name}", hits / len(records), f"of {len(records)}", bar, rival=equal / len(records)
            )
        )
    flagged = {one for one, _ in found if one.startswith("stranger/")}
    equal = sum((name_of(r), r.born) in exact for r in left if r.record_id.startswith("stranger/"))
    return [
        *measures,
        Measure("strangers.matched", len(flagged) / len(strangers), f"of {len(strangers)}", 0.01, "lower",
                rival=equal / len(strangers)),
        Measure("speed", len(left) / seconds, "records/s"),
    ]  # fmt: skip


BARS = {"as_written": 0.995, "typo_and_birth": 0.95}


def name_of(record: NameRecord) -> frozenset[str]:
    """What the rival compares: all telling words of the name, in any order."""
    return name_tokens([record.given, record.family])


def estimated(settings: LinkageSettings) -> str:
    """The weights as splink estimates them where the truth is known, as YAML.

    Chances that a record is wrong come from pairs of records of one person (``m``), chances that two
    people agree from pairs taken at random (``u``).
    """
    from splink import Linker

    rng = Random(SEED)  # noqa: S311
    people = draw(20_000, seed=SEED + 1)
    kinds = rng.choices(list(CORRUPTIONS), weights=list(CORRUPTIONS.values()), k=len(people))
    second = [kind(person, rng, settings) or as_written(person, rng, settings)
              for kind, person in zip(kinds, people, strict=True)]  # fmt: skip
    first = [person.record for person in people]
    ids, table = record_table(
        [*first, *(replace(r, record_id=f"{r.record_id}/2") for r in second)], settings, blocks=blocks_of
    )
    table = table.append_column("person", [[record_id.split("/")[0] for record_id in ids]])
    with quiet_engine() as api:
        linker = Linker(
            api.register(table), splink_settings(settings, link_type="dedupe_only"), log_level=None
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=SEED, min_count_per_level=None)
        linker.training.estimate_m_from_label_column("person")
        model = linker.misc.save_model_to_json()
    lines = []
    for comparison in model["comparisons"]:
        lines.append(f"{comparison['output_column_name']}:")
        agreements = list(PARTS[comparison["output_column_name"]])
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        for agreement, level in zip(agreements, levels, strict=True):
            m, u = max(LEAST, level.get("m_probability") or 0), level.get("u_probability") or 0
            lines.append(f"  {agreement + ':':11s} {{m: {m:.3f}, u: {u:.7f}}}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
