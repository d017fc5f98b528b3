"""What a text shows only once its names are gone is found as well, in the offsets of the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.text import Budget, Strictness, TextSettings
from shield1367.identities import Identity
from shield1367.redaction.text import scrub as module
from shield1367.redaction.text.batch import Batch
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
    monkeypatch.setattr(module, "_LOOKS", 2)
    (scrubbed,) = balanced.scrub([GLUED], [[]])
    assert scrubbed.text == TOKENS["WITHHELD"]
    assert scrubbed.spans[0].rule == "budget.looks"


def seen(batch: Batch) -> str:
    """The text of a batch of one, as its rules read it: what was found before stands as a token."""
    pieces, done = [], 0
    for start, end, entity in batch.earlier:
        pieces += (batch.cased[done:start], TOKENS[entity])
        done = end
    return "".join((*pieces, batch.cased[done:]))


@pytest.mark.parametrize(
    "text",
    [
        "then Grace Long left", "file 087654321, then june banks", "MARIA HERNANDEZ", "Maria Hernandez: rosa came",
        "HERNANDEZ told her cousin will obi that rosa came",
    ],
)  # fmt: skip
def test_the_text_that_goes_out_is_the_one_that_was_looked_at_last(
    balanced: Scrubber, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    looked: list[str] = []
    found: list[int] = []
    look = Scrubber._look

    def noted(self: Scrubber, batch: Batch, texts: list[str], plain: list[bool]) -> list[list[Span]]:
        looked.append(seen(batch))
        spans = look(self, batch, texts, plain)
        found.append(len(spans[0]))
        return spans

    monkeypatch.setattr(Scrubber, "_look", noted)
    (scrubbed,) = balanced.scrub([text], [["p1"]])
    assert scrubbed.spans
    assert looked[0] == text
    assert looked[-1] == scrubbed.text
    assert found[-1] == 0


def test_findings_that_became_one_are_looked_at_as_one(
    balanced: Scrubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two tokens that a later look joins make another text than the one that was read."""
    look = Scrubber._look

    def fussy(self: Scrubber, batch: Batch, texts: list[str], plain: list[bool]) -> list[list[Span]]:
        found = look(self, batch, texts, plain)
        for words, told in (("[PERSON] also came", "also"), ("[PERSON] came", "came")):
            if words in seen(batch):
                word = batch.words.index(told)
                found[0].append(Span(batch.starts[word], batch.ends[word], "PERSON", "known.word", 0.9))
        return found

    monkeypatch.setattr(Scrubber, "_look", fussy)
    (scrubbed,) = balanced.scrub(["then Grace Long also came by"], [[]])
    assert scrubbed.text == "then [PERSON] by"


def test_a_text_that_its_tokens_lengthen_beyond_the_budget_is_withheld(
    settings: TextSettings, people: tuple[Identity, ...]
) -> None:
    tight = settings.model_copy(update={"budget": Budget(characters=40, spans=100)})
    scrubber = Scrubber(people, settings=tight, strictness=Strictness.BALANCED)
    fits, grows = "A087654321 was the number that she gave", "Ruiz came, and Ruiz left with Ruiz again"
    assert len(grows) == 40
    once = scrubber.scrub([fits, grows], [[], ["p1"]])
    assert [one.text for one in once] == ["[A_NUMBER] was the number that she gave", TOKENS["WITHHELD"]]
    assert once[1].spans[0].rule == "budget.characters"
