"""The lists are there, folded, and a package that is missing is named."""

from __future__ import annotations

from importlib.machinery import ModuleSpec

import pytest

from shield1367.errors import ConfigError
from shield1367.redaction.text import wordlists
from shield1367.redaction.text.fold import fold_value
from shield1367.redaction.text.wordlists import WordLists, read_word_lists


@pytest.fixture(scope="module")
def lists() -> WordLists:
    return read_word_lists()


def test_every_list_has_what_it_is_for(lists: WordLists) -> None:
    assert lists.english["house"] > lists.english["terrace"] > 0
    assert lists.spanish["casa"] > 0
    assert "evergreen" in lists.dictionary
    assert {"maria", "john"} <= lists.given
    assert lists.bearers["smith"] > lists.bearers["hernandez"] > 0
    assert "sertraline" in lists.medicines
    assert lists.elsewhere


def test_spanish_words_are_folded_and_keep_the_higher_count(lists: WordLists) -> None:
    assert all(word == fold_value(word) for word in lists.spanish if not word.isascii())
    assert "manana" in lists.spanish


def test_names_are_lower_case(lists: WordLists) -> None:
    assert all(name == name.lower() for name in lists.bearers)
    assert lists.given <= lists.bearers.keys()


def test_the_dictionary_has_no_proper_nouns(lists: WordLists) -> None:
    assert all(word.islower() for word in lists.dictionary)


def test_a_list_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(module: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(wordlists, "find_spec", missing)
    with pytest.raises(ConfigError, match=r"names.*not installed"):
        read_word_lists()
