"""What is found and what is masked for nothing: recall and over-redaction, side by side with Presidio."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random

from benchmarks.measures import Measure
from benchmarks.narratives import NAME_KINDS, Sample, Truth
from benchmarks.scrub_engines import SEED, Stretch, first, scrubber, spans_of
from shield1367.config.text import Strictness
from shield1367.identities import Identity


def cover(text: str, spans: Iterable[Stretch]) -> bytearray:
    """One byte per character, 1 where masked."""
    covered = bytearray(len(text))
    for start, end in spans:
        covered[start:end] = b"\x01" * (end - start)
    return covered


def left(sample: Sample, covered: bytearray, truth: Truth) -> int:
    """Letters and digits of an identifier that stay readable."""
    return sum(not covered[i] and sample.text[i].isalnum() for i in range(truth.start, truth.end))


def recall(
    samples: Sequence[Sample], spans: Sequence[Sequence[Stretch]], kinds: frozenset[str] | None = None
) -> float:
    """Identifiers of these kinds of which nothing stays readable."""
    total = hidden = 0
    for sample, found in zip(samples, spans, strict=True):
        covered = cover(sample.text, found)
        for truth in sample.truth:
            if kinds is None or truth.kind in kinds:
                total += 1
                hidden += left(sample, covered, truth) == 0
    return hidden / total if total else 1.0


def over_redaction(samples: Sequence[Sample], spans: Sequence[Sequence[Stretch]]) -> float:
    """Words outside every identifier that are masked, even in part, among all such words."""
    others = masked = 0
    for sample, found in zip(samples, spans, strict=True):
        covered = cover(sample.text, found)
        true = cover(sample.text, [(t.start, t.end) for t in sample.truth])
        for word in re.finditer(r"\w+", sample.text):
            if not any(true[word.start() : word.end()]):
                others += 1
                masked += any(covered[word.start() : word.end()])
    return masked / max(1, others)


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


def mutated(identities: Sequence[Identity], rng: Random) -> list[Sample]:
    """Known names and identifiers after one mutation each, in a sentence that tells nothing of them."""
    samples = []
    for person in identities:
        values = person.values
        full = f"{values['given_name'][0]} {values['family_name'][0]}"
        texts = [(full, name) for name in NAME_MUTATIONS] + [
            (value, change)
            for kind in ("a_number", "ssn", "phone", "passport_number")
            for value in values[kind]
            for change in ID_MUTATIONS
        ]
        for value, change in rng.sample(texts, min(12, len(texts))):
            changed = change(value, rng)
            text = f"It was noted that {changed} had been seen."
            truth = Truth(18, 18 + len(changed), "mutated", person.person_id)
            samples.append(Sample(text, (truth,), (person.person_id,)))
    return samples


def _edit(value: str, rng: Random) -> str:
    words = value.split()
    index = max(range(len(words)), key=lambda i: len(words[i]))
    word = words[index]
    if len(word) < 5:
        return value
    at = rng.randrange(1, len(word) - 1)
    words[index] = rng.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + "e" + word[at:],
        ]
    )
    return " ".join(words)


def _inverted(value: str, _: Random) -> str:
    given, _, family = value.partition(" ")
    return f"{family.upper()}, {given}"


def _unmarked(value: str, _: Random) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", value) if not unicodedata.combining(c))


def _invisible(value: str, rng: Random) -> str:
    at = rng.randrange(1, len(value))
    return value[:at] + rng.choice("\u200b\u00ad\u200d") + value[at:]


NAME_MUTATIONS: tuple[Callable[[str, Random], str], ...] = (
    lambda v, _: v.upper(),
    lambda v, _: v.lower(),
    lambda v, _: unicodedata.normalize("NFD", v),
    _unmarked,
    _invisible,
    _inverted,
    _edit,
    lambda v, _: v.replace("a", "\u0430"),
    lambda v, _: v.replace(" ", "  "),
    lambda v, _: v.replace(" ", "\n"),
    lambda v, _: v.replace(" ", "_"),
)
ID_MUTATIONS: tuple[Callable[[str, Random], str], ...] = (
    lambda v, _: v.lower(),
    _invisible,
    lambda v, _: v.replace("0", "O"),
    lambda v, _: v.replace("1", "l"),
    lambda v, _: " ".join(v[i : i + 3] for i in range(0, len(v), 3)),
    lambda v, _: "-".join(v[i : i + 3] for i in range(0, len(v), 3)),
    lambda v, _: v[:4] + "\n" + v[4:],
    lambda v, _: v[:5] + "." + v[5:],
)


def name_measures(
    samples: Sequence[Sample], rival: Sequence[Sample], presidio: Sequence[Sequence[Stretch]]
) -> list[Measure]:
    """Names nobody told us, as written and with the case of the whole text changed."""
    measures = []
    engine = scrubber((), Strictness.STRICT)
    cased = [
        *samples,
        *recased(first(samples, 20_000), str.upper),
        *recased(first(samples, 20_000), str.lower),
    ]
    spans = spans_of(engine, cased, linked=False)
    measures += [
        Measure("names.strict.recall", recall(cased, spans, NAME_KINDS), "of names", 0.995),
        Measure("names.strict.over_redaction", over_redaction(cased, spans), "of words", 0.08, "lower"),
    ]
    spans = spans_of(scrubber((), Strictness.BALANCED), rival, linked=False)
    theirs, over = recall(rival, presidio, NAME_KINDS), over_redaction(rival, presidio)
    measures += [
        Measure("names.balanced.recall", recall(rival, spans, NAME_KINDS), "of names", theirs, rival=theirs),
        Measure(
            "names.balanced.over_redaction",
            over_redaction(rival, spans),
            "of words",
            over,
            "lower",
            rival=over,
        ),
    ]
    return measures


def recased(samples: Sequence[Sample], change: Callable[[str], str]) -> list[Sample]:
    """The samples in another case, where that keeps the offsets."""
    changed = [Sample(change(s.text), s.truth, s.people) for s in samples]
    return [new for new, old in zip(changed, samples, strict=True) if len(new.text) == len(old.text)]


def kind_measures(rival: Sequence[Sample], presidio: Sequence[Sequence[Stretch]]) -> list[Measure]:
    """Recall per kind of identifier, with nobody known, against Presidio's defaults."""
    spans = spans_of(scrubber((), Strictness.BALANCED), rival, linked=False)
    counts = Counter(truth.kind for sample in rival for truth in sample.truth)
    measures = []
    for kind, count in sorted(counts.items()):
        if count < 5:
            continue
        ours, theirs = recall(rival, spans, frozenset({kind})), recall(rival, presidio, frozenset({kind}))
        measures.append(Measure(f"recall.{kind}", ours, f"of {count}", theirs, rival=theirs))
    return measures
