from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.testing.grammar import Draft, Grammar, Piece, Span, grammar
from shield1367.testing.narratives import Register
from shield1367.testing.scene import ACTOR_SLOTS, SCENE_SLOTS

pieces = st.one_of(
    st.builds(Piece, st.sampled_from(["", "Ms. "]), st.text(max_size=8), st.none(), st.none()),
    st.builds(
        Piece,
        st.sampled_from(["", "Ms. "]),
        st.text(min_size=1, max_size=8),
        st.just("full_name"),
        st.just("P1"),
    ),
)


@given(st.lists(pieces))
def test_spans_are_where_the_pieces_went(written: list[Piece]) -> None:
    draft = Draft()
    for piece in written:
        draft.prose(" ")
        draft.piece(piece)
    held = [draft.text[span.start : span.end] for span in draft.spans]
    assert held == [piece.text for piece in written if piece.kind]
    assert draft.length == len(draft.text)


def test_an_expansion_records_its_spans() -> None:
    small = Grammar({"t": "@start\nSeen: {who}, <tail>\n@tail\n-\n"})
    draft = Draft()
    small.expand("start", lambda name: Piece("Mr. ", "Cruz", "family_name", "P1"), Random(0), draft)
    assert draft.text == "Seen: Mr. Cruz, "
    assert draft.spans == [Span(10, 14, "family_name", "P1")]


def test_weights_count() -> None:
    small = Grammar({"t": "@start\n9* a\nb\n"})
    rng, drafts = Random(1), [Draft() for _ in range(2000)]
    for draft in drafts:
        small.expand("start", lambda name: Piece("", ""), rng, draft)
    assert 0.86 < sum(draft.text == "a" for draft in drafts) / 2000 < 0.94


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("@a\n<b>\n", "used but not written"),
        ("@a\nx\n@a\ny\n", "written twice"),
        ("x\n", "before the first rule"),
        ("@a\n@b\nx\n", "without a line"),
    ],
)
def test_a_broken_grammar_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Grammar({"broken.txt": text})


def test_the_grammar_has_hundreds_of_productions_and_knows_its_slots() -> None:
    written = grammar()
    assert written.productions > 400
    unknown = {
        slot
        for slot in written.slots
        if slot not in SCENE_SLOTS and slot.partition(".")[2] not in ACTOR_SLOTS
    }
    assert not unknown
    starts = {f"{register}{suffix}" for register in Register for suffix in ("", "_protected")}
    assert starts | {"encounter_mention", "comment_mention"} <= written.rules()
