from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shield1367.config.text import Strictness, TextSettings
from shield1367.identities import Identity
from shield1367.redaction.text.rare import Slips, as_scanned
from shield1367.redaction.text.scrub import Scrubber

SURNAME = "quetzalcanek"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def scrubber(settings: TextSettings) -> Scrubber:
    people = [
        Identity("r1", {"given_name": ("Ana",), "family_name": (SURNAME.title(),)}),
        *(
            Identity(f"g{number}", {"given_name": ("Eva",), "family_name": ("Huamanquispe",)})
            for number in range(9)
        ),
        Identity("c1", {"given_name": ("Tina",), "family_name": ("Zubizarreta",)}, protected=False),
    ]
    return Scrubber(people, settings=settings, strictness=Strictness.BALANCED)


@given(
    st.integers(0, len(SURNAME) - 1),
    st.sampled_from(LETTERS),
    st.sampled_from(["drop", "add", "change", "swap"]),
)
def test_one_slip_in_a_rare_surname_is_seen_in_any_row(
    scrubber: Scrubber, at: int, letter: str, slip: str
) -> None:
    left, right = SURNAME[:at], SURNAME[at:]
    written = {
        "drop": left + right[1:],
        "add": left + letter + right,
        "change": left + letter + right[1:],
        "swap": left + right[1:2] + right[:1] + right[2:],
    }[slip]
    text = f"then {written} left"
    assert scrubber.scrub([text], [[]])[0].text == "then [PERSON] left"


@pytest.mark.parametrize(
    "written",
    ["Zubizareta", "Huamanqispe", "quetzelcanik"],
    ids=["of nobody protected", "of many", "two slips"],
)
def test_other_words_are_let_be(scrubber: Scrubber, written: str) -> None:
    text = f"then {written.lower()} left"
    assert scrubber.scrub([text], [[]])[0].text == text


@pytest.mark.parametrize("written", ["hu4manquispe", "huarnanquispe", "huarnanqu1spe", "quetza1canek"])
def test_what_a_scanner_made_of_a_name_is_seen_even_of_a_frequent_one(
    scrubber: Scrubber, written: str
) -> None:
    scrubbed = scrubber.scrub([f"then {written} left"], [[]])[0].text
    # A 4 is no letter that scanners take an a for.
    assert (scrubbed == "then [PERSON] left") is (written != "hu4manquispe")


@given(st.text(alphabet=LETTERS, min_size=1, max_size=12), st.sampled_from(["o0", "l1", "s5"]))
def test_a_digit_for_a_letter_changes_nothing(word: str, pair: str) -> None:
    assert as_scanned(word.replace(pair[0], pair[1])) == as_scanned(word)


NAMES = frozenset({"quetzal", "quetzak", "uetzal", "zetzal", "quetzalo", "abc3def"})


@given(
    st.one_of(
        st.sampled_from(sorted(NAMES)).flatmap(
            lambda name: st.tuples(st.integers(0, len(name)), st.integers(0, 3), st.sampled_from("qalz")).map(
                lambda slip: name[: slip[0]] + slip[2] * (slip[1] > 0) + name[slip[0] + slip[1] // 2 :]
            )
        ),
        st.text("quetzalk", max_size=9),
    )
)
def test_a_name_is_looked_up_where_one_of_all_that_could_have_been_written_is_one(word: str) -> None:
    assume(word.isalpha())
    written = [
        form
        for at in range(len(word) + 1)
        for form in (
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            *(word[:at] + letter + word[at + 1 :] for letter in LETTERS),
            *(word[:at] + letter + word[at:] for letter in LETTERS),
        )
    ]
    names = NAMES & {word, *written}
    found = Slips(NAMES).name_of(word)
    assert (found is not None) == bool(names)
    assert found is None or found in names
