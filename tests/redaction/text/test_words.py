from __future__ import annotations

import re
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.text.fold import fold, fold_many
from shield1367.redaction.text.words import SEPARATOR, Words

CUT = re.compile(r"([\W_]+)")
TEXTS = st.text(st.sampled_from("aB1 .,-_\x1e\n王Жжé²ⅣⅧ٣ªﬁ`&;Ã©’\u200b\u0301İß—")) | st.text(st.characters())


def cut(joined: str) -> list[str]:
    """Words and gaps in turn, the first and the last a word; an empty one ends each text."""
    parts: list[str] = []
    for number, text in enumerate(joined.split(SEPARATOR)):
        of_text = CUT.split(text)
        if number:
            # The empty word that ended the text before stands before this one's first gap as well.
            parts += [SEPARATOR] if of_text[0] else [SEPARATOR + "".join(of_text[1:2])]
            of_text = of_text if of_text[0] else of_text[2:]
        parts += of_text
        if not of_text:
            parts.append("")
        elif of_text[-1]:
            parts += ["", ""]
    return parts


@given(TEXTS, TEXTS)
def test_words_are_what_a_regular_expression_would_cut(text: str, other: str) -> None:
    one, two = fold(text), fold(other)
    cased, lower = SEPARATOR.join((one.text, two.text)), SEPARATOR.join((one.lower, two.lower))
    parts = cut(lower)
    ends = list(accumulate(map(len, parts)))
    words = Words(cased, lower)
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
