from __future__ import annotations

import re
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.text.fold import fold, fold_many
from shield1367.redaction.text.words import Words

CUT = re.compile(r"([\W_]+)")
TEXTS = st.text(st.sampled_from("aB1 .,-_\x1e\n王Жжé²ⅣⅧ٣ªﬁ`&;Ã©’\u200b\u0301İß—")) | st.text(st.characters())


@given(TEXTS)
def test_words_are_what_a_regular_expression_would_cut(text: str) -> None:
    folded = fold(text)
    parts = CUT.split(folded.lower)
    ends = list(accumulate(map(len, parts)))
    words = Words(folded.text, folded.lower)
    assert words.words == parts[0::2]
    assert words.gaps == ["", *parts[1::2], ""]
    assert words.starts == [0, *ends[1::2]]
    assert words.ends == [start + len(word) for start, word in zip(words.starts, words.words, strict=True)]


@given(TEXTS)
def test_case_is_that_of_each_word(text: str) -> None:
    folded = fold(text)
    words = Words(folded.text, folded.lower)
    for i, (start, end) in enumerate(zip(words.starts, words.ends, strict=True)):
        surface = folded.text[start:end]
        assert words.capital[i] == surface[:1].isupper()
        assert words.upper[i] == (len(surface) > 1 and surface.isupper())


@given(TEXTS)
def test_each_character_knows_the_word_at_or_before_it(text: str) -> None:
    folded = fold(text)
    words = Words(folded.text, folded.lower)
    for position in range(len(folded.lower)):
        before = [i for i, start in enumerate(words.starts) if start <= position]
        assert words.at_positions[position] == max(before, default=0)


@given(st.lists(TEXTS, max_size=5))
def test_texts_folded_together_fold_as_each_alone(texts: list[str]) -> None:
    assert fold_many(texts) == [fold(text) for text in texts]
