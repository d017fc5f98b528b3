from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.config.text import DateToken, PersonToken, PlaceToken, Replacements
from shield1367.keys import Keys
from shield1367.redaction.pseudonyms import Pseudonyms
from shield1367.redaction.text.replacement import Rewriter
from shield1367.redaction.text.scrub import Scrubber

KEYS = Keys(b"k" * 32)
TELLING = Replacements(person=PersonToken.PSEUDONYM, date=DateToken.SHIFT, place=PlaceToken.REGION)
PIECES = [
    "Maria Hernandez", "HERNANDEZ, MARIA", "Oksana Petrenko", "Zbigniew", "March 5, 1984", "31 December 2019",
    "2020-02-30",
    "742 Evergreen Ter #4B, Yakima, WA 98901", "San Pedro Sula", "A087654321", "[PERSON]", "[PERSON 0123456789ab gggg]",
    "[DATE 2020-01-01 gggg]", "the officer said that", "\n", ", ", ". ", "and", "mghernandez84@example.org", "[",
]  # fmt: skip


def rewriter(scrubber: Scrubber, *, release: str = "r1", wanted: Replacements = TELLING) -> Rewriter:
    return Rewriter(scrubber, Pseudonyms(KEYS, recipient="university", release_id=release), wanted)


def told(text: str, entity: str) -> list[str]:
    return re.findall(rf"\[{entity} (\S+) [a-z]{{4}}\]", text)


def test_a_person_has_one_pseudonym_however_spelt_and_it_is_that_of_the_columns(balanced: Scrubber) -> None:
    text = "Maria Hernandez called. HERNANDEZ RUIZ, MARIA G. wrote. Then Lupita Hernandez left with Oksana Petrenko."
    scrubbed = rewriter(balanced).scrub([text], [["p1"]])[0].text
    first, second, third, other = told(scrubbed, "PERSON")
    assert first == second == third != other
    column = Pseudonyms(KEYS, recipient="university", release_id="r1").of("person_id", "p1")
    assert column.startswith(f"person-{first}")


def test_another_release_has_other_pseudonyms(balanced: Scrubber) -> None:
    texts = [rewriter(balanced, release=r).scrub(["Maria Hernandez"], [[]])[0].text for r in ("r1", "r2")]
    assert told(texts[0], "PERSON") != told(texts[1], "PERSON")


def test_a_stranger_has_a_pseudonym_too_so_that_it_does_not_tell_who_is_in_the_data(
    balanced: Scrubber,
) -> None:
    scrubbed = rewriter(balanced).scrub(
        ["Mr. Okonkwo and Mr. OKONKWO and Ms. Tesfaye met Maria Hernandez."], [[]]
    )[0]
    tokens = told(scrubbed.text, "PERSON")
    assert tokens[0] == tokens[1] and len(set(tokens)) == 3
    assert len({len(token) for token in tokens}) == 1


def test_dates_move_together(balanced: Scrubber) -> None:
    scrubbed = rewriter(balanced).scrub(
        ["Between March 15, 2019 and 31 March 2019 and in May 2020."], [["p1"]]
    )[0]
    first, second = (date.fromisoformat(day) for day in told(scrubbed.text, "DATE"))
    assert (second - first).days == 16
    assert first != date(2019, 3, 15)
    assert "[DATE]" in scrubbed.text


def test_a_day_that_may_be_two_is_not_told(balanced: Scrubber) -> None:
    assert rewriter(balanced).scrub(["on 03/05/1984."], [["p1"]])[0].text == "on [DATE]."


def test_a_place_is_told_by_its_region(balanced: Scrubber) -> None:
    scrubbed = rewriter(balanced).scrub(["lives at 742 Evergreen Ter #4B, Yakima, WA 98901"], [[]])[0].text
    assert told(scrubbed, "ADDRESS") == ["West"]


def test_a_token_that_is_not_ours_is_text(balanced: Scrubber) -> None:
    text = "saw [PERSON Hernandez gggg] and [DATE 1984-03-05 gggg] there"
    scrubbed = rewriter(balanced).scrub([text], [[]])[0].text
    assert "Hernandez" not in scrubbed
    assert "1984-03-05" not in scrubbed


@pytest.mark.parametrize("wanted", [TELLING, Replacements()], ids=["telling", "types"])
@settings(max_examples=40)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12))
def test_scrubbing_twice_changes_nothing(balanced: Scrubber, wanted: Replacements, pieces: list[str]) -> None:
    rewrite = rewriter(balanced, wanted=wanted)
    once = rewrite.scrub([" ".join(pieces)], [["p1"]])[0].text
    assert rewrite.scrub([once], [["p1"]])[0].text == once


@settings(max_examples=40)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12))
def test_by_default_it_is_the_scrubber(balanced: Scrubber, pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert rewriter(balanced, wanted=Replacements()).scrub([text], [["p1"]])[0].text == (
        balanced.scrub([text], [["p1"]])[0].text
    )
