from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from shield1367.testing.filings import AS_OF
from shield1367.testing.identifiers import Identifiers
from shield1367.testing.limbs import Outcome, Status, limbs
from shield1367.testing.people import Household, draw_household

PEOPLE = 25_000


@pytest.fixture(scope="module")
def households() -> list[Household]:
    """Enough households for the rarest limb."""
    identifiers, drawn, found = Identifiers(5), 0, []
    while drawn < PEOPLE:
        household = draw_household(
            len(found), first=drawn, limit=PEOPLE - drawn, seed=5, identifiers=identifiers
        )
        drawn += len(household.people)
        found.append(household)
    return found


def test_every_limb_and_every_outcome_is_reached(households: list[Household]) -> None:
    reached = {household.limb.name for household in households}
    assert reached == {limb.name for entries, _ in limbs().values() for limb in entries}
    outcomes: dict[Status, set[Outcome]] = defaultdict(set)
    forms = set()
    for household in households:
        for person in household.unit:
            forms |= {filing.form for filing in person.filings}
            outcomes[household.limb.status] |= {filing.outcome for filing in person.filings}
    assert outcomes[Status.PROTECTED] == set(Outcome)
    assert forms == {
        "I-914", "I-914A", "I-918", "I-918A", "I-929", "I-360", "I-751", "I-765", "I-765V", "I-485", "I-130",
        "I-589", "I-90", "N-400",
    }  # fmt: skip


def test_about_an_eighth_of_the_people_is_protected(households: list[Household]) -> None:
    counts = Counter(person.status for household in households for person in household.people)
    assert 0.105 < counts[Status.PROTECTED] / PEOPLE < 0.135
    assert 0.04 < counts[Status.INDETERMINATE] / PEOPLE < 0.07


def test_a_unit_shares_its_protection_and_outsiders_do_not(households: list[Household]) -> None:
    for household in households:
        assert len({(person.status, person.family_id) for person in household.unit}) == 1
        for outsider in household.outsiders:
            assert outsider.status is Status.CLEAR
            assert outsider.family_id != household.unit[0].family_id


def test_protection_ends_only_when_every_application_is_finally_denied(households: list[Household]) -> None:
    ended = 0
    for household in households:
        for person in household.unit:
            if person.ends is not None:
                ended += 1
                last = [filing.history[-1] for member in household.unit for filing in member.filings]
                assert {(status, exhausted) for status, _, exhausted in last} == {
                    ("DENIED_MERITS_FINAL", "Y")
                }
                assert not any(filing.ead or filing.flag for filing in person.filings)
                assert person.granted is None
                assert person.ends == max(day for _, day, _ in last)
                assert person.status is Status.CLEAR
                assert person.begins is not None
                assert person.begins <= person.ends <= AS_OF
    assert ended > 20


def test_protection_begins_with_the_first_filing_of_the_unit(households: list[Household]) -> None:
    for household in households:
        filed = [filing.filed for person in household.unit for filing in person.filings]
        for person in household.unit:
            if person.begins is not None:
                assert person.begins == min(filed)


def test_histories_rise_and_end_before_the_data_does(households: list[Household]) -> None:
    for household in households:
        for person in household.people:
            for filing in person.filings:
                days = [day for _, day, _ in filing.history]
                assert days[0] == filing.filed
                assert all(earlier < later for earlier, later in pairwise(days))
                assert days[-1] <= AS_OF


def test_identifiers_belong_to_one_person(households: list[Household]) -> None:
    people = [person for household in households for person in household.people]
    for attribute in ("a_number", "ssn", "fin", "eid", "i94", "passport", "phone", "person_id"):
        assert len({getattr(person, attribute) for person in people}) == PEOPLE, attribute
    receipts = [filing.receipt for person in people for filing in person.filings]
    assert len(set(receipts)) == len(receipts)


def test_a_household_is_the_same_whatever_was_drawn_before() -> None:
    identifiers = Identifiers(5)
    alone = draw_household(77, first=100, limit=50, seed=5, identifiers=identifiers)
    draw_household(12, first=3, limit=50, seed=5, identifiers=identifiers)
    again = draw_household(77, first=100, limit=50, seed=5, identifiers=identifiers)
    assert [person.name for person in alone.people] == [person.name for person in again.people]


def test_names_repeat_between_protected_and_clear_people(households: list[Household]) -> None:
    surnames: dict[Status, set[str]] = defaultdict(set)
    words = set()
    for household in households:
        for person in household.people:
            surnames[person.status].add(person.name.surnames[0])
            words.add(person.name.given)
    assert len(surnames[Status.PROTECTED] & surnames[Status.CLEAR]) > 300
    assert {"Will", "May", "Rose", "Grace"} <= words


def test_a_person_does_not_print_their_name(households: list[Household]) -> None:
    person = households[0].people[0]
    assert repr(person) == f"Person({person.person_id}, {person.status})"
