from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.text.fold import fold, fold_value

ANY = st.text(st.characters(), max_size=60)
TRICKY = st.lists(
    st.sampled_from(
        [
            "a",
            "é",
            "e\u0301",
            "\u200b",
            "\u00ad",
            "&eacute;",
            "&amp;",
            "Ã©",
            "ﬁ",
            "ß",
            "Ａ",
            "\ud800",
            "\x00",
            " ",
            "İ",
            "한",
        ]
    ),
    max_size=20,
).map("".join)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("GARCÍA", "garcia"),
        ("Garci\u0301a", "garcia"),
        ("Gar\u200bc\u00adia", "garcia"),
        ("G\u0430rci\u0430", "garcia"),
        ("Ｇａｒｃｉａ", "garcia"),
        ("Garc&iacute;a", "garcia"),
        ("GarcÃ\u00ada", "garcia"),
        ("Łukasz Øst", "lukasz ost"),
        ("١٢٣", "123"),
        ("a\x00b", "ab"),
    ],
)
def test_spellings_of_one_name_fold_alike(written: str, folded: str) -> None:
    assert fold_value(written) == folded


@given(ANY | TRICKY)
def test_offsets_stay_inside_and_in_order(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.lower)
    position = 0
    for index in range(len(folded.text)):
        start, end = folded.original(index, index + 1)
        assert position <= end
        assert 0 <= start < end <= len(text)
        assert start >= position or folded.original(index - 1, index)[0] <= start
        position = start


@given(ANY | TRICKY)
def test_the_stretch_of_a_folded_character_folds_back_to_it(text: str) -> None:
    folded = fold(text)
    for index, character in enumerate(folded.text):
        start, end = folded.original(index, index + 1)
        assert character in fold(text[start:end]).text


@given(ANY | TRICKY)
def test_the_whole_folded_text_covers_every_visible_character(text: str) -> None:
    folded = fold(text)
    if not folded.text:
        return
    start, end = folded.original(0, len(folded.text))
    assert fold(text[:start]).text == ""
    assert fold(text[end:]).text == ""


def test_ascii_needs_no_map() -> None:
    assert fold("Plain text, 123.").atoms == ()


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Garc&amp;iacute;a", "garcia"),
        ("Garc&amp;amp;#237;a", "garcia"),
        ("PeÃƒÂ±a", "pena"),
        ("\ua4ee\ua4e0\ua4ee", "ana"),
        ("\u0181ature", "bature"),
        ("\u1d0d\u1d00\u0280\u026a\u1d00", "maria"),
    ],
)
def test_what_was_escaped_or_misread_twice_and_rarer_letters(written: str, folded: str) -> None:
    assert fold_value(written) == folded


def test_what_only_looks_misread_is_folded_letter_by_letter() -> None:
    assert fold_value("à“”") == 'a""'
