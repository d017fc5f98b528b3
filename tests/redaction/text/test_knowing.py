"""A scrubber that is told of a few people more finds what one made for all of them would."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shield1367.config.text import Strictness, TextSettings
from shield1367.identities import Identity
from shield1367.redaction.text import postings
from shield1367.redaction.text.lexicon import load_lexicon
from shield1367.redaction.text.people import People
from shield1367.redaction.text.scrub import Scrubber

GIVEN = ("Ana", "María Guadalupe", "Grace", "Oksana", "小明", "K")
FAMILY = (
    "Quispe", "Hernández Ruíz", "Long", "Petrenko", "Okonkwo", "王", "de la Cruz", "Cruz", "von Long", "K.C.", "KC"
)  # fmt: skip
NUMBERS = ("087654321", "123456789", "12345678", "2065550142", "19840305")
ADDRESSES = ("742 Evergreen Terrace Apt 4B", "742 Evergreen Road", "12 Elm Street")


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


PERSON = st.builds(
    Identity,
    person_id=st.sampled_from(["p1", "p2", "p3", "row-1-spouse", "row-2-witness"]),
    values=st.fixed_dictionaries(
        {
            "given_name": some(GIVEN),
            "family_name": some(FAMILY),
            "a_number": some(NUMBERS),
            "phone": some(NUMBERS),
            "email": some(("quispe.ana84@example.org", "anaquispe@example.org")),
            "date_of_birth": some(("1984-03-05", "1990-12-31", "unreadable")),
            "street_address": some(ADDRESSES),
            "city": some(("Springfield", "Guatemala", "Zumpango")),
        }
    ),
    protected=st.booleans(),
)
PEOPLE = st.lists(PERSON, max_size=4)
WORDS = st.sampled_from(
    [*GIVEN, *FAMILY, *NUMBERS, *ADDRESSES, "ana quispe", "anaquispe", "Quispe, A.", "Okonkvo", "Hernandes",
     "03/05/1984", "March 5, 1984", "Springfield", "the officer said", ". ", "Subject", "grace",
     "Ms. K.C.", "K. C.", "von", "de la", "De La Cruz"]
)  # fmt: skip
TEXTS = st.lists(st.lists(WORDS, max_size=10).map(" ".join), min_size=1, max_size=3)
SOME = hypothesis_settings(
    max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("few", [1, 2**18])
@given(first=PEOPLE, then=PEOPLE, texts=TEXTS)
@SOME
def test_it_finds_what_one_made_for_all_would(
    few: int, settings: TextSettings, first: list[Identity], then: list[Identity], texts: list[str]
) -> None:
    def made(people: list[Identity], few: int = 2**18) -> Scrubber:
        with pytest.MonkeyPatch.context() as patch:
            # An index of many is kept otherwise than one of few.
            patch.setattr(postings.Entries.__init__, "__defaults__", (few,))
            return Scrubber(people, settings=settings, strictness=Strictness.STRICT)

    linked = [["p1", "row-1-spouse"], ["p2"], []][: len(texts)]
    base = made(first, few)
    before = base.find(texts, linked)
    assert base.knowing(then).find(texts, linked) == made([*first, *then]).find(texts, linked)
    # And leaves the one it was made of as it was.
    assert base.find(texts, linked) == before


def called(person_id: str, *family: str) -> Identity:
    return Identity(person_id, {"family_name": family})


@given(first=PEOPLE, then=PEOPLE)
@example(first=[called("p1", "K.C.")], then=[called("p2", "KC")])
@example(first=[called("p1", "KC")], then=[called("p2", "K.C.")])
@example(first=[called("p1", "K.C.", "von Long")], then=[called("p2", "K.C.", "de la Long", "Long")])
@SOME
def test_its_index_says_what_one_index_of_all_says(first: list[Identity], then: list[Identity]) -> None:
    lexicon = load_lexicon()
    whole, layered = People([*first, *then], lexicon), People(then, lexicon, over=People(first, lexicon))
    same = "ids births words own everywhere cities rare surnames unspaced house_numbers led lettered"
    for name in same.split():
        assert getattr(layered, name) == getattr(whole, name), name
    for name in ("index", "streets", "pairs", "initials", "glued"):
        assert dict(getattr(layered, name)) == dict(getattr(whole, name)), name
    for opening in whole.streets:
        assert layered.addresses[opening] == whole.addresses[opening]


def test_letters_and_particles_of_an_index_below_are_found(settings: TextSettings) -> None:
    below = [called("p1", "K.C."), called("p2", "de la Fuente")]
    above = [called("p3", "T.J."), called("p4", "von Quispe")]
    scrubber = Scrubber(below, settings=settings, strictness=Strictness.BALANCED).knowing(above)
    texts = ["The clerk met Ms. K.C. there.", "The clerk met Ms. T.J. there.",
             "told that de la fuente had come", "told that von quispe had come"]  # fmt: skip
    assert [s.text for s in scrubber.scrub(texts, [()] * 4)] == [
        "The clerk met Ms. [PERSON] there.",
        "The clerk met Ms. [PERSON] there.",
        "told that [PERSON] had come",
        "told that [PERSON] had come",
    ]
