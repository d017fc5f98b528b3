"""What is left of protected people whose given names are words: "custody of Sunday", "Will was moved"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from benchmarks.measures import Measure
from benchmarks.narratives import Sample, Truth
from benchmarks.scrub_engines import SEED, scrubber, spans_of
from benchmarks.scrub_recall import cover, left
from shield1367.config.text import Strictness
from shield1367.identities import Identity
from shield1367.redaction.text.fold import fold_value
from shield1367.redaction.text.lexicon import load_lexicon
from shield1367.testing.names import origins

CASES = {"as_written": str, "upper": str.upper, "lower": str.lower}


def word_measures(samples: Sequence[Sample], identities: Sequence[Identity]) -> list[Measure]:
    """Given names that stand alone in a narrative and are words, left to read; all protected, none linked to a text.

    *samples* as generated, but that everybody's given name, where it stands alone, is a word: what few of a million
    people are called all are called here.
    """
    rng = Random(SEED)  # noqa: S311
    words = _words()
    called = {identity.person_id: rng.choice(words) for identity in identities}
    crowd = [
        replace(
            one, values={**one.values, "alias": (*one.values["alias"], called[one.person_id])}, protected=True
        )
        for one in identities
    ]
    engine = scrubber(crowd, Strictness.BALANCED, ner="none")
    renamed = [_renamed(sample, called) for sample in samples]
    measures = []
    for case, change in CASES.items():
        texts = [
            replace(sample, text=change(sample.text))
            for sample in renamed
            if len(change(sample.text)) == len(sample.text)
        ]
        names = [
            left(sample, cover(sample.text, found), truth)
            for sample, found in zip(texts, spans_of(engine, texts, linked=False), strict=True)
            for truth in sample.truth
            if truth.kind == "given_name" and truth.person in called
        ]
        remaining = sum(map(bool, names))
        measures.append(Measure(f"words.{case}.left", remaining, f"of {len(names)} names", 0, "lower"))
    return measures


def _words() -> list[str]:
    """Given names of every origin that are everyday words of English or Spanish as well."""
    lexicon = load_lexicon()
    ordinary = lexicon.everyday | lexicon.spanish | lexicon.both | lexicon.institutional
    pools = [(*origin.female, *origin.male) for origin in origins()[0]]
    return sorted({name for pool in pools for name in pool if fold_value(name) in ordinary})


def _renamed(sample: Sample, called: dict[str, str]) -> Sample:
    """The text with the words that people are *called* for given names that stand alone."""
    pieces: list[str] = []
    truths: list[Truth] = []
    done = size = 0
    for truth in sorted(sample.truth, key=lambda truth: truth.start):
        if truth.start < done:
            continue
        between, name = sample.text[done : truth.start], sample.text[truth.start : truth.end]
        if truth.kind == "given_name" and truth.person in called:
            word = called[truth.person]
            name = word.upper() if name.isupper() else word.lower() if name.islower() else word
        start = size + len(between)
        truths.append(replace(truth, start=start, end=start + len(name)))
        pieces += (between, name)
        done, size = truth.end, start + len(name)
    return replace(sample, text="".join((*pieces, sample.text[done:])), truth=tuple(truths))
