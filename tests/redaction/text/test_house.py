"""Words that are always masked, and words that are taken for no name, whatever else finds them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.config.terms import DeniedTerm, TermKind, Terms
from shield1367.config.text import Strictness, TextSettings, load_text_settings, with_terms
from shield1367.identities import Identity
from shield1367.redaction.text.house import RULE
from shield1367.redaction.text.presidio import build_analyzer
from shield1367.redaction.text.scrub import Scrubber

PLAIN = load_text_settings().model_copy(update={"ner": "none"})
KNOWN = Identity("p1", {"given_name": ("Branka",), "family_name": ("Okonkwo",)}, protected=True)


def terms(*deny: str, allow: tuple[str, ...] = (), kind: TermKind = TermKind.PERSON) -> TextSettings:
    made = tuple(DeniedTerm(text=text, kind=kind) for text in deny)
    return with_terms(PLAIN, Terms(version=1, mark="3f9a", deny=made, allow=allow))


def scrubbed(text: str, of: TextSettings, strictness: Strictness = Strictness.BALANCED) -> str:
    return Scrubber([KNOWN], settings=of, strictness=strictness).scrub([text], [[]])[0].text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("went to the green door again", "went to the [PLACE] again"),
        ("went to THE GREEN-DOOR.", "went to THE [PLACE]."),
        ("Green  Door, she said", "[PLACE], she said"),
        ("gr\u00e9en d\u2060oor was shut", "[PLACE] was shut"),
        ("the green doors were shut", "the green doors were shut"),
        ("evergreen door", "evergreen door"),
        ("green. Then a door", "green. Then a door"),
    ],
)
def test_a_denied_term_is_masked_however_it_is_written(text: str, masked: str) -> None:
    assert scrubbed(text, terms("Green Door", kind=TermKind.PLACE)) == masked


def test_what_is_denied_is_masked_by_a_rule_of_its_own() -> None:
    (span,) = Scrubber([], settings=terms("green door"), strictness=Strictness.BALANCED).find(
        ["at the green door"], [[]]
    )[0]
    assert (span.rule, span.entity) == (RULE, "PERSON")


def test_an_allowed_term_is_no_name_any_more() -> None:
    text = "Seen by Zorvath at noon."
    assert "Zorvath" not in scrubbed(text, PLAIN, Strictness.STRICT)
    assert "Zorvath" in scrubbed(text, terms(allow=("zorvath",)), Strictness.STRICT)
    assert "Zorvath" not in scrubbed(
        "Seen by Zorvath Quimbel at noon.", terms(allow=("zorvath quimbell",)), Strictness.STRICT
    )


@pytest.mark.parametrize("allowed", ["Okonkwo", "Branka Okonkwo", "Branka"])
def test_an_allowed_term_uncovers_nobody_who_is_known(allowed: str) -> None:
    for strictness in Strictness:
        out = scrubbed("Branka Okonkwo, A204567891, was seen.", terms(allow=(allowed,)), strictness)
        assert "Okonkwo" not in out
        assert "Branka" not in out


def test_an_allowed_term_uncovers_no_identifier() -> None:
    for text in ("A204567891", "212-555-0147", "ana@example.org"):
        assert text not in scrubbed(f"reach {text} now", terms(allow=(text,)))


def test_one_text_by_presidio_is_the_same() -> None:
    scrubber = Scrubber([], settings=terms("green door"), strictness=Strictness.BALANCED)
    text = "at the green door"
    found = build_analyzer(scrubber).analyze(text, language="en")
    assert [(r.start, r.end) for r in found] == [(s.start, s.end) for s in scrubber.find([text], [[]])[0]]


def test_the_words_are_in_no_hash_and_no_print() -> None:
    of = terms("green door", allow=("zorvath",))
    assert "green" not in repr(of) + of.model_dump_json()
    assert of.content_hash() != PLAIN.content_hash()
    assert with_terms(of, Terms(version=2, mark="x")) == PLAIN
    assert with_terms(of, Terms(version=2, mark="x")).content_hash() == PLAIN.content_hash()


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet="abz A.-,\n'é", max_size=40), st.text(alphabet="abz A.-,\n'é", max_size=40))
def test_wherever_it_stands_it_is_masked_and_a_second_run_changes_nothing(before: str, after: str) -> None:
    scrubber = _ONE
    text = f"{before} quxly frob {after}"
    once = scrubber.scrub([text], [[]])[0].text
    assert "quxly" not in once
    assert "frob" not in once
    assert scrubber.scrub([once], [[]])[0].text == once


_ONE = Scrubber([], settings=terms("quxly frob"), strictness=Strictness.BALANCED)
