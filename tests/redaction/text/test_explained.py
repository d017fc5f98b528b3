"""An explanation says the rule in words and shows the stretch only as a shape, unless its form is asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.text import explained
from shield1367.redaction.text.explained import Detail, describer, says, shape
from shield1367.redaction.text.spans import Span

TEXT = "Seen with MARÍA, A087654321."
SPAN = Span(18, 28 - 1, "A_NUMBER", "known.a_number", 1.0)


def test_the_shape_tells_nothing_but_letters_and_digits() -> None:
    assert describer(Detail.SHAPE)(TEXT, SPAN) == {"because": says("known.a_number"), "shape": "999999999"}


def test_the_form_is_what_the_rule_read() -> None:
    name = Span(10, 15, "PERSON", "known.name", 1.0)
    assert describer(Detail.FORM)(TEXT, name)["form"] == "maria"
    assert "shape" not in describer(Detail.FORM)(TEXT, name)


@given(st.text())
def test_a_shape_keeps_length_and_no_letter_or_digit_of_the_text(text: str) -> None:
    told = shape(text)
    assert len(told) == len(text)
    assert {c for c in told if c.isalnum()} <= {"x", "9"}


def test_the_longest_prefix_speaks() -> None:
    assert says("pattern.benefit") != says("pattern.town")
    assert says("known.framed") != says("known.word")
    assert says("pattern.shelter") not in (says("pattern.benefit"), says("pattern.town"))


def test_every_rule_that_the_sources_name_is_said_in_words() -> None:
    sources = "".join(p.read_text(encoding="utf-8") for p in Path(explained.__file__).parent.glob("*.py"))
    rules = set(re.findall(r'"((?:known|near|pattern|date|unknown|model|budget)\.[a-z_0-9]+)"', sources))
    assert len(rules) > 15
    assert all(says(rule) for rule in rules)


def test_a_rule_of_no_family_has_no_words() -> None:
    with pytest.raises(ValueError, match="empty"):
        says("a rule of tomorrow")
