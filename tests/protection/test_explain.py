from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from shield1367.protection.explain import (
    PersonExplanation,
    UnknownPersonError,
    explain_person,
    explain_row,
    find_person,
)
from shield1367.protection.rules import RULES, Rule
from shield1367.protection.status import Status
from tests.protection.site import DAY, Desk, a_number, application, encounter

VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}


@pytest.fixture
def judged(desk: Desk) -> Desk:
    child = application(2, principal_a_number=a_number(1))
    desk.deliver("benefits", {"applications": [application(1, **VICTIM), child, application(3)]})
    desk.deliver("enforcement", {"encounters": [encounter(1)]})
    desk.judge()
    return desk


def test_every_rule_has_words_and_a_citation() -> None:
    assert set(RULES) == set(Rule)
    assert all(words and citation for words, citation in RULES.values())


@pytest.mark.parametrize("spelling", ["A200000001", "200000001", "a-200 000 001"])
def test_a_person_is_found_by_any_spelling_of_the_number(judged: Desk, spelling: str) -> None:
    assert find_person(judged.registry, judged.keys, "a_number", spelling) == judged.person(a_number(1))


@pytest.mark.parametrize("number", ["A299999998", "nonsense", "A00000000"])
def test_nobody_is_found_without_repeating_what_was_asked_for(judged: Desk, number: str) -> None:
    with pytest.raises(UnknownPersonError) as unknown:
        find_person(judged.registry, judged.keys, "a_number", number)
    assert number not in str(unknown.value)


def test_an_answer_comes_with_its_rule_citation_and_evidence(judged: Desk) -> None:
    found = explain_person(judged.registry, judged.person(a_number(1)), DAY)
    assert found.status is Status.PROTECTED
    (reason,) = (reason for reason in found.reasons if reason.rule is Rule.COVERED_APPLICATION)
    assert "1367" in reason.citation
    evidence = {(line.kind, line.code, line.file, line.row) for line in found.evidence}
    assert ("form_type", "I-918", "applications_1.csv", 1) in evidence


def test_each_reason_says_whether_it_holds_on_the_day(judged: Desk) -> None:
    dated = application(1, **VICTIM)
    filed = date.fromisoformat(dated["filed_date"])
    person = judged.person(a_number(1))
    on_time = explain_person(judged.registry, person, filed)
    assert {r.holds for r in on_time.reasons if r.rule is Rule.COVERED_APPLICATION} == {True}
    before = explain_person(judged.registry, person, filed - timedelta(days=1))
    assert before.status is Status.INDETERMINATE
    assert [r.rule for r in before.reasons if r.holds] == [Rule.NO_EVIDENCE]


def test_a_relative_is_explained_by_the_family_and_the_way_it_came(judged: Desk) -> None:
    found = explain_person(judged.registry, judged.person(a_number(2)), DAY)
    ways = {reason.via for reason in found.reasons if reason.rule is Rule.FAMILY}
    assert ways == {(judged.person(a_number(1)),)}


def test_it_answers_as_it_was_known_then(desk: Desk) -> None:
    learned = datetime(2026, 6, 1, tzinfo=UTC)
    desk.deliver("benefits", {"applications": [application(1)]})
    desk.judge(now=learned)
    desk.deliver(
        "benefits", {"applications": [application(1, receipt_number="EAC2190012345", **VICTIM)]}, batch="b2"
    )
    desk.judge(now=learned + timedelta(days=10))
    person = desk.person(a_number(1))

    def answer(known_at: datetime | None) -> PersonExplanation:
        return explain_person(desk.registry, person, date(2024, 3, 1), known_at=known_at)

    assert answer(None).status is Status.PROTECTED
    then = answer(learned + timedelta(days=9))
    assert then.status is Status.CLEAR
    assert Rule.COVERED_APPLICATION not in {line.rule for line in then.evidence}
    assert answer(learned + timedelta(days=10)).status is Status.PROTECTED
    assert answer(learned - timedelta(days=1)).status is Status.INDETERMINATE


def test_a_row_is_explained_by_everybody_in_it(judged: Desk) -> None:
    found = explain_row(
        judged.home,
        judged.registry,
        source="enforcement",
        dataset="encounters",
        key="E000001",
        about="subject",
        as_of=DAY,
    )
    assert (found.status, found.row) == (Status.PROTECTED, 1)
    assert [person.person_id for person in found.people] == [judged.person(a_number(1))]


def test_a_row_that_is_not_staged_is_refused(judged: Desk) -> None:
    with pytest.raises(UnknownPersonError, match=r"enforcement\.encounters"):
        explain_row(
            judged.home,
            judged.registry,
            source="enforcement",
            dataset="encounters",
            key="E999999",
            about="subject",
            as_of=DAY,
        )


def test_a_possible_match_says_how_alike_the_two_are_and_no_name(desk: Desk) -> None:
    ana = {"given_name": "Ana Maria", "family_name": "Paz Luna", "date_of_birth": "1984-03-05"}
    hers = {"given_name": "Ana", "family_name": "Paz", "date_of_birth": "1984-05-03"}
    child = application(3, principal_a_number=a_number(2))
    desk.deliver(
        "benefits", {"applications": [application(1, **VICTIM, **ana), application(2, **hers), child]}
    )
    desk.judge()
    found = explain_person(desk.registry, desk.person(a_number(2)), DAY)
    alike = {reason.alike for reason in found.reasons if reason.rule is Rule.POSSIBLE_MATCH}
    (told,) = alike
    assert 0 < float(told.split(",")[0]) <= 1
    assert "date of birth: swapped" in told
    assert "paz" not in told.casefold()


def test_a_row_says_how_sure_it_is_of_whom_it_holds(desk: Desk) -> None:
    paper = application(1, **VICTIM)
    unnumbered = encounter(1, a_number="", encounter_id="E000009")
    stranger = encounter(
        1, encounter_id="E000010", last_name="Zzyx", first_name="Ulf", date_of_birth="1950-01-02"
    )
    desk.deliver("benefits", {"applications": [paper]})
    desk.deliver("enforcement", {"encounters": [unnumbered, stranger]}, batch="b2")
    desk.judge()

    def scores(key: str) -> dict[str, set[float | None]]:
        answer = explain_row(
            desk.home, desk.registry, source="enforcement", dataset="encounters", key=key,
            about=desk.project.contracts["enforcement"].datasets["encounters"].about, as_of=DAY,
        )  # fmt: skip
        return {
            link.reason: {one.score for one in answer.links if one.reason == link.reason}
            for link in answer.links
        }

    (by_name,) = scores("E000009").values()
    assert all(score is not None and 0.99 < score < 1 for score in by_name)
    assert scores("E000010")["contradictory identifiers"] == {None}
    person = explain_person(desk.registry, desk.person(a_number(1)), DAY)
    places = {(line.file, line.row) for line in person.evidence if line.rule is Rule.CONTRADICTION}
    assert places == {("encounters_1.csv.gz", 2)}
