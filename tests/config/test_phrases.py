from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shield1367.config.phrases import Phrase, pattern

PHRASE = TypeAdapter(Phrase)


def found(phrase: str, text: str) -> str | None:
    match = re.search(pattern([phrase]), text)
    return match[0] if match else None


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("order of protection", "an order of protection.", "order of protection"),
        ("order of protection", "an order\r\n of-protection.", "order\r\n of-protection"),
        ("order of protection", "border of protection", None),
        ("order of protection", "order of protections", None),
        ("order of protection", "order of. protection", None),
        ("order of protection", "order ofprotection", None),
        ("traffick*", "sex trafficking", "trafficking"),
        ("traffick*", "the traffick", "traffick"),
        ("(t|u) (visa*|non immigrant)", "a u-visas", "u-visas"),
        ("(t|u) (visa*|non immigrant)", "t nonimmigrant", None),
        ("(t|u) (visa*|non immigrant)", "t non-immigrant", "t non-immigrant"),
        ("safe [mailing|postal] address", "safe address", "safe address"),
        ("safe [mailing|postal] address", "safe postal address", "safe postal address"),
        ("safe [mailing|postal] address", "safe home address", None),
        ("u.s.c. 1367", "8 u.s.c. (1367)", "u.s.c. (1367"),
        ("u.s.c. 1367", "8 uxs.c. 1367", None),
        ("u visa", "u.visa", "u.visa"),
    ],
)
def test_a_phrase_finds_what_it_says(phrase: str, text: str, expected: str | None) -> None:
    assert found(PHRASE.validate_python(phrase), text) == expected


@pytest.mark.parametrize(
    "phrase",
    ["", " ", "U visa", "protección", "a  b", " a", "a ", "(a|b", "a)", "(a|(b|c))", "a+", "*", "[a] b", "a [b]",
     "(|a)", "a|b", "()", "a\nb"],
)  # fmt: skip
def test_what_is_no_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(ValidationError):
        PHRASE.validate_python(phrase)


WORD = st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True)
JOINT = st.sampled_from([" ", "\n", "-", " - ", "\r\n  ", "/", ": ", "."])


@given(st.lists(WORD, min_size=1, max_size=4), JOINT, st.sampled_from(["", " ", "("]))
def test_plain_words_are_found_however_they_are_set(words: list[str], joint: str, before: str) -> None:
    text = before + joint.join(words)
    assert found(PHRASE.validate_python(" ".join(words)), text) == joint.join(words)


@given(st.text(alphabet="ab01 *|()[].", max_size=14))
def test_whatever_is_taken_for_a_phrase_compiles(text: str) -> None:
    try:
        phrase = PHRASE.validate_python(text)
    except ValidationError:
        return
    assert re.compile(pattern([phrase])).search("") is None
