"""Known names and identifiers after one mutation each, in a sentence that tells nothing of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from random import Random

from benchmarks.narratives import Sample, Truth
from shield1367.identities import Identity


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
