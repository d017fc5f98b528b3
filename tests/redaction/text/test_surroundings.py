"""Extensions, post codes, streets, towns and firms by what stands around them; the words beside them stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shield1367.config.text import Strictness, load_text_settings
from shield1367.identities import Identity
from shield1367.redaction.text.scrub import Scrubber

MASKED = [
    ("Call (503) 555-0142x114 after noon.", "(503) 555-0142x114"),
    ("The zip code is 97205 and nothing else.", "97205"),
    ("They live at 18 Blue Heron Hollow now.", "18 Blue Heron Hollow"),
    ("Mail to PSC 1234, Box 567, APO AE 09204 is slow.", "PSC 1234, Box 567, APO AE 09204"),
    ("It went to 77 Tamarack Xing, Elkton, OR 97436 first.", "77 Tamarack Xing, Elkton, OR 97436"),
    ("She was born in North Zorville.", "North Zorville"),
]
KEPT = [
    "She fled South Africa for New York.",
    "The East Coast office closed early.",
    "He walked in the park and the court was closed.",
]


@pytest.mark.parametrize(("text", "secret"), MASKED)
def test_the_shape_is_masked_whole_and_no_more(balanced: Scrubber, text: str, secret: str) -> None:
    spans = balanced.find([text], [[]])[0]
    start = text.index(secret)
    assert (spans[0].start, spans[-1].end) == (start, start + len(secret))


@pytest.mark.parametrize("text", KEPT)
def test_places_that_name_nobody_stay(clean: Callable[..., str], text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("town", ["Phoenix", "Boston", "Yakima", "Orange Grove"])
@pytest.mark.parametrize("after", [".", " and pays rent.", ", pays rent."])
def test_the_town_goes_with_its_street(balanced: Scrubber, strict: Scrubber, town: str, after: str) -> None:
    for scrubber in (balanced, strict):
        scrubbed = scrubber.scrub([f"She lives at 12 Oak Street, {town}{after}"], [()])[0].text
        assert scrubbed == f"She lives at [ADDRESS], [PLACE]{after}"


@pytest.mark.parametrize("change", [str.upper, str.lower])
@pytest.mark.parametrize("town", ["Phoenix", "Boston", "Yakima"])
def test_so_it_does_where_case_tells_nothing(
    clean: Callable[..., str], town: str, change: Callable[[str], str]
) -> None:
    assert (
        clean(change(f"She lives at 12 Oak Street, {town}."))
        == change("She lives at ") + "[ADDRESS], [PLACE]."
    )


@pytest.mark.parametrize(
    "after", ["She pays rent", "Officer on duty", "Monday at noon", "Customs was called", "and left"]
)
def test_what_is_no_town_stays_behind_a_street(clean: Callable[..., str], after: str) -> None:
    assert clean(f"Seen at 12 Oak Street, {after}.") == f"Seen at [ADDRESS], {after}."


@pytest.mark.parametrize("firm", ["Okafor Inc", "Okafor and Sons", "Lee, Dennis and Okafor"])
def test_a_firm_of_names_is_masked_whole(clean: Callable[..., str], firm: str) -> None:
    left = clean(f"She was paid by {firm}.")
    assert not {"Okafor", "Lee", "Dennis", "Inc", "Sons"} & set(
        left.replace(".", " ").replace(",", " ").split()
    )


def test_a_court_beside_a_name_is_no_partner(clean: Callable[..., str]) -> None:
    assert "Immigration Court" in clean("The file of Zbigniew Okafor and Immigration Court papers.")


@pytest.mark.parametrize("case", [str, str.upper, str.lower])
@pytest.mark.parametrize("town", ["Salt Lake City", "New York", "Reading"])
def test_where_somebody_lives_goes_with_a_street_whatever_its_words(
    town: str, case: Callable[[str], str]
) -> None:
    resident = Identity("p1", {"street_address": ("77 Oak Street",), "city": (town,)})
    settings = load_text_settings().model_copy(update={"ner": "none"})
    scrubber = Scrubber([resident], settings=settings, strictness=Strictness.BALANCED)
    text = case(f"Mail goes to 77 Oak Street, {town}, and is read by the clerk.")
    (once,) = scrubber.scrub([text], [[]])
    assert case(town) not in once.text
    assert once.text.endswith(case("and is read by the clerk."))
