from __future__ import annotations

from collections.abc import Sequence

import pytest

from shield1367.config.text import Strictness, load_text_settings
from shield1367.errors import ConfigError
from shield1367.redaction.text.ner import Named, verified_folder
from shield1367.redaction.text.scrub import Scrubber
from shield1367.redaction.text.sentences import Model

TEXT = "In the morning Phoenix Young told the clerk that blessing sunday had left."


@pytest.mark.parametrize("name", ["rampart", "spacy_small"])
def test_each_model_adds_to_the_rules_and_keeps_what_they_found(name: str) -> None:
    settings = load_text_settings()
    rules = Scrubber((), settings=settings.model_copy(update={"ner": "none"}), strictness=Strictness.BALANCED)
    both = Scrubber((), settings=settings.model_copy(update={"ner": name}), strictness=Strictness.BALANCED)
    texts = [
        TEXT,
        "Wellington told the officer that Hu Yang, born 1/2/1990, lives in Fresno.",
        "Plain words only.",
    ]
    found = both.find(texts, [[]] * 3)
    for of_rules, of_both in zip(rules.find(texts, [[]] * 3), found, strict=True):
        for span in of_rules:
            assert any(b.start <= span.start and span.end <= b.end for b in of_both)
    assert any(span.rule == "model.ner" for spans in found for span in spans)
    assert found[2] == []


def test_scrubbing_twice_changes_nothing_with_the_model() -> None:
    scrubber = Scrubber((), settings=load_text_settings(), strictness=Strictness.BALANCED)
    once = scrubber.scrub([TEXT, TEXT.upper(), TEXT.lower()], [[]] * 3)
    twice = scrubber.scrub([s.text for s in once], [[]] * 3)
    assert [s.text for s in twice] == [s.text for s in once]


def test_a_sentence_that_begins_elsewhere_without_its_date_comes_to_rest() -> None:
    """The full stop of "Sep." ends a sentence for the model; that of [DATE] is gone, and it reads another one."""
    text = (
        "On Sep. 22, 2014, officers assigned to the LOS ANGELES, CA, DOCKET CONTROL OFFICE encountered Fang Wang at"
        " traffic stop i-5. She paid a smuggler $5,950 to be taken from Changle to Baltimore. She stayed with Santos"
        " Aguilar Perez in Tucson until 02-08-2024."
    )
    scrubber = Scrubber((), settings=load_text_settings(), strictness=Strictness.BALANCED)
    (once,) = scrubber.scrub([text], [[]])
    assert scrubber.find([once.text], [[]]) == [[]]


def test_a_model_with_other_bytes_is_refused() -> None:
    model = load_text_settings().models["rampart"]
    other = model.model_copy(update={"files": {**model.files, "config.json": "0" * 64}})
    with pytest.raises(ConfigError, match=r"config\.json: the file's SHA-256 is not the pinned one"):
        verified_folder(other)


class _Counting:
    def __init__(self) -> None:
        self.read: list[str] = []

    def find(self, sentences: Sequence[str]) -> list[list[Named]]:
        self.read += sentences
        return [
            [Named(s.index("Zed"), s.index("Zed") + 3, "PERSON", 0.9)] if "Zed" in s else []
            for s in sentences
        ]


def test_a_sentence_costs_once_and_is_read_until_nothing_is_left() -> None:
    recognizer = _Counting()
    model = Model(recognizer, memo=10)
    first = model.find(["Zed met Zed", "none"])
    assert [(n.start, n.end) for n in first[0]] == [(0, 3), (8, 11)]
    read = len(recognizer.read)
    assert model.find(["none", "Zed met Zed"]) == [first[1], first[0]]
    assert len(recognizer.read) == read
