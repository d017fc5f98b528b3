"""Who received: the answer, the record of the question, the bound on questions, and no number anywhere else."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shield1367.desk.errors import TooManyQuestionsError
from shield1367.desk.lookup import who_received
from shield1367.desk.settings import LookUps
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.explain import find_person
from shield1367.protection.registry.questions import Asked, Question, questions
from shield1367.protection.registry.store import Registry
from shield1367.testing.truth import TruePerson, read_people
from tests.desk.desks import PREFIX, Visit, app_of

FORM = "/who-received"
LIMITS = LookUps(most=3, within_minutes=60)


@pytest.fixture
def home(home_after_a_run: Path) -> Home:
    return Home(root=home_after_a_run)


def people(home: Home) -> Iterator[TruePerson]:
    return (person for person in read_people(home.root / "truth") if person.identifiers.get("a_number"))


def number(home: Home) -> str:
    """The A-Number of a protected person of whom something was released."""
    keys, limits = Keys.load(home), LookUps(most=1000)
    registry = Registry(home, keys)
    for person in people(home):
        if person.status != "PROTECTED":
            continue
        found = person.identifiers["a_number"][0]
        if who_received(home, keys, found, asked_by="setup", limits=limits).disclosures:
            assert find_person(registry, keys, "a_number", found)
            return found
    raise AssertionError("the scene has nobody like that")


def asked(home: Home, by: str) -> list[Asked]:
    keys = Keys.load(home)
    return [question for question in questions(Registry(home, keys), keys) if question.asked_by == by]


def test_the_answer_names_the_releases_and_the_question_is_recorded(home: Home) -> None:
    a_number = number(home)
    visit = Visit(app_of(home.root), "mara")
    for spelling in (a_number, f"A{a_number}", f" a-{a_number[:3]} {a_number[3:6]}-{a_number[6:]} "):
        answer = visit.post(FORM, form_on=FORM, a_number=spelling)
        assert answer.status_code == 200
        assert re.search(r"\d releases? held this person", answer.text)
        assert a_number not in answer.text, "the page goes into no history with the number on it"
        assert answer.headers["refresh"] == f"600; url={PREFIX}{FORM}"
    (first, *more) = asked(home, "mara")
    assert len(more) == 2
    assert (first.question, bool(first.about)) == (Question.WHO_RECEIVED, True)
    keys = Keys.load(home)
    person = find_person(Registry(home, keys), keys, "a_number", a_number)
    by_person = questions(Registry(home, keys), keys, person_id=person)
    assert [q.asked_by for q in by_person].count("mara") == 3


@pytest.mark.parametrize("text", ["A000000001", "", "<script>", "' OR 1=1 --", "=1+1", "\u202e123", "\0"])
def test_nobody_found_is_recorded_too_and_echoes_nothing(home: Home, text: str) -> None:
    answer = Visit(app_of(home.root), "mara").post(FORM, form_on=FORM, a_number=f"zq7{text}")
    assert answer.status_code == 200
    assert "Nobody with this A-Number" in answer.text
    assert "zq7" not in answer.text
    (only,) = asked(home, "mara")
    assert only.about is None


def test_too_many_questions_are_neither_answered_nor_recorded(home: Home) -> None:
    visit = Visit(app_of(home.root, look_ups={"most": 2}), "mara")
    answers = [visit.post(FORM, form_on=FORM, a_number="A000000001") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert "E664" in answers[-1].text
    assert len(asked(home, "mara")) == 2


def test_the_bound_is_each_reviewers_own_and_ends_with_the_time(home: Home) -> None:
    keys, gone = Keys.load(home), LookUps(most=1, within_minutes=1)
    ask = lambda by, limits: who_received(home, keys, "A000000001", asked_by=by, limits=limits)  # noqa: E731
    for _ in range(LIMITS.most):
        ask("ada", LIMITS)
    ask("bo", LIMITS)
    with pytest.raises(TooManyQuestionsError):
        ask("ada", LIMITS)
    ask("cy", gone)
    import sqlalchemy as sa

    from shield1367.protection.registry.tables import QUESTION

    with Registry(home, keys).transaction() as connection:
        past = sa.update(QUESTION).where(QUESTION.c.asked_by == "cy")
        connection.execute(past.values(asked_at=asked(home, "cy")[0].asked_at.replace(year=2025)))
    ask("cy", gone)


def test_of_many_at_once_no_more_are_answered_than_allowed(home: Home) -> None:
    keys = Keys.load(home)

    def ask(_: int) -> bool:
        try:
            who_received(home, keys, "A000000001", asked_by="mara", limits=LIMITS)
        except TooManyQuestionsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(16))) == LIMITS.most
    assert len(asked(home, "mara")) == LIMITS.most


def test_before_anything_was_judged_no_key_is_made(tmp_path: Path) -> None:
    answer = Visit(app_of(tmp_path), "mara").post(FORM, form_on=FORM, a_number="A000000001")
    assert (answer.status_code, "E668" in answer.text) == (409, True)
    assert not list(tmp_path.iterdir())


def test_without_the_key_there_is_no_answer(home: Home) -> None:
    for file in home.keys.iterdir():
        file.unlink()
    answer = Visit(app_of(home.root), "mara").post(FORM, form_on=FORM, a_number="A000000001")
    assert (answer.status_code, "E102" in answer.text) == (500, True)


def test_no_address_and_no_line_of_the_log_holds_the_number(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    a_number = number(home)
    visit = Visit(app_of(home.root), "mara")
    visit.post(FORM, form_on=FORM, a_number=a_number)
    # In an address it is not even looked at.
    assert "held this person" not in visit.get(f"{FORM}?a_number={a_number}").text
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    assert not any(a_number in record.getMessage() for record in ours)
    assert 'method="post"' in visit.get(FORM).text
