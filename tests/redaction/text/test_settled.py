"""What a text shows only once its names are gone is found as well, in the offsets of the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.text import Strictness, TextSettings
from shield1367.identities import Identity
from shield1367.redaction.text import scrub as module
from shield1367.redaction.text.scrub import Scrubber, replace_spans
from shield1367.redaction.text.settled import carried
from shield1367.redaction.text.spans import Span, merge_found
from shield1367.redaction.text.tokens import TOKENS

GLUED = "a@b.a@b.&#x41;"


def test_findings_of_both_looks_in_the_offsets_of_the_original() -> None:
    earlier = [Span(3, 8, "PERSON", "known.name", 1.0)]
    # "ab [PERSON] cd", a second finding of "cd"; and one that cuts into the token.
    later = [Span(12, 14, "DATE", "date.day", 0.9), Span(5, 12, "ID", "pattern.id", 0.8)]
    assert [one[:2] for one in carried(later, earlier)] == [(3, 8), (9, 11), (3, 9)]


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9)), max_size=5), st.data())
def test_the_second_look_says_the_same_characters(steps: list[tuple[int, int]], data: st.DataObject) -> None:
    text, earlier = "", []
    for number, (gap, length) in enumerate(steps):
        text += chr(ord("a") + number) * gap
        earlier.append(Span(len(text), len(text) + length, "PERSON", "known.name", 1.0))
        text += "#" * length
    text += "zz"
    once = replace_spans(text, earlier)
    at = data.draw(st.integers(0, len(once) - 1))
    *_, (start, end, *_) = carried([Span(at, at + 1, "ID", "pattern.id", 1.0)], earlier)
    inside = text[start] == "#"
    assert text[start:end] == ("#" * (end - start) if inside else once[at])
    assert not inside or any((start, end) == (span.start, span.end) for span in earlier)


@pytest.mark.parametrize(
    "text", [GLUED, "officer Maria Hernandez told june banks that the rent was due", "MARIA HERNANDEZ y rosa"]
)
@pytest.mark.parametrize("strictness", Strictness)
def test_scrubbing_what_came_out_changes_nothing(
    settings: TextSettings, people: tuple[Identity, ...], text: str, strictness: Strictness
) -> None:
    scrubber = Scrubber(people, settings=settings, strictness=strictness)
    once = scrubber.scrub([text], [["p1"]])[0]
    assert scrubber.find([once.text], [["p1"]]) == [[]]
    assert merge_found(carried([], once.spans), text) == list(once.spans)


def test_a_text_that_does_not_come_to_rest_is_withheld(
    balanced: Scrubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.Scrubber._spans, "__defaults__", (1,))
    (scrubbed,) = balanced.scrub([GLUED], [[]])
    assert scrubbed.text == TOKENS["WITHHELD"]
    assert scrubbed.spans[0].rule == "budget.looks"
