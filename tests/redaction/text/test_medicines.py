"""A medicine stays readable, spelt right or nearly; a name never counts as one."""

from __future__ import annotations

import pytest

from shield1367.redaction.text import medicines as module
from shield1367.redaction.text.lexicon import Lexicon, load_lexicon
from shield1367.redaction.text.medicines import Medicines


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def medicines(lexicon: Lexicon) -> Medicines:
    return Medicines(lexicon)


@pytest.mark.parametrize("word", ["sertraline", "ibuprofen", "sertralin", "ibuprofin", "amoxicillin"])
def test_a_listed_medicine_but_for_one_slip(medicines: Medicines, word: str) -> None:
    assert medicines.has(word)


@pytest.mark.parametrize("word", ["hernandez", "okonkwo", "petrenko", "evergreen", "sxrtrxline", ""])
def test_other_words_are_none(medicines: Medicines, word: str) -> None:
    assert not medicines.has(word)


def test_a_short_word_must_be_listed_as_it_is(lexicon: Lexicon, medicines: Medicines) -> None:
    short = next(word for word in sorted(lexicon.medicines) if 4 <= len(word) < 7)
    assert medicines.has(short)
    changed = "q" + short[1:-1] + "q"
    assert medicines.has(changed) == (changed in lexicon.medicines)


def test_a_name_is_no_medicine_however_near(lexicon: Lexicon, medicines: Medicines) -> None:
    names = [word for word in lexicon.names | lexicon.family if len(word) >= 7]
    assert names
    assert not any(medicines.has(name) for name in names[:2000])


def test_what_is_remembered_is_bounded_and_says_the_same(
    lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    forgetful = Medicines(lexicon)
    words = ["sertraline", "hernandez", "ibuprofen", "evergreen"]
    assert [forgetful.has(word) for word in words] == [forgetful.has(word) for word in words]
    assert len(forgetful._memo) <= 2
