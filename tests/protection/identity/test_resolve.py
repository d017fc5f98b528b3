from __future__ import annotations

import pytest

from shield1367.config.fields import load_fields
from shield1367.keys import Fingerprint
from shield1367.protection.identity.mention import Mention, MentionReader
from shield1367.protection.identity.resolve import LinkReason, PersonIndex

KINDS = ("a_number", "receipt_number", "fin", "given_name", "family_name", "full_name", "date_of_birth")
READER = MentionReader({kind: kind for kind in KINDS}, load_fields(), Fingerprint(b"k" * 32))


def named(**cells: str) -> Mention:
    mention = READER.read(cells)
    assert mention is not None
    return mention


ANA = {"given_name": "Ana", "family_name": "Paz", "date_of_birth": "1990-04-07"}
BOB = {"given_name": "Bob", "family_name": "Roe", "date_of_birth": "1971-11-30"}


@pytest.fixture
def index() -> PersonIndex:
    return PersonIndex(new_id=lambda first: f"person-{first}", namesakes=0.9)


def ids(index: PersonIndex, **cells: str) -> set[str]:
    return {link.person_id for link in index.resolve(named(**cells))}


def reasons(index: PersonIndex, **cells: str) -> set[LinkReason]:
    return {link.reason for link in index.resolve(named(**cells))}


@pytest.mark.parametrize(
    "spelling",
    [
        "A012345675",
        "012345675",
        "A12345675",
        "12345675",
        "A# 012-345-675",
        "a-012 345 675",
        "AO12345675",
        "\uff10\uff11\uff12345675",
    ],
)
def test_an_a_number_is_one_number_however_it_is_written(index: PersonIndex, spelling: str) -> None:
    assert ids(index, a_number="A012345675") == ids(index, a_number=spelling)


def test_seven_digits_are_an_a_number_too(index: PersonIndex) -> None:
    assert ids(index, a_number="1234567") == ids(index, a_number="A001234567")


@pytest.mark.parametrize(
    "placeholder", ["A00000000", "999999999", "A123456789", "000-000-000", "NONE", "A12"]
)
def test_a_placeholder_identifies_nobody(index: PersonIndex, placeholder: str) -> None:
    assert not named(a_number=placeholder).strong
    assert ids(index, a_number=placeholder, **ANA) != ids(index, a_number=placeholder, **BOB)


def test_an_identifier_leads_to_the_person_whatever_else_is_missing(index: PersonIndex) -> None:
    first = ids(index, a_number="A012345675", **ANA)
    assert ids(index, a_number="A012345675") == first
    assert reasons(index, a_number="A012345675") == {LinkReason.IDENTIFIER}


@pytest.mark.parametrize(
    "changed",
    [
        {"family_name": "Luna"},
        {"given_name": "Ann"},
        {"date_of_birth": "1990-07-04"},
        {"given_name": "Paz", "family_name": "Ana"},
        {"given_name": "Lucia", "family_name": "Mora"},
    ],
)
def test_an_identifier_with_a_name_or_a_birth_date_in_common_is_one_person(
    index: PersonIndex, changed: dict[str, str]
) -> None:
    assert ids(index, a_number="A012345675", **ANA) == ids(index, a_number="A012345675", **{**ANA, **changed})


def test_one_identifier_on_two_unlike_people_links_the_row_to_both(index: PersonIndex) -> None:
    ana, bob = ids(index, a_number="A012345675", **ANA), ids(index, fin="77812345", **BOB)
    links = index.resolve(named(a_number="A012345675", **BOB))
    assert {link.person_id for link in links} == ana | bob
    assert {link.reason for link in links} == {LinkReason.CONTRADICTION}


def test_a_contradiction_teaches_no_identifier(index: PersonIndex) -> None:
    ana = ids(index, a_number="A012345675", **ANA)
    index.resolve(named(a_number="A012345675", fin="77812345", **BOB))
    assert ids(index, a_number="A012345675", **ANA) == ana
    assert not ids(index, fin="77812345", **BOB) & ana


def test_two_identifiers_of_which_one_is_somebody_elses_contradict(index: PersonIndex) -> None:
    ana, bob = ids(index, a_number="A012345675", **ANA), ids(index, fin="77812345", **BOB)
    assert ids(index, a_number="A012345675", fin="77812345", **ANA) == ana | bob
    assert ids(index, a_number="A012345675", **ANA) == ana


def test_two_identifiers_of_one_person_join_what_was_apart(index: PersonIndex) -> None:
    by_number = ids(index, a_number="A012345675", given_name="Ana", family_name="Paz")
    by_print = ids(index, fin="77812345", given_name="Ana", family_name="Paz")
    assert by_number != by_print
    joined = ids(index, a_number="A012345675", fin="77812345", **ANA)
    assert len(joined) == 1
    assert ids(index, a_number="A012345675") == ids(index, fin="77812345") == joined


def test_identifiers_of_unlike_people_in_a_row_without_a_name_are_not_merged(index: PersonIndex) -> None:
    """A principal is often given by receipt and A-Number alone; one of them may be a typo."""
    ana = ids(index, a_number="A012345675", **ANA)
    bob = ids(index, receipt_number="EAC2190012345", **BOB)
    links = index.resolve(named(a_number="A012345675", receipt_number="EAC2190012345"))
    assert {link.person_id for link in links} == ana | bob
    assert {link.reason for link in links} == {LinkReason.CONTRADICTION}
    assert ids(index, a_number="A012345675") == ana


def test_name_and_birth_date_together_tell_a_person_without_identifiers(index: PersonIndex) -> None:
    first = ids(index, a_number="A012345675", **ANA)
    assert ids(index, full_name="PAZ, ANA", date_of_birth="04/07/1990") == first
    assert reasons(index, **ANA) == {LinkReason.NAME_AND_BIRTH}


def test_another_identifier_is_another_person_despite_the_name(index: PersonIndex) -> None:
    assert ids(index, a_number="A012345675", **ANA) != ids(index, a_number="A087654321", **ANA)


def test_a_name_without_a_birth_date_tells_nobody() -> None:
    mention = named(given_name="Ana", family_name="Paz")
    assert mention.exact is None
    assert mention.full_name is not None


def test_a_birth_date_is_also_read_with_day_and_month_swapped() -> None:
    one = named(given_name="Ana", date_of_birth="1990-04-07").loose
    assert one & named(given_name="Ana", date_of_birth="1990-07-04").loose
    assert not one & named(given_name="Ana", date_of_birth="1990-04-27").loose
    assert not one & named(given_name="Eva", date_of_birth="1990-04-07").loose


def test_a_row_that_names_nobody_has_no_mention() -> None:
    assert READER.read({}) is None
    assert READER.read(dict.fromkeys(KINDS)) is None
