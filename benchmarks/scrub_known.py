"""What is left of known identifiers: as the narratives write them, and after mutation."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from benchmarks.measures import Measure
from benchmarks.mutations import mutated
from benchmarks.narratives import Sample
from benchmarks.scrub_engines import SEED, scrubber, spans_of
from benchmarks.scrub_recall import cover, left, recall
from shield1367.config.text import Strictness
from shield1367.identities import Identity


def known_measures(
    samples: Sequence[Sample], identities: Sequence[Identity], crowd: Sequence[Identity]
) -> list[Measure]:
    """Identifiers of protected people: as written in the narratives, and after mutation."""
    protected = {identity.person_id for identity in identities if identity.protected}
    engine = scrubber(crowd, Strictness.BALANCED, ner="none")
    remaining = characters = 0
    for sample, found in zip(samples, spans_of(engine, samples), strict=True):
        covered = cover(sample.text, found)
        for truth in sample.truth:
            if truth.person in protected:
                remaining += left(sample, covered, truth)
        characters += len(sample.text)
    mutants = mutated([i for i in identities if i.protected], Random(SEED))  # noqa: S311
    return [
        Measure("known.characters_left", remaining, f"of {characters}", 0, "lower"),
        Measure("known.mutated_removed", recall(mutants, spans_of(engine, mutants)), "of values", 0.999),
    ]
