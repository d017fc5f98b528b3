"""Generated narratives in every case: scrubbing twice changes nothing, in whatever order they are read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.narratives import generated
from shield1367.config.text import Strictness, TextSettings
from shield1367.redaction.text.scrub import Scrubber

CASES: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower, str.title)


@pytest.mark.parametrize("strictness", Strictness)
def test_narratives_in_every_case_come_out_as_they_went_in(
    settings: TextSettings, strictness: Strictness
) -> None:
    samples, identities = generated(40_000, seed=4_711)
    scrubber = Scrubber(identities, settings=settings, strictness=strictness)
    texts = [change(sample.text) for change in CASES for sample in samples]
    people = [sample.people for _ in CASES for sample in samples]
    once = scrubber.scrub(texts, people)
    assert sum(bool(one.spans) for one in once) > len(texts) // 2
    # Backwards: what stands before and after a text in a batch is another text.
    backwards = scrubber.scrub(texts[::-1], people[::-1])[::-1]
    assert sum(one != other for one, other in zip(once, backwards, strict=True)) == 0
    again = scrubber.scrub([one.text for one in once][::-1], people[::-1])
    assert sum(bool(one.spans) for one in again) == 0


def test_what_ends_a_text_says_nothing_of_the_next(balanced: Scrubber) -> None:
    texts = [
        "Seen:", "BOND WAS POSTED.", "she came with her daughter, Maria.", "le dijo al oficial: Mi nombre es Ana"
    ]  # fmt: skip
    together = balanced.find(texts, [()] * 4)
    assert together == [balanced.find([text], [()])[0] for text in texts]
